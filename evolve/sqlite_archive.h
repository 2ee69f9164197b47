#pragma once
// The archive over SQLite. Internal to evolve/: archive.cpp opens and indexes, archive_write.cpp and archive_read.cpp
// do what their names say.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/file.h"
#include "evolve/archive.h"
#include "evolve/sqlite.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace assay::evolve {

class SqliteArchive final : public Archive {
 public:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
    void operator()(ZSTD_DCtx_s* context) const;
  };
  SqliteArchive(Database database, FileDescriptor lock, std::filesystem::path path)
      : lock_(std::move(lock)), database_(std::move(database)), path_(std::move(path)) {}
  ~SqliteArchive() override;

  Result<void> set_up(Database::Mode mode);
  Result<void> append(const std::string& kind, const Json& body) override;
  Result<void> append(const CandidateRecord& record) override;
  Result<void> append(const PromotionRecord& record) override { return append("promotion", to_json(record)); }
  Result<Digest> put_blob(std::string_view bytes) override;
  Result<void> transaction(const std::function<Result<void>()>& steps) override;
  Result<void> put_note(const std::string& key, const Json& value) override;
  Result<std::optional<Json>> note(const std::string& key) const override;
  Result<void> put_pending(std::uint64_t index, const PendingCompletion& completion) override;
  Result<std::map<std::uint64_t, PendingCompletion>> pending() const override;
  Result<std::string> blob(const Digest& digest) const override;
  Result<void> for_each(std::string_view kind, const std::function<Result<void>(const Event&)>& visit) const override;
  Result<std::vector<CandidateRecord>> candidates() const override;
  Result<void> for_each_summary(const std::function<void(const CandidateSummary&)>& visit) const override;
  Result<std::optional<CandidateRecord>> candidate(std::uint64_t index) const override;
  Result<std::vector<PromotionRecord>> promotions() const override;
  Result<std::uint64_t> candidate_count() const override;
  Result<Digest> head() const override;
  Result<void> verify_chain() const override;
  /// Every view of the log and of the tables again (evolve/fsck.h).
  Result<void> rebuild_views();

 private:
  Result<void> begin();
  Result<void> check_tables() const;
  Result<void> load_position();
  Result<void> rebuild_index();
  Result<void> index_fits() const;
  Result<void> write_event(const std::string& kind, const Json& body);
  Result<void> write_index(const CandidateRecord& record, std::uint64_t sequence);
  Result<void> write_times(const CandidateRecord& record);
  Result<void> verify_file() const;
  Result<void> verify_blobs() const;
  Result<void> verify_events(std::vector<CandidateRecord>& records) const;
  Result<std::map<std::string, std::uint64_t>> times(std::uint64_t index) const;
  /// Resets what it held: a SELECT that stands on a row is a reader, and while there is one no checkpoint frees the
  /// write-ahead log, which then grows without end.
  struct Reset {
    void operator()(Statement* statement) const { statement->reset(); }
  };
  using Borrowed = std::unique_ptr<Statement, Reset>;
  /// A cached prepared statement; SQL texts are literals of this file.
  Result<Borrowed> statement(const char* sql) const;

  mutable std::recursive_mutex mutex_;
  FileDescriptor lock_;
  Database database_;
  mutable std::map<std::string, Statement> statements_;  // after database_: finalised first
  std::filesystem::path path_;
  bool writing_ = false;  ///< a transaction is open
  int depth_ = 0;         ///< nested `transaction` calls
  std::uint64_t next_sequence_ = 0;
  std::uint64_t next_candidate_ = 0;
  Digest head_;
  std::unique_ptr<ZSTD_CCtx_s, Free> packer_;            ///< its tables take longer to make than a text to pack
  mutable std::unique_ptr<ZSTD_DCtx_s, Free> unpacker_;
  mutable std::map<Digest, std::string> read_;           ///< a few blobs that are committed, and whose digests were right
  mutable std::map<std::uint64_t, CandidateRecord> known_;  ///< a few candidates that are committed: they never change
};

/// Error: `packed` is no zstd frame of an acceptable size.
Result<std::string> unpack_blob(std::string_view packed);
Result<std::string> unpack_blob(std::string_view packed, ZSTD_DCtx_s* unpacker);
Result<Digest> digest_from_row(std::string_view bytes, const std::string& row);

}  // namespace assay::evolve
