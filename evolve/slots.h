#pragma once
// A fixed pool of jailed tools: each slot a warm compiler and a run jail, used by one thread at a time.
//
// Start it before any other thread exists: it forks. The slots are then handed out and taken back from any thread.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "sandbox/run_jail.h"
#include "verify/certify.h"
#include "verify/toolchain.h"

namespace assay::evolve {

struct Slot {
  std::unique_ptr<verify::Toolchain> toolchain;
  std::unique_ptr<sandbox::RunJail> jail;
  std::unique_ptr<verify::Certifier> certifier;  ///< without a solver, unless the pool was started with one
};

class Slots {
 public:
  /// With `solver` each slot's certifier has a jailed one.
  static Result<std::unique_ptr<Slots>> start(unsigned count, const sandbox::JailOptions& jail, bool solver = false);

  /// Back in the pool when it goes out of scope.
  class Lease {
   public:
    Lease(Slots& pool, Slot* slot) : pool_(&pool), slot_(slot) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), slot_(std::exchange(other.slot_, nullptr)) {}
    ~Lease();
    Slot* operator->() const { return slot_; }
    Slot& operator*() const { return *slot_; }

   private:
    Slots* pool_;
    Slot* slot_;
  };
  /// Waits until a slot is free.
  Lease take();
  std::size_t size() const { return all_.size(); }
  const std::vector<std::string>& missing_layers() const { return all_.front()->jail->missing_layers(); }

 private:
  Slots() = default;
  void take_back(Slot* slot);

  std::vector<std::unique_ptr<Slot>> all_;
  std::mutex mutex_;
  std::condition_variable came_back_;
  std::deque<Slot*> free_;  ///< longest free first
};

}  // namespace assay::evolve
