#include "evolve/archive.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "evolve/archive_schema.h"
#include "evolve/sqlite_archive.h"

namespace assay::evolve {
namespace {

/// Holds `folder`/writer.lock while alive; the kernel gives it up with the process.
Result<FileDescriptor> lock_for_writing(const std::filesystem::path& folder) {
  auto path = folder / "writer.lock";
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return fail(system_error("open " + path.string()));
  int holder = 0;
  // Of a process that was killed while it cloned a jail, the clone may hold the lock for a moment longer.
  for (int tries = 0; tries < 2000; ++tries, ::usleep(1000)) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      std::string pid = std::to_string(::getpid()) + "\n";
      if (::ftruncate(fd.get(), 0) == 0) (void)!::pwrite(fd.get(), pid.data(), pid.size(), 0);
      return fd;
    }
    char text[32] = {};
    (void)!::pread(fd.get(), text, sizeof text - 1, 0);
    holder = std::atoi(text);
    if (holder <= 0 || ::kill(holder, 0) == 0 || errno != ESRCH) break;
  }
  return fail(folder.string() + ": another campaign (process " + std::to_string(holder) +
                  ") is writing this archive; wait for its end or stop it",
              Fault::provider);
}

}  // namespace

Result<SqliteArchive::Borrowed> SqliteArchive::statement(const char* sql) const {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    found = statements_.emplace(sql, std::move(*prepared)).first;
  }
  return Borrowed(&found->second);
}

/// Digests fall anywhere into the blobs' index: with room for its pages, and for many commits between two checkpoints, a commit
/// costs the same in a large archive as in a small one (`bench/evolve_bench`).
constexpr const char* kWriter = "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=12000;";

Result<void> SqliteArchive::set_up(Database::Mode mode) {
  if (mode != Database::Mode::read)
    if (auto done = database_.execute(kWriter); !done) return done;
  if (mode == Database::Mode::create) {
    if (auto done = database_.execute("PRAGMA journal_mode=WAL; BEGIN IMMEDIATE;"); !done) return done;
    if (auto done = database_.execute(kSchema); !done) return done;
    if (auto done = database_.execute("PRAGMA user_version=" + std::to_string(kSchemaVersion) + "; COMMIT;"); !done) return done;
    return {};
  }
  auto version = database_.query_integer("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version != kSchemaVersion)
    return fail(path_.string() + ": not an archive of this program (layout " + std::to_string(version->value_or(0)) +
                ", expected " + std::to_string(kSchemaVersion) + ")");
  if (auto done = check_tables(); !done) return done;
  if (auto done = load_position(); !done) return done;
  if (mode == Database::Mode::write && !index_fits()) if (auto done = rebuild_index(); !done) return done;
  return {};
}

/// A table that is a view, or has a trigger, would run its own SQL whenever it is read or written.
Result<void> SqliteArchive::check_tables() const {
  auto select = database_.prepare("SELECT name, sql FROM sqlite_schema");
  if (!select) return std::unexpected(select.error());
  std::size_t known = 0;
  for (;;) {
    auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::string name(select->bytes(0)), sql(select->bytes(1));
    if (select->is_null(1) && name.starts_with("sqlite_autoindex_")) continue;
    if (!std::string_view(kSchema).contains("\n" + sql + ";\n")) return fail(path_.string() + ": " + name + " is not laid out as this program does it");
    ++known;
  }
  if (known != kSchemaParts) return fail(path_.string() + ": a table is missing");
  return {};
}

Result<void> SqliteArchive::load_position() {
  next_sequence_ = next_candidate_ = 0;
  head_ = Digest{};
  auto last = statement("SELECT sequence, digest FROM events ORDER BY sequence DESC LIMIT 1");
  if (!last) return std::unexpected(last.error());
  auto row = (*last)->step();
  if (!row) return std::unexpected(row.error());
  if (*row) {
    next_sequence_ = static_cast<std::uint64_t>((*last)->integer(0)) + 1;
    auto digest = digest_from_row((*last)->bytes(1), path_.string() + ": event " + std::to_string(next_sequence_ - 1));
    if (!digest) return std::unexpected(digest.error());
    head_ = *digest;
  }
  auto count = database_.query_integer("SELECT count(*) FROM events WHERE kind = 'candidate'");
  if (!count) return std::unexpected(count.error());
  next_candidate_ = static_cast<std::uint64_t>(count->value_or(0));
  return {};
}

Result<void> SqliteArchive::index_fits() const {
  auto rows = database_.query_integer("SELECT count(*) FROM candidate_index");
  auto last = database_.query_integer("SELECT max(sequence) FROM candidate_index");
  auto logged = database_.query_integer("SELECT max(sequence) FROM events WHERE kind = 'candidate'");
  if (!rows || !last || !logged) return fail("the candidate index cannot be read");
  if (static_cast<std::uint64_t>(rows->value_or(0)) != next_candidate_ || *last != *logged)
    return fail(path_.string() + ": the candidate index does not fit the log; open the campaign for writing to rebuild it");
  return {};
}

Result<void> SqliteArchive::rebuild_index() {
  return transaction([&]() -> Result<void> {
    if (auto done = begin(); !done) return done;
    if (auto done = database_.execute("DELETE FROM candidate_index"); !done) return done;
    return for_each("candidate", [&](const Event& event) -> Result<void> {
      auto record = candidate_from_json(event.body);
      if (!record) return std::unexpected(record.error());
      return write_index(*record, event.sequence);
    });
  });
}

SqliteArchive::~SqliteArchive() {
  std::lock_guard guard(mutex_);
  if (writing_) (void)database_.execute("COMMIT");
}

namespace {

constexpr const char* kFile = "archive.sqlite";

Result<std::unique_ptr<Archive>> open_in(const std::filesystem::path& folder, Database::Mode mode) {
  FileDescriptor lock;
  if (mode != Database::Mode::read) {
    auto locked = lock_for_writing(folder);
    if (!locked) return std::unexpected(locked.error());
    lock = std::move(*locked);
  }
  auto database = Database::open(folder / kFile, mode);
  if (!database) return std::unexpected(database.error());
  auto archive = std::make_unique<SqliteArchive>(std::move(*database), std::move(lock), folder / kFile);
  if (auto done = archive->set_up(mode); !done) return std::unexpected(done.error());
  return archive;
}

Result<void> must_exist(const std::filesystem::path& folder) {
  std::error_code code;
  if (std::filesystem::exists(folder / kFile, code)) return {};
  return fail((folder / kFile).string() + ": not there; " + folder.string() + " is no campaign's folder");
}

}  // namespace

Result<std::unique_ptr<Archive>> Archive::create(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) return fail("create " + folder.string() + ": " + code.message());
  if (std::filesystem::exists(folder / kFile, code))
    return fail((folder / kFile).string() + ": a campaign is there already; resume it, or choose another folder");
  return open_in(folder, Database::Mode::create);
}

Result<std::unique_ptr<Archive>> Archive::open(const std::filesystem::path& folder) {
  if (auto there = must_exist(folder); !there) return std::unexpected(there.error());
  return open_in(folder, Database::Mode::write);
}

Result<std::unique_ptr<Archive>> Archive::open_read_only(const std::filesystem::path& folder) {
  if (auto there = must_exist(folder); !there) return std::unexpected(there.error());
  return open_in(folder, Database::Mode::read);
}

}  // namespace assay::evolve
