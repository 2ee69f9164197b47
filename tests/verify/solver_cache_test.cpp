#include "verify/smt/cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace assay::verify::smt {
namespace {

using std::chrono::milliseconds;

const Answer kProof{Verdict::unsat, {}, "", {}};
const Answer kModel{Verdict::sat, {{"cache.size", "-7"}, {"x", "1/3"}}, "", {}};
const Answer kLost{Verdict::unknown, {}, "too hard", {}};

class CacheTest : public testing::Test {
 protected:
  CacheTest() : folder_(std::filesystem::temp_directory_path() / ("assay_cache_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~CacheTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<AnswerCache> open(const std::string& versions = "v1", std::size_t most = 100) {
    auto out = AnswerCache::open({folder_ / "answers", most, 1u << 20}, versions);
    EXPECT_TRUE(out) << out.error().what;
    return out ? std::move(*out) : nullptr;
  }
  std::string read() {
    std::ifstream in(folder_ / "answers");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) { std::ofstream(folder_ / "answers", std::ios::trunc) << text; }

  std::filesystem::path folder_;
};

/// Counts how often it is asked.
class CountedSolver : public Solver {
 public:
  CountedSolver(Answer answer, int& asked) : answer_(std::move(answer)), asked_(asked) {}
  Result<Answer> ask(const std::string&, std::uint64_t, milliseconds) override {
    ++asked_;
    return answer_;
  }

 private:
  Answer answer_;
  int& asked_;
};

TEST_F(CacheTest, AnswersOutliveTheProcess) {
  {
    auto cache = open();
    ASSERT_TRUE(cache->keep("a", 1, kProof) && cache->keep("b", 1, kModel));
  }
  auto cache = open();
  EXPECT_EQ(cache->find("a", 5)->verdict, Verdict::unsat);
  EXPECT_EQ(cache->find("b", 5)->model, kModel.model);
  EXPECT_FALSE(cache->find("c", 5));
  EXPECT_EQ(cache->passed_over(), 0u);
}

TEST_F(CacheTest, AnotherVersionOfASolverAsksAgain) {
  ASSERT_TRUE(open("v1")->keep("a", 1, kProof));
  EXPECT_FALSE(open("v2")->find("a", 1));
}

TEST_F(CacheTest, ACommentIsNoPartOfAQuestion) {
  auto cache = open();
  ASSERT_TRUE(cache->keep("; line 3\n(assert p)\n", 1, kProof));
  EXPECT_TRUE(cache->find("; line 4\n(assert p)\n", 1));
  EXPECT_FALSE(cache->find("; line 4\n(assert q)\n", 1));
}

TEST_F(CacheTest, UnknownIsKeptForTheEffortThatWasSpentAndOnlyIfItCanBeRepeated) {
  auto cache = open();
  ASSERT_TRUE(cache->keep("a", 100, kLost));
  EXPECT_TRUE(cache->find("a", 100));
  EXPECT_FALSE(cache->find("a", 101));
  Answer clocked = kLost;
  clocked.repeatable = false;
  ASSERT_TRUE(cache->keep("b", 100, clocked));
  EXPECT_FALSE(cache->find("b", 1));
  ASSERT_TRUE(cache->keep("a", 200, kProof));
  EXPECT_EQ(cache->find("a", 300)->verdict, Verdict::unsat);
  ASSERT_TRUE(cache->keep("a", 400, kLost));
  EXPECT_EQ(open()->find("a", 300)->verdict, Verdict::unsat) << "what is settled stays";
}

TEST_F(CacheTest, EveryAlteredByteOfARecordIsNoticed) {
  ASSERT_TRUE(open()->keep("a", 1, kModel));
  const std::string text = read();
  std::size_t begin = text.find("answer\t");
  for (std::size_t i = begin; i + 1 < text.size(); ++i) {
    std::string forged = text;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    write(forged);
    EXPECT_FALSE(open()->find("a", 1)) << i;
  }
}

TEST_F(CacheTest, ATornLineCostsOneAnswer) {
  {
    auto cache = open();
    for (const char* text : {"a", "b"}) ASSERT_TRUE(cache->keep(text, 1, kProof));
  }
  const std::string whole = read();
  std::size_t last = whole.rfind("answer\t");
  for (std::size_t end = 0; end < whole.size(); end += end < last ? 7 : 1) {
    write(whole.substr(0, end));
    ASSERT_TRUE(open()->keep("c", 1, kProof));
    auto cache = open();
    EXPECT_TRUE(cache->find("c", 1)) << end;
    EXPECT_TRUE(end < last || cache->find("a", 1)) << end;
    EXPECT_FALSE(end + 1 < whole.size() && cache->find("b", 1)) << end;
  }
}

TEST_F(CacheTest, TwoProcessesMayWriteOneFile) {
  constexpr int kEach = 300;
  pid_t child = ::fork();
  auto cache = open();
  for (int i = 0; i < kEach; ++i)
    if (!cache->keep((child == 0 ? "child " : "parent ") + std::to_string(i), 1, kModel)) ::_exit(1);
  if (child == 0) ::_exit(0);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  auto both = AnswerCache::open({folder_ / "answers", 10'000, 16u << 20}, "v1");
  EXPECT_EQ((*both)->size(), 2u * kEach);
  EXPECT_EQ((*both)->passed_over(), 0u);
}

TEST_F(CacheTest, AFileOfSomethingElseIsLeftAlone) {
  write("my notes\n");
  auto opened = AnswerCache::open({folder_ / "answers", 10, 100}, "v1");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().what.find("is not one"), std::string::npos);
  EXPECT_EQ(read(), "my notes\n");
}

TEST_F(CacheTest, MemoryIsBoundedByTheOldest) {
  auto cache = AnswerCache::open({{}, 3, 0}, "v1");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE((*cache)->keep(std::to_string(i), 1, kProof));
  EXPECT_EQ((*cache)->size(), 3u);
  EXPECT_FALSE((*cache)->find("1", 1));
  EXPECT_TRUE((*cache)->find("4", 1));
}

TEST_F(CacheTest, TheSolverIsAskedOnceUnlessEveryoneIsToBeHeard) {
  int asked = 0;
  auto solver = with_cache(std::make_unique<CountedSolver>(kModel, asked), *AnswerCache::open({}, "v1"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(solver->ask("q", 1, milliseconds(1))->model, kModel.model);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(solver->counts().cache_hits, 2u);
  ASSERT_TRUE(solver->ask_all("q", 1, milliseconds(1)));
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace assay::verify::smt
