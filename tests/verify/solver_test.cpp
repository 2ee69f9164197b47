// Z3 and cvc5 behind one interface: what they agree on, who is believed, what a broken text or a slow solver leads to.

#include <gtest/gtest.h>

#include "verify/smt/engine.h"
#include "verify/smt/solver.h"

namespace assay::verify::smt {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kEffort = 3'000'000;
constexpr milliseconds kLong{20'000};

const std::string kUnsat = "(set-logic QF_NIA)(declare-const |a b| Int)(assert (and (< 0 |a b|) (< |a b| 1)))(check-sat)";
const std::string kSat = "(set-logic QF_BV)(declare-const x (_ BitVec 8))(assert (bvslt x #x00))(assert (= ((_ extract 6 0) x) (_ bv5 7)))(check-sat)";
/// Without an answer that either solver finds: a cubic equation over large numbers.
const std::string kHard =
    "(set-logic QF_NIA)(declare-const a Int)(declare-const b Int)(declare-const c Int)(assert (and (> a 1) (> b 1) (> c 1)"
    "(= (+ (* a a a) (* b b b)) (+ 7 (* c c c c c)))(> (* a b) 123456789123456789)))(check-sat)";

Answer cvc5_says(const std::string& text) { return solve_with(Engine::cvc5, text, kEffort); }

std::string value_of(const Answer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.model)
    if (key == name) return value;
  return "none";
}

TEST(Cvc5, AnswersWithModelsInTheSameFormAsZ3) {
  for (Engine engine : {Engine::z3, Engine::cvc5}) {
    EXPECT_EQ(solve_with(engine, kUnsat, kEffort).verdict, Verdict::unsat) << name_of(engine);
    Answer sat = solve_with(engine, kSat, kEffort);
    EXPECT_EQ(sat.verdict, Verdict::sat) << name_of(engine) << sat.reason;
    EXPECT_EQ(value_of(sat, "x"), "133") << name_of(engine);
  }
}

TEST(Cvc5, ModelsOfEverySortAreNumbers) {
  const std::string text =
      "(set-logic ALL)(declare-const i Int)(assert (= i (- 7)))(declare-const r Real)(assert (= (* 3.0 r) 1.0))"
      "(declare-const b Bool)(assert b)(declare-const f (_ FloatingPoint 11 53))(assert (= f (fp #b1 #b01111111111 #x0000000000000)))(check-sat)";
  for (Engine engine : {Engine::z3, Engine::cvc5}) {
    Answer sat = solve_with(engine, text, kEffort);
    ASSERT_EQ(sat.verdict, Verdict::sat) << name_of(engine) << sat.reason;
    EXPECT_EQ(value_of(sat, "i"), "-7") << name_of(engine);
    EXPECT_EQ(value_of(sat, "r"), "1/3") << name_of(engine);
    EXPECT_EQ(value_of(sat, "b"), "1") << name_of(engine);
    EXPECT_EQ(value_of(sat, "f"), "13830554455654793216") << name_of(engine);  // the bits of -1.0
  }
}

TEST(Cvc5, TheReaderKnowsTheGrammarAndNothingElse) {
  const std::string good[] = {
      "(declare-fun x () Int)(assert (let ((y (+ x 1)) (z 2)) (>= y z x)))(check-sat)",
      "(define-fun f ((a Int) (b Int)) Int (- a b 1))(declare-const a Int)(assert (= (f a 2) (- 5)))(check-sat)",
      "; a comment\n(set-info :status sat)(declare-const p Bool)(assert (=> p p (not p)))(check-sat)",
      "(declare-const x (_ BitVec 4))(assert (= ((_ sign_extend 2) x) (concat #b11 x)))(check-sat)",
  };
  for (const std::string& text : good) EXPECT_EQ(cvc5_says(text).verdict, Verdict::sat) << text << cvc5_says(text).reason;
  const std::string bad[] = {
      "(declare-const x Int)(assert (> x 1)", "(assert (> x 1))(check-sat)", "(declare-const x Int)(assert x)(check-sat)",
      "(declare-const x Int)(assert (> x 1))", "(declare-const x Int)(declare-const x Bool)(assert x)(check-sat)",
      "(declare-const x Int)(assert (= x 1))(check-sat)(assert false)", "(declare-const x Int)(assert (forall ((y Int)) (> x y)))(check-sat)",
      "(declare-const x Int)(assert (> x 007))(check-sat)", "(declare-const x Int)(assert (> x 1.))(check-sat)", "(declare-const x Int)(assert (frob x))(check-sat)",
      "(define-fun f ((a Int)) Int b)(declare-const b Bool)(assert (= 1 (f 1)))(check-sat)", "(define-fun t () Bool 5)(assert t)(check-sat)",
      "(declare-const |x Int)(check-sat)", "(assert #b102)(check-sat)", "(assert false))(check-sat)", "(define-fun and ((a Bool) (b Bool)) Bool a)(check-sat)",
      "(push 1)(check-sat)", "(set-option :produce-models false)(check-sat)", "\"text\"", "", std::string(5000, '('), "(declare-const x (_ BitVec 9999999999))(check-sat)",
      std::string("(assert\0false)(check-sat)", 24)};
  for (const std::string& text : bad) EXPECT_EQ(cvc5_says(text).verdict, Verdict::unknown) << text;
}

TEST(Cvc5, AParameterOfAMacroHidesANameOfTheScriptAndNothingElseDoes) {
  const std::string text = "(declare-const a Int)(declare-const b Int)(define-fun f ((a Int)) Int (+ a b))"
                           "(assert (let ((b 100)) (= (f 1) 3)))(assert (not (= b 2)))(check-sat)";
  EXPECT_EQ(cvc5_says(text).verdict, Verdict::unsat);
  EXPECT_EQ(solve_with(Engine::z3, text, kEffort).verdict, Verdict::unsat);
}

TEST(Agreement, SatBesideUnsatIsADefectThatNamesBoth) {
  Answer yes{Verdict::sat, {{"x", "1"}}, "", {{"z3", Verdict::sat}}}, no{Verdict::unsat, {}, "", {{"cvc5", Verdict::unsat}}};
  for (const auto& heard : {std::vector{yes, no}, std::vector{no, yes}}) {
    Answer both = agree(heard);
    EXPECT_EQ(both.verdict, Verdict::unknown);
    EXPECT_NE(both.reason.find("z3 says sat"), std::string::npos) << both.reason;
    EXPECT_NE(both.reason.find("cvc5 says unsat"), std::string::npos) << both.reason;
    EXPECT_TRUE(both.model.empty());
    EXPECT_EQ(both.by.size(), 2u);
  }
}

TEST(Agreement, OneWhoKnowsIsBelievedAndTheFirstModelCounts) {
  Answer lost{Verdict::unknown, {}, "too hard", {{"z3", Verdict::unknown}}}, no{Verdict::unsat, {}, "", {{"cvc5", Verdict::unsat}}};
  EXPECT_EQ(agree({lost, no}).verdict, Verdict::unsat);
  EXPECT_EQ(agree({lost, no}).reason, "");
  EXPECT_EQ(agree({lost, lost}).reason, "too hard; too hard");
  EXPECT_EQ(agree({}).verdict, Verdict::unknown);
  Answer one{Verdict::sat, {{"x", "1"}}, "", {}}, two{Verdict::sat, {{"x", "2"}}, "", {}};
  EXPECT_EQ(value_of(agree({one, two}), "x"), "1");
}

class PortfolioTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = start_portfolio({});
    ASSERT_TRUE(started) << started.error().what;
    solver_ = std::move(*started);
  }
  Answer ask(const std::string& text, std::uint64_t effort = kEffort, milliseconds deadline = kLong) {
    auto answer = solver_->ask(text, effort, deadline);
    return answer ? *answer : Answer{Verdict::unknown, {}, "error: " + answer.error().what, {}};
  }
  std::unique_ptr<Solver> solver_;
};

TEST_F(PortfolioTest, AnswersQuestionAfterQuestion) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ask(kUnsat).verdict, Verdict::unsat);
    EXPECT_EQ(value_of(ask(kSat), "x"), "133");
  }
  EXPECT_EQ(solver_->counts().asked, 10u);
}

TEST_F(PortfolioTest, AskingAllHearsBoth) {
  Answer answer = *solver_->ask_all(kUnsat, kEffort, kLong);
  EXPECT_EQ(answer.verdict, Verdict::unsat);
  ASSERT_EQ(answer.by.size(), 2u);
  for (const auto& [name, verdict] : answer.by) EXPECT_EQ(verdict, Verdict::unsat) << name;
}

TEST_F(PortfolioTest, ASlowQuestionIsKilledAndTheNextOneIsAnswered) {
  EXPECT_EQ(ask(kHard, 1ull << 31, milliseconds(60)).verdict, Verdict::unknown);
  EXPECT_EQ(ask(kUnsat).verdict, Verdict::unsat);
  EXPECT_GE(solver_->counts().killed, 1u);
}

TEST_F(PortfolioTest, TooLittleEffortIsUnknownByBothAndSaysSo) {
  Answer answer = ask(kHard, 3000);
  EXPECT_EQ(answer.verdict, Verdict::unknown);
  EXPECT_EQ(answer.by.size(), 2u);
}

TEST_F(PortfolioTest, ABrokenTextIsUnknown) {
  EXPECT_EQ(ask("(assert (= x").verdict, Verdict::unknown);
}

}  // namespace
}  // namespace assay::verify::smt
