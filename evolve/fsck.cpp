#include "evolve/fsck.h"

#include <sys/file.h>
#include <fcntl.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "evolve/archive_schema.h"
#include "evolve/provider.h"
#include "evolve/sqlite_archive.h"

namespace assay::evolve {
namespace {

constexpr const char* kCopy = "restore the file from a copy";
constexpr const char* kRebuild = "assay fsck --rebuild-index";
constexpr std::int64_t kHole = 1 << 20;  ///< a row numbered further behind than this is a stray one, and what is between it no row

/// Of one blob: which candidates need it, and as what.
struct Use {
  std::set<std::uint64_t> candidates;
  std::set<std::string> as;
};

std::string candidate_name(std::uint64_t index) { return "candidate " + std::to_string(index); }

class Examination {
 public:
  Examination(Checkup& checkup, Database& database, std::filesystem::path folder)
      : checkup_(checkup), database_(database), folder_(std::move(folder)) {}

  void run() {
    check_file();
    check_events();
    check_blobs();
    check_index();
    check_times();
    check_notes();
    check_pending();
    check_write_ahead_log();
  }

 private:
  // Reading past damage -----------------------------------------------------------------------------------------------

  Damage& found(ArchivePart part, std::string record, std::string what, std::string cost, std::string mend) {
    checkup_.damages.push_back({part, std::move(record), std::move(what), std::move(cost), std::move(mend), {}, "", {}, {}, {}});
    return checkup_.damages.back();
  }

  /// The numbers of all rows that a walk from either end reaches; that one ended early is a finding.
  std::set<std::int64_t> rows_of(const std::string& table) {
    std::set<std::int64_t> rows;
    std::error_code code;
    const std::uintmax_t most = std::filesystem::file_size(checkup_.file, code) + (1u << 20);  // a tree that leads back into itself
    std::uintmax_t walked = 0;
    std::string broken;
    for (const char* order : {"", " DESC"}) {
      auto select = database_.prepare("SELECT rowid FROM " + table + " NOT INDEXED ORDER BY rowid" + order);
      Result<bool> more = select ? Result<bool>(true) : std::unexpected(select.error());
      while (more && walked < most && (more = select->step()) && *more) {
        rows.insert(select->integer(0));
        ++walked;
      }
      if (more && !*more) return rows;
      broken = more ? "it leads back into itself" : more.error().what;
    }
    found(ArchivePart::file, "table " + table, "a walk through it ends early: " + broken, "rows behind broken pages; those that are known by their numbers are named below", kCopy);
    return rows;
  }

  enum class Got { row, nothing, error };
  Got look_up(Statement& select, std::int64_t row, std::string& why) {
    select.reset();
    auto more = select.bind(1, row).step();
    if (!more) why = more.error().what;
    return !more ? Got::error : *more ? Got::row : Got::nothing;
  }

  /// A statement with one parameter; one that cannot be made is a finding of its table.
  std::optional<Statement> by_number(const std::string& table, const std::string& columns) {
    auto select = database_.prepare("SELECT " + columns + " FROM " + table + " NOT INDEXED WHERE rowid = ?");
    if (select) return std::move(*select);
    found(ArchivePart::file, "table " + table, "cannot be read: " + select.error().what, "all that it holds", kCopy);
    return std::nullopt;
  }

  // The file as SQLite sees it ----------------------------------------------------------------------------------------

  void check_file() {
    if (auto opened = Archive::open_read_only(folder_); !opened)
      found(ArchivePart::file, "file", opened.error().what, "no command but this one reads the archive", kCopy);
    auto check = database_.prepare("PRAGMA integrity_check(1000)");
    Result<bool> more = check ? Result<bool>(true) : std::unexpected(check.error());
    while (more && (more = check->step()) && *more) {
      const std::string message(check->bytes(0));
      if (message == "ok") continue;
      const bool is_index = message.contains("missing from index") || message.contains("entries in index") || message.contains("non-unique");
      if (is_index) found(ArchivePart::index, "SQLite's index", message, "nothing of the log; look-ups through it go wrong", kRebuild);
      else found(ArchivePart::file, "file", "SQLite: " + message, "the records named below; where there is none, no record", kCopy);
    }
    if (!more) found(ArchivePart::file, "file", more.error().what, "the records named below", kCopy);
  }

  // The log -----------------------------------------------------------------------------------------------------------

  /// Kinds and candidates by sequence, as SQLite's index and the index of candidates have them: names for what is gone.
  void read_hints() {
    auto kinds = database_.prepare("SELECT sequence, kind FROM events INDEXED BY events_by_kind");
    while (kinds) {
      auto more = kinds->step();
      if (!more || !*more) break;
      kinds_[kinds->integer(0)] = std::string(kinds->bytes(1));
    }
    auto index = database_.prepare("SELECT sequence, candidate FROM candidate_index");
    while (index) {
      auto more = index->step();
      if (!more || !*more) break;
      indexed_[index->integer(0)] = static_cast<std::uint64_t>(index->integer(1));
    }
  }

  Damage& found_event(std::int64_t sequence, std::string what, std::string kind, std::optional<std::uint64_t> candidate) {
    if (kind.empty() && kinds_.contains(sequence)) kind = kinds_[sequence];
    if (!candidate && indexed_.contains(sequence)) candidate = indexed_[sequence];
    std::string name = candidate ? candidate_name(*candidate) : kind;
    if (candidate && kind != "candidate" && !kind.empty()) name = kind + " of " + name;
    std::string cost = "the log holds up to event " + std::to_string(sequence) + " only: the campaign cannot be resumed or replayed past it";
    Damage& damage = found(ArchivePart::event, "event " + std::to_string(sequence) + (name.empty() ? "" : " (" + name + ")"), std::move(what), std::move(cost), kCopy);
    damage.sequence = static_cast<std::uint64_t>(sequence);
    damage.kind = kind;
    damage.candidate = candidate;
    return damage;
  }

  void check_events() {
    read_hints();
    const auto rows = rows_of("events");
    auto select = by_number("events", "kind, body, digest");
    if (!select) return;
    std::int64_t last = -1;
    for (const auto& hints : {kinds_.empty() ? -1 : kinds_.rbegin()->first, indexed_.empty() ? -1 : indexed_.rbegin()->first})
      if (hints < static_cast<std::int64_t>(rows.size()) + kHole) last = std::max(last, hints);
    for (std::int64_t row : rows) {
      if (row >= 0 && row < static_cast<std::int64_t>(rows.size()) + kHole) last = std::max(last, row);
      else found_event(row, "it follows no other: no event has this number", "", {});
    }
    for (std::int64_t sequence = 0; sequence <= last; ++sequence) check_event(*select, sequence);
    checkup_.candidates = summaries_.size();
  }

  void check_event(Statement& select, std::int64_t sequence) {
    std::string why;
    const Got got = look_up(select, sequence, why);
    if (got != Got::row) {
      std::string what = got == Got::error ? "it cannot be read: " + why : "it is missing";
      found_event(sequence, what + "; so the one behind it cannot be held against the chain", "", {});
      before_.clear();
      suspect_.reset();
      gap_ = true;
      return;
    }
    ++checkup_.events;
    const std::string kind(select.bytes(0)), body(select.bytes(1));
    auto stored = digest_from_row(select.bytes(2), "");
    if (stored) checkup_.head = *stored;
    auto json = parse_json(body, "the body");
    auto candidate = json && json->is_object() ? candidate_of(kind, *json) : std::nullopt;
    const bool follows = hold_against_chain(sequence, kind, body, stored ? std::optional(*stored) : std::nullopt, candidate);
    if (!json) {
      if (follows) found_event(sequence, json.error().what, kind, {});
    } else if (auto wrong = take_in(sequence, kind, *json); !wrong.empty() && follows) {
      found_event(sequence, wrong, kind, candidate);
    }
  }

  static std::optional<std::uint64_t> candidate_of(const std::string& kind, const Json& body) {
    const char* key = kind == "candidate" ? "index" : kind == "completion" || kind == "promotion" || kind == "proof" || kind == "rollback" ? "candidate" : nullptr;
    if (!key || !body.contains(key) || !body[key].is_number_unsigned()) return std::nullopt;
    return body[key].get<std::uint64_t>();
  }

  /// True where the event follows from the one before, by the digest that stands there or by the one that its content gives.
  /// The one behind a damaged event tells which of the two was changed.
  bool hold_against_chain(std::int64_t sequence, const std::string& kind, const std::string& body, const std::optional<Digest>& stored,
                          const std::optional<std::uint64_t>& candidate) {
    if (sequence == 0) before_ = {Digest{}};
    const bool no_predecessor = before_.empty();
    std::vector<Digest> computed;
    for (const Digest& before : before_) computed.push_back(chain(before, kind, body));
    auto match = stored ? std::ranges::find(computed, *stored) : computed.end();
    const bool follows = no_predecessor || match != computed.end();
    if (suspect_ && match != computed.end())
      checkup_.damages[*suspect_].what = match == computed.begin() && suspect_has_digest_ ? "its kind or body was changed: its digest does not follow from them"
                                                                 : "its digest was changed; its kind and body hold";
    suspect_.reset();
    before_.clear();
    if (stored) before_.push_back(*stored);
    if (!follows) {
      found_event(sequence, "it was changed: its digest does not follow", kind, candidate);
      suspect_ = checkup_.damages.size() - 1;
      suspect_has_digest_ = stored.has_value();
      before_.insert(before_.end(), computed.begin(), computed.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(computed.size(), 2)));
    }
    return follows;
  }

  /// Keeps what the tables beside the log are held against. Returns what is wrong with the body, or "".
  std::string take_in(std::int64_t sequence, const std::string& kind, const Json& body) {
    if (sequence == 0) is_campaign_ = kind == "campaign";
    if (kind == "candidate") {
      auto record = candidate_from_json(body);
      if (!record) return record.error().what;
      const std::uint64_t next = summaries_.empty() ? 0 : summaries_.rbegin()->first + 1;
      use(record->source, record->index, "text");
      if (record->emitted) use(*record->emitted, record->index, "screened text");
      const bool fits = record->index == next || (gap_ && record->index > next);
      if (fits) summaries_.emplace(record->index, std::pair(summary_of(*record), sequence));
      return fits ? "" : candidate_name(record->index) + " where " + std::to_string(next) + " is next";
    }
    if (kind == "promotion") {
      auto record = promotion_from_json(body);
      if (!record) return record.error().what;
      if (record->certificate) use(*record->certificate, record->candidate, "certificate");
    }
    if (kind == "completion" && body.is_object()) {
      auto answer = Digest::from_hex(body.value("answer", Json()).is_string() ? body["answer"].get<std::string>() : "");
      auto candidate = candidate_of(kind, body);
      if (!answer || !candidate) return "it names no candidate and answer";
      use(*answer, *candidate, "answer");
    }
    return "";
  }

  void use(const Digest& blob, std::uint64_t candidate, const char* as) {
    uses_[blob].candidates.insert(candidate);
    uses_[blob].as.insert(as);
  }

  // Beside the log ----------------------------------------------------------------------------------------------------

  Damage& found_blob(const Digest& blob, const std::string& what, const Digest& content) {
    auto used = uses_.find(content);
    std::string cost = "nothing: no event names it";
    if (used != uses_.end()) {
      cost.clear();
      for (const auto& as : used->second.as) cost += (cost.empty() ? "" : ", ") + as;
      cost += " of";
      std::size_t listed = 0;
      for (std::uint64_t candidate : used->second.candidates)
        if (++listed <= 8) cost += (listed == 1 ? " candidate " : ", ") + std::to_string(candidate);
      if (listed > 8) cost += " and " + std::to_string(listed - 8) + " more";
    }
    Damage& damage = found(ArchivePart::blob, "blob " + blob.short_hex(), what, std::move(cost), kCopy);
    damage.blob = blob;
    if (used != uses_.end()) damage.users.assign(used->second.candidates.begin(), used->second.candidates.end());
    return damage;
  }

  void check_blobs() {
    const auto rows = rows_of("blobs");
    auto select = by_number("blobs", "digest, packed, bytes");
    if (!select) return;
    std::set<Digest> named;
    for (std::int64_t row : rows) {
      std::string why;
      const std::string place = "row " + std::to_string(row);
      if (auto got = look_up(*select, row, why); got != Got::row) {
        found(ArchivePart::blob, "blob in " + place, got == Got::error ? "it cannot be read: " + why : "its number leads nowhere", "see the blobs that are missing", kCopy);
        continue;
      }
      ++checkup_.blobs;
      auto digest = digest_from_row(select->bytes(0), "blob in " + place);
      auto bytes = select->integer(1) ? unpack_blob(select->bytes(2)) : Result<std::string>(std::string(select->bytes(2)));
      const Digest content = bytes ? sha256(*bytes) : Digest{};
      if (digest && bytes && content == *digest) {
        named.insert(content);
      } else if (bytes && uses_.contains(content)) {
        named.insert(content);
        found_blob(content, "it stands under a wrong name in " + place, content);
      } else if (digest) {
        named.insert(*digest);
        found_blob(*digest, bytes ? "its content is not what its digest says" : "it does not unpack", *digest);
      } else {
        found(ArchivePart::blob, "blob in " + place, digest.error().what, "see the blobs that are missing", kCopy);
      }
    }
    for (const auto& [digest, use] : uses_)
      if (!named.contains(digest)) found_blob(digest, "it is missing", digest);
  }

  void check_index() {
    const auto rows = rows_of("candidate_index");
    auto select = by_number("candidate_index", "sequence, island, is_seed, outcome, size, fitness, ast, ir, behaviour");
    if (!select) return;
    auto wrong = [&](std::uint64_t candidate, std::string what) {
      found(ArchivePart::index, "index row of " + candidate_name(candidate), std::move(what), "nothing of the log; selection and look-ups go wrong", kRebuild).candidate = candidate;
    };
    for (const auto& [candidate, at] : summaries_) {
      std::string why;
      auto got = look_up(*select, static_cast<std::int64_t>(candidate), why);
      if (got == Got::error) wrong(candidate, "it cannot be read: " + why);
      else if (got == Got::nothing) wrong(candidate, "it is missing");
      else if (auto column = unlike(*select, at.first, at.second); !column.empty()) wrong(candidate, "\"" + column + "\" is not what the log says");
    }
    for (std::int64_t row : rows)
      if (!summaries_.contains(static_cast<std::uint64_t>(row))) wrong(static_cast<std::uint64_t>(row), "the log has no such candidate");
  }

  /// The first column that differs, or "".
  static std::string unlike(const Statement& row, const CandidateSummary& summary, std::int64_t sequence) {
    auto digest_differs = [&](int column, const std::optional<Digest>& digest) {
      return digest ? row.bytes(column) != view_of(*digest) : !row.is_null(column);
    };
    if (row.integer(0) != sequence) return "sequence";
    if (row.integer(1) != std::int64_t{summary.island}) return "island";
    if (row.integer(2) != std::int64_t{summary.is_seed}) return "is_seed";
    if (row.integer(3) != static_cast<std::int64_t>(summary.outcome)) return "outcome";
    if (row.integer(4) != static_cast<std::int64_t>(summary.size)) return "size";
    if (summary.fitness ? row.is_null(5) || row.real(5) != *summary.fitness : !row.is_null(5)) return "fitness";
    if (digest_differs(6, summary.ast)) return "ast";
    if (digest_differs(7, summary.ir)) return "ir";
    if (digest_differs(8, summary.behaviour)) return "behaviour";
    return "";
  }

  /// The JSON of a row beside the chain, or why it does not hold.
  Result<Json> sealed_json(const std::string& key, std::string_view stored) {
    auto body = unseal(key, stored);
    if (!body) return std::unexpected(body.error());
    if (body->size() == stored.size()) ++checkup_.unsealed;
    return parse_json(*body, key);
  }

  void check_times() {
    const auto rows = rows_of("stage_times");
    auto select = by_number("stage_times", "body");
    if (!select) return;
    auto wrong = [&](std::uint64_t candidate, std::string what) {
      found(ArchivePart::stage_times, "times of " + candidate_name(candidate), std::move(what),
            "how long its stages took; nothing but reports reads that", kCopy).candidate = candidate;
    };
    std::set<std::uint64_t> numbers;
    for (std::int64_t row : rows) numbers.insert(static_cast<std::uint64_t>(row));
    if (!rows.empty())
      for (const auto& [candidate, at] : summaries_) numbers.insert(candidate);
    for (std::uint64_t candidate : numbers) {
      std::string why;
      auto got = look_up(*select, static_cast<std::int64_t>(candidate), why);
      if (got != Got::row) {
        wrong(candidate, got == Got::error ? "they cannot be read: " + why : "they are missing");
        continue;
      }
      const std::string key = times_key(candidate);
      auto json = sealed_json(key, select->bytes(0));
      if (!json) wrong(candidate, json.error().what);
      else if (auto times = member<std::map<std::string, std::uint64_t>>(Json{{"times", *json}}, "times", key); !times) wrong(candidate, times.error().what);
      else if (!summaries_.contains(candidate)) wrong(candidate, "the log has no such candidate");
    }
  }

  void check_notes() {
    const auto rows = rows_of("notes");
    auto select = by_number("notes", "key, body");
    if (!select) return;
    auto wrong = [&](const std::string& key, std::string what) {
      const bool decides = key == "task_folder" || key == "budget" || key == "threads" || key == "without";
      found(ArchivePart::note, "note " + key, std::move(what),
            decides ? "how to go on: `assay resume` needs it; the log and its report do not" : "the time used so far; a budget in seconds starts anew", kCopy);
    };
    std::set<std::string> keys;
    for (std::int64_t row : rows) {
      std::string why;
      if (auto got = look_up(*select, row, why); got != Got::row) {
        wrong("in row " + std::to_string(row), got == Got::error ? "it cannot be read: " + why : "its number leads nowhere");
        continue;
      }
      const std::string key(select->bytes(0));
      keys.insert(key);
      if (auto json = sealed_json(note_key(key), select->bytes(1)); !json) wrong(key, json.error().what);
    }
    if (is_campaign_)
      for (const char* key : {"task_folder", "budget", "threads", "without"})
        if (!keys.contains(key)) wrong(key, "it is missing");
  }

  void check_pending() {
    const auto rows = rows_of("pending");
    auto select = by_number("pending", "prompt, body");
    if (!select) return;
    for (std::int64_t row : rows) {
      const auto candidate = static_cast<std::uint64_t>(row);
      std::string why, what;
      if (auto got = look_up(*select, row, why); got != Got::row) {
        what = got == Got::error ? "it cannot be read: " + why : "its number leads nowhere";
      } else {
        auto json = sealed_json(pending_key(candidate, select->bytes(0)), select->bytes(1));
        if (!json) what = json.error().what;
        else if (auto digest = digest_from_row(select->bytes(0), "its prompt"); !digest) what = digest.error().what;
        else if (auto completion = completion_from_json(*json); !completion) what = completion.error().what;
        else if (summaries_.contains(candidate)) what = "its candidate is in the log already";
      }
      if (what.empty()) continue;
      found(ArchivePart::pending, "pending completion of " + candidate_name(candidate), std::move(what),
            "a completion that was paid for: on resuming the model is asked again", kCopy).candidate = candidate;
    }
  }

  void check_write_ahead_log() {
    FileDescriptor lock(::open((folder_ / "writer.lock").c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    checkup_.being_written = lock.valid() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0;
    if (checkup_.being_written) return;
    if (auto lost = lost_in_write_ahead_log(checkup_.file); !lost.empty())
      found(ArchivePart::log, "write-ahead log", lost, "the commits in them: the archive reads as it was before", "restore the file and its -wal from a copy");
  }

  Checkup& checkup_;
  Database& database_;
  std::filesystem::path folder_;
  std::map<std::int64_t, std::string> kinds_;
  std::map<std::int64_t, std::uint64_t> indexed_;
  std::vector<Digest> before_;          ///< from which the next event may follow: the digest that stands there, then computed ones
  std::optional<std::size_t> suspect_;  ///< the finding of the event just before
  bool suspect_has_digest_ = false;
  bool gap_ = false;                    ///< an event is missing: candidates may be, too
  bool is_campaign_ = false;
  std::map<std::uint64_t, std::pair<CandidateSummary, std::int64_t>> summaries_;  ///< and the sequence of its event
  std::map<Digest, Use> uses_;
};

}  // namespace

std::string_view name_of(ArchivePart part) {
  static constexpr std::string_view kNames[] = {"file", "write_ahead_log", "event", "blob", "index", "stage_times", "note", "pending"};
  return kNames[static_cast<std::size_t>(part)];
}

bool Checkup::log_holds() const {
  return readable && std::ranges::none_of(damages, [](const Damage& d) { return d.part == ArchivePart::event || d.part == ArchivePart::log; });
}

Json to_json(const Checkup& checkup) {
  Json json{{"file", checkup.file.string()}, {"readable", checkup.readable}, {"sound", checkup.sound()}, {"log_holds", checkup.log_holds()},
            {"being_written", checkup.being_written}, {"events", checkup.events}, {"candidates", checkup.candidates},
            {"blobs", checkup.blobs}, {"unsealed", checkup.unsealed}, {"damages", Json::array()}};
  if (checkup.head) json["head"] = checkup.head->hex();
  for (const Damage& damage : checkup.damages) {
    Json one{{"part", std::string(name_of(damage.part))}, {"record", damage.record}, {"what", damage.what}, {"cost", damage.cost}, {"mend", damage.mend}};
    if (damage.sequence) one["event"] = *damage.sequence;
    if (!damage.kind.empty()) one["kind"] = damage.kind;
    if (damage.candidate) one["candidate"] = *damage.candidate;
    if (damage.blob) one["blob"] = damage.blob->hex();
    if (!damage.users.empty()) one["users"] = damage.users;
    json["damages"].push_back(std::move(one));
  }
  return json;
}

Result<Checkup> fsck(const std::filesystem::path& folder) {
  Checkup checkup;
  checkup.file = folder / "archive.sqlite";
  std::error_code code;
  if (!std::filesystem::is_regular_file(checkup.file, code))
    return fail(checkup.file.string() + ": not there; " + folder.string() + " is no campaign's folder");
  if (FileDescriptor file(::open(checkup.file.c_str(), O_RDONLY | O_CLOEXEC)); !file.valid()) return fail(system_error("open " + checkup.file.string()));
  auto database = Database::open(checkup.file, Database::Mode::read);
  Result<void> begun = database ? database->execute("BEGIN; SELECT count(*) FROM sqlite_schema") : std::unexpected(database.error());
  if (!begun) {
    checkup.readable = false;
    checkup.damages.push_back({ArchivePart::file, "file", begun.error().what, "everything: SQLite cannot open it, so no record can be named", kCopy, {}, "", {}, {}, {}});
    return checkup;
  }
  Examination(checkup, *database, folder).run();
  return checkup;
}

Result<void> SqliteArchive::rebuild_views() {
  return transaction([&]() -> Result<void> {
    if (auto done = database_.execute("REINDEX"); !done) return done;
    return rebuild_index();
  });
}

Result<void> rebuild_index(const std::filesystem::path& folder) {
  auto checkup = fsck(folder);
  if (!checkup) return std::unexpected(checkup.error());
  if (!checkup->log_holds()) {
    const auto& damages = checkup->damages;
    auto first = std::ranges::find_if(damages, [&](const Damage& d) { return !checkup->readable || d.part == ArchivePart::event || d.part == ArchivePart::log; });
    return fail(checkup->file.string() + ": the index is a view of the log, and the log does not hold: " + first->record + ": " + first->what + "; " + first->mend);
  }
  auto archive = Archive::open(folder);
  if (!archive) return std::unexpected(archive.error());
  return static_cast<SqliteArchive&>(**archive).rebuild_views();  // the only kind that there is
}

}  // namespace assay::evolve
