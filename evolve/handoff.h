#pragma once
// What oneTBB's pipeline orders, told to ThreadSanitizer: the library is not instrumented, so that nothing shows it that
// one job goes from stage to stage, or that a serial stage takes one job after the other. Nothing in any other build.

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace assay::evolve {

inline void handed_over([[maybe_unused]] const void* what) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(const_cast<void*>(what));
#endif
}

inline void taken_over([[maybe_unused]] const void* what) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(const_cast<void*>(what));
#endif
}

/// While it lives, `what` is ours: handed over before, and handed on afterwards.
class Turn {
 public:
  explicit Turn(const void* what) : what_(what) { taken_over(what_); }
  ~Turn() { handed_over(what_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  const void* what_;
};

}  // namespace assay::evolve
