// Bundles as a stranger checks them, and forged ones, which must be refused even where every digest was made anew.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "base/file.h"
#include "tasks/task.h"
#include "tests/verify/screen_support.h"
#include "verify/certify.h"
#include "verify/proof/check.h"
#include "verify/proof/proof_file.h"

namespace assay::verify::proof {
namespace {

namespace fs = std::filesystem;

/// Answers what it answered before: a forger does not change the candidate.
class RememberingWorker : public LocalWorker {
 public:
  Result<sandbox::WorkerReply> call(std::string_view request, std::chrono::milliseconds deadline) override {
    auto known = known_.find(std::string(request));
    if (known != known_.end()) return known->second;
    auto reply = LocalWorker::call(request, deadline);
    if (reply) known_[std::string(request)] = *reply;
    return reply;
  }

 private:
  std::map<std::string, sandbox::WorkerReply> known_;
};

/// In this process, and only once for each text.
class Remembering : public smt::Solver {
 public:
  explicit Remembering(smt::Answer (*solve)(const std::string&, std::uint64_t)) : solve_(solve) {}
  Result<smt::Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds) override {
    auto [at, is_new] = known_.try_emplace(text);
    if (is_new) at->second = solve_(text, effort);
    return at->second;
  }

 private:
  smt::Answer (*solve_)(const std::string&, std::uint64_t);
  std::map<std::string, smt::Answer> known_;
};

using Files = std::map<std::string, std::string>;

Files read_all(const fs::path& folder) {
  Files out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) out[fs::relative(entry.path(), folder)] = text_of(entry.path());
  return out;
}

class CheckBundle : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto certifier = Certifier::start();
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(certifier.has_value()) << certifier.error().what;
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    certifier_ = std::move(*certifier), jail_ = std::move(*jail);
    toolchain_ = Toolchain::over(std::make_unique<RememberingWorker>());
    z3_ = std::make_unique<Remembering>(smt::solve_here);
    cvc5_ = std::make_unique<Remembering>(smt::solve_with_cvc5);
  }
  static void TearDownTestSuite() {
    certifier_.reset(), jail_.reset(), toolchain_.reset(), z3_.reset(), cvc5_.reset();
  }

  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay-check-" + std::to_string(getpid()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static tasks::Contract case_contract() {
    auto contract = tasks::read_contract(source_dir() / "tests/verify/cases/certify/contract.h");
    EXPECT_TRUE(contract.has_value());
    return contract.value_or(tasks::Contract{});
  }

  /// The bundle of a policy, in memory.
  Files bundle(const tasks::Contract& contract, const Source& source, std::uint64_t bound = 4096) {
    CertifyOptions options;
    options.instruction_bound = bound;
    auto screened = toolchain_->screen(contract, source);
    EXPECT_TRUE(screened && *screened) << source.name;
    auto ir = toolchain_->lower(contract, **screened);
    auto certificate = certifier_->certify("case", contract, source, **screened, options, *toolchain_, *jail_);
    auto proofs = certifier_->prove(contract, **screened, **ir, *certificate, options, *toolchain_);
    EXPECT_TRUE(certificate && proofs);
    auto written = write_bundle(*certificate, contract, source, **screened, **ir, folder_, {*proofs, ""});
    EXPECT_TRUE(written.has_value()) << written.error().what;
    return lies_there_ = read_all(folder_);
  }

  static Source decide(const std::string& body) { return {"i64 decide(const View& view, State& state) {\n" + body + "\n}\n", "case"}; }

  CheckReport check_folder() {
    CheckTools tools{*toolchain_, {{"z3", z3_.get()}, {"cvc5", cvc5_.get()}}};
    auto report = check(folder_, {}, tools);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().what);
    return report.value_or(CheckReport{});
  }

  /// As it was, but for some files, with every digest made anew.
  CheckReport check_forged(const Files& honest, const Files& changed, std::function<void(Json&)> edit = [](Json&) {}) {
    Files forged = honest;
    for (const auto& [name, text] : changed) forged[name] = text;
    Json certificate = Json::parse(forged["certificate.json"]);
    edit(certificate);
    for (auto& [name, text] : forged)
      if (certificate.contains("files") && name != "certificate.json") certificate["files"][name] = sha256(text).hex();
    certificate.erase("digest");
    certificate["digest"] = sha256(certificate.dump()).hex();
    forged["certificate.json"] = certificate.dump(2) + "\n";
    lay(forged);
    return check_folder();
  }

  /// Only what differs from what lies there is written: a sync for each file would take most of the time.
  void lay(const Files& files) {
    for (const auto& [name, text] : lies_there_)
      if (!files.contains(name)) fs::remove(folder_ / name);
    for (const auto& [name, text] : files) {
      auto before = lies_there_.find(name);
      if (before != lies_there_.end() && before->second == text) continue;
      fs::create_directories((folder_ / name).parent_path());
      std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    lies_there_ = files;
  }

  fs::path folder_;
  Files lies_there_;
  static inline std::unique_ptr<Certifier> certifier_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<Toolchain> toolchain_;
  static inline std::unique_ptr<Remembering> z3_, cvc5_;
};

constexpr const char* kLoop = "  i64 sum = 0;\n  for (i64 i = 0; i < 2; i += 1) {\n    sum += view.counts[i] > view.small ? 2 : i;\n  }\n"
                              "  state.ring[view.small & 3] = clamp(sum, 0, 9);\n  return clamp(sum, 0, 1000);";

TEST_F(CheckBundle, BaselinesOfBothTasksAreProvedAndCheckedByBothSolvers) {
  for (auto [name, baseline] : {std::pair{"web_cache", "lru"}, std::pair{"web_cache", "gdsf"}, std::pair{"web_cache_queues", "s3fifo"}}) {
    auto task = tasks::load_task(source_dir() / "tasks" / name);
    ASSERT_TRUE(task.has_value());
    for (const Source& source : task->baselines) {
      if (source.name != baseline) continue;
      bundle(task->contract, source, task->limits.instructions);
      CheckReport report = check_folder();
      EXPECT_TRUE(report.proved()) << baseline << ": " << report.problem();
      EXPECT_GT(report.obligations, 0u);
      EXPECT_GT(report.texts, 0u);
    }
  }
}

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

TEST_F(CheckBundle, APolicyWithALoopIsProvedAndChecked) {
  bundle(case_contract(), decide(kLoop));
  CheckReport report = check_folder();
  EXPECT_TRUE(report.proved()) << report.problem();
}

TEST_F(CheckBundle, ARefutedPolicyIsNotProvedAndItsCounterexamplesAreRun) {
  Files honest = bundle(case_contract(), decide("  return 10 / (view.small - 3);"));
  CheckReport report = check_folder();
  EXPECT_EQ(report.problem(), "");
  EXPECT_EQ(report.verdict, "refuted");
  EXPECT_FALSE(report.proved());
  CheckReport forged = check_forged(honest, {}, [](Json& certificate) {
    for (Json& claim : certificate["claims"])
      if (claim["verdict"] == "refuted") claim["inputs"]["view.small"] = 4;
  });
  EXPECT_NE(forged.problem().find("does not break it"), std::string::npos) << forged.problem();
}

TEST_F(CheckBundle, ARefutedClaimCalledProvedIsRefused) {
  Files honest = bundle(case_contract(), decide("  return 10 / (view.small - 3);"));
  CheckReport report = check_forged(honest, {}, [](Json& certificate) {
    for (Json& claim : certificate["claims"])
      if (claim["verdict"] == "refuted") claim["verdict"] = "proved", claim["witness"] = claim["inputs"], claim["reached_points"] = 1;
    certificate["verdict"] = "proved";
  });
  EXPECT_FALSE(report.problem().empty());
  EXPECT_FALSE(report.proved());
}

TEST_F(CheckBundle, ADroppedClaimIsRefused) {
  Files honest = bundle(case_contract(), decide("  return 10 / (view.small - 3);"));
  CheckReport report = check_forged(honest, {}, [](Json& certificate) {
    Json kept = Json::array();
    for (const Json& claim : certificate["claims"])
      if (claim["verdict"] != "refuted") kept.push_back(claim);
    certificate["claims"] = kept;
    certificate["verdict"] = "proved";
  });
  EXPECT_FALSE(report.problem().empty());
}

TEST_F(CheckBundle, AnyByteOfAnyFileThatIsChangedIsRefused) {
  Files honest = bundle(case_contract(), decide(kLoop));
  for (const auto& [name, text] : honest)
    for (std::size_t at : {std::size_t{0}, text.size() / 2, text.size() - 1}) {
      std::string changed = text;
      changed[at] ^= 1;
      Files now = honest;
      now[name] = changed;
      lay(now);
      EXPECT_FALSE(check_folder().proved()) << name << " at " << at;
    }
  lay(honest);
  EXPECT_TRUE(check_folder().proved());
}

TEST_F(CheckBundle, AMissingAnAddedAndALinkedFileAreRefused) {
  Files honest = bundle(case_contract(), decide(kLoop));
  for (const auto& [name, text] : honest) {
    if (name == "certificate.json") continue;
    fs::remove(folder_ / name);
    EXPECT_FALSE(check_folder().proved()) << name;
    fs::create_symlink("/etc/hostname", folder_ / name);
    EXPECT_FALSE(check_folder().proved()) << name;
    fs::remove(folder_ / name);
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  for (const char* more : {"more.txt", "proof/more.json", "obligations/decide/9999.smt2"}) {
    EXPECT_FALSE(check_forged(honest, {{more, "{}"}}).proved()) << more;
  }
}

/// Every leaf, changed to something near it.
void each_leaf(const Json& json, const std::function<void(const Json&)>& visit) {
  if (json.is_structured()) {
    for (auto it = json.begin(); it != json.end(); ++it)
      each_leaf(*it, [&](const Json& changed) {
        Json whole = json;
        if (json.is_object()) whole[it.key()] = changed;
        else whole[static_cast<std::size_t>(it - json.begin())] = changed;
        visit(whole);
      });
    for (std::size_t i = 0; json.is_array() && i < json.size(); ++i) {
      Json smaller = json;
      smaller.erase(i);
      visit(smaller);
      smaller = json;
      smaller.push_back(json[i]);
      visit(smaller);
    }
    for (auto it = json.begin(); json.is_object() && it != json.end(); ++it) {
      Json smaller = json;
      smaller.erase(it.key());
      visit(smaller);
    }
  } else if (json.is_number_integer()) {
    visit(json.get<std::int64_t>() + 1);
    visit(json.get<std::int64_t>() - 1);
  } else if (json.is_boolean()) {
    visit(!json.get<bool>());
  } else if (json.is_null()) {
    visit(0);
    visit(1);
  } else if (json.is_string()) {
    visit(json.get<std::string>() + "0");
    for (const char* word : {"proved", "unknown", "refuted", "whole", "bit-vectors", "v0", "info"})
      if (json != word) visit(word);
  }
}

TEST_F(CheckBundle, EveryChangeOfAProofIsRefusedThoughEveryDigestIsMadeAnew) {
  Files honest = bundle(case_contract(), decide("  i64 x = view.small;\n  if (view.hits > 4) x += 1;\n  return clamp(x, 0, 1000);"));
  std::string name = "proof/decide.json";
  ASSERT_TRUE(honest.contains(name));
  Json proof = Json::parse(honest[name]);
  int changes = 0, accepted = 0;
  each_leaf(proof, [&](const Json& changed) {
    ++changes;
    CheckReport report = check_forged(honest, {{name, changed.dump() + "\n"}});
    // What another solver said is heard again: it may be left out.
    bool only_verdicts = true;
    Json a = changed, b = proof;
    for (Json* each : {&a, &b})
      if (each->is_object() && each->contains("texts") && (*each)["texts"].is_array())
        for (Json& text : (*each)["texts"])
          if (text.is_object()) text.erase("verdicts");
    only_verdicts = a == b;
    if (report.proved() && !only_verdicts) {
      ++accepted;
      ADD_FAILURE() << "accepted: " << Json::diff(proof, changed).dump().substr(0, 200);
    }
  });
  std::printf("  %d changes of %s, %d accepted\n", changes, name.c_str(), accepted);
  EXPECT_GT(changes, 200);
}

TEST_F(CheckBundle, EveryChangeOfTheCertificateThatMeansSomethingIsRefusedThoughEveryDigestIsMadeAnew) {
  Files honest = bundle(case_contract(), decide("  return view.small;"));
  Json certificate = Json::parse(honest["certificate.json"]);
  certificate.erase("digest"), certificate.erase("files");
  int changes = 0, accepted = 0;
  std::map<std::string, int> accepted_at;
  each_leaf(certificate, [&](const Json& changed) {
    ++changes;
    CheckReport report = check_forged(honest, {}, [&](Json& all) {
      Json files = all["files"];
      all = changed;
      all["files"] = files;
    });
    if (!report.proved()) return;
    ++accepted;
    for (const Json& step : Json::diff(certificate, changed)) {
      std::string path = step["path"].get<std::string>();
      bool other_witness = path.find("/witness/") != std::string::npos;  // one that gets there as well
      if (!other_witness) ++accepted_at[path.substr(path.rfind('/') + 1)];
    }
  });
  std::printf("  %d changes of certificate.json, %d accepted\n", changes, accepted);
  for (const auto& [key, count] : accepted_at) {
    // What the certifier tells of its own work, and the task's name: nothing follows from them.
    bool tells_only = key == "task" || key == "intervals" || key == "solver" || key == "obligations";
    EXPECT_TRUE(tells_only) << key << ": " << count;
  }
  EXPECT_GT(changes, 100);
}

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

tasks::Contract corpus_contract(const std::string& name) {
  auto contract = tasks::read_contract(source_dir() / ("tests/cases/verify/contracts/" + name + ".h"));
  EXPECT_TRUE(contract.has_value());
  return contract.value_or(tasks::Contract{});
}

Source corpus_case(const std::string& name) { return {text_of(source_dir() / ("tests/cases/verify/" + name + ".cpp")), name}; }

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

TEST_F(CheckBundle, APolicyWithDoublesIsProvedAndChecked) {
  bundle(corpus_contract("rates"), corpus_case("floats/clamped"));
  CheckReport report = check_folder();
  EXPECT_TRUE(report.proved()) << report.problem();
}

TEST_F(CheckBundle, ACertificateOfAnotherPolicyIsRefused) {
  Files honest = bundle(case_contract(), decide(kLoop));
  Files other = bundle(case_contract(), decide("  return 10 / (view.small - 3);"));
  CheckReport report = check_forged(honest, {{"source.cpp", other["source.cpp"]}}, [&](Json& all) { all["source"] = sha256(other["source.cpp"]).hex(); });
  EXPECT_FALSE(report.problem().empty());
  report = check_forged(honest, {{"source.cpp", other["source.cpp"]}, {"emitted.cpp", other["emitted.cpp"]}, {"policy.bc", other["policy.bc"]}}, [&](Json& all) {
    Json theirs = Json::parse(other["certificate.json"]);
    for (const char* key : {"source", "ast", "ir", "emitted", "bitcode"}) all[key] = theirs[key];
  });
  EXPECT_FALSE(report.problem().empty());
}

TEST_F(CheckBundle, AFolderThatIsNoBundleIsAnError) {
  EXPECT_FALSE(check("/nonexistent/bundle", {}, {*toolchain_, {{"z3", z3_.get()}}}).has_value());
  fs::create_directories(folder_);
  EXPECT_FALSE(check(folder_, {}, {*toolchain_, {{"z3", z3_.get()}}}).has_value());
}

/// 200 bytes each that would be 8 MB each.
TEST(ProofFile, TextsThatShowTheSameAgainAndAgainAreRefused) {
  auto read = [](std::size_t texts) {
    const Json text{{"digest", nullptr}, {"file", nullptr}, {"items", {{0, 1'999'999}}}, {"mode", name_of(Mode::whole)},
                    {"sat", nullptr}, {"theory", smt::name_of(smt::Theory::integers)}, {"verdicts", Json::object()}};
    const Json proof{{"version", 2}, {"group", "g"}, {"instruction_bound", 9}, {"obligations", 2'000'000}, {"trivial", 0},
                     {"open", Json::array()}, {"graph", {{"nodes", Json::array()}}}, {"texts", Json::array_t(texts, text)}};
    return read_proof("g", proof.dump() + "\n");
  };
  EXPECT_TRUE(read(1).has_value());
  auto many = read(500);
  ASSERT_FALSE(many.has_value());
  EXPECT_NE(many.error().what.find("again and again"), std::string::npos) << many.error().what;
}

}  // namespace
}  // namespace assay::verify::proof
