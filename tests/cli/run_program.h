#pragma once
// Runs the built program as its users do: a child with its own stdout and stderr.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"

namespace assay::cli {

namespace fs = std::filesystem;

struct Finished {
  int code = -1;
  std::string out, err;
  Json json() const { return Json::parse(out, nullptr, false); }
};

/// A test with a folder of its own, in which built programs are run as children.
class RunsPrograms : public testing::Test {
 protected:
  RunsPrograms() {
    std::string name = (fs::temp_directory_path() / "assay-program-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~RunsPrograms() override { fs::remove_all(folder_); }

  pid_t start(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {ASSAY_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, (folder_ / "out").c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, (folder_ / "err").c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    pid_t pid = -1;
    EXPECT_EQ(::posix_spawn(&pid, ASSAY_PROGRAM, &actions, nullptr, argv.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }
  Finished wait(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), *read_file(folder_ / "out"), *read_file(folder_ / "err")};
  }
  Finished run(const std::vector<std::string>& arguments) { return wait(start(arguments)); }
  std::string file(const std::string& name, const std::string& text) {
    EXPECT_TRUE(write_file(folder_ / name, text));
    return (folder_ / name).string();
  }

  fs::path folder_;
};

/// A jail that cannot start on this host: nothing to test here, sandbox/ has the tests that say why.
#define NEEDS_JAIL(finished) \
  if ((finished).code == 2 && (finished).err.find("--allow-weak-sandbox") != std::string::npos) GTEST_SKIP() << (finished).err

}  // namespace assay::cli
