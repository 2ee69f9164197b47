#pragma once
// Calls of our libraries that write files, one of which fails. The linker sends them here (tests/evolve/CMakeLists.txt); in what is
// linked dynamically, as SQLite, they stay what they are.

namespace assay::evolve {

/// From here on in this process: the n-th call (1-based) of those that make, write, sync or rename a file ends with `error` (errno);
/// a write gets half of its bytes down first where `error` is ENOSPC. 0: none fails.
void arm_file_fault(long nth, int error);
/// Since then.
long file_changes();

}  // namespace assay::evolve
