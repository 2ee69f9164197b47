#pragma once
// What all tests of the corpus share: the watched host, the stack, the cases. Made once for the whole program.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "tests/attacks/host_watch.h"
#include "tests/attacks/stack.h"

namespace assay::attacks {

class Shared {
 public:
  /// The first call starts everything; where that fails, so does every test.
  static Shared& get();

  HostWatch watch;
  std::unique_ptr<Stack> stack;
  std::vector<AttackCase> corpus;
  std::size_t resident_at_start = 0;

  const AttackCase& named(const std::string& name) const;

  /// Runs one way of one case, and checks what holds of each: a typed outcome, the host as it was, nothing leaked, no score
  /// that is better than the worst baseline (but where a residual or an honest policy is stated).
  Ended guarded(const AttackCase& one, const std::string& how, const std::function<Ended()>& way);
  /// Starts the jails without those layers, so that their descriptors and processes count as there before.
  void prepare(const LayerNames& without_compile, const LayerNames& without_run);

 private:
  Shared();
  void spare_allowed();
  bool spare_counted_ = false;
  HostState before_;  ///< the most of each kind that was there; a serving process that died and came back is no change
};

}  // namespace assay::attacks
