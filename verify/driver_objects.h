#pragma once
// Drivers' object code by what it was made from, for all toolchains of a process, or, in a folder, for all runs of a program: a driver
// takes longer to compile than many candidates. Safe for any number of threads, and the folder for any number of processes.

#include <condition_variable>
#include <filesystem>
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

  /// `folder`: where objects outlive the process; empty: nowhere. Who may write there decides what runs in the jail beside a candidate,
  /// where it can spoil decisions, and no score. What is broken or cannot be written there is made, and is no error.
  explicit DriverObjects(std::filesystem::path folder = {});

  /// What is kept under `key`, or else what `make` gives. Who comes while another thread makes it waits for that; where
  /// that fails, makes it itself. Requires: `key` is of everything that `make` depends on.
  Result<Object> find_or_make(const Digest& key, const Make& make);

 private:
  Result<std::string> find_in_folder_or_make(const Digest& key, const Make& make) const;

  std::filesystem::path folder_;  ///< of this very program: another one may compile otherwise
  std::mutex mutex_;
  std::condition_variable made_;
  std::map<Digest, Object> objects_;  ///< null: under way
};

}  // namespace assay::verify
