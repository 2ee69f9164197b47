// The watch must notice what it is there for.

#include "tests/attacks/host_watch.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace assay::attacks {
namespace {

namespace fs = std::filesystem;

class HostWatchTest : public testing::Test {
 protected:
  /// What `act` does to the host, in the watch's words; `undo` follows.
  template <class Act, class Undo>
  std::string noticed(Act act, Undo undo) {
    const HostState before = watch_.now();
    EXPECT_EQ(HostWatch::difference(before, watch_.now()), "");
    act();
    std::string words = HostWatch::difference(before, watch_.now());
    undo();
    EXPECT_EQ(HostWatch::difference(before, watch_.now()), "");
    return words;
  }

  HostWatch watch_{fs::temp_directory_path() / ("assay-watch-" + std::to_string(::getpid()))};
};

TEST_F(HostWatchTest, NoticesFiles) {
  const fs::path canary = watch_.folder() / "canary", own = watch_.folder() / "new", outside = "/tmp/assay-attack-" + std::to_string(::getpid());
  for (const fs::path& file : {own, outside})
    EXPECT_NE(noticed([&] { std::ofstream(file) << "x"; }, [&] { fs::remove(file); }), "") << file;
  EXPECT_NE(noticed([&] { fs::create_symlink("/etc", outside); }, [&] { fs::remove(outside); }), "");
  const HostState before = watch_.now();
  std::ofstream(canary, std::ios::app) << "y";
  EXPECT_NE(HostWatch::difference(before, watch_.now()), "");
  fs::remove(canary);
  EXPECT_NE(HostWatch::difference(before, watch_.now()), "");
}

TEST_F(HostWatchTest, NoticesDescriptors) {
  int fd = -1;
  EXPECT_NE(noticed([&] { fd = ::open("/dev/null", O_RDONLY); }, [&] { ::close(fd); }), "");
}

TEST_F(HostWatchTest, NoticesProcessesByKinshipAndByName) {
  for (const char* name : {"harmless", kAttackName}) {
    pid_t child = -1;
    int ends[2] = {-1, -1};
    const std::string words = noticed(
        [&] {
          ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
          child = ::fork();
          if (child == 0) {
            ::prctl(PR_SET_NAME, name, 0, 0, 0);
            [[maybe_unused]] auto told = ::write(ends[1], "g", 1);
            for (;;) ::pause();
          }
          char go = 0;
          [[maybe_unused]] auto heard = ::read(ends[0], &go, 1);
        },
        [&] {
          ::kill(child, SIGKILL);
          ::waitpid(child, nullptr, 0);
          ::close(ends[0]), ::close(ends[1]);
        });
    EXPECT_NE(words.find("more processes"), words.npos) << words;
    EXPECT_EQ(words.find("of the attack") != words.npos, name == std::string(kAttackName)) << words;
  }
}

TEST_F(HostWatchTest, NoticesConnections) {
  EXPECT_FALSE(watch_.was_connected());
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET, to.sin_addr.s_addr = htonl(INADDR_LOOPBACK), to.sin_port = htons(static_cast<std::uint16_t>(watch_.port()));
  ASSERT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  EXPECT_TRUE(watch_.was_connected());
}

TEST_F(HostWatchTest, NoticesWhatLeaks) {
  EXPECT_EQ(watch_.leak_in({OutcomeKind::refused, "no such name", {}}, "decisions"), "");
  EXPECT_NE(watch_.leak_in({OutcomeKind::refused, "unknown " + watch_.key(), {}}, ""), "");
  EXPECT_NE(watch_.leak_in({OutcomeKind::refused, "", {{1, 1, "expected root:x:0:0:root"}}}, ""), "");
  EXPECT_NE(watch_.leak_in({}, "xx" + watch_.key()), "");
}

}  // namespace
}  // namespace assay::attacks
