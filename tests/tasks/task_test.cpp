#include "tasks/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "base/file.h"

namespace assay::tasks {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kRoot = ASSAY_SOURCE_DIR;

constexpr char kPolicy[] = "#include \"policies/abi/assay.h\"\ni64 f(i64 x) ASSAY_RETURNS(\"\", 0, 1);\n";
constexpr char kSettings[] = R"({
  "domain": "cache", "objective": "miss_ratio", "direction": "minimise",
  "limits": {"run_milliseconds": 300, "memory_mib": 64, "instructions": 99},
  "instances": {
    "train": [{"name": "a", "trace": "a.csv"}, {"name": "b", "trace": "b.csv"}],
    "validation": [{"name": "c", "trace": "c.csv"}],
    "holdout": [
      {"name": "d", "trace": "d.csv"}
    ]
  },
  "native_baselines": ["lru", "fifo"],
  "search": {"islands": 2}
}
)";

/// A good task in a folder of its own, for a test to break.
class TaskFolder : public ::testing::Test {
 protected:
  TaskFolder() {
    fs::create_directories(folder_ / "baselines");
    write("policy.h", kPolicy);
    write("task.json", kSettings);
    write("prompt.md", "Do well.\n");
    write("baselines/two.cpp", "i64 f(i64 x) { return 1; }\n");
    write("baselines/one.cpp", "i64 f(i64 x) { return 0; }\n");
    write("baselines/notes.txt", "not a policy\n");
  }
  ~TaskFolder() override {
    std::error_code in_use;
    fs::remove_all(folder_);
    fs::remove(folder_.parent_path(), in_use);
  }

  void write(const std::string& name, const std::string& text) { ASSERT_TRUE(write_file(folder_ / name, text)); }

  /// task.json with the first `from` replaced.
  void change(const std::string& from, const std::string& to) {
    std::string text = kSettings;
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    write("task.json", text.replace(at, from.size(), to));
  }

  std::string error() const {
    auto task = load_task(folder_);
    return task ? "" : task.error().what;
  }

  fs::path folder_ = fs::path(::testing::TempDir()) /
                     ("task-" + std::to_string(::getpid())) / ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(TaskFolder, ThatIsRightIsLoadedWhole) {
  auto task = load_task(folder_ / "");
  ASSERT_TRUE(task) << task.error().what;
  EXPECT_EQ(task->name, "ThatIsRightIsLoadedWhole");
  EXPECT_EQ(task->domain, "cache");
  EXPECT_EQ(task->objective, "miss_ratio");
  EXPECT_EQ(task->direction, Direction::minimise);
  EXPECT_EQ(task->limits.run, std::chrono::milliseconds(300));
  EXPECT_EQ(task->limits.memory_bytes, 64u << 20);
  EXPECT_EQ(task->limits.instructions, 99u);
  EXPECT_EQ(task->prompt, "Do well.\n");
  EXPECT_EQ(task->native_baselines, (std::vector<std::string>{"lru", "fifo"}));
  EXPECT_EQ(task->search, Json({{"islands", 2}}));
  ASSERT_EQ(task->baselines.size(), 2u);
  EXPECT_EQ(task->baselines[0].name, "one");
  EXPECT_EQ(task->baselines[1].text, "i64 f(i64 x) { return 1; }\n");
  ASSERT_EQ(task->instances.size(), 4u);
  EXPECT_EQ(task->split(Split::train).size(), 2u);
  const InstanceSpec holdout = task->split(Split::holdout).at(0);
  EXPECT_EQ(holdout.name, "d");
  EXPECT_EQ(holdout.settings, Json({{"trace", "d.csv"}}));
  EXPECT_EQ(holdout.line, 8);
  EXPECT_EQ(task->place(holdout), (folder_ / "task.json").string() + ":8");
  EXPECT_EQ(task->place("native_baselines"), (folder_ / "task.json").string() + ":11");
  EXPECT_EQ(task->place("no_such_key"), (folder_ / "task.json").string());
}

TEST_F(TaskFolder, NeedsNeitherLimitsNorNativeBaselinesNorSearch) {
  change(R"("limits": {"run_milliseconds": 300, "memory_mib": 64, "instructions": 99},)", "");
  auto task = load_task(folder_);
  ASSERT_TRUE(task) << task.error().what;
  EXPECT_EQ(task->limits.instructions, Limits().instructions);
  EXPECT_EQ(task->limits.memory_bytes, Limits().memory_bytes);
}

TEST_F(TaskFolder, DefaultsStandWhereAnInstanceSaysNothing) {
  change(R"("validation": [{"name": "c", "trace": "c.csv"}],
    "holdout": [
      {"name": "d", "trace": "d.csv"}
    ]
  },)", R"("validation": [{"name": "c"}], "holdout": [{"name": "d", "trace": "d.csv"}]}, "defaults": {"trace": "all.csv", "size_aware": true},)");
  auto task = load_task(folder_);
  ASSERT_TRUE(task) << task.error().what;
  for (const auto& spec : task->instances) {
    EXPECT_EQ(spec.settings["trace"], spec.name == "c" ? "all.csv" : spec.name + ".csv");
    EXPECT_EQ(spec.settings["size_aware"], true);
  }
  override_settings(*task, {{"trace", "other.csv"}});
  for (const auto& spec : task->instances) EXPECT_EQ(spec.settings["trace"], "other.csv");
  EXPECT_EQ(task->overrides, Json({{"trace", "other.csv"}}));
}

TEST_F(TaskFolder, DefaultsHaveNoName) {
  change("\"instances\": {", "\"defaults\": {\"name\": \"x\"}, \"instances\": {");
  auto task = load_task(folder_);
  ASSERT_FALSE(task);
  EXPECT_THAT(task.error().what, HasSubstr("each instance has its own name"));
}

TEST_F(TaskFolder, IsMissedByItsPath) {
  EXPECT_THAT(load_task(folder_ / "nowhere").error().what, HasSubstr("nowhere: not a folder"));
  EXPECT_THAT(load_task(folder_ / "policy.h").error().what, HasSubstr("not a folder"));
}

TEST_F(TaskFolder, WithAPartMissingSaysWhichAndWhatGoesThere) {
  const std::pair<const char*, const char*> parts[] = {
      {"policy.h", "policy.h: No such file"},
      {"task.json", "add task.json: domain, objective"},
      {"prompt.md", "add prompt.md: the problem, told to a model"},
      {"baselines", "baselines: No such file or directory; add at least one policy"},
  };
  for (const auto& [part, message] : parts) {
    fs::rename(folder_ / part, folder_ / "hidden");
    EXPECT_THAT(error(), AllOf(HasSubstr(message), Not(HasSubstr("\n"))));
    fs::rename(folder_ / "hidden", folder_ / part);
  }
  EXPECT_EQ(error(), "");
}

TEST_F(TaskFolder, WithSeveralFaultsListsAllOfThem) {
  write("policy.h", "i64 f();\n");
  write("prompt.md", " \n\t\n");
  fs::remove_all(folder_ / "baselines");
  change("\"minimise\"", "\"down\"");
  EXPECT_THAT(error(), AllOf(HasSubstr("policy.h:1:1: unknown type name 'i64'"), HasSubstr("prompt.md:1: the prompt is empty"),
                             HasSubstr("add at least one policy"),
                             HasSubstr("task.json:2: \"direction\" is \"down\"; it must be \"minimise\" or \"maximise\"")));
}

TEST_F(TaskFolder, WithoutAPolicyAmongItsBaselinesIsRefused) {
  fs::remove(folder_ / "baselines/one.cpp");
  fs::remove(folder_ / "baselines/two.cpp");
  EXPECT_THAT(error(), HasSubstr("baselines: no *.cpp in it; add at least one policy"));
}

TEST_F(TaskFolder, WithWrongSettingsGetsTheLineAndTheMend) {
  struct Case {
    const char* from;
    const char* to;
    const char* message;
  };
  const Case cases[] = {
      {R"("domain": "cache",)", "", "task.json:1: the file has no \"domain\"; add it"},
      {R"("cache")", "7", "task.json:2: \"domain\" is 7; it must be the name of a folder in evaluators/"},
      {R"("cache")", R"("")", "task.json:2: \"domain\" is empty"},
      {R"("search")", R"("serch")", "task.json:12: \"serch\" is not a key here; the keys are: domain, objective, direction,"},
      {R"({"islands": 2})", "[]", "task.json:12: \"search\" is []; it must be an object of campaign defaults"},
      {R"("memory_mib")", R"("memory")", "task.json:3: \"memory\" is not a key here; the keys are: run_milliseconds,"},
      {"300", "-1", "task.json:3: \"run_milliseconds\" is -1; it must be a whole number from 1 to 600000"},
      {"300", "0", "task.json:3: \"run_milliseconds\" is 0; it must be a whole number from 1 to"},
      {"99}", "1e3}", "task.json:3: \"instructions\" is 1000.0; it must be a whole number"},
      {"64", "18446744073709551615", "task.json:3: \"memory_mib\" is 18446744073709551615; it must be"},
      {R"({"run_milliseconds": 300, "memory_mib": 64, "instructions": 99})", "[1, 2]", "task.json:3: \"limits\" is [1,2]"},
      {R"("validation")", R"("test")", "task.json:4: \"instances\" has no \"validation\"; add it"},
      {R"("validation")", R"("test")", "task.json:6: \"test\" is not a key here; the keys are: train, validation, holdout"},
      {R"([{"name": "c", "trace": "c.csv"}])", "[]", "task.json:6: \"validation\" is empty; give it at least one instance"},
      {R"([{"name": "c", "trace": "c.csv"}])", "{}", "task.json:6: \"validation\" is {}; it must be a list of instances"},
      {R"({"name": "d", "trace": "d.csv"})", "3", "task.json:8: \"holdout[0]\" is not an object; write {\"name\": ..., settings}"},
      {R"("name": "d", )", "", "task.json:8: \"holdout[0]\" is an instance without a name"},
      {R"("name": "d")", R"("name": "a")", "task.json:8: \"name\" is \"a\", like an earlier instance"},
      {R"("name": "d")", R"("name": 4)", "task.json:8: \"name\" is 4; it must be the instance's name"},
      {R"(["lru", "fifo"])", R"(["lru", "lru"])", "task.json:11: \"native_baselines\" lists \"lru\" twice"},
      {R"(["lru", "fifo"])", R"(["lru", 1])", "task.json:11: \"native_baselines[1]\" is 1; it must be the name of a native baseline"},
      {R"("direction": "minimise",)", R"("direction": "minimise", "domain": "x",)", "\"domain\" stands twice; remove one"},
  };
  for (const Case& broken : cases) {
    change(broken.from, broken.to);
    EXPECT_THAT(error(), HasSubstr(broken.message)) << broken.from << " -> " << broken.to;
  }
}

TEST_F(TaskFolder, WithSettingsThatAreNoJsonNamesTheLine) {
  const std::string deep = "{\"limits\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::pair<const char*, const char*> texts[] = {
      {"{\n  \"domain\": cache\n}\n", "task.json:2: not JSON"},
      {"", "task.json:1: not JSON"},
      {"[]", "task.json:1: the file is not a JSON object"},
      {"{\"a/b\": 1, \"~\": 2}", "is not a key here"},
      {"{\"a\\", "not JSON"},
      {"\"\xff\"", "not JSON"},
      {"{\"limits\": 1e999}", "not JSON"},
      {deep.c_str(), "nested deeper than"},
  };
  for (const auto& [text, message] : texts) {
    write("task.json", text);
    EXPECT_THAT(error(), HasSubstr(message)) << text;
  }
}

TEST(ShippedTask, IsRight) {
  for (const char* name : {"web_cache", "web_cache_queues"}) {
    auto task = load_task(kRoot / "tasks" / name);
    ASSERT_TRUE(task) << task.error().what;
    EXPECT_EQ(task->name, name);
    EXPECT_EQ(task->domain, "cache");
    EXPECT_GE(task->baselines.size(), 7u);
    for (const Split split : {Split::train, Split::validation, Split::holdout}) EXPECT_GE(task->split(split).size(), 2u);
  }
}

/// The files that docs/adding-a-task.md shows: a line "`tasks/byte_saver/NAME`:", a blank one, and a fenced block.
std::map<std::string, std::string> files_of_the_page() {
  std::istringstream page(read_file(kRoot / "docs/adding-a-task.md").value());
  const std::string start = "`tasks/byte_saver/";
  std::map<std::string, std::string> files;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with(start) || !line.ends_with("`:")) continue;
    std::string& text = files[line.substr(start.size(), line.size() - start.size() - 2)];
    while (std::getline(page, line) && !line.starts_with("```")) {
    }
    while (std::getline(page, line) && !line.starts_with("```")) text += line + "\n";
  }
  return files;
}

TEST_F(TaskFolder, OfThePageThatShowsOneIsRight) {
  fs::remove_all(folder_);
  fs::create_directories(folder_ / "baselines");
  const auto files = files_of_the_page();
  EXPECT_EQ(files.size(), 5u);
  for (const auto& [name, text] : files) write(name, text);
  auto task = load_task(folder_);
  ASSERT_TRUE(task) << task.error().what;
  EXPECT_EQ(task->contract.functions.size(), 1u);
  EXPECT_EQ(task->baselines.size(), 2u);
}

TEST(Task, TurnsAnObjectiveIntoALoss) {
  Task task;
  EXPECT_EQ(task.loss(3), 3);
  task.direction = Direction::maximise;
  EXPECT_EQ(task.loss(3), -3);
}

}  // namespace
}  // namespace assay::tasks
