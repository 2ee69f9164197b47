#pragma once
// Between SQLite and its files: while it lives, databases of this process are written through it, and its n-th change of a file fails.

#include <memory>
#include <string>

namespace assay::evolve {

enum class DiskFault {
  full,         ///< no space from there on
  short_write,  ///< half of the bytes get there, and then no space
  io_error,     ///< one call fails, as a bad sector or a lost mount lets it
};

class SqliteFaults {
 public:
  SqliteFaults();
  ~SqliteFaults();
  /// Counts from here; the n-th change (1-based) fails. 0: none does.
  void arm(long nth, DiskFault fault);
  void disarm() { arm(0, DiskFault::full); }
  long changes() const;  ///< since it was armed
  bool has_failed() const;

 private:
  struct Vfs;
  std::unique_ptr<Vfs> vfs_;
};

}  // namespace assay::evolve
