#pragma once
// A thread that goes before others of the machine while it holds one of these, where that is allowed, and whose timers are not bundled with
// others'. It must sleep when it has nothing to do.

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

namespace assay::evaluators::congestion::kernel {

class Foremost {
 public:
  /// Of two such threads the one with the larger number goes first.
  explicit Foremost(int priority) {
    pthread_getschedparam(pthread_self(), &policy_, &before_);
    sched_param first{};
    first.sched_priority = priority;
    ahead_ = pthread_setschedparam(pthread_self(), SCHED_FIFO, &first) == 0;
    slack_ = ::prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    ::prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  }
  ~Foremost() {
    if (ahead_) pthread_setschedparam(pthread_self(), policy_, &before_);
    ::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack_), 0, 0, 0);
  }
  Foremost(const Foremost&) = delete;
  Foremost& operator=(const Foremost&) = delete;
  bool ahead() const { return ahead_; }

 private:
  int policy_ = SCHED_OTHER, slack_ = 0;
  sched_param before_{};
  bool ahead_ = false;
};

}  // namespace assay::evaluators::congestion::kernel
