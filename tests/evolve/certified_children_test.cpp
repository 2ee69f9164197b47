// Random policies of both tasks, from the mutation grammar, certified and run: no proof that a run refutes, no counterexample
// that does not reproduce, no run outside an invariant, no difference between the interpreter and the compiled candidate.
// The grammar keeps out of trouble by itself, so every second policy gets a small mistake (tests/verify/subject_mutants.h).
//
// ctest takes a few dozen. More, by hand: ASSAY_LONG_TESTS=10000 evolve_tests --gtest_filter='*CertifiedChildren*' makes
// 10,000 policies of each task, and runs each function of each on 2,000 inputs.

#include <gtest/gtest.h>

#include <cstdlib>

#include "evolve/mutate/mutate.h"
#include "tasks/task.h"
#include "tests/evolve/fixtures.h"
#include "tests/verify/concrete.h"
#include "tests/verify/graph_walk.h"
#include "tests/verify/screen_support.h"
#include "tests/verify/subject_mutants.h"
#include "verify/certify_examine.h"
#include "verify/certify_replay.h"
#include "verify/domains/explore.h"
#include "verify/lower/lower.h"
#include "verify/rules.h"

namespace assay::evolve::mutate {
namespace {

struct Tally {
  std::uint64_t policies = 0, functions = 0, runs = 0, proved = 0, refuted = 0, unknown = 0, wrong = 0, followed = 0, atoms = 0, compiled = 0;
};

std::uint64_t policies_wanted() {
  const char* wanted = std::getenv("ASSAY_LONG_TESTS");
  return wanted == nullptr ? 24 : std::max(200ll, std::atoll(wanted));
}

class CertifiedChildren : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    jail_ = std::move(*jail);
    toolchain_ = verify::local_toolchain();
    solver_ = verify::smt::make_solver_here();
  }
  static void TearDownTestSuite() {
    jail_.reset();
    toolchain_.reset();
    solver_.reset();
  }

  void judge(const tasks::Task& task, const verify::Policy& policy, std::uint64_t number, Tally& tally) {
    auto screened = toolchain_->screen(task.contract, Source{verify::emit(policy)});
    if (!screened || !*screened) return;  // a mistake such as a shift by 64, which the screen sees
    auto ir = toolchain_->lower(task.contract, **screened);
    ASSERT_TRUE(ir && *ir);
    auto functions = verify::lower::lower_functions((**ir).bitcode, task.contract);
    ASSERT_TRUE(functions.has_value());
    ++tally.policies;
    verify::CertifyOptions options;
    options.instruction_bound = task.limits.instructions;
    options.solver_budget = std::chrono::milliseconds{200};
    options.grade_cells = 0;
    verify::Replayer replayer(task.contract, **screened, *toolchain_, *jail_);
    for (std::size_t i = 0; i < functions->size(); ++i) {
      const auto& function = (*functions)[i];
      ASSERT_TRUE(function.program.has_value()) << function.program.error().what;
      verdicts(function, task, number, options, verify::emit(policy), tally);
      if (number % 4 == 0) follow(*function.program, number, options.instruction_bound, tally);
      if (number % 20 == 0) compare(*function.program, i, number, options.instruction_bound, replayer, tally);
    }
  }

 private:
  void verdicts(const verify::lower::LoweredFunction& function, const tasks::Task& task, std::uint64_t number,
                const verify::CertifyOptions& options, const std::string& text, Tally& tally) {
    verify::RunPlan plan;
    plan.bound = options.instruction_bound;
    plan.seed = number;
    const verify::Truth truth = verify::find_out(*function.program, plan);
    auto examined = verify::examine(function, {task.contract, {}, options}, *solver_);
    ASSERT_TRUE(examined.has_value()) << examined.error().what;
    for (const verify::ExaminedClaim& claim : examined->claims) {
      const auto property = claim.property;
      const bool proved = std::holds_alternative<Proved>(claim.claim.verdict), refuted = std::holds_alternative<Refuted>(claim.claim.verdict);
      if (proved && truth.broken(property)) {
        ADD_FAILURE() << "WRONG PROOF of " << verify::lower::name_of(property) << " of " << function.name << ":\n" << text;
        ++tally.wrong;
      }
      if (refuted) {
        const auto execution = verify::lower::interpret(*function.program, claim.counterexample->inputs, options.instruction_bound);
        EXPECT_EQ(verify::broken_claim(*function.program, execution), property) << "a counterexample that is none:\n" << text;
      }
      tally.proved += proved, tally.refuted += refuted, tally.unknown += !proved && !refuted;
    }
    ++tally.functions;
    tally.runs += truth.runs;
  }

  void follow(const verify::lower::Program& program, std::uint64_t seed, std::uint64_t bound, Tally& tally) {
    verify::lower::TermPool pool;
    verify::domains::ExploreOptions options;
    options.instruction_bound = bound;
    options.record = true;
    const auto explored = verify::domains::explore(program, pool, options);
    if (explored.gave_up || explored.graph.nodes.empty()) return;
    verify::GraphWalk walk(program, explored.graph, bound);
    verify::BoundaryInputs source(program, seed);
    for (int i = 0; i < 500; ++i, ++tally.followed) {
      auto wrong = walk.contradiction(source.next());
      ASSERT_FALSE(wrong.has_value()) << *wrong;
    }
    tally.atoms += walk.atoms();
  }

  /// An answer that the interpreter computed must come out of the checked and of the optimised code, too.
  void compare(const verify::lower::Program& program, std::size_t function, std::uint64_t seed, std::uint64_t bound, verify::Replayer& replayer, Tally& tally) {
    verify::BoundaryInputs source(program, seed);
    for (int i = 0; i < 8; ++i) {
      verify::ExaminedClaim claim;
      claim.claim.verdict = Refuted{"compared"};
      claim.counterexample = verify::Counterexample{source.next(), {}};
      claim.counterexample->execution = verify::lower::interpret(program, claim.counterexample->inputs, bound);
      if (claim.counterexample->execution.stop == verify::lower::Stop::exceeded) continue;
      const auto broken = verify::broken_claim(program, claim.counterexample->execution);
      ASSERT_TRUE(replayer.run(function, program, broken.value_or(verify::lower::Property::output_range), claim).has_value());
      EXPECT_TRUE(claim.claim.reproduced) << "the compiled candidate does something else";
      ++tally.compiled;
    }
  }

 protected:
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<verify::Toolchain> toolchain_;
  static inline std::unique_ptr<verify::smt::Solver> solver_;
};

verify::Policy spoiled(const tasks::Contract& contract, const verify::Policy& policy, Random& random) {
  auto mutants = verify::mutants_of(policy);
  std::erase_if(mutants, [&](const auto& mutant) { return !verify::check(mutant.policy, contract).empty(); });
  return mutants.empty() ? policy : random.pick(mutants).policy;
}

TEST_P(CertifiedChildren, AreNeverProvedWhereARunSaysOtherwise) {
  auto task = expect_value(tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks" / GetParam()));
  std::vector<verify::Policy> pool;
  for (const Source& baseline : task.baselines) pool.push_back(expect_value(toolchain_->screen(task.contract, baseline))->policy());
  Random random(11, 3);
  std::set<std::string> seen;
  Tally tally;
  while (tally.policies < policies_wanted() && !HasFatalFailure()) {
    const verify::Policy& donor = random.pick(pool);
    auto child = mutate(task.contract, random.pick(pool), random.chance(0.4) ? &donor : nullptr, Wish::any, {}, random);
    if (!child || !seen.insert(verify::digest(child->policy).hex()).second) continue;
    const bool spoil = tally.policies % 2 == 1;
    judge(task, spoil ? spoiled(task.contract, child->policy, random) : child->policy, tally.policies, tally);
    if (pool.size() < 400) pool.push_back(std::move(child->policy));
    else random.pick(pool) = std::move(child->policy);  // mutants of mutants of mutants
    if (tally.policies % 1000 == 0) std::fprintf(stderr, "  %llu policies\n", (unsigned long long)tally.policies);
  }
  std::printf("  %s: %llu policies, %llu functions, %llu runs: proved %llu, refuted %llu, unknown %llu, wrong %llu; %llu runs inside %llu atoms; %llu runs compared with compiled ones\n",
              task.name.c_str(), (unsigned long long)tally.policies, (unsigned long long)tally.functions, (unsigned long long)tally.runs,
              (unsigned long long)tally.proved, (unsigned long long)tally.refuted, (unsigned long long)tally.unknown, (unsigned long long)tally.wrong,
              (unsigned long long)tally.followed, (unsigned long long)tally.atoms, (unsigned long long)tally.compiled);
  EXPECT_EQ(tally.wrong, 0u);
  EXPECT_GT(tally.proved, 0u);
}

INSTANTIATE_TEST_SUITE_P(Task, CertifiedChildren, testing::Values("web_cache", "web_cache_queues"), [](const auto& at) { return at.param; });

}  // namespace
}  // namespace assay::evolve::mutate
