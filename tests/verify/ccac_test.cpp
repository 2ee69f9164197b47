// CCAC's network model: what is known of AIMD over it, and twins that must come out the other way.

#include <gtest/gtest.h>

#include "tests/verify/screen_support.h"
#include "verify/lower/lower.h"
#include "verify/network/ccac.h"
#include "verify/network/program_sender.h"
#include "verify/smt/solver.h"

namespace assay::verify::network {
namespace {

constexpr std::uint64_t kEffort = 400'000'000;

smt::Verdict solve(const std::string& script) { return smt::solve_here(script, kEffort).verdict; }

/// Slows down at a loss by nothing: what AIMD would be without its multiplicative decrease.
class NeverDecreases : public Sender {
 public:
  void act(Script& script, const PathOptions& path, const Trace& trace) const override {
    script.claim(equal(trace.reordering, number(3) * trace.segment));
    for (std::size_t t = 0; t <= trace.last(); ++t) {
      script.claim(equal(trace.pacing[t], number(100 * path.rate)));
      if (t > 0) script.claim(equal(trace.window[t], trace.window[t - 1] + trace.segment));
    }
  }
};

PathOptions path_with(const Ratio& buffer, unsigned steps) {
  PathOptions path;
  path.steps = steps;
  path.buffer_min = path.buffer_max = buffer;
  return path;
}

TEST(Ccac, AimdLemmasHoldAndTheirPremisesCanBeMet) {
  const auto sender = make_aimd();
  for (const Lemma& lemma : aimd_lemmas(*sender)) {
    EXPECT_EQ(solve(lemma.premises), smt::Verdict::sat) << lemma.name << " is vacuous";
    EXPECT_EQ(solve(lemma.refutation), smt::Verdict::unsat) << lemma.name;
  }
}

TEST(Ccac, ASenderThatNeverDecreasesBreaksTheLemmas) {
  const NeverDecreases sender;
  auto lemmas = aimd_lemmas(sender);
  EXPECT_EQ(solve(lemmas[0].refutation), smt::Verdict::sat) << lemmas[0].name;
  EXPECT_EQ(solve(lemmas[2].refutation), smt::Verdict::sat) << lemmas[2].name;
}

TEST(Ccac, AimdLosesNothingWhileItsWindowIsWithinTheBufferAndNoMoreThanThat) {
  const auto sender = make_aimd();
  const std::pair<Ratio, Ratio> buffers_and_more[] = {{{1, 2}, {3, 4}}, {{1, 1}, {5, 4}}, {{2, 1}, {9, 4}}};
  for (const auto& [buffer, more] : buffers_and_more) {
    EXPECT_EQ(solve(no_loss_below(*sender, path_with(buffer, 5), buffer).refutation), smt::Verdict::unsat);
    EXPECT_EQ(solve(no_loss_below(*sender, path_with(buffer, 5), more).refutation), smt::Verdict::sat);
  }
}

TEST(Ccac, AimdMayLoseBeforeTheBufferFills) {
  const auto sender = make_aimd();
  EXPECT_EQ(solve(no_premature_loss(*sender, {2, 1}, 5).refutation), smt::Verdict::sat);
}

TEST(Ccac, AConstantWindowOfOneSegmentStarves) {
  const auto sender = make_constant();
  Script script;
  PathOptions path;
  Trace trace = describe_path(script, path, *sender);
  script.claim(trace.segment <= number(1, 10));
  script.claim(trace.served[trace.last()] - trace.served[0] < number(path.steps, 5));
  EXPECT_EQ(solve(script.text("ALL")), smt::Verdict::sat);
}

TEST(Ccac, NothingIsLostWithoutABufferLimitAndNothingIsServedBeforeItIsSent) {
  const auto sender = make_aimd();
  Script script;
  PathOptions path;
  Trace trace = describe_path(script, path, *sender);
  script.claim(trace.lost[trace.last()] > trace.lost[0] || trace.served[trace.last()] > trace.sent[trace.last()]);
  EXPECT_EQ(solve(script.text("ALL")), smt::Verdict::unsat);
}

// ---- a candidate's own code as the sender ----------------------------------------------------------------------------

constexpr std::string_view kContract = R"(
struct Signals {
  i64 acked ASSAY_FIELD("milliunits", 0, 1LL << 20);
  i64 lost ASSAY_FIELD("milliunits", 0, 1LL << 20);
  i64 timeout ASSAY_FIELD("", 0, 1);
};
struct State {
  i64 window ASSAY_FIELD("milliunits", 0, 1LL << 20);
};
i64 on_step(const Signals& signals, State& state) ASSAY_RETURNS("milliunits", 1, 1LL << 20);
)";

lower::Program program_of(const std::string& text) {
  auto contract = contract_from(std::string(kContract));
  auto toolchain = local_toolchain();
  auto screened = toolchain->screen(contract, Source{text});
  EXPECT_TRUE(screened && *screened) << text;
  auto ir = toolchain->lower(contract, **screened);
  EXPECT_TRUE(ir && *ir);
  auto functions = lower::lower_functions((*ir)->bitcode, contract);
  EXPECT_TRUE(functions && (*functions)[0].program);
  return *(*functions)[0].program;
}

Result<std::unique_ptr<Sender>> sender_of(const std::string& text) {
  ProgramSenderOptions options;
  options.window_scale = 1000;
  auto thousand = [](const Formula& units) { return number(1000) * units; };
  auto heard = [](const PathOptions& path, std::size_t t) { return t < path.rtt ? std::size_t{0} : t - path.rtt; };
  options.inputs = {
      {"signals.acked", [=](const PathOptions& path, const Trace& trace, std::size_t t) {
         return thousand(trace.served[heard(path, t)] - trace.served[heard(path, t - 1)]); }},
      {"signals.lost", [=](const PathOptions&, const Trace& trace, std::size_t t) {
         return thousand(trace.detected[t] - trace.detected[t - 1]); }},
      {"signals.timeout", [](const PathOptions&, const Trace& trace, std::size_t t) {
         return choice(trace.timed_out[t], number(1), number(0)); }}};
  return make_program_sender(program_of(text), std::move(options));
}

std::string capped_at(int cap) {
  return "i64 on_step(const Signals& signals, State& state) {\n  if (signals.timeout == 1) state.window = 100;\n"
         "  else if (signals.lost > 0) state.window = max(state.window / 2, 100);\n"
         "  else state.window = state.window + 100;\n  state.window = clamp(state.window, 100, " + std::to_string(cap) +
         ");\n  return state.window;\n}\n";
}

/// From a start that the sender itself could have brought about.
Lemma never_loses(const Sender& sender) {
  PathOptions path = path_with({1, 1}, 6);
  Lemma lemma = no_loss_below(sender, path, {1000, 1});
  const std::string orderly = "(assert (and (<= window_0 1.0) (<= segment (/ 1.0 10.0))))\n(check-sat)\n";
  for (std::string* text : {&lemma.premises, &lemma.refutation}) text->replace(text->rfind("(check-sat)"), std::string::npos, orderly);
  return lemma;
}

TEST(Ccac, APolicyWhoseWindowStaysWithinTheBufferNeverLosesAndOneThatDoesNotMay) {
  auto careful = sender_of(capped_at(1000)), bold = sender_of(capped_at(2500));
  ASSERT_TRUE(careful.has_value()) << careful.error().what;
  ASSERT_TRUE(bold.has_value()) << bold.error().what;
  EXPECT_EQ(solve(never_loses(**careful).premises), smt::Verdict::sat);
  EXPECT_EQ(solve(never_loses(**careful).refutation), smt::Verdict::unsat);
  EXPECT_EQ(solve(never_loses(**bold).refutation), smt::Verdict::sat);
}

TEST(Ccac, APolicyThatCanGoWrongIsNoSender) {
  auto sender = sender_of("i64 on_step(const Signals& signals, State& state) {\n  return 1000 / signals.acked + 1;\n}\n");
  ASSERT_FALSE(sender.has_value());
  EXPECT_NE(sender.error().what.find("prove its safety first"), std::string::npos) << sender.error().what;
}

}  // namespace
}  // namespace assay::verify::network
