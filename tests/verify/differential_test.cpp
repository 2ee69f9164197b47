// The engines against running everything: all policies of a small grammar, from text through Clang, lowering, exploration
// and solver, each against every one of its inputs; and every invariant against every run.
//
// ctest takes a slice. The whole grammar, some minutes: ASSAY_LONG_TESTS=1 verify_tests --gtest_filter='SmallGrammar*'

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "sandbox/run_jail.h"
#include "tests/verify/concrete.h"
#include "tests/verify/graph_walk.h"
#include "tests/verify/screen_support.h"
#include "tests/verify/small_grammar.h"
#include "verify/certify_examine.h"
#include "verify/domains/explore.h"
#include "verify/lower/lower.h"

namespace assay::verify {
namespace {

constexpr std::uint64_t kBound = 200;
constexpr std::size_t kBatch = 200;

/// Where `v.a` lies: around zero, and at either end of i64, where sums and products overflow.
constexpr std::string_view kNear = "-4, 3";
constexpr std::string_view kHigh = "9223372036854775800LL, 9223372036854775807LL";
constexpr std::string_view kLow = "-9223372036854775807LL - 1, -9223372036854775801LL";

struct Tally {
  std::uint64_t policies = 0, runs = 0, proved = 0, refuted = 0, atoms = 0, compiled = 0;
  std::map<std::string, std::uint64_t> unknown;  ///< by reason, its first words

  std::uint64_t all_unknown() const {
    std::uint64_t sum = 0;
    for (const auto& [reason, count] : unknown) sum += count;
    return sum;
  }
};

class SmallGrammar : public testing::TestWithParam<int> {
 protected:
  static void SetUpTestSuite() {
    toolchain_ = local_toolchain();
    solver_ = smt::make_solver_here();
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    jail_ = std::move(*jail);
  }
  static void TearDownTestSuite() {
    toolchain_.reset();
    solver_.reset();
    jail_.reset();
  }

  void batch(const std::vector<std::string>& bodies, std::string_view range, bool compile, Tally& tally) {
    std::string declarations, text;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      const std::string head = "i64 decide" + std::to_string(i) + "(const In& v)";
      declarations += head + " ASSAY_RETURNS(\"\", -16, 15);\n";
      text += head + " { " + bodies[i] + " }\n";
    }
    const auto contract = contract_from("struct In { i64 a ASSAY_FIELD(\"\", " + std::string(range) + "); i64 b ASSAY_FIELD(\"\", -4, 3); Array<i64, 3> t ASSAY_FIELD(\"\", 5, 5); };\n" + declarations);
    auto screened = toolchain_->screen(contract, {text});
    ASSERT_TRUE(screened && *screened) << (screened ? words_of(screened->error()) : screened.error().what);
    auto ir = toolchain_->lower(contract, **screened);
    ASSERT_TRUE(ir && *ir);
    auto functions = lower::lower_functions((**ir).bitcode, contract);
    ASSERT_TRUE(functions.has_value()) << functions.error().what;
    for (std::size_t i = 0; i < bodies.size(); ++i) judge((*functions)[i], contract, bodies[i] + " with a in " + std::string(range), tally);
    if (compile) run_compiled(*functions, contract, **screened, tally);
  }

 private:
  void judge(const lower::LoweredFunction& function, const tasks::Contract& contract, const std::string& text, Tally& tally) {
    ASSERT_TRUE(function.program.has_value()) << text << ": " << function.program.error().what;
    RunPlan plan;
    plan.bound = kBound;
    const Truth truth = find_out(*function.program, plan);
    ASSERT_TRUE(truth.every_input);
    CertifyOptions options;
    options.instruction_bound = kBound;
    options.solver_budget = std::chrono::milliseconds{200};
    auto examined = examine(function, {contract, {}, options}, *solver_);
    ASSERT_TRUE(examined.has_value()) << examined.error().what;
    for (std::size_t i = 0; i < 5; ++i) {
      const auto property = static_cast<lower::Property>(i);
      const ExaminedClaim& claim = examined->claims[i];
      const bool proved = std::holds_alternative<Proved>(claim.claim.verdict), refuted = std::holds_alternative<Refuted>(claim.claim.verdict);
      EXPECT_FALSE(proved && truth.broken(property)) << "WRONG PROOF of " << lower::name_of(property) << ": " << text;
      EXPECT_FALSE(refuted && !truth.broken(property)) << "WRONG REFUTATION of " << lower::name_of(property) << ": " << text;
      if (refuted) {
        EXPECT_EQ(broken_claim(*function.program, lower::interpret(*function.program, claim.counterexample->inputs, kBound)), property) << text;
      }
      tally.proved += proved, tally.refuted += refuted;
      if (auto* unknown = std::get_if<Unknown>(&claim.claim.verdict)) ++tally.unknown[reason_of(*unknown, truth)];
    }
    ++tally.policies;
    tally.runs += truth.runs;
    follow(*function.program, text, tally);
  }

  /// Two reasons are no weakness: nothing returns, or some run passes the bound.
  static std::string reason_of(const Unknown& unknown, const Truth& truth) {
    if (unknown.reason.starts_with("vacuous")) {
      EXPECT_EQ(truth.returned, 0u);
      return "no run returns";
    }
    return truth.broken(lower::Property::terminates) ? "some run passes the bound" : unknown.reason.substr(0, 60);
  }

  /// Every run stays inside the recorded invariants.
  void follow(const lower::Program& program, const std::string& text, Tally& tally) {
    lower::TermPool pool;
    domains::ExploreOptions options;
    options.instruction_bound = kBound;
    options.record = true;
    const auto explored = domains::explore(program, pool, options);
    if (explored.gave_up || explored.graph.nodes.empty()) return;
    GraphWalk walk(program, explored.graph, kBound);
    for (const lower::Inputs& inputs : every_input(program)) {
      auto wrong = walk.contradiction(inputs);
      ASSERT_FALSE(wrong.has_value()) << text << ": " << *wrong;
    }
    tally.atoms += walk.atoms();
  }

  static std::vector<lower::Inputs> every_input(const lower::Program& program) {
    std::vector<lower::Inputs> out;
    lower::Inputs inputs;
    for (const lower::Input& input : program.inputs) inputs.push_back(input.min);
    do out.push_back(inputs);
    while (advance(program, inputs));
    return out;
  }

  /// The optimised candidate answers what the interpreter answers, wherever the run is well defined.
  void run_compiled(const std::vector<lower::LoweredFunction>& functions, const tasks::Contract& contract, const Screened& screened, Tally& tally) {
    std::string driver = "extern \"C\" u64 assay_entry(const AssayRun* run) {\n  const i64* in = (const i64*)run->input;\n  i64* out = (i64*)run->output;\n"
                         "  const u64 count = run->input_bytes / 24;\n  for (u64 i = 0; i < count; ++i) {\n    In v{};\n    v.a = in[3 * i + 1], v.b = in[3 * i + 2];\n"
                         "    for (int k = 0; k < 3; ++k) v.t.items[k] = 5;\n    switch (in[3 * i]) {\n";
    std::vector<std::int64_t> input, expected;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      driver += "      case " + std::to_string(i) + ": out[i] = decide" + std::to_string(i) + "(v); break;\n";
      for (const lower::Inputs& inputs : every_input(*functions[i].program)) {
        const auto execution = lower::interpret(*functions[i].program, inputs, kBound);
        if (execution.stop != lower::Stop::returned) continue;
        for (lower::Word word : {static_cast<lower::Word>(i), inputs[0], inputs[1]}) input.push_back(static_cast<std::int64_t>(word));
        expected.push_back(static_cast<std::int64_t>(execution.result));
      }
    }
    driver += "    }\n  }\n  return count * 8;\n}\n";
    auto made = toolchain_->compile({contract, screened, driver, Effort::quick});
    ASSERT_TRUE(made && *made);
    auto memory = make_sealed_memfd("inputs", std::string_view(reinterpret_cast<const char*>(input.data()), input.size() * 8));
    ASSERT_TRUE(memory.has_value());
    sandbox::RunRequest request{.binary = (**made).binary, .input_fd = memory->get(), .input_bytes = input.size() * 8, .arguments = {}};
    request.output_bytes = expected.size() * 8;
    request.deadline = std::chrono::seconds{10};
    auto report = jail_->run(request);
    ASSERT_TRUE(report.has_value()) << report.error().what;
    ASSERT_EQ(report->outcome.kind, OutcomeKind::ok) << report->outcome.detail;
    ASSERT_EQ(report->output.size(), expected.size() * 8);
    EXPECT_EQ(std::memcmp(report->output.data(), expected.data(), expected.size() * 8), 0) << "the compiled candidate answers something else";
    tally.compiled += expected.size();
  }

 protected:
  static inline std::unique_ptr<Toolchain> toolchain_;
  static inline std::unique_ptr<smt::Solver> solver_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
};

/// All of it, or about as many as a test may take.
void sweep(const Family& family, std::string_view range, std::uint64_t stride, const std::function<void(const std::vector<std::string>&, bool)>& run) {
  std::vector<std::string> bodies;
  std::uint64_t batches = 0;
  auto flush = [&] {
    if (!bodies.empty()) run(bodies, batches++ % 8 == 0);
    bodies.clear();
  };
  for (std::uint64_t i = 0; i < family.count && !testing::Test::HasFatalFailure(); i += stride) {
    std::string body = family.body(i);
    if (body.empty() || (range != kNear && body.find("v.a") == std::string::npos)) continue;
    bodies.push_back(std::move(body));
    if (bodies.size() == kBatch) flush();
  }
  flush();
}

TEST_P(SmallGrammar, NoVerdictContradictsRunningEveryInput) {
  const Family& family = kFamilies[GetParam()];
  const bool is_long = std::getenv("ASSAY_LONG_TESTS") != nullptr;
  for (std::string_view range : {kNear, kHigh, kLow}) {
    Tally tally;
    // Near the ends only every seventh expression: where `v.a` is huge most are alike.
    const std::uint64_t all = range != kNear && family.count > 100000 ? 7 : 1;
    const std::uint64_t step = is_long ? all : family.count / (range == kNear ? 50 : 10) | 1;
    sweep(family, range, step, [&](const std::vector<std::string>& bodies, bool compile) { batch(bodies, range, compile, tally); });
    std::printf("  %s, a in %s: %llu policies, %llu runs, %llu compared with compiled ones; proved %llu, refuted %llu, unknown %llu; atoms checked %llu\n",
                std::string(family.name).c_str(), std::string(range).c_str(), (unsigned long long)tally.policies, (unsigned long long)tally.runs,
                (unsigned long long)tally.compiled, (unsigned long long)tally.proved, (unsigned long long)tally.refuted, (unsigned long long)tally.all_unknown(),
                (unsigned long long)tally.atoms);
    for (const auto& [reason, count] : tally.unknown) std::printf("      unknown %llu: %s\n", (unsigned long long)count, reason.c_str());
    EXPECT_GT(tally.policies, 0u);
    EXPECT_GT(tally.refuted, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Family, SmallGrammar, testing::Range(0, 4), [](const auto& at) { return std::string(kFamilies[at.param].name); });

}  // namespace
}  // namespace assay::verify
