#include "evolve/pipeline.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <string>
#include <vector>

namespace assay::evolve {
namespace {

struct Job {
  int index = 0;
  std::string text;  ///< made in one stage, read in the next, most often by another thread
};

/// What a search does with the stages: state of the first and of the last that no lock guards, and read when all is done.
struct Course {
  int end;
  int next = 0;
  std::vector<std::string> committed;
  std::atomic<int> under_way = 0, most_under_way = 0;

  void run(std::size_t tokens) {
    Pipeline<Job> pipeline;
    pipeline.propose = [&]() -> std::unique_ptr<Job> {
      if (next == end) return nullptr;
      int now = ++under_way;
      if (now > most_under_way) most_under_way = now;
      return std::make_unique<Job>(Job{next++, ""});
    };
    pipeline.work = [](Job& job) { job.text = std::to_string(job.index); };
    pipeline.commit = [&](Job& job) {
      committed.push_back(job.text);
      --under_way;
    };
    tbb::global_control threads(tbb::global_control::max_allowed_parallelism, 4);
    tbb::task_arena arena(4);
    arena.execute([&] { pipeline.run(tokens); });
  }
};

TEST(Pipeline, CommitsEveryJobInTheOrderOfProposals) {
  Course course{.end = 2000};
  course.run(16);
  ASSERT_EQ(course.committed.size(), 2000u);
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(course.committed[i], std::to_string(i));
  course.end = 3000;  // as after the seeds: what the last run left is gone on with
  course.run(16);
  EXPECT_EQ(course.committed.size(), 3000u);
  EXPECT_EQ(course.committed.back(), "2999");
}

TEST(Pipeline, HasNoMoreJobsUnderWayThanTokens) {
  Course course{.end = 1000};
  course.run(3);
  EXPECT_LE(course.most_under_way, 3);
  EXPECT_EQ(course.committed.size(), 1000u);
}

TEST(Pipeline, EndsAtOnceWithoutAJob) {
  Course course{.end = 0};
  course.run(4);
  EXPECT_TRUE(course.committed.empty());
}

}  // namespace
}  // namespace assay::evolve
