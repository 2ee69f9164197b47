#pragma once
// What differs in a program built with a sanitizer. The zygote never is (sandbox/CMakeLists.txt), so that a run jail is
// the same in every build; a Worker forks our own process, with the sanitizer's runtime in it.

#include <unistd.h>

namespace assay::sandbox {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// fork() with one thread in the child, from a process with one thread. ThreadSanitizer starts one of its own in every
/// child of fork, and Linux makes no user namespace for a process that has two.
inline pid_t fork_one_thread() {
#if defined(__SANITIZE_THREAD__)
  return ::_Fork();
#else
  return ::fork();
#endif
}

}  // namespace assay::sandbox
