#include "evaluators/gpu/live/line_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace assay::evaluators::gpu {
namespace {

constexpr std::size_t kMostLine = 1u << 20;

/// How long poll may wait: at most a day.
int milliseconds_until(LineProcess::Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 86'400'000));
}

struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  explicit SpawnSettings(int socket) {
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, socket, 0);
    posix_spawn_file_actions_adddup2(&files, socket, 1);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);  // threads of a campaign block signals
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

}  // namespace

Result<std::unique_ptr<LineProcess>> LineProcess::start(const std::vector<std::string>& command) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return fail(system_error("start " + command[0]));
  FileDescriptor ours(ends[0]), theirs(ends[1]);
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return fail(system_error("start " + command[0]));
  std::vector<char*> arguments;
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  const SpawnSettings settings(theirs.get());
  pid_t pid = -1;
  if (const int code = ::posix_spawnp(&pid, arguments[0], &settings.files, &settings.attributes, arguments.data(), environ); code != 0)
    return fail("start " + command[0] + ": " + std::strerror(code));
  return std::unique_ptr<LineProcess>(new LineProcess(command[0], pid, std::move(ours)));
}

LineProcess::~LineProcess() {
  socket_ = FileDescriptor();
  ::kill(-pid_, SIGKILL);  // its group: what it has started, too
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<void> LineProcess::wait_for(short events, Deadline deadline, const char* doing) {
  while (true) {
    pollfd one{socket_.get(), events, 0};
    const int ready = ::poll(&one, 1, milliseconds_until(deadline));
    if (ready > 0) return {};
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return fail(system_error(name_ + ": " + doing), Fault::provider);
    return fail(name_ + " does not " + doing + " in time", Fault::provider);
  }
}

Result<void> LineProcess::write_line(std::string_view line, Deadline deadline) {
  std::string text(line);
  text += '\n';
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t sent = ::send(socket_.get(), text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (sent > 0) at += static_cast<std::size_t>(sent);
    else if (errno == EAGAIN) {
      if (auto ready = wait_for(POLLOUT, deadline, "read its request"); !ready) return ready;
    } else if (errno != EINTR) return fail(name_ + " has ended: " + std::strerror(errno), Fault::provider);
  }
  return {};
}

Result<std::string> LineProcess::read_line(Deadline deadline) {
  std::size_t looked = 0;
  while (true) {
    if (const auto end = unread_.find('\n', looked); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    looked = unread_.size();
    if (unread_.size() > kMostLine) return fail(name_ + " answers a line of more than " + std::to_string(kMostLine) + " bytes");
    if (auto ready = wait_for(POLLIN, deadline, "answer"); !ready) return std::unexpected(ready.error());
    char bytes[1 << 14];
    const ssize_t read = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (read > 0) unread_.append(bytes, static_cast<std::size_t>(read));
    else if (read == 0) return fail(name_ + (unread_.empty() ? " has ended" : " has ended in the middle of a line"), Fault::provider);
    else if (errno != EAGAIN && errno != EINTR) return fail(name_ + " has ended: " + std::strerror(errno), Fault::provider);
  }
}

}  // namespace assay::evaluators::gpu
