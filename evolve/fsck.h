#pragma once
// Every damaged record of a campaign's archive by its name, what it costs and how it is mended.
//
// Archive::verify_chain ends at the first row that does not hold, which is all that a reader needs. Here reading goes on
// behind damage: a row that a broken page hides is looked for by its number, and an event is held against the digests on
// both sides of it, so that one changed record is one finding and not all that follow. What the chain does not cover
// (times, notes, pending completions) carries a check sum of its own; the write-ahead log is read frame by frame.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"

namespace assay::evolve {

enum class ArchivePart : std::uint8_t { file, log, event, blob, index, stage_times, note, pending };
std::string_view name_of(ArchivePart part);

struct Damage {
  ArchivePart part = ArchivePart::file;
  std::string record;  ///< "event 7 (candidate 3)", "blob 0123456789ab", "note budget"
  std::string what;    ///< what does not hold
  std::string cost;    ///< what is lost by it
  std::string mend;
  std::optional<std::uint64_t> sequence;   ///< of an event
  std::string kind;                        ///< of an event, where it is known
  std::optional<std::uint64_t> candidate;  ///< that an event, an index row, times or a pending completion belong to
  std::optional<Digest> blob;
  std::vector<std::uint64_t> users;        ///< candidates whose text, code or certificate the blob is
};

/// What an archive holds, as far as it can be read, and everything in it that does not hold.
struct Checkup {
  std::filesystem::path file;
  bool readable = true;  ///< false: SQLite cannot open it at all, and `damages` says why
  std::uint64_t events = 0, candidates = 0, blobs = 0;
  std::uint64_t unsealed = 0;  ///< rows beside the chain from before they had check sums: nothing tells whether they changed
  bool being_written = false;  ///< by another process: its write-ahead log was left alone
  std::optional<Digest> head;  ///< of the last event that can be read
  std::vector<Damage> damages;

  bool sound() const { return readable && damages.empty(); }
  /// Whether the events themselves hold: then all that is a view of them can be made again.
  bool log_holds() const;
};

Json to_json(const Checkup& checkup);

/// Reads only. Error: there is no archive, or it may not be read; a file of any bytes is a Checkup.
/// Cost: reads all of the file about three times.
Result<Checkup> fsck(const std::filesystem::path& folder);

/// Makes again what is only a view: the index of candidates from the log, SQLite's own indexes from their tables. Error
/// where the log does not hold, another process writes, or SQLite cannot write to the pages.
Result<void> rebuild_index(const std::filesystem::path& folder);

/// Commits of `file`-wal that SQLite does not see because a frame before them, or of them, is damaged: a sentence, or "".
/// Source: the format as sqlite.org/walformat.html gives it. Requires: nobody writes meanwhile.
std::string lost_in_write_ahead_log(const std::filesystem::path& file);

}  // namespace assay::evolve
