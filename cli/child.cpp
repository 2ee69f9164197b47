#include "cli/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <string>

#include "base/file.h"

namespace assay::cli {
namespace {

constexpr std::size_t kLongestError = 16384;  ///< all of an answer fits into the pipe, which is read once the child has ended

[[noreturn]] void be_child(const std::function<Result<Json>()>& body, int out, pid_t parent, const sigset_t& mask) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  auto result = body();
  const Json said = result ? Json{{"value", *result}}
                           : Json{{"error", result.error().what.substr(0, kLongestError)}, {"provider", result.error().fault == Fault::provider}};
  const std::string text = said.dump(-1, ' ', false, Json::error_handler_t::replace);
  while (::write(out, text.data(), text.size()) < 0 && errno == EINTR) {}
  std::fflush(nullptr);
  ::_exit(0);
}

/// What a child that has ended left in the pipe.
std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const auto n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

Result<Json> told(const std::string& text, int status) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    return fail(WIFSIGNALED(status) ? "the campaign's process was ended by signal " + std::to_string(WTERMSIG(status)) : "the campaign's process ended without a word");
  if (!json.contains("error")) return json.at("value");
  return fail(json.at("error").get<std::string>(), json.value("provider", false) ? Fault::provider : Fault::harness);
}

}  // namespace

Children::Children() {
  ::sigemptyset(&watched_);
  for (int signal : {SIGINT, SIGTERM, SIGCHLD}) ::sigaddset(&watched_, signal);
  ::sigprocmask(SIG_BLOCK, &watched_, &before_);
}

Children::~Children() {
  stop_asked();  // what has come by now was heard
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

bool Children::stop_asked() {
  const timespec none{};
  for (int signal = 0; (signal = ::sigtimedwait(&watched_, nullptr, &none)) > 0;) stop_asked_ = stop_asked_ || signal != SIGCHLD;
  return stop_asked_;
}

int Children::wait_for(pid_t child) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno == ECHILD)) return status;
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&watched_, &info);
    if (signal != SIGINT && signal != SIGTERM) continue;
    stop_asked_ = true;
    if (info.si_code != SI_KERNEL) ::kill(child, signal);
  }
}

Result<Json> Children::run(const std::function<Result<Json>()>& body) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return fail(system_error("pipe"));
  FileDescriptor reading(ends[0]), writing(ends[1]);
  std::fflush(nullptr);
  const pid_t parent = ::getpid(), child = ::fork();
  if (child == 0) be_child(body, writing.get(), parent, before_);
  if (child < 0) return fail(system_error("fork"));
  const int status = wait_for(child);
  return told(read_all(reading.get()), status);
}

}  // namespace assay::cli
