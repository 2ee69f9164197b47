#include "cli/record/recorder.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/digest.h"
#include "base/file.h"

namespace assay::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

// --- the filter -----------------------------------------------------------------------------------------------------

struct FilterFree {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using Filter = std::unique_ptr<void, FilterFree>;

/// What the filter tells the tracer: openat2 has its flags in memory, where a filter cannot look.
constexpr unsigned kFlagsUnknown = 1;

/// Stops at opens that may read; all else is allowed.
Result<Filter> make_filter() {
  Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return fail("seccomp: cannot make a filter");
  ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  constexpr unsigned kMask = O_ACCMODE | O_PATH | O_DIRECTORY | O_TRUNC;
  auto stop_at = [&](int call, unsigned flags_argument) {
    for (unsigned mode : {O_RDONLY, O_RDWR}) {
      int code = ::seccomp_rule_add(filter.get(), SCMP_ACT_TRACE(0), call, 1,
                                    SCMP_CMP(flags_argument, SCMP_CMP_MASKED_EQ, kMask, mode));
      if (code != 0) return code;
    }
    return 0;
  };
  int code = stop_at(SCMP_SYS(openat), 2);
#ifdef __NR_open
  if (code == 0) code = stop_at(SCMP_SYS(open), 1);
#endif
  if (code == 0) code = ::seccomp_rule_add(filter.get(), SCMP_ACT_TRACE(kFlagsUnknown), SCMP_SYS(openat2), 0);
  if (code != 0) return fail(std::string("seccomp: cannot add a rule: ") + std::strerror(-code));
  return filter;
}

// --- signals --------------------------------------------------------------------------------------------------------

/// SIGCHLD, SIGINT and SIGTERM are waited for, not handled, while this lives: nothing is lost between two looks.
class SignalWatch {
 public:
  SignalWatch() {
    ::sigemptyset(&watched_);
    for (int signal : {SIGCHLD, SIGINT, SIGTERM}) ::sigaddset(&watched_, signal);
    ::sigprocmask(SIG_BLOCK, &watched_, &before_);
    struct sigaction usual{};
    usual.sa_handler = SIG_DFL;  // an inherited SIG_IGN would reap our children unseen
    ::sigaction(SIGCHLD, &usual, &child_before_);
  }
  ~SignalWatch() {
    ::sigaction(SIGCHLD, &child_before_, nullptr);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  const sigset_t& mask_before() const { return before_; }
  siginfo_t wait() const {
    siginfo_t info{};
    while (::sigwaitinfo(&watched_, &info) < 0 && errno == EINTR) {
    }
    return info;
  }

 private:
  sigset_t watched_{}, before_{};
  struct sigaction child_before_{};
};

// --- the command ----------------------------------------------------------------------------------------------------

struct Child {
  pid_t pid = -1;
  FileDescriptor go;      ///< closing it lets the child start
  FileDescriptor errors;  ///< errno of a start that failed; end of file when it started
};

[[noreturn]] void run_child(const std::vector<std::string>& command, const RecordOptions& options, void* filter,
                            const sigset_t& mask, int go, int errors) {
  auto give_up = [&] {
    int code = errno;
    ::_exit(::write(errors, &code, sizeof code) == sizeof code ? 127 : 126);
  };
  char byte;
  while (::read(go, &byte, 1) < 0 && errno == EINTR) {
  }
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  if (options.stdout_to_stderr && ::dup2(2, 1) < 0) give_up();
  if (int code = ::seccomp_load(filter); code != 0) {
    errno = -code;
    give_up();
  }
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  give_up();
  ::_exit(127);
}

Result<Child> start(const std::vector<std::string>& command, const RecordOptions& options, void* filter,
                    const sigset_t& mask) {
  int go[2], errors[2];
  if (::pipe2(go, O_CLOEXEC) != 0 || ::pipe2(errors, O_CLOEXEC) != 0) return fail(system_error("pipe"));
  FileDescriptor go_read(go[0]), go_write(go[1]), errors_read(errors[0]), errors_write(errors[1]);
  pid_t pid = ::fork();
  if (pid < 0) return fail(system_error("fork"));
  if (pid == 0) {
    ::close(go[1]);
    run_child(command, options, filter, mask, go[0], errors[1]);
  }
  return Child{pid, std::move(go_write), std::move(errors_read)};
}

Result<void> trace_it(const Child& child) {
  constexpr long kOptions = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (::ptrace(PTRACE_SEIZE, child.pid, 0, kOptions) == 0) return {};
  auto error = fail(system_error("trace the command") +
                    "; this host or container forbids ptrace: allow it (docker: --cap-add SYS_PTRACE; "
                    "sysctl kernel.yama.ptrace_scope below 2)");
  ::kill(child.pid, SIGKILL);
  ::waitpid(child.pid, nullptr, 0);
  return error;
}

// --- what an open read ----------------------------------------------------------------------------------------------

bool is_virtual(const std::string& path) {
  return !path.starts_with('/') || path.starts_with("/proc/") || path.starts_with("/sys/") || path.starts_with("/memfd:");
}

struct OpenedFile {
  std::string path;
  std::uint64_t size_bytes = 0;
};

/// The regular file behind a link of /proc, if it is one.
std::optional<OpenedFile> regular_file(const std::string& link) {
  struct stat info{};
  if (::stat(link.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  std::string path(4096, '\0');
  ssize_t n = ::readlink(link.c_str(), path.data(), path.size());
  if (n <= 0) return std::nullopt;
  path.resize(static_cast<std::size_t>(n));
  if (is_virtual(path)) return std::nullopt;
  return OpenedFile{std::move(path), std::max<std::uint64_t>(1, static_cast<std::uint64_t>(info.st_size))};
}

/// May an open descriptor be read? From /proc/PID/fdinfo.
bool is_readable(pid_t pid, std::int64_t fd) {
  auto text = read_file("/proc/" + std::to_string(pid) + "/fdinfo/" + std::to_string(fd));
  auto at = text ? text->find("flags:") : std::string::npos;
  if (at == std::string::npos) return false;
  unsigned long flags = std::strtoul(text->c_str() + at + 6, nullptr, 8);
  return (flags & O_PATH) == 0 && (flags & O_ACCMODE) != O_WRONLY;
}

// --- the loop -------------------------------------------------------------------------------------------------------

class Recorder {
 public:
  explicit Recorder(pid_t command) : command_(command) {}

  /// Until the last process is gone, or a second interrupt.
  void follow(const SignalWatch& signals) {
    while (drain()) {
      siginfo_t signal = signals.wait();
      if (signal.si_signo == SIGCHLD) continue;
      if (recording_.interrupted) {
        ::kill(command_, SIGKILL);  // the rest dies with its tracer
        return;
      }
      recording_.interrupted = true;
      bool from_terminal = signal.si_code == SI_KERNEL;  // which has sent the command its own
      if (!from_terminal) ::kill(command_, signal.si_signo);
    }
  }

  Recording finish() && {
    if (!command_ended_) recording_.exit_code = 130;
    return std::move(recording_);
  }

 private:
  /// Every process that has something to say; false when none is left.
  bool drain() {
    for (;;) {
      int status = 0;
      pid_t pid = ::waitpid(-1, &status, __WALL | WNOHANG);
      if (pid == 0) return true;
      if (pid < 0) return false;
      step(pid, status);
    }
  }

  void step(pid_t pid, int status) {
    if (WIFSTOPPED(status)) return stopped(pid, WSTOPSIG(status), status >> 16);
    flags_unknown_.erase(pid);
    if (pid != command_) return;
    command_ended_ = true;
    recording_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  void stopped(pid_t pid, int signal, int event) {
    switch (event) {
      case PTRACE_EVENT_SECCOMP: {
        unsigned long message = 0;
        ::ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
        if (message == kFlagsUnknown) flags_unknown_.insert(pid);
        return go_on(PTRACE_SYSCALL, pid, 0);  // to the end of the call
      }
      case PTRACE_EVENT_EXEC:
        note("/proc/" + std::to_string(pid) + "/exe");
        break;
      case PTRACE_EVENT_STOP:
        if (signal != SIGTRAP) return go_on(PTRACE_LISTEN, pid, 0);  // job control: stays stopped until SIGCONT
        break;
      case 0:
        if (signal != (SIGTRAP | 0x80)) return go_on(PTRACE_CONT, pid, signal);  // a signal on its way to the process
        note_open(pid);
        break;
      default:  // a fork: the new process is traced already
        break;
    }
    go_on(PTRACE_CONT, pid, 0);
  }

  /// A process that was killed meanwhile is no error: waitpid tells of it next.
  static void go_on(__ptrace_request how, pid_t pid, long signal) { ::ptrace(how, pid, 0, signal); }

  void note_open(pid_t pid) {
    bool ask = flags_unknown_.erase(pid) > 0;
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
    if (info.op != PTRACE_SYSCALL_INFO_EXIT || info.exit.is_error || info.exit.rval < 0) return;
    if (ask && !is_readable(pid, info.exit.rval)) return;
    note("/proc/" + std::to_string(pid) + "/fd/" + std::to_string(info.exit.rval));
  }

  void note(const std::string& link) {
    auto file = regular_file(link);
    if (!file) return;
    auto [found, is_new] = numbers_.try_emplace(file->path, static_cast<std::uint32_t>(recording_.files.size()));
    if (is_new) recording_.files.push_back(file->path);
    auto since = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start_);
    recording_.requests.push_back({found->second, file->size_bytes, static_cast<std::uint64_t>(since.count())});
  }

  pid_t command_;
  bool command_ended_ = false;
  Recording recording_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_set<pid_t> flags_unknown_;
  SteadyClock::time_point start_ = SteadyClock::now();
};

/// errno of a start that failed; 0 when the command started.
int start_error(const Child& child) {
  int code = 0;
  return ::read(child.errors.get(), &code, sizeof code) == sizeof code ? code : 0;
}

}  // namespace

Result<Recording> record(const std::vector<std::string>& command, const RecordOptions& options) {
  if (command.empty()) return fail("no command to record; write it after --");
  if (::access("/proc/self/fd", X_OK) != 0) return fail("recording needs /proc: mount it (mount -t proc proc /proc)");
  auto filter = make_filter();
  if (!filter) return std::unexpected(filter.error());
  SignalWatch signals;
  auto child = start(command, options, filter->get(), signals.mask_before());
  if (!child) return std::unexpected(child.error());
  if (auto traced = trace_it(*child); !traced) return std::unexpected(traced.error());
  Recorder recorder(child->pid);
  child->go = FileDescriptor();
  recorder.follow(signals);
  Recording recording = std::move(recorder).finish();
  if (int code = recording.interrupted ? 0 : start_error(*child); code != 0) {
    errno = code;
    return fail(system_error("run " + command[0]));
  }
  return recording;
}

std::uint64_t id_of_path(const std::string& path) {
  auto digest = sha256(path);
  std::uint64_t id = 0;
  for (int i = 0; i < 8; ++i) id |= static_cast<std::uint64_t>(digest.bytes[static_cast<std::size_t>(i)]) << (8 * i);
  return id;
}

}  // namespace assay::cli
