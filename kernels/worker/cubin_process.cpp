#include "kernels/worker/cubin_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

extern char** environ;

namespace assay::kernels::worker {
namespace {

using Clock = std::chrono::steady_clock;

/// A child that is killed and waited for when this goes.
class Child {
 public:
  Child(const std::string& device) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0) return;
    if (pipe2(from, O_CLOEXEC) != 0) {
      close(to[0]), close(to[1]);
      return;
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, to[0], 0);
    posix_spawn_file_actions_adddup2(&files, from[1], 1);
    std::vector<std::string> words{"assay-gpu-worker", "--device", device, "--one"};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (posix_spawn(&pid_, "/proc/self/exe", &files, nullptr, arguments.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&files);
    close(to[0]), close(from[1]);
    in_ = to[1], out_ = from[0];
  }
  ~Child() {
    if (in_ >= 0) close(in_);
    if (out_ >= 0) close(out_);
    if (pid_ > 0) kill(pid_, SIGKILL), wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool started() const { return pid_ > 0; }
  int out() const { return out_; }
  /// All of it, then its end. A child that has gone does not read: that shows when its output ends.
  void give(const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t written = write(in_, text.data() + at, text.size() - at);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      at += static_cast<std::size_t>(written);
    }
    close(in_);
    in_ = -1;
  }
  /// How it ended.
  std::string wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFSIGNALED(status) ? "was killed by signal " + std::to_string(WTERMSIG(status)) : "ended with status " + std::to_string(WEXITSTATUS(status));
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
};

bool is_event(const std::string& line, const char* event) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  return json.is_object() && json.contains("event") && json["event"] == event;
}

}  // namespace

std::optional<Failure> run_in_own_process(const std::string& device, const std::string& line, int seconds, const std::function<bool(const std::string&)>& pass) {
  Child child(device);
  if (!child.started()) return Failure{Kind::cubin_refused, std::string("a process for it cannot be started: ") + std::strerror(errno)};
  child.give(line + "\n");
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  std::string said;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{child.out(), POLLIN, 0};
    const int found = left > 0 ? poll(&ready, 1, static_cast<int>(left)) : 0;
    if (found < 0 && errno == EINTR && pass({})) continue;
    if (found <= 0) return Failure{Kind::cubin_refused, "its process did not end in " + std::to_string(seconds) + " s"};
    char piece[65536];
    const ssize_t got = read(child.out(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failure{Kind::cubin_refused, "its process " + child.wait() + " before it had answered"};
    said.append(piece, static_cast<std::size_t>(got));
    for (std::size_t until = said.find('\n'); until != said.npos; until = said.find('\n')) {
      const std::string one = said.substr(0, until);
      said.erase(0, until + 1);
      if (is_event(one, "hello")) continue;
      if (!pass(one) || is_event(one, "done")) return std::nullopt;
    }
  }
}

}  // namespace assay::kernels::worker
