// The recorded campaigns of a real model (policies/recordings, docs/real-campaign.md): sound, and again the same without the model.
//
// The traces are not in the repository. What needs them skips by name where they do not lie beside it.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

#include "evolve/archive.h"
#include "tests/cli/run_program.h"

namespace assay::cli {
namespace {

const fs::path kRecordings = ASSAY_SOURCE_DIR "/policies/recordings";
const fs::path kTraces = ASSAY_SOURCE_DIR "/../shared/traces";

std::vector<std::string> recordings() {
  std::vector<std::string> names;
  std::error_code none;  // a checkout without recordings has no such tests, and fails none
  for (const auto& entry : fs::directory_iterator(kRecordings, none))
    if (entry.is_directory()) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

class Recording : public RunsPrograms, public testing::WithParamInterface<std::string> {
 protected:
  /// Replays write nothing into the repository: a reader of SQLite leaves files beside a database.
  std::string copied() {
    fs::copy(kRecordings / GetParam(), folder_ / "recording");
    return (folder_ / "recording").string();
  }
};

TEST_P(Recording, IsSoundAndNamesItsModelForEveryAnswer) {
  const std::string folder = copied();
  const Finished checked = run({"fsck", folder});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  auto archive = evolve::Archive::open_read_only(folder);
  ASSERT_TRUE(archive) << archive.error().what;
  std::set<std::uint64_t> answered;
  auto walked = (*archive)->for_each("completion", [&](const evolve::Event& event) -> Result<void> {
    EXPECT_NE(event.body.value("model", ""), "") << event.sequence;
    answered.insert(event.body.value("candidate", std::uint64_t{0}));
    return {};
  });
  ASSERT_TRUE(walked);
  auto records = (*archive)->candidates();
  ASSERT_TRUE(records);
  for (const auto& record : *records) EXPECT_EQ(answered.contains(record.index), record.provider == "mailbox") << record.index;
  EXPECT_GE(answered.size(), 16u);
}

TEST_P(Recording, IsTheSameAgainWithoutTheModel) {
  if (!fs::exists(kTraces)) GTEST_SKIP() << "the real traces are not beside the repository";
  if (!std::getenv("ASSAY_REPLAY_RECORDINGS")) GTEST_SKIP() << "minutes each: ASSAY_REPLAY_RECORDINGS=1 asks for it";
  const std::string tasks = (folder_ / "tasks").string();
  ASSERT_EQ(std::system((ASSAY_SOURCE_DIR "/scripts/real-tasks " + tasks + " > /dev/null").c_str()), 0);
  if (!fs::exists(tasks + "/" + GetParam())) GTEST_SKIP() << "its task has other properties now (docs/congestion.md, \"What a model wrote\")";
  const Finished replayed = run({"replay", copied(), "--task", tasks + "/" + GetParam()});
  EXPECT_EQ(replayed.code, 0) << replayed.out << replayed.err;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Recording);
INSTANTIATE_TEST_SUITE_P(Real, Recording, testing::ValuesIn(recordings()), [](const auto& each) {
  std::string name = each.param;
  std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace assay::cli
