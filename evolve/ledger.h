#pragma once
// Money: reserved before a call, settled after it, so that calls under way cannot overspend together.

#include <condition_variable>
#include <mutex>
#include <optional>

namespace assay::evolve {

/// Any thread. A reservation that only open calls stand in the way of waits for them; no lock may be held across it.
class Ledger {
 public:
  /// Before any call.
  void start(std::optional<double> limit, double spent) {
    std::lock_guard lock(mutex_);
    limit_ = limit;
    spent_ = spent;
  }

  /// False: what is left does not cover `usd`, whatever the open calls will cost less.
  bool reserve(double usd) {
    std::unique_lock lock(mutex_);
    if (limit_) settled_.wait(lock, [&] { return reserved_ == 0 || spent_ + reserved_ + usd <= *limit_; });
    if (limit_ && spent_ + reserved_ + usd > *limit_) return false;
    reserved_ += usd;
    ++open_;
    return true;
  }
  void settle(double reserved, double usd) {
    std::lock_guard lock(mutex_);
    reserved_ = --open_ == 0 ? 0 : reserved_ - reserved;  // exactly 0 when nothing is open, whatever rounding did
    spent_ += usd;
    settled_.notify_all();
  }
  double spent() const {
    std::lock_guard lock(mutex_);
    return spent_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable settled_;
  std::optional<double> limit_;
  double spent_ = 0, reserved_ = 0;
  int open_ = 0;
};

}  // namespace assay::evolve
