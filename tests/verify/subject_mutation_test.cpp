// Mutation of the subject: every small mistake in the safe cases of the corpus and in the baselines. Where runs show that the
// mistake matters the verdict must not be Proved, and is Refuted for most; where every input was run and none of them goes
// wrong it must not be Refuted.
//
// ctest takes every so many-th mutant. All of them, or every n-th: ASSAY_LONG_TESTS=n verify_tests --gtest_filter='SubjectMutation*'

#include <gtest/gtest.h>

#include <cstdlib>

#include "tasks/task.h"
#include "tests/verify/concrete.h"
#include "tests/verify/corpus_case.h"
#include "tests/verify/subject_mutants.h"
#include "verify/certify_examine.h"
#include "verify/lower/lower.h"
#include "verify/rules.h"

namespace assay::verify {
namespace {

struct Tally {
  int mutants = 0, wrong_ones = 0, refuted = 0, left_unknown = 0, harmless = 0, harmless_proved = 0, missed_by_runs = 0;
};

class SubjectMutation : public testing::Test {
 protected:
  void SetUp() override {
    toolchain_ = local_toolchain();
    solver_ = smt::make_solver_here();
  }

  struct Subject {
    std::string name;
    tasks::Contract contract;
    Source source;
    std::uint64_t bound;
  };

  static std::vector<Subject> subjects() {
    std::vector<Subject> out;
    for (const char* name : {"web_cache", "web_cache_queues"}) {
      auto task = tasks::load_task(source_dir() / "tasks" / name);
      EXPECT_TRUE(task.has_value());
      for (const Source& source : task->baselines) out.push_back({std::string(name) + "/" + source.name, task->contract, source, task->limits.instructions});
    }
    for (const std::string& group : corpus_groups())
      for (const CorpusCase& one : cases_of(group))
        if (one.is_safe && one.unknown.empty() && one.properties_text.empty())
          out.push_back({one.name(), contract_of_case(one), {one.text, one.path.filename()}, one.bound});
    return out;
  }

  void mutate(const Subject& subject, std::size_t stride, std::size_t& counter, Tally& tally) {
    auto screened = toolchain_->screen(subject.contract, subject.source);
    ASSERT_TRUE(screened && *screened) << subject.name;
    for (const SubjectMutant& mutant : mutants_of((*screened)->policy()))
      if (check(mutant.policy, subject.contract).empty() && counter++ % stride == 0) judge(subject, mutant, tally);
  }

 private:
  void judge(const Subject& subject, const SubjectMutant& mutant, Tally& tally) {
    const std::string text = emit(mutant.policy);
    auto screened = toolchain_->screen(subject.contract, Source{text});
    if (!screened || !*screened) return;  // "x / 0" and the like
    auto ir = toolchain_->lower(subject.contract, **screened);
    ASSERT_TRUE(ir && *ir) << text;
    auto functions = lower::lower_functions((**ir).bitcode, subject.contract);
    ASSERT_TRUE(functions.has_value());
    CertifyOptions options;
    options.instruction_bound = subject.bound;
    options.solver_budget = std::chrono::milliseconds{300};
    options.grade_cells = 0;
    bool is_wrong = false, every_input = true, refuted = false, proved = true;
    for (const lower::LoweredFunction& function : *functions) {
      ASSERT_TRUE(function.program.has_value()) << text;
      RunPlan plan;
      plan.bound = subject.bound;
      plan.most_cost = 1'000'000;
      const Truth truth = find_out(*function.program, plan);
      auto examined = examine(function, {subject.contract, {}, options}, *solver_);
      ASSERT_TRUE(examined.has_value());
      for (const ExaminedClaim& claim : examined->claims) {
        const bool is_refuted = std::holds_alternative<Refuted>(claim.claim.verdict), is_proved = std::holds_alternative<Proved>(claim.claim.verdict);
        EXPECT_FALSE(is_proved && truth.broken(claim.property)) << "WRONG PROOF: " << subject.name << ", " << mutant.what << "\n" << text;
        EXPECT_FALSE(is_refuted && truth.every_input && !truth.broken(claim.property)) << "WRONG REFUTATION: " << subject.name << ", " << mutant.what << "\n" << text;
        if (is_refuted) {
          EXPECT_EQ(broken_claim(*function.program, lower::interpret(*function.program, claim.counterexample->inputs, subject.bound)), claim.property) << text;
        }
        refuted |= is_refuted, proved &= is_proved;
      }
      is_wrong |= truth.any_broken(), every_input &= truth.every_input;
    }
    count(is_wrong, refuted, proved, tally);
    if (is_wrong && !refuted) std::printf("    wrong and not refuted: %s, %s\n", subject.name.c_str(), mutant.what.c_str());
    if (!is_wrong && !refuted && !proved) std::printf("    harmless and not proved: %s, %s\n", subject.name.c_str(), mutant.what.c_str());
  }

  static void count(bool is_wrong, bool refuted, bool proved, Tally& tally) {
    ++tally.mutants;
    if (!is_wrong && refuted) ++tally.missed_by_runs;  // a counterexample that was run says so
    if (is_wrong || refuted) ++tally.wrong_ones, tally.refuted += refuted, tally.left_unknown += !refuted;
    else ++tally.harmless, tally.harmless_proved += proved;
  }

  std::unique_ptr<Toolchain> toolchain_;
  std::unique_ptr<smt::Solver> solver_;
};

TEST_F(SubjectMutation, FlipsTheVerdictWhereTheMutantIsWrong) {
  const char* wanted = std::getenv("ASSAY_LONG_TESTS");
  const std::size_t stride = wanted == nullptr ? 67 : std::max<std::size_t>(1, std::strtoull(wanted, nullptr, 10));
  Tally tally;
  std::size_t counter = 0;
  for (const Subject& subject : subjects()) mutate(subject, stride, counter, tally);
  std::printf("  %d mutants of %zu: %d wrong, of them refuted %d, unknown %d, proved 0; %d harmless, of them proved %d, refuted 0; sampling alone misses %d\n",
              tally.mutants, counter, tally.wrong_ones, tally.refuted, tally.left_unknown, tally.harmless, tally.harmless_proved, tally.missed_by_runs);
  EXPECT_GE(tally.mutants, stride == 1 ? 200 : 20);
  EXPECT_GE(tally.refuted * 10, tally.wrong_ones * 9);
}

}  // namespace
}  // namespace assay::verify
