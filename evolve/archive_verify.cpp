// Archive::verify_chain: every digest again, and the index against the log.

#include "evolve/archive_schema.h"
#include "evolve/sqlite_archive.h"

namespace assay::evolve {
namespace {

bool same(const CandidateSummary& a, const CandidateSummary& b) {
  return a.index == b.index && a.island == b.island && a.is_seed == b.is_seed && a.outcome == b.outcome && a.size == b.size &&
         a.fitness == b.fitness && a.ast == b.ast && a.ir == b.ir && a.behaviour == b.behaviour;
}

}  // namespace

/// SQLite's own trees: an index may leave out a row, so that a reader by kind does not see an event that the log has.
Result<void> SqliteArchive::verify_file() const {
  auto select = database_.prepare("PRAGMA integrity_check(1)");
  if (!select) return std::unexpected(select.error());
  auto row = select->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || select->bytes(0) != "ok")
    return fail(path_.string() + " is damaged: " + std::string(*row ? select->bytes(0) : "") + "; restore it from a copy");
  return {};
}

Result<void> SqliteArchive::verify_blobs() const {
  auto select = database_.prepare("SELECT digest FROM blobs");
  if (!select) return std::unexpected(select.error());
  for (;;) {
    auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    auto digest = digest_from_row(select->bytes(0), path_.string() + ": a blob");
    if (!digest) return std::unexpected(digest.error());
    if (auto bytes = blob(*digest); !bytes) return std::unexpected(bytes.error());
  }
}

Result<void> SqliteArchive::verify_events(std::vector<CandidateRecord>& records) const {
  auto select = database_.prepare("SELECT sequence, kind, body, digest FROM events ORDER BY sequence");
  if (!select) return std::unexpected(select.error());
  Digest previous;
  for (std::uint64_t expected = 0;; ++expected) {
    auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    std::string name = path_.string() + ": event " + std::to_string(expected);
    if (static_cast<std::uint64_t>(select->integer(0)) != expected) return fail(name + " is missing");
    previous = chain(previous, select->bytes(1), select->bytes(2));
    if (select->bytes(3) != view_of(previous)) return fail(name + " (" + std::string(select->bytes(1)) + ") was changed: its digest does not follow");
    if (select->bytes(1) != "candidate") continue;
    auto body = parse_json(select->bytes(2), name);
    if (!body) return std::unexpected(body.error());
    auto record = candidate_from_json(*body);
    if (!record) return fail(name + ": " + record.error().what);
    if (record->index != records.size()) return fail(name + ": candidate " + std::to_string(record->index) + " where " + std::to_string(records.size()) + " is next");
    if (auto read = times(record->index); !read) return std::unexpected(read.error());
    records.push_back(std::move(*record));
  }
}

Result<void> SqliteArchive::verify_chain() const {
  std::lock_guard guard(mutex_);
  std::vector<CandidateRecord> records;
  if (auto done = verify_file(); !done) return done;
  if (auto done = verify_events(records); !done) return done;
  if (auto done = verify_blobs(); !done) return done;
  std::optional<std::uint64_t> wrong;
  auto compare = [&](const CandidateSummary& row) {
    if (!wrong && (row.index >= records.size() || !same(row, summary_of(records[row.index])))) wrong = row.index;
  };
  if (auto done = for_each_summary(compare); !done) return done;
  if (wrong) return fail(path_.string() + ": the index of candidate " + std::to_string(*wrong) + " does not fit the log");
  return {};
}

}  // namespace assay::evolve
