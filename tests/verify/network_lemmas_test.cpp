// Lemmas of a congestion control on the path in packets: what holds of Reno, policies made to break each lemma, and traces that
// must be executions.

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/verify/screen_support.h"
#include "verify/lower/lower.h"
#include "verify/network/linear_facts.h"
#include "verify/network/prove.h"

namespace assay::verify::network {
namespace {

using Sender = Result<std::unique_ptr<PolicySender>>;

Sender sender_of(const std::string& text) {
  static const tasks::Contract contract = contract_of("congestion_control");
  static const auto toolchain = local_toolchain();
  auto screened = toolchain->screen(contract, Source{text});
  if (!screened || !*screened) return fail("refused: " + (screened ? words_of(screened->error()) : screened.error().what));
  auto ir = toolchain->lower(contract, **screened);
  if (!ir || !*ir) return fail("not lowered");
  auto functions = lower::lower_functions((*ir)->bitcode, contract);
  if (!functions) return std::unexpected(functions.error());
  auto programs = policy_programs(*functions);
  if (!programs) return std::unexpected(programs.error());
  return make_policy_sender(std::move(*programs));
}

std::string function(const std::string& name, const std::string& body) {
  return "i64 " + name + "(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {\n" + body + "\n}\n";
}

std::string policy(const std::string& ack, const std::string& loss = "return max(flow.window / 2, kMinWindow);",
                   const std::string& timeout = "return kMinWindow;") {
  return "#include \"policy.h\"\n" + function("on_ack", ack) + function("on_loss", loss) + function("on_timeout", timeout);
}

std::string reno() { return text_of(source_dir() / "tasks/congestion_control/baselines/reno.cpp"); }

/// The formulas of assertions, one a line.
std::vector<Formula> asserted(const std::string& text) {
  constexpr std::string_view kBegin = "(assert ";
  std::vector<Formula> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.push_back({line.substr(kBegin.size(), line.size() - kBegin.size() - 1)});
  return out;
}

PacketLemma lemma_named(const std::string& name, const LemmaScale& scale = {}) {
  auto all = packet_lemmas(scale);
  auto found = std::ranges::find(all, name, &PacketLemma::name);
  EXPECT_NE(found, all.end()) << name;
  return *found;
}

LemmaResult decide(const PacketLemma& lemma, const std::string& text) {
  auto sender = sender_of(text);
  EXPECT_TRUE(sender.has_value()) << (sender ? "" : sender.error().what);
  if (!sender) return {};
  auto solver = smt::make_solver_here();
  auto result = prove(lemma, **sender, *solver, {.effort = 200'000'000});
  EXPECT_TRUE(result.has_value());
  return *result;
}

std::string verdict(const LemmaResult& result) {
  const auto* unknown = std::get_if<Unknown>(&result.verdict);
  return std::string(name_of(result.verdict)) + (unknown == nullptr ? "" : ": " + unknown->reason);
}

std::string verdict(const std::string& lemma, const std::string& text) { return verdict(decide(lemma_named(lemma), text)); }

TEST(NetworkLemmas, RenoAnswersALossGrowsFromNothingAndFillsTheLink) {
  EXPECT_EQ(verdict("loss_answered", reno()), "proved");
  EXPECT_EQ(verdict("loss_respected", reno()), "proved");
  EXPECT_EQ(verdict("grows", reno()), "proved");
  EXPECT_EQ(verdict("link_filled", reno()), "proved");
}

TEST(NetworkLemmas, RenoFillsTheQueueAndTheTraceIsAnExecution) {
  LemmaResult result = decide(lemma_named("delay_bounded"), reno());
  ASSERT_EQ(verdict(result), "refuted");
  ASSERT_TRUE(result.run.has_value());
  ASSERT_EQ(result.run->steps.size(), result.path.last() + 1);
  EXPECT_GT(std::ranges::max(result.run->steps, {}, &PacketStep::queue).queue, 20);
  EXPECT_TRUE(std::ranges::any_of(result.run->steps, [](const PacketStep& step) { return step.called == "on_ack" && !step.shown.empty(); }));
}

TEST(NetworkLemmas, EachIsRefutedOfAPolicyMadeToBreakIt) {
  const std::string deaf = policy("return flow.window;", "return flow.window;"), tiny = policy("return kMinWindow;");
  EXPECT_EQ(verdict("loss_answered", deaf), "refuted");
  EXPECT_EQ(verdict("loss_respected", deaf), "refuted");
  EXPECT_EQ(verdict("loss_respected", policy("return 1000;")), "refuted");  // cuts, and forgets it
  EXPECT_EQ(verdict("overload_ends", deaf), "refuted");
  EXPECT_EQ(verdict("grows", tiny), "refuted");
  EXPECT_EQ(verdict("link_filled", tiny), "refuted");
  EXPECT_EQ(verdict("link_filled_jitter", tiny), "refuted");
  const std::string greedy = policy("return min(flow.window * 2, kMaxWindow);", "return min(flow.window * 2, kMaxWindow);");
  EXPECT_EQ(verdict("window_bounded", greedy), "refuted");
  EXPECT_EQ(verdict("no_own_loss", greedy), "refuted");
}

TEST(NetworkLemmas, ACappedWindowBoundsDelayAndLosesNothingAndACapThatIsTooHighDoesNot) {
  auto capped = [](int cap) { return policy("return min(flow.window + flow.acked, " + std::to_string(cap) + ");"); };
  EXPECT_EQ(verdict("delay_bounded", capped(30)), "proved");
  EXPECT_EQ(verdict("delay_bounded", capped(31)), "refuted");
  // What is sent within a step may meet a queue that the step's service has not shortened yet.
  EXPECT_EQ(verdict("no_own_loss", capped(20)), "proved");
  EXPECT_EQ(verdict("no_own_loss", capped(21)), "refuted");
}

TEST(NetworkLemmas, PacingHoldsBackWhatTheWindowWouldSend) {
  auto paced = [](int rate) { return policy("pacing.rate = " + std::to_string(rate) + ";\n  return 200;", "return 100;"); };
  EXPECT_EQ(verdict("link_filled", paced(500)), "refuted");   // half the link
  EXPECT_EQ(verdict("delay_bounded", paced(1000)), "proved");  // the link's own rate
  EXPECT_EQ(verdict("delay_bounded", paced(0)), "refuted");    // not paced
}

/// A round trip tells of a queue that may be gone: who takes off the window what it shows, once in its time, takes off too much. The
/// simulator gives this one a fifth of the link (12 Mbit/s, 5 ms one way, 400 packets).
TEST(NetworkLemmas, WhoSteersByRoundTripsSeesThePast) {
  const std::string start = "if (memory.phase == 0) {\n    memory.phase = 1;\n    return 20;\n  }\n  if (flow.now < memory.since + 10000) return flow.window;\n  memory.since = flow.now;\n";
  const std::string deadbeat = policy(start + "  const i64 queued = flow.rtt <= 10000 ? 0 : (flow.rtt - 10000) / 1000;\n  return max(flow.window - queued, kMinWindow);", "return flow.window;");
  const std::string blind = policy(start + "  return max(flow.window, kMinWindow);", "return flow.window;");
  EXPECT_EQ(verdict("link_filled", deadbeat), "refuted");
  EXPECT_EQ(verdict("link_filled", blind), "proved");
}

/// It multiplies and divides what it measures, but its answers stay near the window in force.
std::string measuring(const std::string& most = "flow.window + flow.window / 8 + 1", const std::string& loss = "flow.window - flow.window / 10",
                      const std::string& timeout = "min(flow.window, 10)") {
  const std::string remember = "memory.note[0] = clamp(flow.rate * clamp(flow.rtt, 0, 1 << 22) / max(flow.min_rtt, 1), 1, kMaxRate);\n"
                               "  pacing.rate = memory.note[0];\n";
  return policy(remember + "  const i64 target = clamp(clamp(memory.note[0], 0, 1 << 30) * clamp(flow.rtt, 0, 1 << 22) / 1000000, kMinWindow, kMaxWindow);\n"
                "  return clamp(min(target, " + most + "), kMinWindow, kMaxWindow);",
                remember + "  return clamp(" + loss + ", kMinWindow, kMaxWindow);", "return clamp(" + timeout + ", kMinWindow, kMaxWindow);");
}

TEST(NetworkLemmas, WhatMultipliesItsMeasurementsIsProvedByWhatItsAnswersSay) {
  for (const std::string lemma : {"loss_answered", "timeout_answered", "delay_bounded"}) {
    const LemmaResult result = decide(lemma_named(lemma), measuring());
    EXPECT_EQ(verdict(result), "proved") << lemma;
    EXPECT_EQ(result.detail, Detail::answers) << lemma;
    EXPECT_TRUE(result.run.has_value()) << lemma;
  }
}

/// Never proved: refuted by a run that was drawn and executed, without a question to a solver.
TEST(NetworkLemmas, AMutantOfItIsRefutedByADrawnRun) {
  for (const auto& [lemma, text] : {std::pair<std::string, std::string>{"loss_answered", measuring("flow.window + 1", "flow.window - flow.window / 11")},
                                    {"timeout_answered", measuring("flow.window + 1", "flow.window / 2", "flow.window - flow.window / 3")}}) {
    const LemmaResult result = decide(lemma_named(lemma), text);
    EXPECT_EQ(verdict(result), "refuted") << lemma;
    EXPECT_EQ(result.solvers, "") << lemma;
  }
}

/// The text that says less must not say something else: every execution satisfies it.
TEST(NetworkLemmas, EachFactOfAProductOrAQuotientFollowsFromIt) {
  lower::TermPool pool;
  const lower::TermId a = pool.symbol({"a", 64, -40, 1000}), b = pool.symbol({"b", 64, -40, 1000});
  for (lower::Op op : {lower::Op::mul, lower::Op::sdiv, lower::Op::srem, lower::Op::udiv, lower::Op::urem}) {
    const lower::TermId x = pool.make(op, 64, a, b, lower::kNoTerm, op == lower::Op::mul);
    const lower::Program program;
    const smt::Question question{program, pool, {}, lower::TermId{0}};
    auto printer = smt::make_printer(smt::Theory::integers, question);
    const std::string facts = linear_facts(pool, x, *printer);
    EXPECT_FALSE(facts.empty());
    for (int n : {-40, -7, -1, 0, 1, 2, 3, 23, 24, 25, 26, 99, 1000})
      for (int d : {-40, -3, -1, 0, 1, 2, 5, 23, 24, 25, 26, 1000}) {
        if (op != lower::Op::mul && d == 0) continue;
        const lower::Word value = *lower::evaluate(op, 64, 64, n, d);
        const Values values = {{printer->name(a), n}, {printer->name(b), d}, {printer->name(x), value}};
        for (const Formula& fact : asserted(facts)) {
          auto holds = evaluate(fact, values);
          ASSERT_TRUE(holds.has_value()) << fact.text << ": " << holds.error().what;
          ASSERT_EQ(*holds, 1) << fact.text << " with " << n << ", " << d;
        }
      }
  }
}

TEST(NetworkLemmas, AClaimOverNothingOrOfEverySenderIsNotProved) {
  PacketLemma empty = lemma_named("grows");
  empty.assume = [](Script& script, const PacketPath&, const PacketTrace& trace) { script.claim(trace.sent[0] < whole(0)); };
  EXPECT_EQ(verdict(decide(empty, reno())), "unknown: no behaviour meets the premises");
  PacketLemma idle = lemma_named("grows");
  idle.holds = [](const PacketPath&, const PacketTrace& trace) { return trace.served[1] >= whole(0); };
  EXPECT_EQ(verdict(decide(idle, reno())), "unknown: the twin sender is not refuted: it keeps the claim");
}

TEST(NetworkLemmas, APolicyThatCanGoWrongIsNoSender) {
  auto sender = sender_of(policy("return 100 / flow.acked + 2;"));
  ASSERT_FALSE(sender.has_value());
  EXPECT_NE(sender.error().what.find("prove its safety first"), std::string::npos) << sender.error().what;
}

/// One answer of a solver, and what was asked.
struct Traced {
  std::unique_ptr<PolicySender> sender;
  Script script;
  CallNames names;
  PacketPath path;
  Values values;
};

Traced a_trace() {
  const PacketLemma lemma = lemma_named("grows");
  Traced out{std::move(*sender_of(reno())), {}, {}, lemma.path, {}};
  PacketTrace trace = describe_packets(out.script, out.path);
  lemma.assume(out.script, out.path, trace);
  out.names = out.sender->act(out.script, out.path, trace, lemma.start);
  auto answer = smt::solve_here(out.script.text("QF_LIA"), 200'000'000);
  EXPECT_EQ(answer.verdict, smt::Verdict::sat);
  out.values = values_of(answer.model);
  return out;
}

TEST(NetworkTraces, AForgedNumberIsNoExecution) {
  const Traced traced = a_trace();
  auto run = [&](Values values) { return execute(traced.script, *traced.sender, traced.names, traced.path, std::move(values), 4096); };
  ASSERT_TRUE(run(traced.values).has_value()) << run(traced.values).error().what;
  const std::string last = std::to_string(traced.path.last());
  for (const std::string name : {"sent_", "served_", "lost_", "detected_", "wasted_", "window_"}) {
    Values forged = traced.values;
    ASSERT_TRUE(forged.contains(name + last)) << name;
    forged[name + last] += 1;
    EXPECT_FALSE(run(forged).has_value()) << name << " may be anything";
  }
  Values forged = traced.values;
  for (auto& [name, value] : forged)
    if (name.starts_with("on_ack_")) value = 0;
  EXPECT_FALSE(run(forged).has_value()) << "calls may be left out";
}

TEST(NetworkTraces, AFormulaIsEvaluatedOrRefused) {
  const Values values = {{"a", 3}, {"|b c|", -4}, {"t", 1}};
  auto value = [&](const std::string& text) { return evaluate({text}, values); };
  EXPECT_EQ(*value("(+ a |b c| (- 2))"), -3);
  EXPECT_EQ(*value("(ite (and t (< |b c| a)) (* a 2) 0)"), 6);
  EXPECT_EQ(*value("(=> (not t) false)"), 1);
  EXPECT_EQ(*value("(or false (>= a 4))"), 0);
  for (const std::string text : {"d", "(+ a", "(frob a a)", "(+ a a) a", "()", "(- a a a)", "", "(ite t a)"}) EXPECT_FALSE(value(text).has_value()) << text;
}

}  // namespace
}  // namespace assay::verify::network
