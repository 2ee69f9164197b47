// A candidate's own invariant: what is claimed of it, and what it then lets the other claims assume.

#include <gtest/gtest.h>

#include <set>

#include "tests/verify/screen_support.h"
#include "verify/lower/interpret.h"
#include "verify/lower/lower.h"
#include "verify/lower/sample.h"
#include "verify/properties/invariant.h"

namespace assay::verify {
namespace {

using properties::PropertySet;
using lower::Stop;

constexpr char kContract[] =
    "struct Mark { i64 count ASSAY_FIELD(\"\", 0, 9); };\n"
    "struct Memory { i64 a ASSAY_FIELD(\"\", -9, 9); };\n"
    "i64 on_hit(Mark& mark, Memory& memory) ASSAY_RETURNS(\"\", 0, 9);\n"
    "i64 pick(Memory& memory) ASSAY_RETURNS(\"\", 0, 9);\n"
    "bool invariant(const Mark& mark, const Memory& memory ASSAY_ONE) ASSAY_OPTIONAL;\n";

constexpr char kFunctions[] =
    "i64 on_hit(Mark& mark, Memory& memory) {\n  memory.a = min(memory.a + 1, 4);\n  mark.count = min(mark.count, memory.a);\n"
    "  return memory.a;\n}\n\ni64 pick(Memory& memory) {\n  return memory.a;\n}\n";
constexpr char kTrue[] = "bool invariant(const Mark& mark, const Memory& memory) {\n  return memory.a >= 0 && memory.a <= 4 && mark.count <= 4;\n}\n";
/// Of the record that is passed it holds afterwards, but not of the others.
constexpr char kForOneOnly[] =
    "i64 on_hit(Mark& mark, Memory& memory) {\n  memory.a = 0;\n  mark.count = 0;\n  return 0;\n}\n\n"
    "i64 pick(Memory& memory) {\n  return 0;\n}\n\n"
    "bool invariant(const Mark& mark, const Memory& memory) {\n  return mark.count <= memory.a;\n}\n";

struct Examined {
  std::set<std::string> broken, unreached;  ///< properties that some sample breaks; that none gets through
  std::set<std::string> broken_given, broken_plain;  ///< functions whose output leaves its range, with and without the invariant
};

bool breaks(const lower::Program& program, const lower::Execution& run) {
  return run.stop == Stop::violated || (run.stop == Stop::returned && !output_in_range(program, run));
}

Examined examine(const std::string& policy) {
  Examined out;
  const tasks::Contract contract = contract_from(kContract);
  auto toolchain = Toolchain::over(std::make_unique<LocalWorker>());
  auto screened = toolchain->screen(contract, {policy, "policy"});
  if (!screened || !*screened) return ADD_FAILURE() << (screened ? screened->error().detail : screened.error().what), out;
  auto set = properties::with_invariant({}, contract, (*screened)->policy());
  if (!set) return ADD_FAILURE() << "no invariant", out;
  auto ir = toolchain->lower_properties(contract, **screened, *set);
  if (!ir || !*ir) return ADD_FAILURE() << (ir ? ir->error().detail : ir.error().what), out;
  auto lowered = lower::lower_properties((*ir)->bitcode, contract, *set), given = lower::lower_given((*ir)->bitcode, contract, *set);
  auto plain = lower::lower_functions((*toolchain->lower(contract, **screened))->bitcode, contract);
  for (const auto& property : *lowered) {
    if (!property.program) return ADD_FAILURE() << property.name << ": " << property.program.error().what, out;
    bool reached = false;
    for (const auto& inputs : lower::sample_inputs(*property.program, 4000)) {
      const auto run = lower::interpret(*property.program, inputs, 10000);
      if (breaks(*property.program, run)) out.broken.insert(property.name);
      reached = reached || run.stop == Stop::returned;
    }
    if (!reached && !out.broken.contains(property.name)) out.unreached.insert(property.name);
  }
  for (std::size_t i = 0; i < given->size(); ++i) {
    if (!(*given)[i].program) return ADD_FAILURE() << (*given)[i].program.error().what, out;
    EXPECT_EQ((*given)[i].program->inputs.size(), (*plain)[i].program->inputs.size());
    for (const auto& inputs : lower::sample_inputs(*(*given)[i].program, 4000)) {
      if (breaks(*(*given)[i].program, lower::interpret(*(*given)[i].program, inputs, 10000))) out.broken_given.insert((*given)[i].name);
      if (breaks(*(*plain)[i].program, lower::interpret(*(*plain)[i].program, inputs, 10000))) out.broken_plain.insert((*given)[i].name);
    }
  }
  return out;
}

TEST(Invariant, IsClaimedOfTheStartAndOfEveryFunction) {
  const tasks::Contract contract = contract_from(kContract);
  auto toolchain = Toolchain::over(std::make_unique<LocalWorker>());
  auto screened = toolchain->screen(contract, {std::string(kFunctions) + kTrue, "policy"});
  ASSERT_TRUE(screened && *screened);
  auto set = properties::with_invariant({}, contract, (*screened)->policy());
  ASSERT_TRUE(set.has_value());
  std::vector<std::string> names;
  for (const auto& property : set->properties) names.push_back(property.name + (property.is_of_invariant ? "" : "?"));
  EXPECT_EQ(names, (std::vector<std::string>{"invariant_holds_at_start", "invariant_kept_by_on_hit", "invariant_kept_by_pick"}));
}

TEST(Invariant, OneThatHoldsIsBrokenByNothingAndHelpsTheOtherClaims) {
  const Examined examined = examine(std::string(kFunctions) + kTrue);
  EXPECT_EQ(examined.broken, std::set<std::string>{});
  EXPECT_EQ(examined.unreached, std::set<std::string>{});
  EXPECT_EQ(examined.broken_plain, (std::set<std::string>{"on_hit", "pick"}));
  EXPECT_EQ(examined.broken_given, std::set<std::string>{});
}

TEST(Invariant, OneThatHoldsOfThePassedRecordOnlyIsBroken) {
  EXPECT_EQ(examine(kForOneOnly).broken, std::set<std::string>{"invariant_kept_by_on_hit"});
}

TEST(Invariant, OneThatDoesNotHoldAtTheStartIsBroken) {
  const std::string late = "bool invariant(const Mark& mark, const Memory& memory) {\n  return memory.a >= 1;\n}\n";
  EXPECT_TRUE(examine(kFunctions + late).broken.contains("invariant_holds_at_start"));
}

TEST(Invariant, OneThatGoesWrongItselfIsBroken) {
  const std::string wild = "bool invariant(const Mark& mark, const Memory& memory) {\n  return 5 / (mark.count - 3) < 9;\n}\n";
  EXPECT_TRUE(examine(kFunctions + wild).broken.contains("invariant_kept_by_on_hit"));
}

TEST(Invariant, NeedNotBeDefinedAndMustHaveTheSignatureOfTheContract) {
  const tasks::Contract contract = contract_from(kContract);
  auto toolchain = Toolchain::over(std::make_unique<LocalWorker>());
  auto without = toolchain->screen(contract, {kFunctions, "policy"});
  ASSERT_TRUE(without && *without);
  EXPECT_FALSE(properties::with_invariant({}, contract, (*without)->policy()).has_value());
  auto odd = toolchain->screen(contract, {std::string(kFunctions) + "bool invariant(const Memory& memory) {\n  return true;\n}\n", "policy"});
  ASSERT_TRUE(odd.has_value());
  ASSERT_FALSE(odd->has_value());
  EXPECT_TRUE(odd->error().detail.contains("the contract wants `bool invariant(const Mark& mark, const Memory& memory)`")) << odd->error().detail;
}

TEST(Invariant, IsForRecordsByConstReferenceOnly) {
  auto wrong = [](const std::string& text) {
    auto read = tasks::read_contract_text("#pragma once\n#include \"policies/abi/assay.h\"\nstruct Mark { i64 count ASSAY_FIELD(\"\", 0, 9); };\n"
                                          "i64 f(Mark& mark) ASSAY_RETURNS(\"\", 0, 9);\n" + text, "policy.h");
    return read ? "" : read.error().what;
  };
  EXPECT_TRUE(wrong("bool invariant(Mark& mark) ASSAY_OPTIONAL;\n").contains("function invariant is optional; that may be `bool invariant(const"));
  EXPECT_TRUE(wrong("bool sane(const Mark& mark) ASSAY_OPTIONAL;\n").contains("function sane is optional"));
  EXPECT_TRUE(wrong("i64 g(const Mark& mark ASSAY_ONE) ASSAY_RETURNS(\"\", 0, 1);\n").contains("ASSAY_ONE; that is for the parameters of an invariant"));
  EXPECT_EQ(wrong("bool invariant(const Mark& mark) ASSAY_OPTIONAL;\n"), "");
}

}  // namespace
}  // namespace assay::verify
