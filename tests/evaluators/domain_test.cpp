#include "evaluators/domain.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "evaluators/cache/driver/common.h"
#include "evaluators/cache/driver_text.h"
#include "evaluators/cache/native/native.h"
#include "evaluators/cache/trace_write.h"
#include "trace_making.h"

namespace assay::evaluators {
namespace {

using assay_driver::CacheArguments;
using cache::Unit;

/// A task in a folder of its own, with one trace of random requests.
class DomainTest : public ::testing::Test {
 protected:
  DomainTest() {
    folder_ = std::filesystem::temp_directory_path() / ("assay-domain-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    trace_ = cache::make({.sized = true});
    EXPECT_TRUE(cache::write_trace(trace_, folder_ / "t.oracleGeneral", cache::WriteFormat::oracle).has_value());
    task_.folder = folder_;
    task_.name = "t";
    task_.domain = "cache";
    task_.objective = "miss_ratio";
    task_.contract = *tasks::read_contract(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/web_cache/policy.h");
    task_.native_baselines = {"lru"};
  }
  ~DomainTest() override { std::filesystem::remove_all(folder_); }

  static const Domain& domain() { return **domain_named("cache"); }
  static tasks::InstanceSpec spec(const std::string& settings) { return {"one", tasks::Split::train, Json::parse(settings), 7}; }
  std::string complaint(const std::string& settings) {
    task_.instances = {spec(settings)};
    auto checked = domain().check(task_);
    return checked ? "" : checked.error().what;
  }
  std::unique_ptr<Instance> load(const std::string& settings) {
    auto instance = domain().load(task_, spec(settings));
    EXPECT_TRUE(instance.has_value()) << instance.error().what;
    return std::move(*instance);
  }
  CacheArguments arguments(const Instance& instance, std::optional<double> bound) {
    const Binary binary = Binary::trusted("x", 0, 0);
    const auto request = instance.request(binary, bound);
    CacheArguments arguments{};
    EXPECT_EQ(request.arguments.size(), sizeof(arguments));
    std::memcpy(&arguments, request.arguments.data(), sizeof(arguments));
    return arguments;
  }

  std::filesystem::path folder_;
  cache::Trace trace_;
  tasks::Task task_;
};

constexpr const char* kGood = R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}})";

TEST_F(DomainTest, AnUnknownDomainListsTheKnownOnes) {
  EXPECT_EQ(domain_named("chess").error().what, "no domain \"chess\"; known: cache congestion gpu");
}

TEST_F(DomainTest, AGoodTaskHasNoComplaint) { EXPECT_EQ(complaint(kGood), ""); }

TEST_F(DomainTest, TheTasksThatShipFitTheDomain) {
  for (const std::string name : {"web_cache", "web_cache_queues"}) {
    auto contract = tasks::read_contract(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks" / name / "policy.h");
    ASSERT_TRUE(contract.has_value());
    EXPECT_TRUE(cache::machine_for(*contract).has_value()) << cache::machine_for(*contract).error().what;
    EXPECT_TRUE(domain().driver(*contract).has_value());
  }
}

TEST_F(DomainTest, WrongSettingsAreNamedWithTheirInstance) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"capacity": {"share": 0.1}})", "\"trace\" is missing"},
      {R"({"trace": "none", "capacity": {"share": 0.1}})", "\"trace\" is \"none\": "},
      {R"({"trace": ".", "capacity": {"share": 0.1}})", " is no file; give a path from the task's folder"},
      {R"({"trace": "t.oracleGeneral"})", "must be one of {\"objects\": n}"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1, "objects": 3}})", "must be one of"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"pages": 3}})", "\"pages\"; it must be objects, bytes or share"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"objects": 0}})", "a capacity of 0"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"objects": -4}})", "a capacity of -4"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"objects": 9007199254740992}})", "2^50"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 1.5}})", "a share of 1.5"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 1e-9}})", "one"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"objects": 5}, "size_aware": true})", "needs \"size_aware\": false"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"bytes": 5}, "size_aware": false})", "needs \"size_aware\": true"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}, "size_aware": 1})", "\"size_aware\" has the wrong type: 1; it must be true or false"},
      {R"({"trace": "", "capacity": {"share": 0.1}})", " is no file; give a path"},
      {R"({"trace": 7, "capacity": {"share": 0.1}})", "it must be the path of a trace"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}, "window": [0.5, 0.5]})", "0 <= from < to <= 1"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}, "window": [0, 2]})", "0 <= from < to <= 1"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}, "window": "all"})", "\"window\" is \"all\""},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}, "format": "zip"})", "oracle, csv or ids"},
      {R"({"trace": "t.oracleGeneral", "capacity": {"share": 0.1}, "wondow": [0, 1]})", "\"wondow\" is not a key here; the keys are: "},
  };
  for (const auto& [settings, expected] : cases) {
    const std::string said = complaint(settings);
    EXPECT_NE(said.find("task.json:7: instance \"one\": "), std::string::npos) << settings << "\n" << said;
    EXPECT_NE(said.find(expected), std::string::npos) << settings << "\n" << said;
    EXPECT_FALSE(domain().load(task_, spec(settings)).has_value()) << settings;
  }
}

TEST_F(DomainTest, EveryComplaintIsMadeAtOnce) {
  task_.objective = "speed";
  task_.native_baselines = {"lru", "magic"};
  task_.lines = {{"objective", 3}, {"native_baselines", 9}};
  const std::string said = complaint(R"({"trace": 3, "capacity": 4, "window": 5})");
  for (const char* part : {"task.json:3: objective \"speed\"", "task.json:9: native baseline \"magic\" is unknown; known: ", "\"trace\" has the wrong type",
                           "\"capacity\" must be one of", "\"window\" is 5"})
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
}

TEST_F(DomainTest, MoreMissesAreNeverTheGoal) {
  task_.direction = tasks::Direction::maximise;
  task_.lines = {{"direction", 4}};
  EXPECT_NE(complaint(kGood).find("task.json:4: \"miss_ratio\" is better the smaller it is; write \"direction\": \"minimise\""),
            std::string::npos);
}

TEST_F(DomainTest, ATruncatedTraceIsFoundByTheCheck) {
  const std::string whole = *read_file(folder_ / "t.oracleGeneral");
  ASSERT_TRUE(write_file(folder_ / "cut.oracleGeneral", whole.substr(0, whole.size() - 7)).has_value());
  EXPECT_NE(complaint(R"({"trace": "cut.oracleGeneral", "capacity": {"share": 0.1}})").find("cut.oracleGeneral"), std::string::npos);
}

TEST_F(DomainTest, BaselinesAndReplayGiveTheSameScore) {
  const auto instance = load(R"({"trace": "t.oracleGeneral", "capacity": {"objects": 100000}})");
  const auto native = instance->baseline("lru");
  const auto replayed = instance->score({});
  ASSERT_TRUE(native.has_value() && replayed.has_value());
  EXPECT_EQ(native->objective, replayed->objective);
  for (const auto& [name, value] : native->metrics) EXPECT_EQ(replayed->metrics.at(name), value) << name;
  EXPECT_EQ(native->metrics.at("requests"), static_cast<double>(trace_.requests()));
  EXPECT_NE(instance->baseline("magic").error().what.find("known:"), std::string::npos);
}

TEST_F(DomainTest, TheDigestNamesDataAndCapacity) {
  const auto one = load(R"({"trace": "t.oracleGeneral", "capacity": {"objects": 10}})");
  EXPECT_EQ(one->digest(), load(R"({"trace": "./t.oracleGeneral", "capacity": {"objects": 10}, "window": [0, 1]})")->digest());
  EXPECT_NE(one->digest(), load(R"({"trace": "t.oracleGeneral", "capacity": {"objects": 11}})")->digest());
  EXPECT_NE(one->digest(), load(R"({"trace": "t.oracleGeneral", "capacity": {"bytes": 10}})")->digest());
  EXPECT_NE(one->digest(), load(R"({"trace": "t.oracleGeneral", "capacity": {"objects": 10}, "window": [0, 0.5]})")->digest());
}

TEST_F(DomainTest, TheBoundIsTheLastCountThatIsNotWorse) {
  const auto instance = load(R"({"trace": "t.oracleGeneral", "capacity": {"objects": 10}})");
  const auto n = static_cast<double>(trace_.requests());
  for (std::uint64_t misses : {0, 1, 7, 1000, 1777, 2999})
    EXPECT_EQ(arguments(*instance, static_cast<double>(misses) / n).max_misses, misses);
  EXPECT_EQ(arguments(*instance, 0.5 / n).max_misses, 0u);
  EXPECT_EQ(arguments(*instance, -1.0).max_misses, 0u);
  EXPECT_EQ(arguments(*instance, 1.0).max_misses, ~0ull);
  EXPECT_EQ(arguments(*instance, std::nullopt).max_misses, ~0ull);
  EXPECT_EQ(arguments(*instance, 0.5).max_missed_bytes, ~0ull);
}

TEST_F(DomainTest, TheBoundFollowsTheObjective) {
  task_.objective = "byte_miss_ratio";
  const auto instance = load(R"({"trace": "t.oracleGeneral", "capacity": {"bytes": 100}})");
  EXPECT_EQ(arguments(*instance, 0.5).max_misses, ~0ull);
  EXPECT_EQ(arguments(*instance, 0.5).max_missed_bytes, trace_.requested_bytes / 2);
  task_.direction = tasks::Direction::maximise;
  EXPECT_EQ(arguments(*load(kGood), 0.5).max_missed_bytes, ~0ull);
}

TEST_F(DomainTest, InstancesOfOneWindowShareOneImage) {
  const auto one = load(R"({"trace": "t.oracleGeneral", "capacity": {"objects": 10}})");
  const auto other = load(R"({"trace": "t.oracleGeneral", "capacity": {"bytes": 100}})");
  const Binary binary = Binary::trusted("x", 0, 0);
  EXPECT_EQ(one->request(binary, std::nullopt).input_fd, other->request(binary, std::nullopt).input_fd);
}

std::string contract_complaint(const std::string& text) {
  auto contract = tasks::read_contract_text("#pragma once\n#include \"policies/abi/assay.h\"\n" + text, "policy.h");
  if (!contract) return "unreadable: " + contract.error().what;
  auto machine = cache::machine_for(*contract);
  return machine ? "" : machine.error().what;
}

constexpr const char* kMini = R"(
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, 1LL << 40);
  i64 hits ASSAY_FIELD("requests", 0, 1LL << 40);
};
)";

TEST(DriverContract, AnySubsetOfTheFeaturesWillDo) {
  EXPECT_EQ(contract_complaint(std::string(kMini) +
                               "i64 priority(const Object& object) ASSAY_RETURNS(\"priority\", 0, 1LL << 50);"), "");
  EXPECT_EQ(contract_complaint("struct Object { i64 age ASSAY_FIELD(\"\", 0, 1LL << 40); };\n"
                               "struct Mark { i64 heat ASSAY_FIELD(\"\", 0, 3); };\n"
                               "struct Ghost { bool known ASSAY_FIELD(\"\", 0, 1); i64 heat ASSAY_FIELD(\"\", 0, 3); };\n"
                               "i64 on_insert(const Ghost& ghost, Mark& mark, const Object& object) "
                               "ASSAY_RETURNS(\"queue\", 0, 3);"), "");
}

TEST(DriverContract, WhatNoDriverCanServeIsSaidWithLineAndMend) {
  const std::string returns = " ASSAY_RETURNS(\"priority\", 0, 1LL << 50);";
  const std::pair<std::string, const char*> cases[] = {
      {std::string(kMini) + "i64 choose(const Object& object)" + returns, "policy.h:8: no driver of the cache domain fits; declare \"priority\""},
      {std::string(kMini) + "i64 priority(const Object& object)" + returns + "\ni64 admit(const Object& object)" + returns,
       "no driver calls \"admit\"; it calls priority; remove it"},
      {"struct Object { i64 colour ASSAY_FIELD(\"\", 0, 9); };\ni64 priority(const Object& object)" + returns,
       "policy.h:3: the driver cannot fill Object.colour; it knows size, hits, age"},
      {"struct Object { i64 hits ASSAY_FIELD(\"\", 0, 100); };\ni64 priority(const Object& object)" + returns,
       "policy.h:3: Object.hits is declared 0 to 100, but the driver hands in 0 to"},
      {"struct Thing { i64 hits ASSAY_FIELD(\"\", 0, 100); };\ni64 priority(const Thing& thing)" + returns,
       "is of type Thing; it may take Object Cache Ghost"},
      {"struct Object { i64 hits ASSAY_FIELD(\"\", 0, 1LL << 40); };\ni64 priority(Object& object)" + returns,
       "must be a const reference: the driver does not read it back; write `const Object&`"},
      {std::string(kMini) + "i64 priority(const Object& object, i64 now)" + returns, "is of type i64"},
      {"struct Object { i64 idle ASSAY_FIELD(\"\", 0, 1LL << 40); };\n"
       "i64 on_insert(const Object& object) ASSAY_RETURNS(\"queue\", 0, 9);",
       "may answer 0 to 9; the driver understands 0 to 4; narrow its ASSAY_RETURNS"},
      {std::string(kMini) + "i64 on_head(const Object& object) ASSAY_RETURNS(\"queue\", 0, 4);", "policy.h:8: the function \"on_insert\" is missing"},
      {std::string(kMini) + "struct Mark { i64 heat ASSAY_FIELD(\"\", 0, 1000); };\n" +
           "i64 on_insert(const Object& object, Mark& mark) ASSAY_RETURNS(\"queue\", 0, 3);",
       "Mark.heat must lie within 0 to 255"},
      {"constexpr i64 kQueues = 9;\n" + std::string(kMini) +
           "i64 on_insert(const Object& object) ASSAY_RETURNS(\"queue\", 0, 3);",
       "policy.h:3: kQueues is 9"},
      {"struct Queues { Array<i64, 3> length ASSAY_FIELD(\"\", 0, 1LL << 40); };\n"
       "i64 on_insert(const Queues& queues) ASSAY_RETURNS(\"queue\", 0, 3);",
       "Queues.length must be Array<i64, 4>"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_NE(contract_complaint(text).find(expected), std::string::npos) << text << "\n" << contract_complaint(text);
}

}  // namespace
}  // namespace assay::evaluators
