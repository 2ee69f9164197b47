// Bundles as a stranger checks them, and forged ones, which must be refused even where every digest was made anew.

#include "tests/verify/check_bundle.h"

namespace assay::verify::proof {
namespace {

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
