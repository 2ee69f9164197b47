// Bundles that were forged, weakened or swapped, at the built gate: each is refused, and the rule that it breaks is named.

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/digest.h"
#include "tests/cli/run_program.h"
#include "verify/attest/key.h"
#include "verify/attest/statement.h"

namespace assay::cli {
namespace {

using verify::attest::SigningKey;

constexpr const char* kFifo = R"(#include "policy.h"
i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return 0; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kStay; }
i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kForget; }
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

class GateTest : public RunsPrograms {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string text_of(const std::string& name) const { return read_file(folder_ / name).value_or(""); }

  /// A small task of queues in the folder `tasks`; `edit` changes its text files, by name.
  std::string task(const std::string& tasks, const std::function<void(std::map<std::string, std::string>&)>& edit = {}) {
    const fs::path from = fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues", to = folder_ / tasks / "small";
    std::map<std::string, std::string> files;
    for (const char* name : {"policy.h", "properties.cpp"}) files[name] = read_file(from / name).value_or("");
    files["prompt.md"] = "Evict well.\n", files["ids.txt"] = "1\n2\n1\n3\n", files["baselines/fifo.cpp"] = kFifo;
    std::string instances;
    for (const char* split : {"train", "validation", "holdout"})
      instances += (instances.empty() ? "\"" : ", \"") + std::string(split) + "\": [{\"name\": \"" + split + "\", \"trace\": \"ids.txt\", \"capacity\": {\"objects\": 2}}]";
    files["task.json"] = "{\"domain\": \"cache\", \"objective\": \"miss_ratio\", \"direction\": \"minimise\", \"limits\": {\"instructions\": 4096}, \"instances\": {" + instances + "}}\n";
    if (edit) edit(files);
    fs::create_directories(to / "baselines");
    for (const auto& [name, text] : files) EXPECT_TRUE(write_file(to / name, text));
    return to.string();
  }

  Finished certify(const std::string& task, const std::string& policy, const std::string& out) {
    return run({"certify", task, file(out + ".cpp", policy), "--out", path(out), "--sign", path("key")});
  }

  std::vector<std::string> gate_words(const std::vector<std::string>& bundles) const {
    std::vector<std::string> words = {"gate", "--tasks", path("tasks"), "--trust", path("key.pub.pem"), "--format", "json"};
    for (const std::string& each : bundles) words.push_back(path(each));
    return words;
  }

  static std::set<std::string> broken(const Json& bundle) {
    std::set<std::string> out;
    for (const Json& finding : bundle["findings"])
      if (finding["error"].get<bool>()) out.insert(finding["rule"].get<std::string>());
    return out;
  }

  /// A copy of the good bundle, to be forged.
  fs::path copy(const std::string& name) {
    fs::copy(folder_ / "good", folder_ / name, fs::copy_options::recursive);
    return folder_ / name;
  }
  static void append(const fs::path& file, const std::string& text) { EXPECT_TRUE(write_file(file, read_file(file).value_or("?") + text)); }
  static fs::path first_in(const fs::path& folder) {
    for (const auto& each : fs::recursive_directory_iterator(folder))
      if (each.is_regular_file()) return each.path();
    return {};
  }

  /// What an insider with the trusted key can do: any certificate.json, its digests right again, signed.
  void forge(const std::string& name, const std::function<void(Json&)>& edit, const std::function<void(const fs::path&)>& files = {}) {
    const fs::path at = copy(name);
    auto certificate = Json::parse(text_of(name + "/certificate.json"));
    if (files) files(at);
    for (auto& [file, digest] : certificate["files"].items())
      if (fs::exists(at / file)) digest = sha256(read_file(at / file).value_or("")).hex();
    edit(certificate);
    certificate.erase("digest");
    certificate["digest"] = sha256(certificate.dump()).hex();
    EXPECT_TRUE(write_file(at / "certificate.json", certificate.dump(2) + "\n"));
    sign(at);
  }
  void sign(const fs::path& bundle) {
    auto key = SigningKey::load(folder_ / "key");
    ASSERT_TRUE(key.has_value());
    EXPECT_TRUE(verify::attest::sign_bundle(bundle, *key, std::nullopt));
  }

  /// The pair of keys, the trusted task and a bundle that holds. False: no jail here, or a failure that is told.
  void prepare(bool& ready) {
    ready = false;
    ASSERT_EQ(run({"key", "new", path("key")}).code, 0);
    auto made = certify(task("tasks"), kFifo, "good");
    NEEDS_JAIL(made);
    ASSERT_EQ(made.code, 0) << made.err << made.out;
    ready = true;
  }

  /// One run of the gate over all; each must fail, by the rule that goes with it.
  void expect_refused(const std::vector<std::pair<std::string, std::string>>& cases) {
    std::vector<std::string> names;
    for (const auto& [name, rule] : cases)
      if (names.empty() || names.back() != name) names.push_back(name);
    auto gate = run(gate_words(names));
    ASSERT_EQ(gate.code, 1) << gate.err;
    std::map<std::string, Json> bundles;
    const Json report = gate.json();
    for (const Json& each : report["bundles"]) bundles[each["folder"].get<std::string>()] = each;
    ASSERT_EQ(bundles.size(), names.size()) << gate.out;
    for (const auto& [name, rule] : cases) {
      EXPECT_FALSE(bundles[path(name)]["ok"].get<bool>()) << name;
      EXPECT_TRUE(broken(bundles[path(name)]).contains(rule)) << name << ", " << rule << ": " << bundles[path(name)].dump(1);
    }
  }
};

#define PREPARE()                \
  bool ready = false;            \
  prepare(ready);                \
  if (!ready) return

TEST_F(GateTest, AnHonestBundleHoldsAndEveryForgedCopyIsRefusedByItsSignature) {
  PREPARE();
  auto good = run(gate_words({"good"}));
  ASSERT_EQ(good.code, 0) << good.err << good.out;
  EXPECT_TRUE(good.json()["ok"].get<bool>());
  append(copy("source") / "source.cpp", " ");
  append(first_in(copy("obligation") / "obligations"), "\n");
  append(first_in(copy("graph") / "proof"), " ");
  EXPECT_TRUE(write_file(copy("added") / "extra.txt", "x"));
  fs::remove(copy("bare") / "attestation.dsse.json");
  fs::remove(copy("lost") / "certificate.json");
  fs::remove(copy("link") / "source.cpp");
  fs::create_symlink("../good/source.cpp", folder_ / "link/source.cpp");
  fs::remove(copy("endless") / "attestation.dsse.json");
  fs::create_symlink("/dev/zero", folder_ / "endless/attestation.dsse.json");
  auto stranger = SigningKey::generate();
  ASSERT_TRUE(stranger.has_value());
  EXPECT_TRUE(verify::attest::sign_bundle(copy("stranger"), *stranger, std::nullopt));
  fs::resize_file(copy("huge") / "source.cpp", (std::uintmax_t{1} << 30) + 1);  // of holes
  expect_refused({{"source", "signature"}, {"source", "proof"}, {"obligation", "signature"}, {"obligation", "proof"}, {"graph", "signature"},
                  {"graph", "proof"}, {"added", "signature"}, {"added", "proof"}, {"bare", "signature"}, {"lost", "signature"},
                  {"link", "signature"}, {"endless", "signature"}, {"stranger", "signature"}, {"huge", "signature"}});
}

TEST_F(GateTest, WhatTheTrustedKeySignedMustStillBeTheTasksContractAndBeProved) {
  PREPARE();
  const std::string weak_range = task("weak", [](auto& files) {
    files["policy.h"] = replaced(files["policy.h"], "i64 count ASSAY_FIELD(\"\", 0, kMaxMark);", "i64 count ASSAY_FIELD(\"\", 0, 200);");
  });
  const std::string unsafe = replaced(kFifo, "return kStay;", "mark.count += 1; return kStay;");
  EXPECT_EQ(certify(weak_range, kFifo, "weak_range").code, 0);
  const std::string weak_level = task("level", [](auto& files) {
    files["properties.cpp"] = replaced(files["properties.cpp"], "(no_idle_round, required)", "(no_idle_round, info)");
  });
  EXPECT_EQ(certify(weak_level, kFifo, "weak_level").code, 0);
  EXPECT_EQ(certify(task("without", [](auto& files) { files.erase("properties.cpp"); }), kFifo, "properties_left_out").code, 0);
  EXPECT_EQ(certify(task("bound", [](auto& files) { files["task.json"] = replaced(files["task.json"], "4096", "4097"); }), kFifo, "bound").code, 0);
  EXPECT_EQ(certify((folder_ / "tasks/small").string(), unsafe, "refuted").code, 1);
  expect_refused({{"weak_range", "contract"}, {"weak_level", "contract"}, {"properties_left_out", "contract"}, {"bound", "contract"}, {"refuted", "claim"}});
}

TEST_F(GateTest, AnEditedCertificateIsRefusedThoughTheTrustedKeySignedIt) {
  PREPARE();
  const std::string unsafe = replaced(kFifo, "return kStay;", "mark.count += 1; return kStay;");
  EXPECT_EQ(certify((folder_ / "tasks/small").string(), unsafe, "refuted").code, 1);
  // The refuted certificate, its claims called proved with the witnesses of the good one.
  const auto witnesses = Json::parse(text_of("good/certificate.json"))["claims"];
  fs::rename(folder_ / "good", folder_ / "honest"), fs::rename(folder_ / "refuted", folder_ / "good");
  forge("called_proved", [&](Json& c) { c["claims"] = witnesses, c["verdict"] = "proved", c["score"] = 1.0; });
  fs::rename(folder_ / "good", folder_ / "refuted"), fs::rename(folder_ / "honest", folder_ / "good");
  forge("another_source", [](Json& c) { c["source"] = c["files"]["source.cpp"]; },
        [&](const fs::path& at) { EXPECT_TRUE(write_file(at / "source.cpp", unsafe)); });
  forge("claims_dropped", [](Json& c) { c["claims"].erase(0); });
  forge("no_claims", [](Json& c) { c["claims"] = Json::array(); });
  forge("level", [](Json& c) { c["claims"][4]["level"] = "info"; });
  forge("level_type", [](Json& c) { c["claims"][4]["level"] = 7, c["claims"][4]["verdict"] = "unknown"; });
  forge("claim_types", [](Json& c) { c["claims"] = {1, "x", nullptr, Json::array()}; });
  forge("property_missing", [](Json& c) { c["claims"].erase(c["claims"].size() - 1); });
  forge("all_info", [](Json& c) { for (Json& claim : c["claims"]) claim["level"] = "info"; });
  forge("other_folder", [](Json& c) { c["task"] = "../tasks/small"; });
  forge("here", [](Json& c) { c["task"] = "."; });
  forge("task_type", [](Json& c) { c["task"] = {{"small", 1}}; });
  forge("unknown_task", [](Json& c) { c["task"] = "smaller"; });
  forge("bound_type", [](Json& c) { c["instruction_bound"] = 4096.5; });
  forge("bound_raised", [](Json& c) { c["instruction_bound"] = 1 << 20; });
  forge("no_object", [](Json& c) { c = Json{{"task", "small"}}; });
  const std::string text = text_of("good/certificate.json");
  EXPECT_TRUE(write_file(copy("twice") / "certificate.json", replaced(text, "{", "{\n  \"task\": \"other\",")));
  sign(folder_ / "twice");
  EXPECT_TRUE(write_file(copy("deep") / "certificate.json", std::string(100'000, '[') + std::string(100'000, ']')));
  expect_refused({{"called_proved", "proof"}, {"another_source", "proof"}, {"claims_dropped", "proof"}, {"no_claims", "claim"}, {"level", "proof"},
                  {"level_type", "claim"}, {"level_type", "proof"}, {"claim_types", "proof"}, {"property_missing", "proof"}, {"all_info", "claim"},
                  {"all_info", "proof"}, {"other_folder", "contract"}, {"here", "contract"}, {"task_type", "contract"}, {"unknown_task", "contract"},
                  {"bound_type", "proof"}, {"bound_raised", "contract"}, {"no_object", "claim"}, {"twice", "proof"}, {"deep", "claim"}});
}

TEST_F(GateTest, ABundleMustSucceedTheOneThatIsNamedAndBeOfTheTaskThatIsNamed) {
  PREPARE();
  auto next = run({"certify", path("tasks/small"), path("good.cpp"), "--out", path("next"), "--sign", path("key"), "--after", path("good")});
  ASSERT_EQ(next.code, 0) << next.err;
  auto words = gate_words({"next", "good"});
  words.insert(words.end(), {"--after", sha256(text_of("good/attestation.dsse.json")).hex()});
  auto gate = run(words);
  ASSERT_EQ(gate.code, 1) << gate.err;
  auto bundles = gate.json()["bundles"];
  EXPECT_TRUE(bundles[0]["ok"].get<bool>()) << bundles[0].dump(1);
  EXPECT_EQ(broken(bundles[1]), std::set<std::string>{"lineage"});
  auto of_task = gate_words({"good"});
  of_task.insert(of_task.end(), {"--task", "web_cache"});
  gate = run(of_task);
  EXPECT_EQ(gate.code, 1);
  EXPECT_EQ(broken(gate.json()["bundles"][0]), std::set<std::string>{"contract"});
  // Certified anew without a key: the old signature does not stay behind.
  EXPECT_EQ(run({"certify", path("tasks/small"), path("good.cpp"), "--out", path("next")}).code, 0);
  EXPECT_FALSE(fs::exists(folder_ / "next/attestation.dsse.json"));
}

TEST_F(GateTest, TheChampionOfACampaignHasABundleThatHolds) {
  const std::string out = path("campaign");
  auto campaign = run({"run", task("tasks"), "--budget", "candidates=6", "--out", out, "--threads", "1", "--json"});
  NEEDS_JAIL(campaign);
  ASSERT_EQ(campaign.code, 0) << campaign.err;
  auto gated = run({"gate", out + "/champion", "--tasks", path("tasks"), "--unsigned", "--format", "json"});
  EXPECT_EQ(gated.code, 0) << gated.out << gated.err;
}

TEST_F(GateTest, EveryFormatTellsTheFinding) {
  PREPARE();
  append(copy("bad") / "source.cpp", " ");
  auto told = [&](const char* format) {
    return run({"gate", path("good"), path("bad"), "--tasks", path("tasks"), "--trust", path("key.pub.pem"), "--format", format});
  };
  auto sarif = told("sarif");
  EXPECT_EQ(sarif.code, 1);
  auto results = sarif.json()["runs"][0]["results"];
  ASSERT_GE(results.size(), 2u) << sarif.out;
  EXPECT_EQ(results[0]["ruleId"], "signature");
  EXPECT_EQ(results[0]["message"]["text"].get<std::string>().find("/assay-gate-"), std::string::npos) << "the copy is nobody's business";
  auto junit = told("junit");
  EXPECT_NE(junit.out.find("\" tests=\"6\" failures=\"0\""), std::string::npos) << junit.out;
  EXPECT_NE(junit.out.find("\" tests=\"6\" failures=\"2\""), std::string::npos) << junit.out;
  auto github = told("github");
  EXPECT_EQ(github.out.find("::error file="), 0u) << github.out;
  EXPECT_NE(github.out.find("title=assay gate%3A signature::"), std::string::npos) << github.out;
  auto text = told("text");
  EXPECT_EQ(text.out.find("ok      " + path("good")), 0u) << text.out;
  EXPECT_NE(text.out.find("  FAIL  signature: "), std::string::npos) << text.out;
}

TEST_F(GateTest, WrongUsageHasItsOwnExitCode) {
  fs::create_directories(folder_ / "tasks");
  fs::create_directories(folder_ / "b");
  ASSERT_EQ(run({"key", "new", path("key")}).code, 0);
  EXPECT_EQ(run({"key", "new", path("key")}).code, 2) << "never written over";
  const std::string tasks = path("tasks"), bundle = path("b"), key = path("key.pub.pem");
  const std::vector<std::vector<std::string>> wrong = {
      {bundle, "--tasks", tasks},
      {bundle, "--tasks", tasks, "--trust", key, "--unsigned"},
      {bundle, "--tasks", tasks, "--trust", key, "--format", "poem"},
      {bundle, "--tasks", tasks, "--unsigned", "--after", std::string(64, 'a')},
      {bundle, "--tasks", tasks, "--trust", key, "--after", "last"},
      {bundle, "--tasks", tasks, "--trust", path("key")},
      {bundle, "--tasks", path("nowhere"), "--trust", key},
      {path("nothing"), "--tasks", tasks, "--trust", key},
      {"--tasks", tasks, "--trust", key}};
  for (std::vector<std::string> words : wrong) {
    words.insert(words.begin(), "gate");
    EXPECT_EQ(run(words).code, 2) << testing::PrintToString(words);
  }
}

}  // namespace
}  // namespace assay::cli
