#include "evolve/fsck.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "evolve/provider.h"
#include "evolve/random.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kCandidates = 24;

void edit(const fs::path& folder, const std::string& sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "archive.sqlite").c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  sqlite3_close(raw);
}

/// A campaign with something in every table and an event of every kind, as a model's would leave it.
void fill(const fs::path& folder) {
  auto archive = expect_value(Archive::create(folder));
  expect_done(archive->transaction([&]() -> Result<void> {
    for (auto [key, value] : {std::pair<const char*, Json>{"task_folder", "/tasks/web_cache"}, {"budget", {{"candidates", kCandidates}}},
                              {"threads", 2}, {"without", Json::array()}, {"elapsed_ns", 123456789}})
      expect_done(archive->put_note(key, value));
    return archive->append("campaign", {{"task", "t"}, {"seed", 1}, {"provider", "exec"}});
  }));
  for (std::uint64_t i = 0; i < kCandidates; ++i) {
    expect_done(archive->transaction([&]() -> Result<void> {
      auto answer = archive->put_blob("The answer number " + std::to_string(i) + std::string(i == 5 ? 9000 : 200, 'a'));
      Json body{{"candidate", i}, {"answer", answer->hex()}, {"prompt", sha256("prompt" + std::to_string(i)).hex()}};
      if (auto event = archive->append("completion", body); !event) return event;
      auto record = sample_candidate(i);
      record.usd = 0.25;
      return append_candidate(*archive, record);
    }));
  }
  expect_done(archive->transaction([&]() -> Result<void> {
    auto certificate = archive->put_blob("{\"certificate\": true}");
    if (auto done = archive->append(PromotionRecord{3, {{"v", 0.5, {}}}, 0.5, "proved", *certificate}); !done) return done;
    if (auto done = archive->append("baseline", {{"name", "lru"}, {"kind", "native"}}); !done) return done;
    if (auto done = archive->append("result", {{"champion", 3}, {"certificate", certificate->hex()}}); !done) return done;
    return archive->append("stop", {{"reason", "budget"}, {"candidates", kCandidates}});
  }));
  Completion paid;
  paid.text = "i64 priority() { return 99; }";
  paid.usd = 0.25;
  expect_done(archive->put_pending(kCandidates, {sha256("prompt of the next"), to_json(paid)}));
}

std::string all_of(const Checkup& checkup) {
  std::string text;
  for (const Damage& damage : checkup.damages) text += damage.record + ": " + damage.what + "\n";
  return text;
}

const Damage* find(const Checkup& checkup, const std::string& record) {
  auto found = std::ranges::find(checkup.damages, record, &Damage::record);
  return found == checkup.damages.end() ? nullptr : &*found;
}

class Fsck : public testing::Test {
 protected:
  Fsck() { fill(folder_.path()); }
  Checkup check() { return expect_value(fsck(folder_.path())); }
  /// After `sql`: the finding of `record`, which must be there with a cost and a mend.
  Damage after(const std::string& sql, const std::string& record) {
    edit(folder_.path(), sql);
    auto checkup = check();
    EXPECT_FALSE(checkup.sound());
    auto damage = find(checkup, record);
    EXPECT_NE(damage, nullptr) << record << " is not among:\n" << all_of(checkup);
    if (!damage) return {};
    EXPECT_FALSE(damage->cost.empty());
    EXPECT_FALSE(damage->mend.empty());
    return *damage;
  }
  TemporaryFolder folder_;
};

TEST_F(Fsck, ASoundArchiveHasNoDamage) {
  auto checkup = check();
  EXPECT_TRUE(checkup.sound()) << all_of(checkup);
  EXPECT_EQ(checkup.candidates, kCandidates);
  EXPECT_EQ(checkup.events, 2 * kCandidates + 5);
  EXPECT_EQ(checkup.blobs, 2 * kCandidates + 1);
  EXPECT_EQ(checkup.unsealed, 0u);
  EXPECT_EQ(checkup.head, expect_value(expect_value(Archive::open_read_only(folder_.path()))->head()));
}

TEST_F(Fsck, WhereNoArchiveIsThatIsAnError) {
  auto none = fsck(folder_.path() / "nowhere");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().what.find("no campaign's folder"), std::string::npos);
}

TEST_F(Fsck, AFileThatIsNoDatabaseIsUnreadableAndSaysSo) {
  std::ofstream(folder_.path() / "archive.sqlite") << std::string(5000, 'x');
  auto checkup = check();
  EXPECT_FALSE(checkup.readable);
  EXPECT_FALSE(checkup.sound());
  EXPECT_FALSE(checkup.log_holds());
  ASSERT_EQ(checkup.damages.size(), 1u);
  EXPECT_NE(checkup.damages[0].what.find("not a database"), std::string::npos) << all_of(checkup);
  EXPECT_FALSE(rebuild_index(folder_.path()));
}

TEST_F(Fsck, AChangedBodyIsToldFromAChangedDigestByTheEventBehindIt) {
  auto body = after("UPDATE events SET body = replace(body, '\"provider\":\"mutate\"', '\"provider\":\"mutant\"') WHERE sequence = 4", "event 4 (candidate 1)");
  EXPECT_NE(body.what.find("kind or body was changed"), std::string::npos) << body.what;
  EXPECT_EQ(body.sequence, 4u);
  EXPECT_EQ(body.kind, "candidate");
  EXPECT_EQ(body.candidate, 1u);
  auto digest = after("UPDATE events SET digest = zeroblob(32) WHERE sequence = 10", "event 10 (candidate 4)");
  EXPECT_NE(digest.what.find("its digest was changed; its kind and body hold"), std::string::npos) << digest.what;
  auto short_digest = after("UPDATE events SET digest = x'00' WHERE sequence = 14", "event 14 (candidate 6)");
  EXPECT_NE(short_digest.what.find("its digest was changed"), std::string::npos) << short_digest.what;
  auto checkup = check();
  EXPECT_EQ(checkup.damages.size(), 3u) << "one finding each, and none of those behind them:\n" << all_of(checkup);
}

TEST_F(Fsck, EveryDamagedEventIsNamedAndNotTheFirstAlone) {
  edit(folder_.path(), "UPDATE events SET body = body || ' ' WHERE sequence IN (0, 7, 8, 9, 49)");
  auto checkup = check();
  for (const char* record : {"event 0 (campaign)", "event 7 (completion of candidate 3)", "event 8 (candidate 3)", "event 9 (completion of candidate 4)", "event 49 (promotion of candidate 3)"})
    EXPECT_NE(find(checkup, record), nullptr) << record << " is not among:\n" << all_of(checkup);
  EXPECT_EQ(checkup.damages.size(), 5u) << all_of(checkup);
  EXPECT_FALSE(checkup.log_holds());
}

TEST_F(Fsck, AMissingEventIsNamedByWhatElseKnowsIt) {
  auto gone = after("DELETE FROM events WHERE sequence = 12", "event 12 (candidate 5)");
  EXPECT_NE(gone.what.find("it is missing"), std::string::npos) << gone.what;
  auto checkup = check();
  EXPECT_NE(find(checkup, "index row of candidate 5"), nullptr) << "the log has no such candidate any more:\n" << all_of(checkup);
  EXPECT_EQ(checkup.candidates, kCandidates - 1);
}

TEST_F(Fsck, LogThatWasCutOffIsSeenByTheIndexThatKnowsMore) {
  auto gone = after("DELETE FROM events WHERE sequence >= 48", "event 48 (candidate 23)");
  EXPECT_NE(gone.what.find("it is missing"), std::string::npos) << gone.what;
}

TEST_F(Fsck, AChangedBlobNamesTheCandidatesThatUseIt) {
  const Digest text = sha256("i64 priority() { return 7; }");
  auto damage = after("UPDATE blobs SET bytes = 'forged', packed = 0 WHERE hex(digest) = upper('" + text.hex() + "')", "blob " + text.short_hex());
  EXPECT_EQ(damage.part, ArchivePart::blob);
  EXPECT_EQ(damage.users, std::vector<std::uint64_t>{7});
  EXPECT_EQ(damage.cost, "screened text, text of candidate 7");
  EXPECT_EQ(check().damages.size(), 1u);
}

TEST_F(Fsck, AMissingBlobAndOneUnderAWrongNameAreNamed) {
  const Digest text = sha256("i64 priority() { return 7; }"), certificate = sha256("{\"certificate\": true}");
  auto gone = after("DELETE FROM blobs WHERE hex(digest) = upper('" + text.hex() + "')", "blob " + text.short_hex());
  EXPECT_EQ(gone.what, "it is missing");
  auto moved = after("UPDATE blobs SET digest = zeroblob(32) WHERE hex(digest) = upper('" + certificate.hex() + "')", "blob " + certificate.short_hex());
  EXPECT_NE(moved.what.find("wrong name"), std::string::npos) << moved.what;
  EXPECT_EQ(moved.cost, "certificate of candidate 3");
}

TEST_F(Fsck, AWrongIndexIsNamedByRowAndColumnAndMadeAgain) {
  auto fitness = after("UPDATE candidate_index SET fitness = 0 WHERE candidate = 4", "index row of candidate 4");
  EXPECT_NE(fitness.what.find("\"fitness\""), std::string::npos) << fitness.what;
  EXPECT_EQ(fitness.mend, "assay fsck --rebuild-index");
  after("DELETE FROM candidate_index WHERE candidate = 9", "index row of candidate 9");
  after("INSERT INTO candidate_index VALUES(77, 1, 0, 0, 0, 0, NULL, NULL, NULL, NULL)", "index row of candidate 77");
  EXPECT_TRUE(check().log_holds());
  auto head = check().head;
  expect_done(rebuild_index(folder_.path()));
  auto checkup = check();
  EXPECT_TRUE(checkup.sound()) << all_of(checkup);
  EXPECT_EQ(checkup.head, head);
}

TEST_F(Fsck, TheIndexIsNotMadeFromALogThatDoesNotHold) {
  edit(folder_.path(), "UPDATE events SET body = body || ' ' WHERE sequence = 8; DELETE FROM candidate_index");
  auto done = rebuild_index(folder_.path());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("event 8 (candidate 3)"), std::string::npos) << done.error().what;
  sqlite3* raw = nullptr;
  sqlite3_open((folder_.path() / "archive.sqlite").c_str(), &raw);
  sqlite3_exec(raw, "SELECT count(*) FROM candidate_index", [](void*, int, char** values, char**) { EXPECT_STREQ(values[0], "0"); return 0; }, nullptr, nullptr);
  sqlite3_close(raw);
}

TEST_F(Fsck, NobodyRebuildsTheIndexUnderAWriter) {
  auto writer = expect_value(Archive::open(folder_.path()));
  auto done = rebuild_index(folder_.path());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("process " + std::to_string(::getpid()) + ")"), std::string::npos) << done.error().what;
  EXPECT_TRUE(check().being_written);
  EXPECT_TRUE(check().sound()) << all_of(check());
}

TEST_F(Fsck, TimesNotesAndPendingCompletionsAreCheckedBesideTheChain) {
  auto times = after("UPDATE stage_times SET body = replace(body, '1006', '1007') WHERE candidate = 6", "times of candidate 6");
  EXPECT_EQ(times.part, ArchivePart::stage_times);
  EXPECT_EQ(times.candidate, 6u);
  after("UPDATE stage_times SET candidate = 99 WHERE candidate = 7", "times of candidate 99");
  EXPECT_NE(find(check(), "times of candidate 7"), nullptr);
  auto note = after("UPDATE notes SET body = replace(body, '24', '25') WHERE key = 'budget'", "note budget");
  EXPECT_NE(note.cost.find("assay resume"), std::string::npos) << note.cost;
  after("DELETE FROM notes WHERE key = 'threads'", "note threads");
  auto pending = after("UPDATE pending SET body = replace(body, 'return 99', 'return 98')", "pending completion of candidate 24");
  EXPECT_NE(pending.cost.find("paid"), std::string::npos) << pending.cost;
  EXPECT_TRUE(check().log_holds());
  auto archive = expect_value(Archive::open_read_only(folder_.path()));
  EXPECT_FALSE(archive->note("budget")) << "what fsck finds no reader believes";
  EXPECT_FALSE(archive->pending());
  EXPECT_FALSE(archive->candidate(6));
  EXPECT_TRUE(archive->candidate(5));
}

TEST_F(Fsck, RowsFromBeforeThereWereCheckSumsAreReadAndCounted) {
  edit(folder_.path(), "UPDATE stage_times SET body = substr(body, 1, instr(body, char(10)) - 1); UPDATE notes SET body = substr(body, 1, instr(body, char(10)) - 1)");
  auto checkup = check();
  EXPECT_TRUE(checkup.sound()) << all_of(checkup);
  EXPECT_EQ(checkup.unsealed, kCandidates + 5);
  EXPECT_EQ(expect_value(expect_value(Archive::open_read_only(folder_.path()))->candidate(6))->stage_ns.at("run"), 1006u);
}

TEST_F(Fsck, APageOfZerosHidesNoRowFromItsName) {
  const auto file = folder_.path() / "archive.sqlite";
  sqlite3* raw = nullptr;
  int page = 0;
  sqlite3_open(file.c_str(), &raw);  // a leaf in the middle of the log
  sqlite3_exec(raw, "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 1",
               [](void* into, int, char** values, char**) { *static_cast<int*>(into) = std::atoi(values[0]); return 0; }, &page, nullptr);
  sqlite3_close(raw);
  if (page == 0) GTEST_SKIP() << "SQLite without dbstat";
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp((page - 1) * 4096L).write(std::string(4096, '\0').data(), 4096);
  out.close();
  auto checkup = check();
  std::vector<std::uint64_t> events;
  for (const Damage& damage : checkup.damages) {
    if (!damage.sequence) continue;
    events.push_back(*damage.sequence);
    EXPECT_FALSE(damage.kind.empty()) << damage.record;
  }
  ASSERT_GT(events.size(), 2u) << all_of(checkup);
  EXPECT_EQ(events.back() - events.front() + 1, events.size()) << "the rows of one leaf are neighbours";
  EXPECT_EQ(checkup.events + events.size(), 2 * kCandidates + 5) << "all others are read:\n" << all_of(checkup);
}

/// Everything that an archive can tell, or that it cannot.
std::string everything(const fs::path& folder) {
  std::string text;
  auto add = [&](const auto& result, const auto& show) { text += result ? show(*result) : "ERROR"; text += "\n"; };
  auto opened = Archive::open_read_only(folder);
  if (!opened) return "unreadable";
  const Archive& archive = **opened;
  add(archive.head(), [](const Digest& head) { return head.hex(); });
  add(archive.candidate_count(), [](std::uint64_t count) { return std::to_string(count); });
  auto events = archive.for_each("", [&](const Event& event) -> Result<void> {
    text += std::to_string(event.sequence) + event.kind + dump(event.body) + event.digest.hex() + "\n";
    return {};
  });
  for (const char* kind : {"campaign", "completion", "candidate", "promotion", "baseline", "result", "stop"})
    (void)archive.for_each(kind, [&](const Event& event) -> Result<void> { text += std::to_string(event.sequence) + " "; return {}; });
  auto summaries = archive.for_each_summary([&](const CandidateSummary& s) {
    text += std::to_string(s.index) + "," + std::to_string(s.island) + "," + std::to_string(s.is_seed) + "," + std::to_string(static_cast<int>(s.outcome)) + "," +
            std::to_string(s.size) + "," + (s.fitness ? dump(Json(*s.fitness)) : "-");
    for (const auto& digest : {s.ast, s.ir, s.behaviour}) text += digest ? digest->hex() : "-";
  });
  if (!events || !summaries) text += "ERROR";
  for (std::uint64_t i = 0; i <= kCandidates; ++i)
    add(archive.candidate(i), [&](const std::optional<CandidateRecord>& record) {
      if (!record) return std::string("none");
      std::string one = dump(to_json(*record)) + dump(Json(record->stage_ns));
      auto source = archive.blob(record->source);
      return one + (source ? *source : "ERROR");
    });
  (void)archive.for_each("completion", [&](const Event& event) -> Result<void> {
    auto answer = archive.blob(*Digest::from_hex(event.body["answer"].get<std::string>()));
    text += answer ? *answer : "ERROR";
    return {};
  });
  add(archive.blob(sha256("{\"certificate\": true}")), [](const std::string& bytes) { return bytes; });
  for (const char* key : {"task_folder", "budget", "threads", "without", "elapsed_ns"})
    add(archive.note(key), [](const std::optional<Json>& note) { return note ? dump(*note) : std::string("none"); });
  add(archive.pending(), [](const auto& pending) {
    std::string all;
    for (const auto& [index, kept] : pending) all += std::to_string(index) + kept.prompt.hex() + dump(kept.body);
    return all;
  });
  return text;
}

void flip(const fs::path& file, std::uint64_t bit) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(bit / 8));
  const int byte = bytes.get();
  bytes.seekp(static_cast<std::streamoff>(bit / 8));
  bytes.put(static_cast<char>(byte ^ (1 << bit % 8)));
}

struct Flips {
  int found = 0, harmless = 0;
};

/// Each flip of a bit of `name` is found by fsck, or all that can be read is as before.
Flips flip_bits(const fs::path& folder, const std::string& name, int count, std::uint64_t seed) {
  const std::string before = everything(folder);
  EXPECT_EQ(before.find("ERROR"), std::string::npos);
  const std::uint64_t bits = fs::file_size(folder / name) * 8;
  Random random(seed, 0);
  Flips flips;
  for (int i = 0; i < count; ++i) {
    const auto bit = static_cast<std::uint64_t>(random.between(0, static_cast<std::int64_t>(bits) - 1));
    flip(folder / name, bit);
    fs::remove(folder / "archive.sqlite-shm");  // as after a restart of the machine
    auto checkup = fsck(folder);
    if (!checkup || !checkup->sound()) ++flips.found;
    else if (everything(folder) == before) ++flips.harmless;
    else ADD_FAILURE() << name << ": bit " << bit << " changes what is read, and nothing finds it";
    flip(folder / name, bit);
  }
  EXPECT_TRUE(expect_value(fsck(folder)).sound()) << "every bit is back";
  return flips;
}

/// Two thousand in four parts, which may run beside each other.
class FsckFlips : public Fsck, public testing::WithParamInterface<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, FsckFlips, testing::Values(1, 2, 3, 4));

TEST_P(FsckFlips, FiveHundredFlippedBitsAreFoundOrHarmless) {
  auto flips = flip_bits(folder_.path(), "archive.sqlite", 500, GetParam());
  EXPECT_EQ(flips.found + flips.harmless, 500);
  EXPECT_GT(flips.found, 125);
  std::printf("%d found, %d harmless\n", flips.found, flips.harmless);
}

/// What a killed campaign leaves: commits in the write-ahead log that no checkpoint has moved yet.
TEST(FsckAfterKill, ABitInTheWriteAheadLogLosesNoCommitInSilence) {
  TemporaryFolder folder;
  const auto killed = folder.path() / "killed";
  in_child([&] {
    fill(killed);
    Archive* archive = Archive::open(killed)->release();  // a kill closes nothing
    for (std::uint64_t i = kCandidates; i < kCandidates + 4; ++i) (void)append_candidate(*archive, sample_candidate(i));
    return 0;
  });
  ASSERT_TRUE(fs::exists(killed / "archive.sqlite-wal"));
  auto checkup = expect_value(fsck(killed));
  EXPECT_TRUE(checkup.sound()) << all_of(checkup);
  EXPECT_EQ(checkup.candidates, kCandidates + 4);
  auto flips = flip_bits(killed, "archive.sqlite-wal", 300, 7);
  EXPECT_EQ(flips.found + flips.harmless, 300);
  EXPECT_GT(flips.found, 250);
  std::printf("%d found, %d harmless\n", flips.found, flips.harmless);
  // A frame that a kill cut off is no damage: its commit was never acknowledged.
  fs::resize_file(killed / "archive.sqlite-wal", fs::file_size(killed / "archive.sqlite-wal") - 100);
  EXPECT_TRUE(expect_value(fsck(killed)).sound());
}

}  // namespace
}  // namespace assay::evolve
