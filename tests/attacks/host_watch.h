#pragma once
// What no attack may touch, looked at before and after: files, descriptors, processes, memory, a key in the environment, a
// listening socket.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/outcome.h"

namespace assay::attacks {

/// The name that attacks give to the processes and files that they make.
inline constexpr const char* kAttackName = "assay-attack";

struct HostState {
  std::map<std::string, std::string> files;      ///< of the watched folders: name -> bytes and time
  std::map<std::string, int> descriptors;        ///< of this process, by kind
  int zygotes = 0, descendants = 0, strays = 0;  ///< strays: processes anywhere under the attacks' name
  /// The most of either, and the files of `other`.
  void include(const HostState& other);
};

class HostWatch {
 public:
  /// `folder` is made, holds a canary, and is the working folder from here on. A fake key goes into the environment,
  /// so: before any jail is started.
  explicit HostWatch(std::filesystem::path folder);
  ~HostWatch();

  HostState now() const;
  /// What there is more of, and which files changed, in words; empty: nothing.
  static std::string difference(const HostState& before, const HostState& after);
  bool was_connected() const;        ///< somebody reached the listening socket
  int port() const { return port_; }
  const std::string& key() const { return key_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// The outcome and the decisions say nothing that only the host knows. Empty: so it is.
  std::string leak_in(const Outcome& outcome, std::string_view decisions) const;
  static std::size_t resident_bytes();

 private:
  std::filesystem::path folder_;
  std::string key_;
  FileDescriptor listener_;
  int port_ = 0;
};

}  // namespace assay::attacks
