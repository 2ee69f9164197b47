#include "evolve/archive.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <random>

#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

void edit(const std::filesystem::path& folder, const std::string& sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "archive.sqlite").c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  sqlite3_close(raw);
}

void fill(const std::filesystem::path& folder, std::uint64_t count) {
  auto archive = expect_value(Archive::create(folder));
  expect_done(archive->append("campaign", {{"task", "t"}, {"seed", 1}}));
  for (std::uint64_t i = 0; i < count; ++i) expect_done(append_candidate(*archive, sample_candidate(i)));
}

TEST(Archive, GivesBackWhatWasAppended) {
  TemporaryFolder folder;
  fill(folder.path(), 20);
  auto archive = expect_value(Archive::open(folder.path()));
  EXPECT_EQ(expect_value(archive->candidate_count()), 20u);
  auto records = expect_value(archive->candidates());
  ASSERT_EQ(records.size(), 20u);
  EXPECT_EQ(to_json(records[7]), to_json(sample_candidate(7)));
  EXPECT_EQ(records[7].stage_ns.at("run"), 1007u);
  EXPECT_EQ(expect_value(archive->blob(records[7].source)), "i64 priority() { return 7; }");
  EXPECT_EQ(expect_value(archive->candidate(7))->fitness, records[7].fitness);
  EXPECT_FALSE(expect_value(archive->candidate(20)));
  expect_done(archive->verify_chain());
}

TEST(Archive, KeepsEveryKindOfOutcomeAndText) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  for (int kind = 0; kind <= static_cast<int>(OutcomeKind::edit_failed); ++kind) {
    auto record = sample_candidate(static_cast<std::uint64_t>(kind));
    record.outcome = {static_cast<OutcomeKind>(kind), "not UTF-8: \xff\xfe", {{3, 4, "a \"quoted\" thing"}}};
    record.fitness.reset();
    record.repairs = {"refused", "timeout"};
    expect_done(archive->append(record));
  }
  auto records = expect_value(archive->candidates());
  EXPECT_EQ(records[5].outcome.kind, OutcomeKind::memory);
  EXPECT_EQ(records[5].outcome.diagnostics[0].column, 4);
  EXPECT_EQ(records[5].repairs, (std::vector<std::string>{"refused", "timeout"}));
  std::size_t summaries = 0;
  expect_done(archive->for_each_summary([&](const CandidateSummary& summary) { EXPECT_EQ(static_cast<std::size_t>(summary.outcome), summaries++); }));
  EXPECT_EQ(summaries, records.size());
  EXPECT_FALSE(records[5].fitness);
  expect_done(archive->verify_chain());
}

TEST(Archive, PacksLargeBlobsAndKeepsEmptyOnes) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  std::string large(1 << 20, 'x');
  auto one = expect_value(archive->put_blob(large));
  auto two = expect_value(archive->put_blob(""));
  EXPECT_EQ(expect_value(archive->blob(one)), large);
  EXPECT_EQ(expect_value(archive->blob(two)), "");
  EXPECT_FALSE(archive->blob(sha256("never put")));
}

TEST(Archive, HeadsAreEqualWhereOnlyTimesDiffer) {
  TemporaryFolder a, b;
  fill(a.path(), 5);
  auto other = expect_value(Archive::create(b.path()));
  expect_done(other->append("campaign", {{"task", "t"}, {"seed", 1}}));
  expect_done(other->put_note("elapsed_ns", 12345));
  for (std::uint64_t i = 0; i < 5; ++i) {
    auto record = sample_candidate(i);
    record.stage_ns = {{"run", 999999}};
    expect_done(append_candidate(*other, record));
  }
  EXPECT_EQ(expect_value(expect_value(Archive::open_read_only(a.path()))->head()), expect_value(other->head()));
}

TEST(Archive, RefusesACandidateOutOfOrder) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  auto done = archive->append(sample_candidate(3));
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("candidate 3"), std::string::npos);
  EXPECT_EQ(expect_value(archive->head()), Digest{});
}

TEST(Archive, ATransactionIsAllOrNothing) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  expect_done(archive->append(sample_candidate(0)));
  auto before = expect_value(archive->head());
  auto done = archive->transaction([&]() -> Result<void> {
    expect_done(archive->append(sample_candidate(1)));
    return fail("stop here");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(expect_value(archive->head()), before);
  EXPECT_EQ(expect_value(archive->candidate_count()), 1u);
  expect_done(archive->append(sample_candidate(1)));
  expect_done(archive->verify_chain());
}

TEST(Archive, FindsAChangedEvent) {
  TemporaryFolder folder;
  fill(folder.path(), 5);
  edit(folder.path(), "UPDATE events SET body = replace(body, '\"fitness\":0.', '\"fitness\":0.0') WHERE sequence = 3");
  auto done = expect_value(Archive::open_read_only(folder.path()))->verify_chain();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("event 3 (candidate) was changed"), std::string::npos) << done.error().what;
}

TEST(Archive, FindsARemovedEvent) {
  TemporaryFolder folder;
  fill(folder.path(), 5);
  edit(folder.path(), "DELETE FROM events WHERE sequence = 2");
  auto done = expect_value(Archive::open(folder.path()))->verify_chain();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("event 2 is missing"), std::string::npos) << done.error().what;
}

TEST(Archive, FindsAChangedBlob) {
  TemporaryFolder folder;
  fill(folder.path(), 5);
  edit(folder.path(), "UPDATE blobs SET bytes = 'forged', packed = 0 WHERE rowid = 2");
  auto done = expect_value(Archive::open(folder.path()))->verify_chain();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("is damaged"), std::string::npos) << done.error().what;
}

TEST(Archive, FindsAForgedIndex) {
  TemporaryFolder folder;
  fill(folder.path(), 5);
  edit(folder.path(), "UPDATE candidate_index SET fitness = 0 WHERE candidate = 4");
  EXPECT_FALSE(expect_value(Archive::open(folder.path()))->verify_chain());
}

TEST(Archive, RebuildsAMissingIndexFromTheLog) {
  TemporaryFolder folder;
  fill(folder.path(), 9);
  edit(folder.path(), "DELETE FROM candidate_index");
  EXPECT_FALSE(expect_value(Archive::open_read_only(folder.path()))->for_each_summary([](const auto&) {}));
  auto archive = expect_value(Archive::open(folder.path()));
  std::uint64_t rows = 0;
  expect_done(archive->for_each_summary([&](const CandidateSummary& row) { rows += row.ast.has_value(); }));
  EXPECT_EQ(rows, 9u);
  expect_done(archive->verify_chain());
}

TEST(Archive, IsAFileAndNoPipeThatSomebodyWaitsAt) {
  TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "archive.sqlite").c_str(), 0600), 0);
  for (auto* open : {&Archive::open_read_only, &Archive::open}) {
    auto opened = open(folder.path());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().what.find("archive.sqlite: not a file"), std::string::npos) << opened.error().what;
  }
}

TEST(Archive, HasOneWriterAndManyReaders) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  auto second = Archive::open(folder.path());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("is writing this archive"), std::string::npos);
  auto reader = expect_value(Archive::open_read_only(folder.path()));
  expect_done(archive->append(sample_candidate(0)));
  EXPECT_EQ(expect_value(reader->candidate_count()), 1u);
  EXPECT_EQ(expect_value(reader->head()), expect_value(archive->head()));
  EXPECT_FALSE(reader->append("stop", Json::object()));
  EXPECT_FALSE(reader->put_blob("x"));
  archive.reset();
  EXPECT_TRUE(Archive::open(folder.path()));
}

TEST(Archive, IsNotCreatedOverAnotherNorOpenedWhereNoneIs) {
  TemporaryFolder folder;
  EXPECT_FALSE(Archive::open(folder.path()));
  EXPECT_FALSE(Archive::open_read_only(folder.path() / "nowhere"));
  fill(folder.path(), 1);
  auto again = Archive::create(folder.path());
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().what.find("a campaign is there already"), std::string::npos);
}

TEST(Archive, ATruncatedFileIsAClearError) {
  TemporaryFolder folder;
  fill(folder.path(), 300);
  auto file = folder.path() / "archive.sqlite";
  for (auto keep : {std::filesystem::file_size(file) / 2, std::uintmax_t{4096}, std::uintmax_t{100}}) {
    std::filesystem::resize_file(file, keep);
    auto archive = Archive::open(folder.path());
    auto done = archive ? (*archive)->verify_chain() : Result<void>(std::unexpected(archive.error()));
    ASSERT_FALSE(done) << keep;
    EXPECT_NE(done.error().what.find("archive.sqlite"), std::string::npos) << done.error().what;
  }
  std::ofstream(file) << "this is no database at all, it is a text of some length";
  EXPECT_FALSE(Archive::open(folder.path()));
}

TEST(Archive, AViewInATablesPlaceIsRefused) {
  for (const char* sql : {"DROP TABLE notes; CREATE VIEW notes AS SELECT 'key' AS key, 'body' AS body",
                          "CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM blobs; END", "DROP TABLE pending",
                          "CREATE TABLE more(x)"}) {
    TemporaryFolder folder;
    fill(folder.path(), 2);
    edit(folder.path(), sql);
    EXPECT_FALSE(Archive::open(folder.path())) << sql;
    EXPECT_FALSE(Archive::open_read_only(folder.path())) << sql;
  }
}

TEST(Archive, AnIndexRowThatIsNoneIsAnError) {
  for (const char* sql : {"UPDATE candidate_index SET outcome = 77", "UPDATE candidate_index SET outcome = -1", "UPDATE candidate_index SET ir = 'x'"}) {
    TemporaryFolder folder;
    fill(folder.path(), 3);
    edit(folder.path(), sql);
    auto archive = expect_value(Archive::open_read_only(folder.path()));
    EXPECT_FALSE(archive->for_each_summary([](const CandidateSummary&) {})) << sql;
  }
}

/// A frame of a few bytes that says it holds 1 GiB.
TEST(Archive, ABlobThatClaimsTooMuchIsDamaged) {
  TemporaryFolder folder;
  fill(folder.path(), 1);
  const Digest digest = sha256("i64 priority() { return 0; }");
  edit(folder.path(), "UPDATE blobs SET packed = 1, bytes = x'28B52FFDA000000040010000'");
  auto archive = expect_value(Archive::open_read_only(folder.path()));
  int status = in_child([&] {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t most = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + (256u << 20);
    const rlimit limit{most, most};
    ::setrlimit(RLIMIT_AS, &limit);
    return archive->blob(digest) ? 1 : 0;
  });
  EXPECT_EQ(status, 0);
}

TEST(Archive, LosesNothingToKill) {
  TemporaryFolder folder;
  int status = in_child([&] {
    auto archive = Archive::create(folder.path());
    for (std::uint64_t i = 0; i < 50; ++i)
      if (!append_candidate(**archive, sample_candidate(i))) return 1;
    (void)(*archive)->put_pending(50, {sha256("prompt"), {{"text", "paid"}}});
    (void)(*archive)->put_blob("not committed yet");
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  auto archive = expect_value(Archive::open(folder.path()));
  EXPECT_EQ(expect_value(archive->candidate_count()), 50u);
  EXPECT_EQ(expect_value(archive->pending()).at(50).body["text"], "paid");
  expect_done(archive->verify_chain());
  expect_done(append_candidate(*archive, sample_candidate(50)));
  EXPECT_TRUE(expect_value(archive->pending()).empty());
}

/// A reader that stands on a row keeps every checkpoint from freeing the log, which then grows as long as the campaign goes on.
TEST(Archive, ReadingLeavesNothingOpenThatKeepsTheWriteAheadLogFromBeingUsedAgain) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  std::mt19937_64 random(1);
  for (std::uint64_t i = 0; i < 500; ++i) {
    expect_done(append_candidate(*archive, sample_candidate(i)));
    std::string noise(200'000, '\0');
    for (std::size_t at = 0; at + 8 <= noise.size(); at += 8) {
      const std::uint64_t word = random();
      std::memcpy(noise.data() + at, &word, 8);
    }
    Digest digest;
    expect_done(archive->transaction([&]() -> Result<void> {
      digest = expect_value(archive->put_blob(noise));
      return archive->put_note("n", i);
    }));
    EXPECT_TRUE(expect_value(archive->candidate(i)));
    EXPECT_TRUE(expect_value(archive->note("n")));
    EXPECT_EQ(expect_value(archive->blob(digest)), noise);
    (void)expect_value(archive->head());
  }
  EXPECT_LT(std::filesystem::file_size(folder.path() / "archive.sqlite-wal"), 60'000'000u) << "100 MB went through it";
}

TEST(Archive, AFullDiskIsAnErrorAndKeepsWhatWasCommitted) {
  TemporaryFolder folder;
  std::uint64_t written = 0;
  int status = in_child([&] {
    auto archive = Archive::create(folder.path());
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (std::uint64_t i = 0; i < 20000; ++i) {
      auto done = append_candidate(**archive, sample_candidate(i));
      if (done) continue;
      std::ofstream(folder.path() / "count") << i;
      if ((*archive)->candidate_count().value_or(0) != i) return 2;
      return done.error().what.find("archive.sqlite") == std::string::npos ? 3 : 0;
    }
    return 4;
  });
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 0);
  std::ifstream(folder.path() / "count") >> written;
  auto archive = expect_value(Archive::open(folder.path()));
  EXPECT_GT(written, 10u);
  EXPECT_EQ(expect_value(archive->candidate_count()), written);
  expect_done(archive->verify_chain());
}

}  // namespace
}  // namespace assay::evolve
