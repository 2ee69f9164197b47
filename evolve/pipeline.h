#pragma once
// Jobs through three stages on oneTBB: the first and the last take one at a time, in order, the middle one any number.
//
// Apart from the search for ThreadSanitizer's sake: TBB's library is not instrumented and its headers hand memory from thread
// to thread, so pipeline.cpp is compiled without; what the stages do with their jobs is checked, with the order that the
// pipeline gives told by hand.

#include <cstddef>
#include <functional>
#include <memory>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace assay::evolve {

/// The stages as the library calls them.
class Stages {
 public:
  virtual ~Stages() = default;
  virtual void* first() = 0;  ///< nullptr: no more
  virtual void middle(void* job) = 0;
  virtual void last(void* job) = 0;
};

/// Returns when every job is through; at most `tokens` are under way.
void run_stages(Stages& stages, std::size_t tokens);

/// While it lives, `what` is ours: handed over by its last owner, and handed on afterwards. For ThreadSanitizer only.
class Turn {
 public:
  explicit Turn(void* what) : what_(what) {
#if defined(__SANITIZE_THREAD__)
    __tsan_acquire(what_);
#endif
  }
  ~Turn() {
#if defined(__SANITIZE_THREAD__)
    __tsan_release(what_);
#endif
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  [[maybe_unused]] void* what_;
};

/// The stages of one kind of job. Nothing in them may throw.
template <class Job>
class Pipeline final : private Stages {
 public:
  std::function<std::unique_ptr<Job>()> propose;  ///< nullptr: no more
  std::function<void(Job&)> work;
  std::function<void(Job&)> commit;

  void run(std::size_t tokens) {
    { Turn begin(this); }
    run_stages(*this, tokens);
    Turn proposed(&proposing_), committed(&committing_);
  }

 private:
  void* first() override {
    Turn begun(this), turn(&proposing_);
    Job* job = propose().release();
    if (job) { Turn made(job); }
    return job;
  }
  void middle(void* job) override {
    Turn turn(job);
    work(*static_cast<Job*>(job));
  }
  void last(void* job) override {
    Turn turn(&committing_);
    std::unique_ptr<Job> owned(static_cast<Job*>(job));
    Turn of_job(job);
    commit(*owned);
  }

  char proposing_ = 0, committing_ = 0;  ///< the two serial stages
};

}  // namespace assay::evolve
