#include "bench/sandbox/shutdown.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/file.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto kPatience = std::chrono::seconds(120);  ///< a program that does not end is this one's end

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string said(const Started& started) { return read_file(started.output).value_or(""); }

}  // namespace

void adopt_orphans() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) stop(system_error("become a subreaper"));
}

Started start_program(const std::vector<std::string>& command, const std::filesystem::path& output) {
  FileDescriptor file(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid()) stop(system_error("open " + output.string()));
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(file.get(), 1);
    ::dup2(file.get(), 2);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  return {pid, output};
}

void wait_for_words(const Started& started, const std::string& words) {
  const auto begin = Clock::now();
  while (said(started).find(words) == std::string::npos) {
    if (::waitpid(started.pid, nullptr, WNOHANG) == started.pid || Clock::now() - begin > kPatience)
      stop("a program did not come to say \"" + words + "\": " + said(started));
    std::this_thread::sleep_for(milliseconds(5));
  }
}

int wait_for_end(const Started& started) {
  int status = 0;
  ::waitpid(started.pid, &status, 0);
  return code_of(status);
}

Ending end_by(const Started& started, int signal) {
  Ending ending;
  const auto begin = Clock::now();
  ::kill(started.pid, signal);
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, WNOHANG | __WALL);
    const double after = microseconds_since(begin) / 1e3;
    if (ended == started.pid) ending.ended_ms = after, ending.code = code_of(status);
    if (ended < 0 && errno == ECHILD) return ending.all_gone_ms = after, ending;
    if (Clock::now() - begin > kPatience) stop("something outlives its program by two minutes");
    if (ended == 0) std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace assay::bench
