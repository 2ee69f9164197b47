#include "cli/interrupts.h"

#include <unistd.h>

#include "cli/exit_code.h"
#include "cli/output.h"

namespace assay::cli {

Interrupts::Interrupts() {
  ::sigemptyset(&signals_);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals_, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

Interrupts::~Interrupts() {
  if (watcher_.joinable()) {
    watcher_.request_stop();
    ::pthread_kill(watcher_.native_handle(), SIGHUP);
    watcher_.join();
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupts::watch() {
  if (watcher_.joinable()) return;
  watcher_ = std::jthread([this](std::stop_token done) {
    for (;;) {
      int signal = 0;
      if (::sigwait(&signals_, &signal) != 0) continue;
      if (done.stop_requested()) return;
      if (stop_.stop_requested()) ::_exit(kInterrupted);
      say("stopping; what is done is kept (once more ends at once)");
      stop_.request_stop();
    }
  });
}

}  // namespace assay::cli
