#include "evolve/sqlite_archive.h"

#include <zstd.h>

#include "base/failpoint.h"
#include "evolve/archive_schema.h"

namespace assay::evolve {
namespace {

std::string pack(ZSTD_CCtx* context, std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  std::size_t n = ZSTD_compressCCtx(context, packed.data(), packed.size(), bytes.data(), bytes.size(), 3);
  packed.resize(ZSTD_isError(n) ? packed.size() : n);
  return ZSTD_isError(n) ? std::string(bytes) + " " : packed;  // not smaller: stored plain
}

}  // namespace

void SqliteArchive::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

Result<void> SqliteArchive::begin() {
  if (writing_) return {};
  auto begun = statement("BEGIN IMMEDIATE");
  if (!begun) return std::unexpected(begun.error());
  if (auto done = (*begun)->run(); !done) return done;
  writing_ = true;
  return {};
}

Result<void> SqliteArchive::transaction(const std::function<Result<void>()>& steps) {
  std::lock_guard guard(mutex_);
  if (!lock_.valid()) return fail(path_.string() + ": opened read-only");
  ++depth_;
  auto done = begin();
  if (done) done = steps();
  --depth_;
  if (done && depth_ == 0) {
    failpoint("archive.before_commit");
    auto commit = statement("COMMIT");
    done = commit ? (*commit)->run() : Result<void>(std::unexpected(commit.error()));
    if (done) writing_ = false;
    failpoint("archive.after_commit");
  }
  if (!done && depth_ == 0) {
    (void)database_.execute("ROLLBACK");  // SQLite may have done it already
    writing_ = false;
    if (auto back = load_position(); !back) return fail(done.error().what + "\n" + back.error().what);
  }
  return done;
}

Result<void> SqliteArchive::write_event(const std::string& kind, const Json& body) {
  std::string text = dump(body);
  Digest digest = chain(head_, kind, text);
  auto insert = statement("INSERT INTO events(sequence, kind, body, digest) VALUES(?, ?, ?, ?)");
  if (!insert) return std::unexpected(insert.error());
  (*insert)->bind(1, static_cast<std::int64_t>(next_sequence_)).bind_text(2, kind).bind_text(3, text);
  if (auto done = (*insert)->bind_blob(4, view_of(digest)).run(); !done) return done;
  ++next_sequence_;
  head_ = digest;
  failpoint("archive.event_in_transaction");
  return {};
}

Result<void> SqliteArchive::append(const std::string& kind, const Json& body) {
  return transaction([&] { return write_event(kind, body); });
}

Result<void> SqliteArchive::append(const CandidateRecord& record) {
  return transaction([&]() -> Result<void> {
    if (record.index != next_candidate_)
      return fail(path_.string() + ": candidate " + std::to_string(record.index) + " appended where " +
                  std::to_string(next_candidate_) + " is next");
    if (auto done = write_index(record, next_sequence_); !done) return done;
    if (auto done = write_event("candidate", to_json(record)); !done) return done;
    if (auto done = write_times(record); !done) return done;
    auto settled = statement("DELETE FROM pending WHERE candidate = ?");
    if (!settled) return std::unexpected(settled.error());
    if (auto done = (*settled)->bind(1, static_cast<std::int64_t>(record.index)).run(); !done) return done;
    ++next_candidate_;
    return {};
  });
}

Result<void> SqliteArchive::write_index(const CandidateRecord& record, std::uint64_t sequence) {
  auto insert = statement("INSERT INTO candidate_index VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return std::unexpected(insert.error());
  Statement& row = **insert;
  CandidateSummary summary = summary_of(record);
  row.bind(1, static_cast<std::int64_t>(summary.index)).bind(2, static_cast<std::int64_t>(sequence));
  row.bind(3, static_cast<std::int64_t>(summary.island)).bind(4, std::int64_t{summary.is_seed});
  row.bind(5, static_cast<std::int64_t>(summary.outcome)).bind(6, static_cast<std::int64_t>(summary.size));
  if (summary.fitness) row.bind(7, *summary.fitness);
  else row.bind_null(7);
  auto put = [&](int position, const std::optional<Digest>& digest) {
    if (digest) row.bind_blob(position, view_of(*digest));
    else row.bind_null(position);
  };
  put(8, summary.ast);
  put(9, summary.ir);
  put(10, summary.behaviour);
  return row.run();
}

Result<void> SqliteArchive::write_times(const CandidateRecord& record) {
  if (record.stage_ns.empty()) return {};
  auto insert = statement("INSERT INTO stage_times VALUES(?, ?)");
  if (!insert) return std::unexpected(insert.error());
  return (*insert)->bind(1, static_cast<std::int64_t>(record.index)).bind_text(2, seal(times_key(record.index), dump(Json(record.stage_ns)))).run();
}

Result<Digest> SqliteArchive::put_blob(std::string_view bytes) {
  std::lock_guard guard(mutex_);
  if (!lock_.valid()) return fail(path_.string() + ": opened read-only");
  if (auto done = begin(); !done) return std::unexpected(done.error());
  Digest digest = sha256(bytes);
  auto there = statement("SELECT 1 FROM blobs WHERE digest = ?");
  if (!there) return std::unexpected(there.error());
  auto known = (*there)->bind_blob(1, view_of(digest)).step();
  if (!known) return std::unexpected(known.error());
  if (*known) return digest;
  if (!packer_) packer_.reset(ZSTD_createCCtx());
  std::string packed = pack(packer_.get(), bytes);
  bool smaller = packed.size() < bytes.size();
  auto insert = statement("INSERT INTO blobs(digest, packed, bytes) VALUES(?, ?, ?)");
  if (!insert) return std::unexpected(insert.error());
  (*insert)->bind_blob(1, view_of(digest)).bind(2, std::int64_t{smaller}).bind_blob(3, smaller ? std::string_view(packed) : bytes);
  if (auto done = (*insert)->run(); !done) return std::unexpected(done.error());
  return digest;
}

Result<void> SqliteArchive::put_note(const std::string& key, const Json& value) {
  return transaction([&]() -> Result<void> {
    auto insert = statement("INSERT OR REPLACE INTO notes(key, body) VALUES(?, ?)");
    if (!insert) return std::unexpected(insert.error());
    return (*insert)->bind_text(1, key).bind_text(2, seal(note_key(key), dump(value))).run();
  });
}

Result<void> SqliteArchive::put_pending(std::uint64_t index, const PendingCompletion& completion) {
  return transaction([&]() -> Result<void> {
    auto insert = statement("INSERT OR REPLACE INTO pending(candidate, prompt, body) VALUES(?, ?, ?)");
    if (!insert) return std::unexpected(insert.error());
    (*insert)->bind(1, static_cast<std::int64_t>(index)).bind_blob(2, view_of(completion.prompt));
    return (*insert)->bind_text(3, seal(pending_key(index, view_of(completion.prompt)), dump(completion.body))).run();
  });
}

}  // namespace assay::evolve
