#pragma once
// Parts of the program in processes of their own, one after the other: a campaign starts its jails before it has threads, so several
// in a row need one each.

#include <signal.h>

#include <functional>

#include "base/json.h"
#include "base/result.h"

namespace assay::cli {

/// While it lives SIGINT and SIGTERM wait, and are passed on to the child (what a terminal sends reaches the child by itself).
/// Requires: no other thread.
class Children {
 public:
  Children();
  ~Children();
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  /// Runs `body` in a child, which stops in order when this process dies, and returns what it returned. The Error is the body's, or says
  /// how the child ended.
  Result<Json> run(const std::function<Result<Json>()>& body);
  /// A stop was asked for so far: nothing more is to be started.
  bool stop_asked();

 private:
  int wait_for(pid_t child);

  sigset_t watched_{}, before_{};
  bool stop_asked_ = false;
};

}  // namespace assay::cli
