// Clauses and their refutations in a bundle, and forged ones.

#include "tests/verify/check_bundle.h"

namespace assay::verify::proof {
namespace {

/// An index that is in range only because of what the bits of two variables have to do with each other.
constexpr const char* kBits = "  i64 x = view.small & 3;\n  i64 y = view.hits & 3;\n  state.ring[(x | y) - (x & y)] = x;\n  return x;";

Files with_ending(const Files& files, const std::string& ending) {
  Files out;
  for (const auto& [name, text] : files)
    if (name.ends_with(ending)) out[name] = text;
  return out;
}

class CheckClauses : public CheckBundle {
 protected:
  /// Made once.
  const Files& bits() {
    static const Files kMade = bundle(case_contract(), decide(kBits));
    lay(kMade);
    return kMade;
  }

  /// With the digests in the proof made anew as well, as a forger would.
  CheckReport check_with(const Files& honest, const std::string& name, const std::string& text) {
    std::string group = name.substr(12, name.find('/', 12) - 12), proof_file = "proof/" + group + ".json";
    Json proof = Json::parse(honest.at(proof_file));
    for (Json& each : proof["texts"])
      for (const char* kind : {"cnf", "drat"})
        if (!each["sat"].is_null() && each["sat"][kind] == name) each["sat"][std::string(kind) + "_digest"] = sha256(text).hex();
    return check_forged(honest, {{name, text}, {proof_file, proof.dump() + "\n"}});
  }
};

TEST_F(CheckClauses, BitTricksComeWithClausesAndARefutationThatIsChecked) {
  const Files& honest = bits();
  EXPECT_FALSE(with_ending(honest, ".cnf").empty());
  EXPECT_EQ(with_ending(honest, ".cnf").size(), with_ending(honest, ".drat").size());
  CheckReport report = check_folder();
  EXPECT_TRUE(report.proved()) << report.problem() << report.verdict;
  EXPECT_EQ(report.cnf_proofs, with_ending(honest, ".cnf").size());
  EXPECT_EQ(honest, bundle(case_contract(), decide(kBits))) << "the same policy, other bytes";
}

TEST_F(CheckClauses, ForgedClausesAndForgedRefutationsAreRefused) {
  const Files& honest = bits();
  Files cnfs = with_ending(honest, ".cnf"), drats = with_ending(honest, ".drat");
  ASSERT_FALSE(cnfs.empty());
  {
    const auto& [name, text] = *cnfs.begin();
    EXPECT_FALSE(check_with(honest, name, text.substr(0, text.rfind('\n', text.size() - 2) + 1)).proved()) << name << ": a clause less";
    EXPECT_FALSE(check_with(honest, name, "p cnf 1 2\n1 0\n-1 0\n").proved()) << name << ": other clauses";
    EXPECT_FALSE(check_with(honest, name, "").proved()) << name << ": empty";
  }
  {
    const auto& [name, text] = *drats.begin();
    EXPECT_FALSE(check_with(honest, name, text.substr(0, text.size() - 2)).proved()) << name << ": without the empty clause";
    EXPECT_FALSE(check_with(honest, name, "").proved()) << name << ": empty";
    EXPECT_FALSE(check_with(honest, name, "1000000 0\n" + text).proved()) << name << ": a variable that is not there";
    EXPECT_FALSE(check_with(honest, name, "x" + text).proved()) << name << ": no proof";
  }
}

TEST_F(CheckClauses, OneFileOfAPairMissingOrLeftOverIsRefused) {
  const Files& honest = bits();
  for (const char* ending : {".cnf", ".drat"}) {
    std::string name = with_ending(honest, ending).begin()->first;
    Files fewer = honest;
    fewer.erase(name);
    EXPECT_FALSE(check_forged(fewer, {}, [&](Json& all) { all["files"].erase(name); }).proved()) << name;
    EXPECT_FALSE(check_forged(honest, {{"obligations/decide/9999" + std::string(ending), "0\n"}}).proved());
  }
  Json proof = Json::parse(honest.at("proof/decide.json"));
  for (Json& each : proof["texts"]) each["sat"] = nullptr;
  EXPECT_FALSE(check_forged(honest, {{"proof/decide.json", proof.dump() + "\n"}}).proved()) << "clauses that nothing names";
}

}  // namespace
}  // namespace assay::verify::proof
