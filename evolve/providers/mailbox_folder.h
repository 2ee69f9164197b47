#pragma once
// The folder of the provider `mailbox`: what is written into it, what is found in it, what is set aside.
//
// Everything goes by name below one open descriptor, and every name is made here from a number and a digest: nothing that
// somebody puts into the folder can point out of it. A link is never followed, a pipe never waited for.

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"
#include "base/result.h"

namespace assay::evolve {

constexpr std::size_t kCompletionLimit = 8u << 20;  ///< bytes of a completion's file

/// What stands under a name.
struct Found {
  enum class Kind { nothing, file, odd } kind = Kind::nothing;
  FileDescriptor fd;        ///< of a file
  struct stat info{};       ///< of a file
  std::string why;          ///< of what is odd: "is a symbolic link"

  /// Same file, same bytes as far as can be told without reading it.
  bool same_as(const struct stat& other) const;
  /// Somebody has it open for writing. False where that cannot be told (a file of another user).
  bool is_being_written() const;
};

class MailboxFolder {
 public:
  /// Makes what is missing of it, and locks it: two campaigns in one folder would take each other's completions.
  static Result<MailboxFolder> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }

  Found look(const std::string& name) const { return look_in(folder_.get(), name); }
  Found look_done(const std::string& name) const { return look_in(done_.get(), name); }
  /// At most `kCompletionLimit` + 1 bytes.
  Result<std::string> read(const Found& found, const std::string& name) const;
  /// Readers see all of it or nothing.
  Result<void> write(const std::string& name, std::string_view text) const;
  /// Into done/ under another name; nothing happens where there is no such entry.
  Result<void> put_away(const std::string& name, const std::string& as) const;

 private:
  MailboxFolder(std::filesystem::path path, FileDescriptor folder, FileDescriptor done, FileDescriptor lock)
      : path_(std::move(path)), folder_(std::move(folder)), done_(std::move(done)), lock_(std::move(lock)) {}
  static Found look_in(int folder, const std::string& name);

  std::filesystem::path path_;
  FileDescriptor folder_, done_, lock_;
};

}  // namespace assay::evolve
