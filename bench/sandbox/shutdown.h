#pragma once
// Programs with jails inside, ended from outside in the middle of their work: how long until nothing of them is left.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace assay::bench {

/// Descendants that lose their parent come to this process from here on, so that each can be waited for, whatever session,
/// user or namespace it is in.
void adopt_orphans();

/// A program with its output and its errors in a file.
struct Started {
  pid_t pid = -1;
  std::filesystem::path output;
};
Started start_program(const std::vector<std::string>& command, const std::filesystem::path& output);
/// Until its output has `words`; the Error of a program that ends first ends this one.
void wait_for_words(const Started& started, const std::string& words);
/// Its exit code, 128 + signal where one killed it.
int wait_for_end(const Started& started);

struct Ending {
  double ended_ms = 0;     ///< from the signal to the end of the program itself
  double all_gone_ms = 0;  ///< from the signal until no descendant of this process was left
  int code = 0;            ///< exit code, 128 + signal where one killed it
};
/// Requires: adopt_orphans(), and no child but the program.
Ending end_by(const Started& started, int signal);

}  // namespace assay::bench
