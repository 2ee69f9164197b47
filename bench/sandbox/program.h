#pragma once
// The peers of a jailed run: programs of their own that write one word to a pipe.

#include <optional>
#include <string>
#include <vector>

namespace assay::bench {

/// posix_spawn, its word read from a pipe, its end waited for.
void run_program(const std::vector<std::string>& command);

/// The static program that writes one word.
std::string one_word_program();

/// bubblewrap around it: every namespace, an empty root with that program alone. Nothing: there is no bwrap.
std::optional<std::vector<std::string>> bubblewrap_command();

/// fork, exit, wait from this process.
void fork_once();

}  // namespace assay::bench
