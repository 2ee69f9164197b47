#include "cli/record/recorder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "base/file.h"

namespace assay::cli {
namespace {

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-record-XXXXXX").string();
    folder_ = std::filesystem::canonical(::mkdtemp(name.data()));
  }
  ~RecorderTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_file(folder_ / name, text));
    return (folder_ / name).string();
  }
  static std::vector<RecordedRequest> requests_of(const Recording& recording, const std::string& path) {
    std::vector<RecordedRequest> found;
    for (const auto& request : recording.requests)
      if (recording.files[request.file] == path) found.push_back(request);
    return found;
  }

  std::filesystem::path folder_;
};

Result<Recording> record_shell(const std::string& script) { return record({"sh", "-c", "exec >/dev/null 2>&1; " + script}, {.stdout_to_stderr = true}); }

TEST_F(RecorderTest, EveryOpenOfAFileIsOneRequestWithItsSize) {
  auto path = file("a", "12345");
  auto recording = record_shell("cat " + path + "; cat " + path + "; (cat " + path + " &) ; :");
  ASSERT_TRUE(recording) << recording.error().what;
  auto requests = requests_of(*recording, path);
  ASSERT_EQ(requests.size(), 3u);
  for (const auto& request : requests) EXPECT_EQ(request.size_bytes, 5u);
}

TEST_F(RecorderTest, TimeNeverGoesBackAndFilesAreNumberedByFirstAppearance) {
  auto recording = record_shell("cat " + file("a", "x") + " " + file("b", "y"));
  ASSERT_TRUE(recording);
  std::uint32_t known = 0;
  std::uint64_t time = 0;
  for (const auto& request : recording->requests) {
    EXPECT_LE(request.file, known);
    known = std::max(known, request.file + 1);
    EXPECT_GE(request.milliseconds, time);
    time = request.milliseconds;
  }
  EXPECT_EQ(known, recording->files.size());
}

TEST_F(RecorderTest, ALinkCountsAsTheFileBehindIt) {
  auto path = file("a", "x");
  std::filesystem::create_symlink(path, folder_ / "link");
  auto recording = record_shell("cd " + folder_.string() + "; cat ./link ../" + folder_.filename().string() + "/a");
  ASSERT_TRUE(recording);
  EXPECT_EQ(requests_of(*recording, path).size(), 2u);
}

TEST_F(RecorderTest, WritingIsNoRequestAndAnEmptyFileHasSizeOne) {
  auto empty = file("empty", "");
  auto recording = record_shell("echo x > " + (folder_ / "out").string() + "; cat " + empty + " " + folder_.string() + "/none");
  ASSERT_TRUE(recording);
  EXPECT_TRUE(requests_of(*recording, folder_ / "out").empty());
  auto requests = requests_of(*recording, empty);
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].size_bytes, 1u);
}

TEST_F(RecorderTest, TheProgramThatStartsIsARequestToo) {
  auto recording = record({"/bin/sh", "-c", ":"});
  ASSERT_TRUE(recording);
  EXPECT_EQ(recording->files.at(0), std::filesystem::canonical("/bin/sh").string());
}

TEST_F(RecorderTest, FilesOfTheKernelAreLeftOut) {
  auto recording = record_shell("cat /proc/self/maps /dev/null");
  ASSERT_TRUE(recording);
  for (const auto& path : recording->files) EXPECT_FALSE(path.starts_with("/proc/") || path.starts_with("/dev/")) << path;
}

TEST_F(RecorderTest, TheExitCodeIsTheCommandsOwn) {
  EXPECT_EQ(record_shell("exit 7")->exit_code, 7);
  EXPECT_EQ(record_shell("kill -9 $$")->exit_code, 128 + 9);
}

TEST_F(RecorderTest, ACommandThatIsNotThereIsAnErrorThatNamesIt) {
  auto recording = record({"/nonexistent/program"});
  ASSERT_FALSE(recording);
  EXPECT_NE(recording.error().what.find("/nonexistent/program"), std::string::npos);
  EXPECT_FALSE(record({}));
}

TEST_F(RecorderTest, AnInterruptGoesToTheCommandAndKeepsWhatWasRecorded) {
  auto path = file("a", "x");
  auto pid = std::to_string(::getpid());
  auto recording = record_shell("cat " + path + "; kill -TERM " + pid + "; exec sleep 1000");
  ASSERT_TRUE(recording) << recording.error().what;
  EXPECT_TRUE(recording->interrupted);
  EXPECT_EQ(recording->exit_code, 128 + SIGTERM);
  EXPECT_EQ(requests_of(*recording, path).size(), 1u);
}

TEST_F(RecorderTest, ASecondInterruptEndsACommandThatIgnoresTheFirst) {
  auto pid = std::to_string(::getpid());
  auto recording =
      record_shell("trap '' TERM; kill -TERM " + pid + "; sleep 0; kill -INT " + pid + "; exec sleep 1000");
  ASSERT_TRUE(recording) << recording.error().what;
  EXPECT_TRUE(recording->interrupted);
  EXPECT_EQ(recording->exit_code, 130);
}

TEST(IdOfPath, IsTheSameInEveryRecordingAndDiffersByPath) {
  EXPECT_EQ(id_of_path("abc"), 0xeacf018fbf1678baull);  // FIPS 180-4, appendix B.1: ba 78 16 bf 8f 01 cf ea, first byte lowest
  EXPECT_NE(id_of_path("/a"), id_of_path("/b"));
}

}  // namespace
}  // namespace assay::cli
