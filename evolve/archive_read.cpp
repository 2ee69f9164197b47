#include "evolve/sqlite_archive.h"

#include <zstd.h>

#include <cstring>

#include "evolve/archive_schema.h"

namespace assay::evolve {
namespace {

constexpr std::size_t kBlobLimit = 1u << 30;  ///< a packed blob never unpacks to more
/// RFC 8878: a block has at least 4 bytes and gives at most 128 KiB. A frame that claims more is not believed.
constexpr std::size_t kMostFromAByte = (128u << 10) / 4;
constexpr std::size_t kRowsKept = 128;              ///< elites and their texts, which prompt after prompt shows
constexpr std::size_t kKeptBlobLimit = 32u << 10;   ///< bytes of one

}  // namespace

void SqliteArchive::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Result<std::string> unpack_blob(std::string_view packed) {
  const std::unique_ptr<ZSTD_DCtx_s, SqliteArchive::Free> unpacker(ZSTD_createDCtx());
  return unpack_blob(packed, unpacker.get());
}

Result<std::string> unpack_blob(std::string_view packed, ZSTD_DCtx_s* unpacker) {
  auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size > kBlobLimit || size / kMostFromAByte > packed.size()) return fail("a packed blob is damaged");
  std::string bytes(size, '\0');
  std::size_t n = ZSTD_decompressDCtx(unpacker, bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(n) || n != size) return fail("a packed blob is damaged");
  return bytes;
}

namespace {

Result<Json> unsealed_json(const std::filesystem::path& path, const std::string& key, std::string_view stored) {
  auto body = unseal(key, stored);
  if (!body) return fail(path.string() + ": " + body.error().what + "; `assay fsck` says what it costs");
  return parse_json(*body, path.string() + ": " + key);
}

}  // namespace

Result<std::string> SqliteArchive::blob(const Digest& digest) const {
  std::lock_guard guard(mutex_);
  if (auto read = read_.find(digest); read != read_.end()) return read->second;
  auto select = statement("SELECT packed, bytes FROM blobs WHERE digest = ?");
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind_blob(1, view_of(digest)).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(path_.string() + ": no blob " + digest.hex());
  if (!unpacker_) unpacker_.reset(ZSTD_createDCtx());
  auto bytes = (*select)->integer(0) ? unpack_blob((*select)->bytes(1), unpacker_.get()) : Result<std::string>(std::string((*select)->bytes(1)));
  if (!bytes || sha256(*bytes) != digest) return fail(path_.string() + ": blob " + digest.hex() + " is damaged");
  if (read_.size() >= kRowsKept) read_.clear();
  if (!writing_ && bytes->size() <= kKeptBlobLimit) read_.emplace(digest, *bytes);
  return bytes;
}

Result<std::optional<Json>> SqliteArchive::note(const std::string& key) const {
  std::lock_guard guard(mutex_);
  auto select = statement("SELECT body FROM notes WHERE key = ?");
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind_text(1, key).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return unsealed_json(path_, note_key(key), (*select)->bytes(0));
}

Result<std::map<std::uint64_t, PendingCompletion>> SqliteArchive::pending() const {
  std::lock_guard guard(mutex_);
  auto select = database_.prepare("SELECT candidate, prompt, body FROM pending");
  if (!select) return std::unexpected(select.error());
  std::map<std::uint64_t, PendingCompletion> all;
  for (;;) {
    auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return all;
    auto prompt = digest_from_row(select->bytes(1), path_.string() + ": a pending completion");
    auto body = unsealed_json(path_, pending_key(static_cast<std::uint64_t>(select->integer(0)), select->bytes(1)), select->bytes(2));
    if (!prompt) return std::unexpected(prompt.error());
    if (!body) return std::unexpected(body.error());
    all[static_cast<std::uint64_t>(select->integer(0))] = {*prompt, std::move(*body)};
  }
}

Result<void> SqliteArchive::for_each(std::string_view kind, const std::function<Result<void>(const Event&)>& visit) const {
  std::lock_guard guard(mutex_);
  std::string where = kind.empty() ? "" : "WHERE kind = ? ";
  auto select = database_.prepare("SELECT sequence, kind, body, digest FROM events " + where + "ORDER BY sequence");
  if (!select) return std::unexpected(select.error());
  if (!kind.empty()) select->bind_text(1, kind);
  for (;;) {
    auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    Event event;
    event.sequence = static_cast<std::uint64_t>(select->integer(0));
    std::string name = path_.string() + ": event " + std::to_string(event.sequence);
    event.kind = std::string(select->bytes(1));
    auto body = parse_json(select->bytes(2), name);
    if (!body) return std::unexpected(body.error());
    auto digest = digest_from_row(select->bytes(3), name);
    if (!digest) return std::unexpected(digest.error());
    event.body = std::move(*body);
    event.digest = *digest;
    if (auto done = visit(event); !done) return done;
  }
}

Result<std::map<std::string, std::uint64_t>> SqliteArchive::times(std::uint64_t index) const {
  auto select = statement("SELECT body FROM stage_times WHERE candidate = ?");
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind(1, static_cast<std::int64_t>(index)).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::map<std::string, std::uint64_t>{};
  std::string name = times_key(index);
  auto body = unsealed_json(path_, name, (*select)->bytes(0));
  if (!body) return std::unexpected(body.error());
  return member<std::map<std::string, std::uint64_t>>(Json{{"times", *body}}, "times", name);
}

Result<std::vector<CandidateRecord>> SqliteArchive::candidates() const {
  std::lock_guard guard(mutex_);
  std::vector<CandidateRecord> records;
  if (auto done = for_each("candidate", [&](const Event& event) -> Result<void> {
    auto record = candidate_from_json(event.body);
    if (!record) return std::unexpected(record.error());
    auto stage_ns = times(record->index);
    if (!stage_ns) return std::unexpected(stage_ns.error());
    record->stage_ns = std::move(*stage_ns);
    records.push_back(std::move(*record));
    return {};
  }); !done) return std::unexpected(done.error());
  return records;
}

Result<void> SqliteArchive::for_each_summary(const std::function<void(const CandidateSummary&)>& visit) const {
  std::lock_guard guard(mutex_);
  if (auto done = index_fits(); !done) return done;
  auto select = statement("SELECT candidate, island, is_seed, outcome, size, fitness, ast, ir, behaviour FROM candidate_index ORDER BY candidate");
  if (!select) return std::unexpected(select.error());
  Statement& row = **select;
  bool damaged = false;
  auto digest = [&](int column) -> std::optional<Digest> {
    if (row.is_null(column)) return std::nullopt;
    auto read = digest_from_row(row.bytes(column), "");
    damaged |= !read;
    return read ? std::optional(*read) : std::nullopt;
  };
  for (;;) {
    auto more = row.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    CandidateSummary summary;
    summary.index = static_cast<std::uint64_t>(row.integer(0));
    summary.island = static_cast<std::uint32_t>(row.integer(1));
    summary.is_seed = row.integer(2) != 0;
    damaged |= row.integer(3) < 0 || row.integer(3) > static_cast<std::int64_t>(OutcomeKind::unmeasured);  // the last one
    summary.outcome = static_cast<OutcomeKind>(row.integer(3));
    summary.size = static_cast<std::uint64_t>(row.integer(4));
    if (!row.is_null(5)) summary.fitness = row.real(5);
    summary.ast = digest(6);
    summary.ir = digest(7);
    summary.behaviour = digest(8);
    if (damaged)
      return fail(path_.string() + ": the index of candidate " + std::to_string(summary.index) + " is damaged; restore the file from a copy");
    visit(summary);
  }
}

Result<std::optional<CandidateRecord>> SqliteArchive::candidate(std::uint64_t index) const {
  std::lock_guard guard(mutex_);
  if (auto known = known_.find(index); known != known_.end()) return known->second;
  auto select = statement("SELECT body FROM events WHERE sequence = (SELECT sequence FROM candidate_index WHERE candidate = ?)");
  if (!select) return std::unexpected(select.error());
  auto row = (*select)->bind(1, static_cast<std::int64_t>(index)).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto body = parse_json((*select)->bytes(0), path_.string() + ": candidate " + std::to_string(index));
  if (!body) return std::unexpected(body.error());
  auto record = candidate_from_json(*body);
  if (!record) return std::unexpected(record.error());
  auto stage_ns = times(index);
  if (!stage_ns) return std::unexpected(stage_ns.error());
  record->stage_ns = std::move(*stage_ns);
  if (known_.size() >= kRowsKept) known_.clear();
  if (!writing_) known_.emplace(index, *record);  // what is not committed yet may be taken back
  return *record;
}

Result<std::vector<PromotionRecord>> SqliteArchive::promotions() const {
  std::vector<PromotionRecord> records;
  if (auto done = for_each("promotion", [&](const Event& event) -> Result<void> {
    auto record = promotion_from_json(event.body);
    if (!record) return std::unexpected(record.error());
    records.push_back(std::move(*record));
    return {};
  }); !done) return std::unexpected(done.error());
  return records;
}

Result<std::uint64_t> SqliteArchive::candidate_count() const {
  std::lock_guard guard(mutex_);
  if (lock_.valid()) return next_candidate_;
  auto count = database_.query_integer("SELECT count(*) FROM events WHERE kind = 'candidate'");
  if (!count) return std::unexpected(count.error());
  return static_cast<std::uint64_t>(count->value_or(0));
}

Result<Digest> SqliteArchive::head() const {
  std::lock_guard guard(mutex_);
  if (lock_.valid()) return head_;
  auto last = statement("SELECT digest FROM events ORDER BY sequence DESC LIMIT 1");
  if (!last) return std::unexpected(last.error());
  auto row = (*last)->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return Digest{};
  auto digest = digest_from_row((*last)->bytes(0), path_.string() + ": the last event");
  return digest;
}

Result<Digest> digest_from_row(std::string_view bytes, const std::string& row) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return fail(row + ": its digest has " + std::to_string(bytes.size()) + " bytes, not 32");
  std::memcpy(digest.bytes.data(), bytes.data(), bytes.size());
  return digest;
}

}  // namespace assay::evolve
