// Doubles in the policy language: what is written, what is refused, and that text, interpreter and machine mean the same.

#include "tests/verify/screen_support.h"

#include <bit>
#include <cmath>
#include <random>

#include "verify/certify_replay.h"
#include "verify/lower/lower.h"
#include "verify/lower/sample.h"
#include "verify/rules.h"

namespace assay::verify {
namespace {

constexpr char kContract[] =
    "struct Sample { f64 value ASSAY_FIELD(\"ms\", -1.5, 1e9); f64 share ASSAY_FIELD(\"\", 0, 1); i64 count ASSAY_FIELD(\"\", 0, 1LL << 62); };\n"
    "struct Average { f64 mean ASSAY_FIELD(\"ms\", -2, 1e9); Array<f64, 3> ring ASSAY_FIELD(\"ms\", -0.5, 0.5); };\n"
    "f64 decide(const Sample& sample, Average& average, f64 raw) ASSAY_RETURNS(\"ms\", -1e9, 1e9);\n";
constexpr char kHead[] = "f64 decide(const Sample& sample, Average& average, f64 raw) {\n";

std::string screened_text(const std::string& body) {
  auto screened = local_toolchain()->screen(contract_from(kContract), {kHead + body + "}\n"});
  EXPECT_TRUE(screened.has_value());
  if (!*screened) return words_of(screened->error());
  std::string text = (*screened)->text();
  return text.substr(text.find('\n') + 1, text.rfind('}') - text.find('\n') - 1);
}

TEST(DoublesInAContract, HaveFiniteRangesAndAreLaidOutAsDoubles) {
  const auto contract = contract_from(kContract);
  EXPECT_TRUE(contract.has_doubles());
  EXPECT_FALSE(contract_of("web_cache").has_doubles());
  const tasks::Field& value = *contract.record("Sample")->field("value");
  EXPECT_EQ(value.type, "f64");
  EXPECT_EQ(value.real_min, -1.5);
  EXPECT_EQ(value.real_max, 1e9);
  EXPECT_EQ(contract.record("Average")->field("ring")->size_bytes, 24u);
  EXPECT_EQ(contract.functions[0].real_max, 1e9);
  const std::string told = describe(contract);
  for (const char* part : {"f64 value;  // ms, -1.5 .. 1e+09", "Array<f64, 3> ring;  // each: ms, -0.5 .. 0.5", "// Must return: ms, -1e+09 .. 1e+09.",
                           "f64 fclamp(f64, f64, f64);", "i64 to_i64(f64);", "// f64 is a double"})
    EXPECT_TRUE(told.contains(part)) << part << "\n" << told;
  EXPECT_FALSE(describe(contract_of("web_cache")).contains("f64"));
}

TEST(DoublesInAContract, AreRefusedWhereTheirRangeMakesNoSense) {
  auto message = [](const std::string& field) {
    auto contract = tasks::read_contract_text("#pragma once\n#include \"policies/abi/assay.h\"\nstruct A { " + field +
                                                  " };\ni64 f(const A& a, A& s) ASSAY_RETURNS(\"\", 0, 1);\n", "policy.h");
    return contract ? "accepted" : contract.error().what;
  };
  EXPECT_EQ(message("f64 x ASSAY_FIELD(\"\", -1, 0.5);"), "accepted");
  EXPECT_TRUE(message("f64 x;").contains("field x has no range"));
  EXPECT_TRUE(message("f64 x ASSAY_FIELD(\"\", 1.0, 0.5);").contains("the range is empty"));
  EXPECT_TRUE(message("f64 x ASSAY_FIELD(\"\", 0, 1e999);").contains("two finite doubles"));
  EXPECT_TRUE(message("f64 x ASSAY_FIELD(\"\", 0, __builtin_nan(\"\"));").contains("two finite doubles"));
  EXPECT_TRUE(message("f64 x ASSAY_FIELD(\"\", 0, 9007199254740993LL);").contains("two finite doubles"));
  EXPECT_TRUE(message("f64 x ASSAY_FIELD(\"\", 0.5, 1.0);").contains("does not admit 0"));
  EXPECT_TRUE(message("i64 x ASSAY_FIELD(\"\", 0, 1.5);").contains("two integers within i64"));
  EXPECT_TRUE(message("float x ASSAY_FIELD(\"\", 0, 1);").contains("use i64, f64, bool"));
}

TEST(DoublesInAPolicy, ReadAsAPersonWouldWriteThem) {
  EXPECT_EQ(screened_text("  double x = 3;\n  x += sample.count;\n  x = -x * .5e1 + -0.0;\n  bool b = x != 0;\n  x = b ? 1 : x;\n"
                          "  i64 n = (i64)x + to_i64(raw);\n  average.ring[n] = fmax(x, n);\n  return x / 1e300 - b;\n"),
            "  f64 x = 3.0;\n  x += f64(sample.count);\n  x = -x * 5.0 + -0.0;\n  bool b = x != 0.0;\n  x = b ? 1.0 : x;\n"
            "  i64 n = i64(x) + to_i64(raw);\n  average.ring[n] = fmax(x, f64(n));\n  return x / 1e+300 - f64(i64(b));\n");
}

TEST(DoublesInAPolicy, CanBeMarkedAndAreEmittedAsTheyWere) {
  EXPECT_EQ(screened_text("  return sample.value * ftunable(.5, -1e3, 1) + tunable(2, 0, 9);\n"),
            "  return sample.value * ftunable(0.5, -1000.0, 1.0) + f64(tunable(2, 0, 9));\n");
}

TEST(DoublesInAPolicy, AreRefusedWithASentence) {
  const std::pair<const char*, const char*> cases[] = {
      {"  i64 n = sample.value;\n  return n;\n", "write `i64(x)` where it surely fits, else `to_i64(x)`"},
      {"  if (sample.value) return 1;\n  return 0;\n", "write `x != 0`"},
      {"  return bool(raw);\n", "write `x != 0`"},
      {"  return !raw;\n", "write `x != 0`"},
      {"  return 1.5f;\n", "without a letter at its end"},
      {"  return 1.5L;\n", "without a letter at its end"},
      {"  float x = 1;\n  return x;\n", "write `f64`"},
      {"  return 1e999;\n", "too large for an f64"},
      {"  f64 x = raw;\n  x %= 2;\n  return x;\n", "invalid operands"},
      {"  f64 x = raw;\n  x++;\n  return x;\n", "work on i64 only"},
      {"  i64 n = 1;\n  n *= 0.5;\n  return n;\n", "write `i64(x)`"},
      {"  return min(raw, 1.0);\n", "write `i64(x)`"},
      {"  average.ring[raw] = 0;\n  return 0;\n", "write `i64(x)`"},
      {"  return __builtin_inf();\n", "reserved"},
      {"  return ftunable(raw, 0.0, 1.0);\n", "`ftunable` takes three plain numbers: value, low, high, as in `ftunable(0.5, 0.0, 1.0)`"},
      {"  return ftunable(0.5, 1.0, 2.0);\n", "outside its bounds"},
  };
  for (const auto& [body, sentence] : cases) EXPECT_TRUE(screened_text(body).contains(sentence)) << body << screened_text(body);
}

TEST(DoublesInAPolicy, AreNotThereWhereTheContractHasNone) {
  auto toolchain = local_toolchain();
  const auto contract = contract_from("struct A { i64 n ASSAY_FIELD(\"\", 0, 9); };  // no f64, whatever a comment says\n"
                                      "i64 f(const A& a) ASSAY_RETURNS(\"\", 0, 9);\n");
  for (const char* body : {"f64 x = 1; return i64(x);", "return a.n * 0.5;", "return a.n < 0.5;", "return to_i64(a.n);", "return i64(1.5);",
                           "return fmin(a.n, 2) > 1;"}) {
    auto screened = toolchain->screen(contract, {"i64 f(const A& a) { " + std::string(body) + " }\n"});
    ASSERT_TRUE(screened.has_value());
    EXPECT_FALSE(screened->has_value()) << body;
  }
  Policy forged;  // as a worker that was taken over might send it
  Expr number{ExprKind::real, "f64", "", std::bit_cast<std::int64_t>(1.5), {}, {}};
  Stmt give_back;
  give_back.kind = StmtKind::give_back;
  give_back.exprs.push_back({ExprKind::cast, "i64", "", 0, {number}, {}});
  forged.functions.push_back({"f", "i64", {{"a", "A", true, true}}, {give_back}, false, {}});
  const auto findings = check(forged, contract);
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings[0].message.contains("`f64` is not in this contract"));
}

TEST(DoublesInAPolicy, SurviveJsonAndRefuseWhatIsNoNumber) {
  auto with = [](Json expr) {
    return Json{{"functions", {{{"name", "f"}, {"returns", "f64"}, {"parameters", Json::array()}, {"helper", false}, {"body", {{{"k", "return"}, {"e", {std::move(expr)}}}}}}}}};
  };
  auto real = [](double value) { return Json{{"k", "real"}, {"t", "f64"}, {"v", std::bit_cast<std::int64_t>(value)}}; };
  auto policy = policy_from_json(with(real(-0.0)));
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(policy->functions[0].body[0].exprs[0].value, std::bit_cast<std::int64_t>(-0.0));
  EXPECT_FALSE(policy_from_json(with(real(std::numeric_limits<double>::infinity()))).has_value());
  EXPECT_FALSE(policy_from_json(with(real(std::nan("")))).has_value());
  EXPECT_FALSE(policy_from_json(with({{"k", "real"}, {"t", "f64"}, {"v", 1.5}})).has_value());
}

/// Policies over kContract that are in the language by construction.
class RandomDoubles {
 public:
  explicit RandomDoubles(unsigned seed) : random_(seed) {}

  Policy make() {
    std::vector<Stmt> body;
    for (const char* name : {"x", "y"}) {
      body.push_back(statement(StmtKind::declare, name, {real(4)}));
      body.back().type = "f64";
      locals_.push_back(name);
    }
    body.push_back(statement(StmtKind::assign, pick({"=", "+=", "-=", "*=", "/="}), {local(), real(3)}));
    Stmt branch = statement(StmtKind::branch, "", {truth(2)});
    branch.body.push_back(statement(StmtKind::assign, "=", {local(), real(3)}));
    body.push_back(std::move(branch));
    Expr mean = make_node(ExprKind::field, "f64", "mean", {make_leaf(ExprKind::name, "Average", "average")});
    body.push_back(statement(StmtKind::assign, "=", {std::move(mean), real(3)}));
    body.push_back(statement(StmtKind::give_back, "", {real(3)}));
    Policy policy;
    policy.functions.push_back({"decide", "f64", {{"sample", "Sample", true, true}, {"average", "Average", true, false}, {"raw", "f64", false, true}},
                                std::move(body), false, {}});
    return policy;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  const char* pick(std::initializer_list<const char*> words) { return words.begin()[below(words.size())]; }
  static Expr make_leaf(ExprKind kind, TypeName type, std::string text, std::int64_t value = 0) { return {kind, std::move(type), std::move(text), value, {}, {}}; }
  static Expr make_node(ExprKind kind, TypeName type, std::string text, std::vector<Expr> children) {
    return {kind, std::move(type), std::move(text), 0, std::move(children), {}};
  }
  static Stmt statement(StmtKind kind, std::string text, std::vector<Expr> exprs) {
    Stmt made;
    made.kind = kind, made.text = std::move(text), made.exprs = std::move(exprs);
    return made;
  }
  Expr local() { return make_leaf(ExprKind::name, "f64", locals_[below(locals_.size())]); }

  double number() {
    constexpr double kEdges[] = {0.0, -0.0, 1.0, -1.0, 0.1, 5e-324, -5e-324, 2.2250738585072014e-308, 1e22, 1e23, 9007199254740993.0, 1.7976931348623157e308};
    if (below(3) == 0) return kEdges[below(std::size(kEdges))];
    const double any = std::bit_cast<double>(random_());
    return std::isfinite(any) && below(2) == 0 ? any : static_cast<double>(below(200)) / 8 - 10;
  }

  Expr real(int depth) {
    if (depth <= 0 || below(5) == 0) {
      switch (below(4)) {
        case 0: return locals_.empty() ? make_leaf(ExprKind::name, "f64", "raw") : local();
        case 1: return make_leaf(ExprKind::name, "f64", "raw");
        case 2: return make_node(ExprKind::field, "f64", pick({"value", "share"}), {make_leaf(ExprKind::name, "Sample", "sample")});
        default: return make_leaf(ExprKind::real, "f64", "", std::bit_cast<std::int64_t>(number()));
      }
    }
    switch (below(8)) {
      case 0: return make_node(ExprKind::unary, "f64", "-", {real(depth - 1)});
      case 1: return make_node(ExprKind::conditional, "f64", "", {truth(depth - 1), real(depth - 1), real(depth - 1)});
      case 2: return make_node(ExprKind::call, "f64", pick({"fmin", "fmax"}), {real(depth - 1), real(depth - 1)});
      case 3: return make_node(ExprKind::cast, "f64", "", {whole(depth - 1)});
      case 4: return make_node(ExprKind::call, "f64", "fabs", {real(depth - 1)});
      default: return make_node(ExprKind::binary, "f64", pick({"+", "-", "*", "/"}), {real(depth - 1), real(depth - 1)});
    }
  }

  Expr whole(int depth) {
    switch (depth <= 0 ? 0 : below(3)) {
      case 1: return make_node(ExprKind::call, "i64", "to_i64", {real(depth - 1)});
      case 2: return make_node(ExprKind::cast, "i64", "", {real(depth - 1)});
      default: return below(2) == 0 ? make_leaf(ExprKind::integer, "i64", "", static_cast<std::int64_t>(below(9)) - 4)
                                    : make_node(ExprKind::field, "i64", "count", {make_leaf(ExprKind::name, "Sample", "sample")});
    }
  }

  Expr truth(int depth) {
    if (below(6) == 0) return make_node(ExprKind::call, "bool", "is_nan", {real(depth - 1)});
    return make_node(ExprKind::binary, "bool", pick({"<", "<=", ">", ">=", "==", "!="}), {real(depth - 1), real(depth - 1)});
  }

  std::mt19937_64 random_;
  std::vector<std::string> locals_;
};

TEST(DoublesInAPolicy, AreEmittedSoThatTheyParseBack) {
  const auto contract = contract_from(kContract);
  auto toolchain = local_toolchain();
  for (unsigned seed = 0; seed < 60; ++seed) {
    const Policy policy = RandomDoubles(seed).make();
    const auto findings = check(policy, contract);
    ASSERT_TRUE(findings.empty()) << seed << ": " << findings[0].message << "\n" << emit(policy);
    auto screened = toolchain->screen(contract, {emit(policy)});
    ASSERT_TRUE(screened.has_value());
    ASSERT_TRUE(screened->has_value()) << seed << ": " << words_of(screened->error()) << "\n" << emit(policy);
    ASSERT_EQ((*screened)->ast_digest(), digest(policy)) << seed << ":\n" << emit(policy) << "---\n" << (*screened)->text();
  }
}

/// Also what goes wrong goes wrong in the same place: a division by zero, a cast that does not fit.
TEST(DoublesOnTheMachine, AreWhatTheInterpreterComputes) {
  const auto contract = contract_from(kContract);
  auto toolchain = local_toolchain();
  auto jail = sandbox::RunJail::start();
  ASSERT_TRUE(jail.has_value()) << jail.error().what;
  int returned = 0, violated = 0;
  for (unsigned seed = 0; seed < 8; ++seed) {
    auto screened = toolchain->screen(contract, {emit(RandomDoubles(seed).make())});
    ASSERT_TRUE(screened && *screened);
    auto ir = toolchain->lower(contract, **screened);
    auto functions = lower::lower_functions((**ir).bitcode, contract);
    ASSERT_TRUE((*functions)[0].program.has_value()) << (*functions)[0].program.error().what;
    const lower::Program& program = *(*functions)[0].program;
    Replayer replayer(contract, **screened, *toolchain, **jail);
    for (const lower::Inputs& inputs : lower::sample_inputs(program, 40)) {
      ExaminedClaim claim;
      claim.claim.verdict = Refuted{"compared"};
      claim.counterexample = Counterexample{inputs, lower::interpret(program, inputs, kEndless)};
      const bool ended = claim.counterexample->execution.stop == lower::Stop::returned;
      ++(ended ? returned : violated);
      const auto property = ended ? lower::Property::output_range : lower::Property::no_undefined_behaviour;
      ASSERT_TRUE(replayer.run(0, program, property, claim).has_value());
      EXPECT_TRUE(claim.claim.reproduced) << seed << "\n" << (*screened)->text();
    }
  }
  EXPECT_GT(returned, 100);
  EXPECT_GT(violated, 20);
}

}  // namespace
}  // namespace assay::verify
