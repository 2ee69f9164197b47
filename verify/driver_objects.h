#pragma once
// Drivers' object code by what it was made from, for all toolchains of a process: a driver takes longer to compile than
// many candidates. Safe for any number of threads.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/digest.h"
#include "base/result.h"

namespace assay::verify {

class DriverObjects {
 public:
  static constexpr std::size_t kMost = 512;  ///< more are forgotten together

  using Object = std::shared_ptr<const std::string>;
  using Make = std::function<Result<std::string>()>;

  /// What is kept under `key`, or else what `make` gives. Who comes while another thread makes it waits for that; where
  /// that fails, makes it itself. Requires: `key` is of everything that `make` depends on.
  Result<Object> find_or_make(const Digest& key, const Make& make);

 private:
  std::mutex mutex_;
  std::condition_variable made_;
  std::map<Digest, Object> objects_;  ///< null: under way
};

}  // namespace assay::verify
