// What a bundle may call proved: what it holds a proof of, and what rests on an invariant only where that is one.

#include "tests/verify/check_bundle.h"

namespace assay::verify::proof {
namespace {

TEST_F(CheckBundle, WhatItHoldsNoProofOfIsNotCalledProved) {
  const auto contract = case_contract();
  const Source source = decide(kLoop);
  auto screened = toolchain_->screen(contract, source);
  ASSERT_TRUE(screened && *screened);
  auto ir = toolchain_->lower(contract, **screened);
  ASSERT_TRUE(ir && *ir);
  auto certificate = certifier_->certify("case", contract, source, **screened, {}, *toolchain_, *jail_);
  ASSERT_TRUE(certificate && std::holds_alternative<Proved>(certificate->overall()));
  auto proofs = Certifier::without_solver()->prove(contract, **screened, **ir, *certificate, {}, *toolchain_);
  ASSERT_TRUE(proofs.has_value()) << proofs.error().what;
  EXPECT_EQ(name_of(certificate->overall()), "unknown");
  ASSERT_TRUE(write_bundle(*certificate, contract, source, **screened, **ir, folder_, {*proofs, ""}));
  CheckReport report = check_folder();
  EXPECT_EQ(report.problem(), "") << "a bundle must not say more than it shows";
  EXPECT_EQ(report.verdict, "unknown");
}

/// A step without a proof is no step: what was shown under the invariant is shown without it, or not called proved.
TEST_F(CheckBundle, AnInvariantWithoutAProofTakesWithItWhatRestsOnIt) {
  const auto contract = contract_from(
      "struct Mark { i64 count ASSAY_FIELD(\"\", 0, 9); };\n"
      "struct Memory { i64 a ASSAY_FIELD(\"\", -9, 9); };\n"
      "i64 on_hit(Mark& mark, Memory& memory) ASSAY_RETURNS(\"\", 0, 9);\n"
      "bool invariant(const Mark& mark, const Memory& memory ASSAY_ONE) ASSAY_OPTIONAL;\n");
  const Source source{"i64 on_hit(Mark& mark, Memory& memory) {\n  i64 sum = 0;\n  for (i64 i = 0; i < memory.a; i += 1) {\n    sum += mark.count / (memory.a - 0) ;\n  }\n"
                      "  memory.a = clamp(memory.a + mark.count % 2, 0, 4);\n  mark.count = min(sum, memory.a);\n  return memory.a;\n}\n\n"
                      "bool invariant(const Mark& mark, const Memory& memory) {\n  return memory.a >= 0 && memory.a <= 4;\n}\n", "case"};
  auto screened = toolchain_->screen(contract, source);
  ASSERT_TRUE(screened && *screened) << (screened ? screened->error().detail : "");
  auto ir = toolchain_->lower(contract, **screened);
  ASSERT_TRUE(ir && *ir);
  auto certificate = certifier_->certify("case", contract, source, **screened, {}, *toolchain_, *jail_);
  ASSERT_TRUE(certificate.has_value());
  const auto verdict_of = [&](const std::string& property) {
    for (const Claim& claim : certificate->claims)
      if (claim.property == property) return std::string(name_of(claim.verdict));
    return std::string("none");
  };
  ASSERT_EQ(verdict_of("invariant_kept_by_on_hit"), "proved");
  ASSERT_EQ(verdict_of("output_range"), "proved");
  auto proofs = Certifier::without_solver()->prove(contract, **screened, **ir, *certificate, {}, *toolchain_);
  ASSERT_TRUE(proofs.has_value()) << proofs.error().what;
  EXPECT_EQ(verdict_of("invariant_kept_by_on_hit"), "unknown");
  EXPECT_EQ(verdict_of("output_range"), "unknown");
  ASSERT_TRUE(write_bundle(*certificate, contract, source, **screened, **ir, folder_, {*proofs, ""}));
  EXPECT_EQ(check_folder().problem(), "");
}

TEST_F(CheckBundle, WhatRestsOnAPolicysOwnInvariantIsChecked) {
  Files honest = bundle(corpus_contract("ledger"), corpus_case("invariants/hits_are_requests"));
  CheckReport report = check_folder();
  EXPECT_TRUE(report.proved()) << report.problem();
  EXPECT_TRUE(honest.contains("proof/property-invariant_kept_by_decide.json"));
  CheckReport unshown = check_forged(honest, {}, [](Json& all) {
    for (Json& claim : all["claims"])
      if (claim["property"] == "invariant_kept_by_decide") claim["verdict"] = "unknown";
  });
  EXPECT_FALSE(unshown.problem().empty()) << "an invariant that nobody shows was assumed";
}

TEST_F(CheckBundle, AnInvariantThatIsNoneIsNotAssumed) {
  bundle(corpus_contract("ledger"), corpus_case("invariants/hits_grow_by_two"));
  CheckReport report = check_folder();
  EXPECT_EQ(report.problem(), "");
  EXPECT_FALSE(report.proved());
}

}  // namespace
}  // namespace assay::verify::proof
