// What is exported to the kernel against what is simulated and proved: equal, and where it is not, found.

#include "verify/export_equivalence.h"

#include <gtest/gtest.h>

#include "tests/verify/screen_support.h"
#include "verify/lower/lower.h"

namespace assay::verify {
namespace {

constexpr std::string_view kParameters = "(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) ";

class ExportEquivalence : public testing::Test {
 protected:
  Screened screened(const std::string& text, const std::string& name = "policy") {
    auto screened = toolchain_->screen(contract_, Source{text, name});
    if (!screened || !*screened) throw std::runtime_error(name + ": " + (screened ? words_of(screened->error()) : screened.error().what));
    return std::move(**screened);
  }
  Screened on_ack(const std::string& body) {
    const std::string parameters(kParameters);
    return screened("#include \"policy.h\"\ni64 on_ack" + parameters + "{\n" + body + "\n}\ni64 on_loss" + parameters + "{ return 2; }\ni64 on_timeout" + parameters +
                    "{ return 2; }\n");
  }
  std::vector<ExportedFunction> compare(const Screened& policy, const EquivalenceOptions& options = {}) {
    auto compared = compare_exported(contract_, policy, *toolchain_, options, *solver_);
    if (!compared || !*compared) throw std::runtime_error(compared ? words_of(compared->error()) : compared.error().what);
    return std::move(**compared);
  }
  std::string verdict(const std::string& body) { return std::string(name_of(compare(on_ack(body))[0].checked.verdict)); }
  lower::Program first(Result<Attempt<CheckedIr>> ir) {
    auto functions = lower::lower_functions((*ir)->bitcode, contract_);
    return *(*functions)[0].program;
  }

  tasks::Contract contract_ = contract_of("congestion_control");
  std::unique_ptr<Toolchain> toolchain_ = local_toolchain();
  std::unique_ptr<smt::Solver> solver_ = smt::make_solver_here();
};

/// Copa and BBR divide by what they measure: there the solvers are left with products.
TEST_F(ExportEquivalence, BaselinesDoInTheKernelWhatIsSimulatedAndProvedOfThem) {
  for (const std::string name : {"reno", "vegas", "dctcp"})
    for (const ExportedFunction& each : compare(screened(text_of(source_dir() / "tasks/congestion_control/baselines" / (name + ".cpp")), name)))
      for (const Equivalence* of : {&each.simulated, &each.checked})
        EXPECT_EQ(name_of(of->verdict), "proved") << name << ", " << each.function
            << (std::holds_alternative<Unknown>(of->verdict) ? ": " + std::get<Unknown>(of->verdict).reason : "");
}

/// A solver is left with a product of three unknowns there, but the text says the same as it is read.
TEST_F(ExportEquivalence, WhatIsNotSettledIsComparedBeforeItIsOptimised) {
  const std::string name = "copa";
  for (const ExportedFunction& each : compare(screened(text_of(source_dir() / "tasks/congestion_control/baselines/copa.cpp"), name), {.effort = 1'500'000})) {
    EXPECT_EQ(name_of(each.simulated.verdict), "proved") << each.function;
    const bool is_certified = std::holds_alternative<Proved>(each.checked.verdict);
    EXPECT_EQ(each.read.has_value(), !is_certified) << each.function;
    if (each.read) EXPECT_EQ(name_of(each.read->verdict), "proved") << each.function;
  }
}

/// The checked code says nothing of an index out of range; the export reads item 0 there, and only there.
TEST_F(ExportEquivalence, AnIndexIsThatOfTheCheckedCode) {
  EXPECT_EQ(verdict("return clamp(history.lost[flow.marked], 2, 100);"), "proved");
  EXPECT_EQ(verdict("memory.note[flow.marked] = flow.acked; return 2 + memory.note[flow.lost] % 2 * 0;"), "proved");
  EXPECT_EQ(verdict("i64 most = 2; for (i64 i = 0; i < kRounds; ++i) most = max(most, min(history.rate[i], 1000)); return most;"), "proved");
}

TEST_F(ExportEquivalence, QuotientsAndRemaindersOfOneDivision) {
  EXPECT_EQ(verdict("const i64 credit = memory.credit; memory.credit = credit % flow.window; return 2 + min(credit / flow.window, 100);"), "proved");
  EXPECT_EQ(verdict("return 2 + abs(memory.note[0] % max(flow.rtt, 1)) % 7 + safe_div(flow.rtt, flow.min_rtt) * 0;"), "proved");
}

/// The twin: what another policy's export does.
TEST_F(ExportEquivalence, AnotherPolicysExportIsRefutedByAnInput) {
  const lower::Program checked = first(toolchain_->lower(contract_, on_ack("memory.credit = min(flow.acked, 99); return 2 + flow.new_round;")));
  for (const std::string body : {"memory.credit = min(flow.acked, 99); return 2;", "memory.credit = min(flow.acked, 98); return 2 + flow.new_round;",
                                 "memory.credit = min(flow.acked, 99); memory.phase = 1; return 2 + flow.new_round;"}) {
    auto compared = equivalent(checked, first(toolchain_->lower_for_bpf(contract_, on_ack(body))), {}, *solver_);
    ASSERT_TRUE(compared.has_value()) << body;
    EXPECT_EQ(name_of(compared->verdict), "refuted") << body;
  }
  for (const bool optimised : {false, true}) {
    auto differs = equivalent(checked, first(toolchain_->lower_for_bpf(contract_, on_ack("memory.credit = min(flow.acked, 99); return 2;"), optimised)), {}, *solver_);
    EXPECT_EQ(name_of(differs->verdict), "refuted");
  }
  auto same = equivalent(checked, first(toolchain_->lower_for_bpf(contract_, on_ack("memory.credit = min(flow.acked, 99); return 2 + flow.new_round;"))), {}, *solver_);
  EXPECT_EQ(name_of(same->verdict), "proved");
}

}  // namespace
}  // namespace assay::verify
