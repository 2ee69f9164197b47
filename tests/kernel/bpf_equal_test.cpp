// What the kernel runs is what is proved: exported policies, run by the kernel on given values, against the checked IR in the interpreter.
//
// ctest takes a slice. More, some minutes: ASSAY_LONG_TESTS=1 kernel_tests --gtest_filter='KernelEqual*'

#include "tests/kernel/kernel_support.h"

#include <elf.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>

#include "cli/kernel/soak.h"
#include "evaluators/congestion/kernel/bpf_trial.h"
#include "evolve/random.h"
#include "verify/lower/interpret.h"
#include "verify/lower/lower.h"
#include "verify/lower/sample.h"

namespace assay::cli {
namespace {

using verify::lower::Word;
using View = AssayView;

constexpr std::uint64_t kMostCost = 100'000;

const std::map<std::string, unsigned View::*> kNumbers = {
    {"window", &View::window}, {"inflight", &View::inflight}, {"acked", &View::acked}, {"lost", &View::lost}, {"marked", &View::marked}, {"rtt", &View::rtt},
    {"smoothed_rtt", &View::smoothed_rtt}, {"min_rtt", &View::min_rtt}, {"max_rtt", &View::max_rtt}, {"rate", &View::rate}, {"max_rate", &View::max_rate},
    {"total_delivered", &View::total_delivered}, {"total_lost", &View::total_lost}, {"recovering", &View::recovering}, {"new_round", &View::new_round},
    {"rounds", &View::rounds}};
using Rounds = unsigned (View::*)[kAssayRounds];
const std::map<std::string, Rounds> kRounds = {{"delivered", &View::round_delivered}, {"lost", &View::round_lost}, {"marked", &View::round_marked},
                                               {"rtt", &View::round_rtt}, {"mean_rtt", &View::round_mean_rtt}, {"rate", &View::round_rate}};

/// Where a slot of the interpreted program lies in the kernel's words.
struct Slot {
  std::string record, field;
  std::size_t item = 0, word = 0;
  bool is_state = false;
};

Slot slot_of(const verify::lower::Program& program, std::uint32_t slot, const tasks::Contract& contract, const tasks::Function& function) {
  for (const auto& object : program.objects) {
    if (!object.is_input || slot < object.first_slot || slot >= object.first_slot + object.slot_count) continue;
    const auto parameter = std::ranges::find(function.parameters, object.name, &tasks::Parameter::name);
    const std::size_t offset = program.slots[slot].offset;
    for (const auto& field : contract.record(parameter->type)->fields)
      if (offset >= field.offset_bytes && offset < field.offset_bytes + field.size_bytes)
        return {parameter->type, field.name, (offset - field.offset_bytes) / 8, congestion::kernel_word_of(contract, parameter->type) + offset / 8, object.is_state};
  }
  ADD_FAILURE() << "no record has the slot " << program.slots[slot].name;
  return {};
}

struct Tally {
  std::uint64_t compared = 0, undefined = 0, different = 0;
};

/// One function of the policy, in both places.
class Twin {
 public:
  Twin(const tasks::Contract& contract, const verify::lower::Program& program, congestion::PolicyInKernel& policy, std::uint64_t event)
      : program_(program), policy_(policy), event_(event) {
    const tasks::Function& function = *contract.function(program.function);
    for (std::uint32_t slot = 0; slot < program.slots.size(); ++slot)
      if (is_input(slot)) slots_.emplace_back(slot, slot_of(program, slot, contract, function));
  }

  void compare(const verify::lower::Inputs& inputs, Tally& tally) {
    const auto expected = verify::lower::interpret(program_, inputs, kMostCost);
    if (expected.stop != verify::lower::Stop::returned) return void(++tally.undefined);
    lay_out(inputs);
    auto answer = policy_.ask(event_);
    ASSERT_TRUE(answer.has_value()) << answer.error().what;
    ++tally.compared;
    const bool same = *answer == std::clamp(signed_of(expected.result), signed_of(program_.return_min), signed_of(program_.return_max)) && same_state(expected);
    tally.different += !same;
  }

 private:
  static std::int64_t signed_of(Word word) { return static_cast<std::int64_t>(word); }

  bool is_input(std::uint32_t slot) const {
    return std::ranges::any_of(program_.objects, [&](const auto& object) {
      return object.is_input && slot >= object.first_slot && slot < object.first_slot + object.slot_count;
    });
  }

  void lay_out(const verify::lower::Inputs& inputs) {
    policy_.view() = {};
    std::ranges::fill(policy_.words(), 0);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto place = std::ranges::find(slots_, program_.inputs[i].slot, &std::pair<std::uint32_t, Slot>::first);
      ASSERT_NE(place, slots_.end());
      const Slot& slot = place->second;
      const auto value = signed_of(inputs[i]);
      if (slot.record == "Flow") show(slot.field, value);
      else policy_.words()[slot.word] = value;
      if (slot.record == "History") (policy_.view().*kRounds.at(slot.field))[slot.item] = static_cast<unsigned>(value);
    }
  }

  void show(const std::string& field, std::int64_t value) {
    if (field == "now") policy_.view().now = static_cast<unsigned long long>(value);
    else policy_.view().*kNumbers.at(field) = static_cast<unsigned>(value);
  }

  bool same_state(const verify::lower::Execution& expected) {
    return std::ranges::all_of(slots_, [&](const auto& each) {
      const auto& [number, slot] = each;
      const auto& declared = program_.slots[number];
      const auto wanted = std::clamp(signed_of(expected.slots[number]), signed_of(declared.min), signed_of(declared.max));
      return !slot.is_state || policy_.words()[slot.word] == wanted;
    });
  }

  const verify::lower::Program& program_;
  congestion::PolicyInKernel& policy_;
  std::uint64_t event_;
  std::vector<std::pair<std::uint32_t, Slot>> slots_;
};

class KernelEqual : public Kernel {
 protected:
  /// All three functions on edges and `random` mixtures; "" where the verifier refused it.
  static std::string compare(const Source& source, unsigned random, Tally& tally) {
    const verify::Screened policy = screened(source);
    auto ir = toolchain_->lower(contract(), policy);
    EXPECT_TRUE(ir && *ir);
    auto functions = verify::lower::lower_functions((**ir).bitcode, contract());
    EXPECT_TRUE(functions.has_value());
    auto exported = export_policy(*toolchain_, contract(), policy, {.for_trial = true});
    EXPECT_TRUE(exported.has_value());
    if (!*exported) return exported->error().detail;
    auto opened = congestion::PolicyInKernel::open((**exported).object.bytes, congestion::kernel_words(contract()));
    EXPECT_TRUE(opened.has_value()) << opened.error().what;
    if (auto* refused = std::get_if<congestion::Refused>(&opened->judgement)) return refused->complaint;
    EXPECT_NE(opened->policy, nullptr);
    for (const auto& function : *functions) {
      if (!function.program) continue;
      const std::uint64_t event = function.name == "on_ack" ? kAssayAck : function.name == "on_loss" ? kAssayLoss : kAssayTimeout;
      Twin twin(contract(), *function.program, *opened->policy, event);
      for (const auto& inputs : verify::lower::sample_inputs(*function.program, random)) twin.compare(inputs, tally);
    }
    return "";
  }
};

TEST_F(KernelEqual, EveryBaselineAnswersInTheKernelAsItsCheckedIrDoes) {
  for (const Source& source : task_->baselines) {
    Tally tally;
    EXPECT_EQ(compare(source, std::getenv("ASSAY_LONG_TESTS") != nullptr ? 10'000 : 400, tally), "") << source.name;
    EXPECT_GT(tally.compared, 1000u) << source.name;
    EXPECT_EQ(tally.different, 0u) << source.name << ": of " << tally.compared;
    std::printf("%-6s %llu compared, %llu not spoken of\n", source.name.c_str(), static_cast<unsigned long long>(tally.compared), static_cast<unsigned long long>(tally.undefined));
  }
}

/// What the machine or the verifier does not take is no difference.
TEST_F(KernelEqual, PoliciesByChanceDoToo) {
  std::vector<verify::Policy> ancestors;
  for (const Source& source : task_->baselines) ancestors.push_back(screened(source).policy());
  evolve::Random random(5, 0);
  Tally tally;
  const int count = std::getenv("ASSAY_LONG_TESTS") != nullptr ? 100 : 4;
  for (int i = 0; i < count; ++i) {
    const Source source{verify::emit(stray_policy(contract(), ancestors, random)), "stray.cpp"};
    compare(source, 200, tally);
    ASSERT_EQ(tally.different, 0u) << source.text;
  }
  EXPECT_GT(tally.compared, 500u);
  std::printf("%d policies, %llu compared, %llu not spoken of\n", count, static_cast<unsigned long long>(tally.compared), static_cast<unsigned long long>(tally.undefined));
}

/// The section .text: assay_ask and what it calls.
std::string code_of(const std::string& object) {
  Elf64_Ehdr header;
  std::memcpy(&header, object.data(), sizeof header);
  auto section = [&](std::size_t i) {
    Elf64_Shdr found;
    std::memcpy(&found, object.data() + header.e_shoff + i * sizeof found, sizeof found);
    return found;
  };
  const std::size_t names = section(header.e_shstrndx).sh_offset;
  for (std::size_t i = 0; i < header.e_shnum; ++i)
    if (std::string_view(object.data() + names + section(i).sh_name) == ".text") return object.substr(section(i).sh_offset, section(i).sh_size);
  return "";
}

/// What BPF has no code for is written out in its own abi header: the ends of i64 are where that could go wrong.
TEST_F(KernelEqual, TheAbisFunctionsAreTheSame) {
  std::string text = "#include \"policy.h\"\n";
  const std::string head = "(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {\n";
  // Numbers of all sizes and signs, from two that are anything.
  text += "i64 wide(i64 number, i64 kind) {\n  if (kind == 0) return number;\n  if (kind == 1) return sat_mul(number, 1LL << 40);\n"
          "  if (kind == 2) return kI64Max - number;\n  return kI64Min + number;\n}\n";
  text += "i64 part(i64 value, i64 which) { return clamp(which == 0 ? value & 65535 : which == 1 ? (value >> 16) & 65535 : which == 2 ? (value >> 32) & 65535 : (value >> 48) & 65535, 0, 65535) + 2; }\n";
  for (const auto& [name, call] : {std::pair{"on_ack", "sat_mul(a, b)"}, std::pair{"on_loss", "sat_add(sat_sub(a, b), safe_mod(a, b))"}, std::pair{"on_timeout", "sat_sub(safe_div(a, b), log2_floor(b))"}})
    text += "i64 " + std::string(name) + head + "  const i64 a = wide(memory.note[0], memory.phase & 3), b = wide(memory.note[1], (memory.phase >> 2) & 3);\n"
            "  const i64 answer = " + call + ";\n  memory.since = part(answer, 1);\n  memory.credit = part(answer, 2);\n  memory.threshold = part(answer, 3);\n  return part(answer, 0);\n}\n";
  Tally tally;
  EXPECT_EQ(compare({text, "abi.cpp"}, 2000, tally), "");
  EXPECT_GT(tally.compared, 2000u);
  EXPECT_EQ(tally.different, 0u);
}

TEST_F(KernelEqual, WhatIsTriedIsWhatIsRegistered) {
  for (const char* name : {"cubic", "bbr"}) {
    const Source& source = baseline(name);
    const std::string code = code_of(made(source).object.bytes);
    EXPECT_GT(code.size(), 1000u) << source.name;
    EXPECT_EQ(code, code_of(made(source, true).object.bytes)) << source.name;
  }
  EXPECT_NE(code_of(made(baseline("reno")).object.bytes), code_of(made(baseline("vegas")).object.bytes));
}

/// The twin of the above: where the policy in the kernel is another one, it shows.
TEST_F(KernelEqual, AnotherPolicyIsFoundOut) {
  const Exported other = made(baseline("vegas"), true);
  auto opened = congestion::PolicyInKernel::open(other.object.bytes, congestion::kernel_words(contract()));
  ASSERT_TRUE(opened && opened->policy);
  auto ir = toolchain_->lower(contract(), screened(baseline("reno")));
  auto functions = verify::lower::lower_functions((**ir).bitcode, contract());
  Twin twin(contract(), *functions->front().program, *opened->policy, kAssayAck);
  Tally tally;
  for (const auto& inputs : verify::lower::sample_inputs(*functions->front().program, 200)) twin.compare(inputs, tally);
  EXPECT_GT(tally.different, 0u);
}

/// Index out of range: the simulator ends the run, the kernel reads item 0.
TEST_F(KernelEqual, AnIndexOutOfRangeStandsForItemZero) {
  const Source source{"#include \"policy.h\"\n"
                      "i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return clamp(history.rtt[flow.acked], 2, 1000); }\n"
                      "i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return clamp(history.rtt[flow.acked - 3], 2, 1000); }\n"
                      "i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return 2; }\n", "index.cpp"};
  auto opened = congestion::PolicyInKernel::open(made(source, true).object.bytes, congestion::kernel_words(contract()));
  ASSERT_TRUE(opened && opened->policy);
  auto& policy = *opened->policy;
  const std::size_t rtt = congestion::kernel_word_of(contract(), "History") + contract().record("History")->field("rtt")->offset_bytes / 8;
  for (std::size_t i = 0; i < 10; ++i) policy.words()[rtt + i] = static_cast<std::int64_t>(500 + i);
  for (unsigned acked : {0u, 9u, 10u, 4294967295u}) {
    policy.view().acked = acked;
    EXPECT_EQ(*policy.ask(kAssayAck), acked == 9 ? 509 : 500) << acked;
  }
  policy.view().acked = 1;
  EXPECT_EQ(*policy.ask(kAssayLoss), 500);
  policy.view().acked = 5;
  EXPECT_EQ(*policy.ask(kAssayLoss), 502);
}

}  // namespace
}  // namespace assay::cli
