#pragma once
// SIGINT and SIGTERM as an orderly stop.
//
// From construction on both are blocked: jails that are forked meanwhile inherit that, so that Ctrl-C on the terminal does
// not kill them under a campaign that is still writing. `watch` starts the thread that takes the signals; call it when
// the jails are running. The first signal requests a stop; a second one ends the program at once (what is committed stays).

#include <pthread.h>
#include <signal.h>

#include <stop_token>
#include <thread>

namespace assay::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Any number of calls, from one thread at a time.
  void watch();
  std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_{}, before_{};
  std::stop_source stop_;
  std::jthread watcher_;
};

}  // namespace assay::cli
