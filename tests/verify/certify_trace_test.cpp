// Refutations as a reader gets them: every value on the way, both compiled runs, shares, and properties beside the default claims.

#include <gtest/gtest.h>

#include "tests/verify/screen_support.h"
#include "verify/certify.h"
#include "verify/certify_text.h"

namespace assay::verify {
namespace {

class CertifyTrace : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    jail_ = std::move(*jail);
    toolchain_ = local_toolchain();
  }
  static void TearDownTestSuite() {
    jail_.reset();
    toolchain_.reset();
  }

  static tasks::Contract contract() {
    return tasks::read_contract(source_dir() / "tests/verify/cases/certify/contract.h").value_or(tasks::Contract{});
  }

  /// No solver: what these cases show needs none.
  static Certificate certify(const std::string& text, const CertifyOptions& options = {}) {
    const tasks::Contract against = contract();
    Source source{text, "case.cpp"};
    auto screened = toolchain_->screen(against, source);
    EXPECT_TRUE(screened.has_value() && screened->has_value()) << words_of(screened->error());
    if (!screened || !*screened) return {};
    CertifyOptions without = options;
    without.use_solver = false;
    auto certificate = Certifier::without_solver()->certify("case", against, source, **screened, without, *toolchain_, *jail_);
    EXPECT_TRUE(certificate.has_value()) << (certificate ? "" : certificate.error().what);
    return certificate.value_or(Certificate{});
  }

  static std::string decide(const std::string& body) { return "i64 decide(const View& view, State& state) {\n" + body + "\n}\n"; }

  static Claim find(const Certificate& certificate, const std::string& property) {
    for (const Claim& claim : certificate.claims)
      if (claim.property == property) return claim;
    ADD_FAILURE() << "no claim " << property;
    return {};
  }

  static std::vector<std::string> lines(const std::vector<TraceStep>& trace) {
    std::vector<std::string> out;
    for (const TraceStep& step : trace) out.push_back(std::to_string(step.line) + " " + step.name + " = " + step.value);
    return out;
  }

  static std::string told(const Claim& claim) {
    if (auto* unknown = std::get_if<Unknown>(&claim.verdict)) return "unknown: " + unknown->reason;
    if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return "refuted: " + refuted->counterexample;
    return "proved";
  }

  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<Toolchain> toolchain_;
};

TEST_F(CertifyTrace, TellsEveryValueUnderItsOwnNameAtItsOwnLine) {
  Certificate certificate = certify(
      "i64 twice(i64 x) {\n"
      "  const i64 doubled = x * 2;\n"
      "  return doubled;\n"
      "}\n"
      "\n"
      "i64 decide(const View& view, State& state) {\n"
      "  i64 best = 1;\n"
      "  bool large = view.size > 100;\n"
      "  if (view.small == 7 && !large) {\n"
      "    best = twice(view.small);  // a comment\n"
      "  }\n"
      "\n"
      "  state.level = best;\n"
      "  return 10 / (best - 14);\n"
      "}\n");
  Claim claim = find(certificate, "no_undefined_behaviour");
  ASSERT_TRUE(std::holds_alternative<Refuted>(claim.verdict)) << told(claim);
  EXPECT_EQ(claim.line, 14);
  EXPECT_EQ(lines(claim.trace),
            (std::vector<std::string>{"7 best = 1", "8 large = false", "1 twice::x = 7", "2 twice::doubled = 14", "10 best = 14",
                                      "13 state.level = 14", "14 fails = a division by zero or an overflowing division"}));
}

TEST_F(CertifyTrace, LeavesTheMiddleRoundsOfALoopOut) {
  Certificate certificate = certify(decide("  i64 sum = 0;\n  for (i64 i = 0; i < 40; i += 1) {\n    sum += 50;\n  }\n  return sum;"));
  Claim claim = find(certificate, "output_range");
  ASSERT_TRUE(std::holds_alternative<Refuted>(claim.verdict)) << told(claim);
  auto steps = lines(claim.trace);
  ASSERT_FALSE(steps.empty());
  EXPECT_LE(steps.size(), 12u);
  EXPECT_NE(std::ranges::find(steps, "4 sum = 100"), steps.end());
  EXPECT_NE(std::ranges::find(steps, "4 sum = 2000"), steps.end());
  EXPECT_NE(std::ranges::find_if(steps, [](const std::string& step) { return step.starts_with("0 ... = "); }), steps.end());
  EXPECT_EQ(steps.back(), "0 answer = 2000");
}

TEST_F(CertifyTrace, SaysWhereTheOptimisedCodeGoesOnPastTheTrap) {
  Certificate certificate = certify(decide("  i64 sum = 9223372036854775807 - 200 + view.small;\n  return sum > 0 ? 1 : 0;"));
  Claim claim = find(certificate, "no_undefined_behaviour");
  ASSERT_TRUE(std::holds_alternative<Refuted>(claim.verdict)) << told(claim);
  EXPECT_TRUE(claim.reproduced);
  EXPECT_TRUE(claim.checked_run.starts_with("stopped")) << claim.checked_run;
  EXPECT_TRUE(claim.optimised_run.starts_with("the answer is ")) << claim.optimised_run;
}

TEST_F(CertifyTrace, BothRunsAgreeWhereNothingIsUndefined) {
  Certificate certificate = certify(decide("  return view.small * 100;"));
  Claim claim = find(certificate, "output_range");
  ASSERT_TRUE(std::holds_alternative<Refuted>(claim.verdict)) << told(claim);
  EXPECT_EQ(claim.checked_run, "the answer is 1100");
  EXPECT_EQ(claim.optimised_run, "the answer is 1100");
}

TEST_F(CertifyTrace, ARefutedClaimIsGradedByTheShareThatHolds) {
  Certificate certificate = certify(decide("  return view.small < 128 ? 1 : 2000;"));
  Claim claim = find(certificate, "output_range");
  EXPECT_EQ(name_of(claim.verdict), "refuted");
  EXPECT_EQ(claim.grade.proved, 32u);
  EXPECT_EQ(claim.grade.refuted, 32u);
  EXPECT_EQ(claim.score(), 0.5);
  EXPECT_EQ(find(certificate, "terminates").score(), 1);
  EXPECT_DOUBLE_EQ(certificate.score(), 4.5 / 5);
}

TEST_F(CertifyTrace, WithoutARunNothingIsRefuted) {
  CertifyOptions options;
  options.run_counterexamples = false;
  Claim claim = find(certify(decide("  return view.small * 100;"), options), "output_range");
  ASSERT_EQ(name_of(claim.verdict), "unknown");
  EXPECT_TRUE(std::get<Unknown>(claim.verdict).reason.starts_with("breaks in the interpreter")) << told(claim);
  EXPECT_LT(claim.score(), 0.2);
}

TEST_F(CertifyTrace, PropertiesStandBesideTheDefaultClaims) {
  const std::string text =
      "#include \"policies/abi/property.h\"\n#include \"policy.h\"\n\n"
      "/// More hits are no worse.\n"
      "ASSAY_PROPERTY(monotone, required) {\n  auto a = any<View>();\n  auto state = any<State>();\n  auto b = a;\n  auto other = state;\n"
      "  b.small = any_in(0, 255);\n  assume(b.small >= a.small);\n  prove(decide(b, other) >= decide(a, state));\n}\n\n"
      "/// Never small.\n"
      "ASSAY_PROPERTY(large, preferred) {\n  auto a = any<View>();\n  auto state = any<State>();\n  const i64 answer = decide(a, state);\n  prove(answer > 9);\n}\n";
  const tasks::Contract against = contract();
  auto set = properties::read_properties(against, text, "properties.cpp");
  ASSERT_TRUE(set.has_value()) << set.error().what;
  CertifyOptions options;
  options.properties = &*set;
  Certificate kept = certify(decide("  return view.small < 128 ? 1 : 20;"), options);
  EXPECT_EQ(name_of(find(kept, "large").verdict), "refuted") << told(find(kept, "large"));
  EXPECT_TRUE(find(kept, "large").reproduced);
  EXPECT_EQ(find(kept, "large").grade.score(), 0.5);
  EXPECT_EQ(find(kept, "large").checked_run, "the claim does not hold");
  EXPECT_NE(name_of(kept.overall()), "refuted");  // `large` is preferred only
  EXPECT_NE(refutation_text(find(kept, "large"), 20).find("answer"), std::string::npos);
  Certificate broken = certify(decide("  return view.small < 128 ? 20 : 10;"), options);
  EXPECT_EQ(name_of(find(broken, "monotone").verdict), "refuted") << told(find(broken, "monotone"));
  EXPECT_EQ(name_of(find(broken, "large").verdict), "proved") << told(find(broken, "large"));
  EXPECT_EQ(name_of(broken.overall()), "refuted");
  EXPECT_NE(feedback(broken).find("monotone"), std::string::npos);
}

TEST(CertificateLevels, OnlyRequiredClaimsGateAndInfoCountsNowhere) {
  auto claim = [](properties::Level level, Verdict verdict) {
    Claim out;
    out.property = "p";
    out.level = level;
    out.verdict = std::move(verdict);
    return out;
  };
  using properties::Level;
  Certificate certificate;
  certificate.claims = {claim(Level::required, Proved{1}), claim(Level::preferred, Refuted{"x"}), claim(Level::info, Unknown{"y"})};
  EXPECT_EQ(name_of(certificate.overall()), "proved");
  EXPECT_DOUBLE_EQ(certificate.score(), 2.0 / 3);
  certificate.claims[1].grade = {.cells = 4, .proved = 2, .refuted = 0, .witnesses = {}};
  EXPECT_DOUBLE_EQ(certificate.score(), 2.5 / 3);
  certificate.claims[0].verdict = Proved{0};
  EXPECT_EQ(name_of(certificate.overall()), "unknown");
  certificate.claims[0].level = Level::info;
  EXPECT_EQ(name_of(certificate.overall()), "unknown");
}

}  // namespace
}  // namespace assay::verify
