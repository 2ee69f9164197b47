// Properties: read, lowered, interpreted; words that a candidate cannot take.

#include <gtest/gtest.h>

#include "tests/verify/screen_support.h"
#include "verify/lower/interpret.h"
#include "verify/lower/lower.h"
#include "verify/lower/ops.h"
#include "verify/lower/sample.h"
#include "verify/properties/properties.h"

namespace assay::verify {
namespace {

using properties::Level;
using properties::PropertySet;
using properties::read_properties;

constexpr char kContract[] =
    "struct Thing { i64 size ASSAY_FIELD(\"bytes\", 1, 100); Array<i64, 3> parts ASSAY_FIELD(\"\", 0, 9); };\n"
    "struct Kept { i64 count ASSAY_FIELD(\"\", 0, 10); bool flag; };\n"
    "i64 rank(const Thing& thing, Kept& kept) ASSAY_RETURNS(\"\", 0, 1000);\n";

PropertySet set_from(const std::string& text) {
  auto set = read_properties(contract_from(kContract), text, "properties.cpp");
  EXPECT_TRUE(set.has_value()) << (set ? "" : set.error().what);
  return set.value_or(PropertySet{});
}

std::string error_of(const std::string& text) {
  auto set = read_properties(contract_from(kContract), text, "t/properties.cpp");
  EXPECT_FALSE(set.has_value());
  return set ? "" : set.error().what;
}

std::vector<lower::LoweredFunction> lowered(const PropertySet& set, const std::string& policy) {
  const tasks::Contract contract = contract_from(kContract);
  auto toolchain = Toolchain::over(std::make_unique<LocalWorker>());
  auto screened = toolchain->screen(contract, {policy, "policy"});
  if (!screened || !*screened) return ADD_FAILURE() << (screened ? screened->error().detail : screened.error().what), std::vector<lower::LoweredFunction>{};
  auto ir = toolchain->lower_properties(contract, **screened, set);
  if (!ir || !*ir) return ADD_FAILURE() << (ir ? ir->error().detail : ir.error().what), std::vector<lower::LoweredFunction>{};
  auto functions = lower::lower_properties((*ir)->bitcode, contract, set);
  EXPECT_TRUE(functions.has_value());
  return functions.value_or(std::vector<lower::LoweredFunction>{});
}

lower::Program program_of(const std::string& property, const std::string& policy) {
  auto functions = lowered(set_from("/// Doc.\nASSAY_PROPERTY(p, info) {\n" + property + "}\n"), policy);
  if (functions.size() != 1 || !functions[0].program) {
    ADD_FAILURE() << (functions.empty() ? "nothing lowered" : functions[0].program.error().what);
    return {};
  }
  return *functions[0].program;
}

constexpr char kSum[] =
    "i64 rank(const Thing& thing, Kept& kept) {\n"
    "  i64 sum = thing.size;\n"
    "  for (i64 i = 0; i < 3; i += 1) {\n    sum += thing.parts[i];\n  }\n"
    "  kept.count = min(kept.count + 1, 10);\n  return sum;\n}\n";

/// The text is compiled with and without optimisation, and to write tables out: what can tell these apart is refused.
TEST(Properties, SayTheSameHoweverTheyAreCompiled) {
  const auto refuses = [](const std::string& lines, const std::string& words, int line) {
    const std::string what = error_of(lines + "\n/// Doc.\nASSAY_PROPERTY(p, info) {\n  prove(any_in(0, 1) < 2);\n}\n");
    EXPECT_NE(what.find(words), std::string::npos) << what;
    EXPECT_TRUE(what.starts_with("t/properties.cpp:" + std::to_string(line) + ":")) << what;
  };
  refuses("#if defined(__OPTIMIZE__)\n#define rank own_rank\n#endif", "only directive is #include", 1);
  refuses("%:define rank own_rank", "only directive is #include", 1);
  refuses("#line 7", "only directive is #include", 1);
  refuses("#pragma clang optimize off", "only directive is #include", 1);
  refuses("i64 f() { return __OPTIMIZE__; }", "the compiler's and ours", 1);
  refuses("i64 f(i64 a) { return __builtin_constant_p(a); }", "the compiler's and ours", 1);
  refuses("i64 f() {\n  asm volatile(\"nop\");\n  return 0;\n}", "`asm` is not a word", 2);
  refuses("i64 f() { __asm__(\"nop\"); return 0; }", "the compiler's and ours", 1);
  refuses("[[clang::optnone]] i64 f() { return 0; }", "an attribute", 1);
  refuses("i64 f() { return requires { assay_begin_table(1, 1, 1, 1); } ? 1 : 0; }", "`requires` is not a word", 1);
  refuses("template <class T> i64 f(T a) { return a; }", "`template` is not a word", 1);
  refuses("i64 f() { return assay_tables().index; }", "the compiler's and ours", 1);
  refuses("i64 f() { return ASSAY_WRITE_TABLES; }", "the compiler's and ours", 1);
  refuses("#inc\\\nlude \"policy.h\"", "only directive is #include", 1);
  refuses("i64 f() { return __OPTI\\\nMIZE__; }", "a backslash", 1);
}

TEST(Properties, AreReadWithNameLevelCommentAndPlace) {
  const PropertySet set = set_from(
      "#include \"policies/abi/property.h\"\n#include \"policy.h\"\n\n"
      "/// More is more:\n/// always.\n"
      "ASSAY_PROPERTY(more_is_more, preferred) {\n"
      "  auto a = any<Thing>(), b = a;\n  b.size = any_in(a.size, 100);\n  prove(b.size >=\n        a.size);\n}\n");
  ASSERT_EQ(set.properties.size(), 1u);
  EXPECT_EQ(set.properties[0].name, "more_is_more");
  EXPECT_EQ(set.properties[0].level, Level::preferred);
  EXPECT_EQ(set.properties[0].doc, "More is more: always.");
  EXPECT_EQ(set.properties[0].line, 6);
  EXPECT_TRUE(set.properties[0].text.starts_with("ASSAY_PROPERTY(more_is_more, preferred) {"));
  EXPECT_TRUE(set.properties[0].text.ends_with("}"));
  EXPECT_EQ(set.choices, (std::vector<properties::Word>{{7, 12, "a"}, {8, 12, "b.size"}}));
  EXPECT_EQ(set.claims, (std::vector<properties::Word>{{9, 3, "b.size >= a.size"}}));
  EXPECT_TRUE(describe(set).contains("// more_is_more (preferred): More is more: always.\nASSAY_PROPERTY("));
}

TEST(Properties, WhatIsWrongWithThemIsSaidWithFileLineAndMend) {
  EXPECT_TRUE(error_of("ASSAY_PROPERTY(p, info) { prove(true); }\n").starts_with("t/properties.cpp:1:1: property p has no comment; say"));
  EXPECT_TRUE(error_of("/// D.\nASSAY_PROPERTY(p, vital) { prove(true); }\n").contains(":2:1: property p has the level `vital`; use required"));
  EXPECT_TRUE(error_of("/// D.\nASSAY_PROPERTY(p, info) { any<i64>(); }\n").contains("property p claims nothing; give it a prove(...)"));
  EXPECT_TRUE(error_of("/// D.\nASSAY_PROPERTY(p, info) { for (i64 i = 0; i < 2; ++i) prove(any<i64>() == 0); }\n").contains("`any` in a loop"));
  EXPECT_TRUE(error_of("i64 x = 0;\n").contains("t/properties.cpp:1:1: no property in it"));
  EXPECT_TRUE(error_of("#include <vector>\n").contains("t/properties.cpp:1:10: 'vector' file not found; properties.cpp includes"));
  EXPECT_TRUE(error_of("/// D.\nASSAY_PROPERTY(p, info) { prove(any<Thing>().weight > 0); }\n").contains("no member named 'weight'"));
  EXPECT_TRUE(error_of("/// D.\nASSAY_PROPERTY(p, info) { prove(true); }\n/// D.\nASSAY_PROPERTY(p, info) { prove(true); }\n").contains("give each property a name"));
}

TEST(Properties, InputsAreNamedAfterWhatTakesTheValueAndHaveTheDeclaredRanges) {
  const lower::Program program = program_of(
      "  auto a = any<Thing>();\n  auto kept = any<Kept>();\n  a.size = any_in(5, 7);\n"
      "  const i64 x = any_in(1, 2) + any_in(a.size, 9);\n  prove(rank(a, kept) > 0 && x > 0);\n", kSum);
  std::vector<std::string> names;
  for (const lower::Input& input : program.inputs) names.push_back(input.name + " " + lower::text_of(input.min) + ".." + lower::text_of(input.max));
  EXPECT_EQ(names, (std::vector<std::string>{"a.size 1..100", "a.parts[0] 0..9", "a.parts[1] 0..9", "a.parts[2] 0..9", "kept.count 0..10",
                                             "kept.flag 0..1", "a.size#2 5..7", "x 1..2", "x#2 -9223372036854775808..9"}));
}

TEST(Properties, ATrueOnePassesAndAFalseOneIsBrokenBySomeInput) {
  const std::string text = "  auto a = any<Thing>(), b = a;\n  auto kept = any<Kept>();\n  b.parts[1] = any_in(a.parts[1], 9);\n"
                           "  Kept again = kept;\n  prove(rank(b, kept) ";
  const lower::Program good = program_of(text + ">= rank(a, again));\n", kSum), bad = program_of(text + "> rank(a, again));\n", kSum);
  bool broken = false, reached = false;
  for (const auto& inputs : lower::sample_inputs(good, 200)) {
    const auto execution = lower::interpret(good, inputs, 10000);
    EXPECT_NE(execution.stop, lower::Stop::violated);
    reached = reached || (execution.stop == lower::Stop::returned && execution.points[5] == 1);
    const auto other = lower::interpret(bad, inputs, 10000);
    if (other.stop != lower::Stop::violated) continue;
    broken = true;
    EXPECT_EQ(bad.checks[other.check].property, lower::Property::claim);
    EXPECT_EQ(bad.checks[other.check].what, "`rank(b, kept) > rank(a, again)` does not hold");
    EXPECT_EQ(bad.checks[other.check].line, 7);
    EXPECT_TRUE(bad.checks[other.check].in_properties);
  }
  EXPECT_TRUE(reached);
  EXPECT_TRUE(broken);
}

TEST(Properties, WhatGoesWrongInTheCandidateIsOfThePropertyAtTheCandidatesLine) {
  const lower::Program program = program_of("  auto a = any<Thing>();\n  auto kept = any<Kept>();\n  prove(rank(a, kept) >= 0);\n",
                                            "i64 rank(const Thing& thing, Kept& kept) {\n  const i64 index = thing.size;\n  return thing.parts[index];\n}\n");
  const auto execution = lower::interpret(program, lower::sample_inputs(program, 0)[2], 1000);
  ASSERT_EQ(execution.stop, lower::Stop::violated);
  EXPECT_EQ(program.checks[execution.check].property, lower::Property::in_bounds);
  EXPECT_EQ(program.checks[execution.check].line, 3);
  EXPECT_FALSE(program.checks[execution.check].in_properties);
}

TEST(Properties, ACandidateCannotTakeTheirWords) {
  const lower::Program program = program_of(
      "  auto a = any<Thing>();\n  auto kept = any<Kept>();\n  prove(rank(a, kept) != 7);\n",
      "void prove(bool holds) {\n  return;\n}\n\nbool any(i64 x) {\n  return x == 1;\n}\n\nvoid assume(bool holds) {\n  return;\n}\n\n"
      "i64 rank(const Thing& thing, Kept& kept) {\n  prove(true);\n  assume(false);\n  return any(thing.size) ? 7 : 8;\n}\n");
  EXPECT_EQ(program.inputs.size(), 6u);
  bool broken = false;
  for (const auto& inputs : lower::sample_inputs(program, 100)) {
    const auto stop = lower::interpret(program, inputs, 1000).stop;
    EXPECT_NE(stop, lower::Stop::dismissed);
    broken = broken || stop == lower::Stop::violated;
  }
  EXPECT_TRUE(broken);
}

TEST(Properties, ARecordThatIsReadBeforeItIsWrittenIsAViolation) {
  const lower::Program program = program_of(
      "  Thing thing;\n  thing.size = any_in(1, 9);\n  auto kept = any<Kept>();\n  prove(rank(thing, kept) > 0);\n", kSum);
  EXPECT_EQ(lower::interpret(program, lower::sample_inputs(program, 0)[0], 1000).stop, lower::Stop::violated);
}

TEST(Properties, RecordsAreCopiedZeroedAndIndexed) {
  const lower::Program program = program_of(
      "  auto a = any<Thing>();\n  Thing b{};\n  Kept kept{};\n  const i64 i = any_in(0, 2);\n  b.parts[i] = a.parts[i];\n"
      "  auto c = b;\n  c.size = 1;\n  prove(rank(c, kept) == 1 + a.parts[i]);\n  prove(kept.count == 1 && !kept.flag);\n", kSum);
  for (const auto& inputs : lower::sample_inputs(program, 200)) EXPECT_EQ(lower::interpret(program, inputs, 1000).stop, lower::Stop::returned);
}

TEST(Properties, AnyInALoopThatAFunctionHidesIsRefused) {
  auto functions = lowered(set_from("i64 some() { return any_in(0, 3); }\n/// D.\nASSAY_PROPERTY(p, info) {\n"
                                    "  for (i64 i = 0; i < 2; ++i) prove(some() <= 3);\n}\n"), kSum);
  ASSERT_EQ(functions.size(), 1u);
  ASSERT_FALSE(functions[0].program.has_value());
  EXPECT_TRUE(functions[0].program.error().what.starts_with("`any` in a loop"));
}

TEST(Properties, SpeakOfDoublesToo) {
  const tasks::Contract contract = contract_from("struct Link { f64 share ASSAY_FIELD(\"\", 0.25, 0.75); i64 count ASSAY_FIELD(\"\", 0, 9); };\n"
                                                 "f64 rate(const Link& link) ASSAY_RETURNS(\"\", 0.0, 10.0);\n");
  auto set = read_properties(contract, "/// D.\nASSAY_PROPERTY(p, info) {\n  auto link = any<Link>();\n  const Link copies[2] = {link, link};\n"
                                       "  const f64 x = any_in(0.5, 2.0), y = any_in(x, 3.0);\n  const i64 i = any_in(0, 1);\n"
                                       "  prove(x <= y);\n  prove(rate(copies[i]) >= 0.25);\n}\n", "properties.cpp");
  ASSERT_TRUE(set.has_value()) << set.error().what;
  auto toolchain = Toolchain::over(std::make_unique<LocalWorker>());
  auto screened = toolchain->screen(contract, {"f64 rate(const Link& link) {\n  return link.share;\n}\n", "policy"});
  ASSERT_TRUE(screened && *screened) << (screened ? screened->error().detail : "");
  auto functions = lower::lower_properties((*toolchain->lower_properties(contract, **screened, *set))->bitcode, contract, *set);
  ASSERT_TRUE(functions && (*functions)[0].program.has_value()) << (*functions)[0].program.error().what;
  const lower::Program& program = *(*functions)[0].program;
  ASSERT_EQ(program.inputs.size(), 5u);
  EXPECT_TRUE(program.inputs[0].is_double);
  EXPECT_EQ(lower::text_of_double(program.inputs[0].min), "0.25");
  EXPECT_EQ(lower::text_of_double(program.inputs[2].max), "2.0");
  bool reached = false;
  for (const auto& inputs : lower::sample_inputs(program, 300)) {
    const auto stop = lower::interpret(program, inputs, 1000).stop;
    EXPECT_NE(stop, lower::Stop::violated);
    reached = reached || stop == lower::Stop::returned;
  }
  EXPECT_TRUE(reached);
}

TEST(Properties, TheirFunctionsMayChooseMoreThanOnce) {
  auto functions = lowered(set_from("i64 some() { return any_in(0, 3); }\n/// D.\nASSAY_PROPERTY(p, info) {\n"
                                    "  prove(some() + some() <= 6);\n}\n"), kSum);
  ASSERT_EQ(functions.size(), 1u);
  ASSERT_TRUE(functions[0].program.has_value());
  ASSERT_EQ(functions[0].program->inputs.size(), 2u);
  EXPECT_EQ(functions[0].program->inputs[1].name, functions[0].program->inputs[0].name + "#2");
}

}  // namespace
}  // namespace assay::verify
