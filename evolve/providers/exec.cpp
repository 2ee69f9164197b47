// A command as a provider: the prompt on its standard input, the completion on its standard output.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/file.h"
#include "evolve/edit.h"
#include "evolve/providers/make.h"

namespace assay::evolve {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOutputLimit = 8u << 20;
constexpr std::size_t kErrorLimit = 4096;

struct Settings {
  std::string command;
  double deadline_seconds = 300;
  double usd_per_call = 0;
  std::int64_t concurrency = 0;
};

struct Finished {
  std::string output, errors;
  int status = 0;
  std::string failure;  ///< "" when the command ended by itself
};

/// A running command in its own process group, killed with all its children on destruction.
class Command {
 public:
  static Result<Command> start(const std::string& command) {
    int in[2], out[2], err[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0) return fail(system_error("socketpair"));
    FileDescriptor in_mine(in[0]), in_theirs(in[1]);
    if (::pipe2(out, O_CLOEXEC) != 0) return fail(system_error("pipe"));
    FileDescriptor out_mine(out[0]), out_theirs(out[1]);
    if (::pipe2(err, O_CLOEXEC) != 0) return fail(system_error("pipe"));
    FileDescriptor err_mine(err[0]), err_theirs(err[1]);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, in[1], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    std::string shell = "sh", flag = "-c", text = command;
    char* arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
    pid_t pid = 0;
    int code = ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (code != 0) return fail("start /bin/sh: " + std::string(std::strerror(code)));
    return Command(pid, std::move(in_mine), std::move(out_mine), std::move(err_mine));
  }
  Command(Command&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), in_(std::move(other.in_)), out_(std::move(other.out_)), err_(std::move(other.err_)) {}
  ~Command() { (void)end(); }

  Finished converse(std::string_view prompt, Clock::time_point deadline, std::stop_token stop) {
    Finished finished;
    ::fcntl(in_.get(), F_SETFL, O_NONBLOCK);
    while (out_.valid() || err_.valid()) {
      if (prompt.empty() && in_.valid()) in_ = FileDescriptor();
      if (stop.stop_requested()) finished.failure = "stopped";
      else if (Clock::now() >= deadline) finished.failure = "no end within the deadline";
      else if (finished.output.size() > kOutputLimit) finished.failure = "more than " + std::to_string(kOutputLimit) + " bytes of output";
      if (!finished.failure.empty()) break;
      step(prompt, finished, deadline);
    }
    finished.status = end();
    return finished;
  }

 private:
  Command(pid_t pid, FileDescriptor in, FileDescriptor out, FileDescriptor err)
      : pid_(pid), in_(std::move(in)), out_(std::move(out)), err_(std::move(err)) {}

  void step(std::string_view& prompt, Finished& finished, Clock::time_point deadline) {
    std::array<pollfd, 3> fds{{{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {in_.get(), POLLOUT, 0}}};
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count() + 1;
    if (::poll(fds.data(), fds.size(), static_cast<int>(std::clamp<long long>(left, 0, 100))) <= 0) return;
    if (fds[0].revents) read_some(out_, finished.output, kOutputLimit + 1);
    if (fds[1].revents) read_some(err_, finished.errors, kErrorLimit);
    if (!fds[2].revents) return;
    ssize_t n = ::send(in_.get(), prompt.data(), prompt.size(), MSG_NOSIGNAL);
    if (n > 0) prompt.remove_prefix(static_cast<std::size_t>(n));
    else if (n < 0 && errno != EAGAIN && errno != EINTR) prompt = {};  // it does not read: its choice
  }

  static void read_some(FileDescriptor& fd, std::string& into, std::size_t limit) {
    std::array<char, 16384> buffer;
    ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) fd = FileDescriptor();
    if (n > 0 && into.size() < limit) into.append(buffer.data(), static_cast<std::size_t>(n));
  }

  /// Kills what is left of the group and reaps the leader.
  int end() {
    if (pid_ == 0) return 0;
    siginfo_t info{};
    // A leader that has closed its output gets a moment to leave by itself, so that its status is its own.
    for (int i = 0; i < 200 && ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0; ++i)
      if (out_.valid() || ::poll(nullptr, 0, 1) != 0) break;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    pid_ = 0;
    return status;
  }

  pid_t pid_;
  FileDescriptor in_, out_, err_;
};

class ExecProvider final : public Provider {
 public:
  explicit ExecProvider(Settings settings) : settings_(std::move(settings)) {}
  bool reads_prompts() const override { return true; }
  double worst_usd(const Proposal&) const override { return settings_.usd_per_call; }
  unsigned concurrency() const override { return static_cast<unsigned>(settings_.concurrency); }

  Result<Completion> complete(const Proposal& proposal) override {
    auto deadline = Clock::now() + std::chrono::milliseconds(static_cast<long long>(settings_.deadline_seconds * 1000));
    auto command = Command::start(settings_.command);
    if (!command) return std::unexpected(Error{command.error().what, Fault::provider});
    Finished finished = command->converse(proposal.prompt, deadline, proposal.stop);
    if (WIFEXITED(finished.status) && (WEXITSTATUS(finished.status) == 126 || WEXITSTATUS(finished.status) == 127) && finished.failure.empty())
      return fail("provider exec: " + settings_.command + ": " + finished.errors, Fault::provider);
    return read(std::move(finished), proposal);
  }

 private:
  Completion read(Finished finished, const Proposal& proposal) const {
    Completion completion;
    completion.usd = settings_.usd_per_call;
    std::string why = finished.failure;
    if (why.empty() && WIFSIGNALED(finished.status)) why = "died by signal " + std::to_string(WTERMSIG(finished.status));
    if (why.empty() && WIFEXITED(finished.status) && WEXITSTATUS(finished.status) != 0)
      why = "exit status " + std::to_string(WEXITSTATUS(finished.status)) + ": " + finished.errors.substr(0, 300);
    if (why.empty()) take_answer(completion, proposal, std::move(finished.output));
    else completion.outcome = {OutcomeKind::no_completion, "the command: " + why, {}}, completion.raw = std::move(finished.output);
    return completion;
  }

  Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_exec(const Json& json) {
  static constexpr std::string_view kKnown[] = {"command", "deadline_seconds", "usd_per_call", "concurrency"};
  const std::string name = "provider exec";
  if (auto done = only_known(json, kKnown, name); !done) return std::unexpected(done.error());
  auto command = member<std::string>(json, "command", name);
  auto deadline = member_or<double>(json, "deadline_seconds", 300, name);
  auto usd = member_or<double>(json, "usd_per_call", 0, name);
  auto concurrency = member_or<std::int64_t>(json, "concurrency", 0, name);
  if (!command) return std::unexpected(command.error());
  if (!deadline) return std::unexpected(deadline.error());
  if (!usd) return std::unexpected(usd.error());
  if (!concurrency) return std::unexpected(concurrency.error());
  if (command->empty() || *deadline <= 0 || *usd < 0 || *concurrency < 0 || *concurrency > 64)
    return fail(name + ": command is empty, or deadline_seconds, usd_per_call or concurrency is out of range");
  return std::make_unique<ExecProvider>(Settings{*command, *deadline, *usd, *concurrency});
}

}  // namespace assay::evolve
