#include "bench/sandbox/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "base/file.h"
#include "bench/sandbox/tools.h"

extern char** environ;

namespace assay::bench {
namespace {

/// Everything until its writers are gone.
std::string read_all(int fd) {
  std::string text;
  char buffer[256];
  for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, 1);
  pid_t pid = -1;
  int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) stop("start " + command[0] + ": " + std::strerror(error));
  return pid;
}

}  // namespace

void run_program(const std::vector<std::string>& command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) stop(system_error("pipe"));
  FileDescriptor ours(ends[0]), theirs(ends[1]);
  pid_t pid = spawn(command, theirs.get());
  theirs = FileDescriptor();
  std::string text = read_all(ours.get());
  int status = -1;
  ::waitpid(pid, &status, 0);
  std::uint64_t word = 0;
  if (text.size() == sizeof word) std::memcpy(&word, text.data(), sizeof word);
  if (status != 0 || word != kWord) stop(command[0] + " did not decide its word, status " + std::to_string(status));
}

std::string one_word_program() { return ASSAY_ONE_WORD_PROGRAM; }

std::optional<std::vector<std::string>> bubblewrap_command() {
  for (const char* path : {"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"})
    if (::access(path, X_OK) == 0)
      return {{path, "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", one_word_program(), "/one_word", "/one_word"}};
  return {};
}

void fork_once() {
  pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace assay::bench
