#include "sandbox/worker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace assay::sandbox {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{20'000};

std::string misbehave(std::string_view request) {
  if (request == "loop")
    for (volatile bool more = true; more;) {
    }
  if (request == "abort") std::abort();
  if (request == "exit") std::exit(3);
  if (request == "throw") throw std::runtime_error("on purpose");
  if (request == "flood") return std::string(3 << 20, 'x');
  if (request == "fork") return ::fork() < 0 ? "no" : "forked";
  return "echo " + std::string(request);
}

std::unique_ptr<Worker> start(const WorkerOptions& options = {}) {
  auto worker = Worker::start(misbehave, options);
  EXPECT_TRUE(worker) << worker.error().what;
  return worker ? std::move(*worker) : nullptr;
}

WorkerReply call(Worker& worker, std::string_view request, milliseconds deadline = kLong) {
  auto reply = worker.call(request, deadline);
  EXPECT_TRUE(reply) << reply.error().what;
  return reply ? *reply : WorkerReply{};
}

TEST(Worker, AnswersRequestsOneAfterAnother) {
  auto worker = start();
  ASSERT_TRUE(worker);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(call(*worker, std::to_string(i)).text, "echo " + std::to_string(i));
}

TEST(Worker, CarriesLargeRequestsAndReplies) {
  WorkerOptions options;
  auto worker = start(options);
  ASSERT_TRUE(worker);
  std::string large((60u << 20) + 13, 'y');
  auto reply = call(*worker, large);
  EXPECT_EQ(reply.outcome.kind, OutcomeKind::ok) << reply.outcome.detail;
  EXPECT_EQ(reply.text.size(), large.size() + 5);
}

TEST(Worker, EndsEachMisdeedInItsTypedOutcomeAndAnswersTheNextCall) {
  WorkerOptions options;
  options.reply_limit_bytes = 1 << 20;
  auto worker = start(options);
  ASSERT_TRUE(worker);
  struct Case {
    const char* request;
    OutcomeKind kind;
  };
  for (auto [request, kind] : {Case{"abort", OutcomeKind::signal}, Case{"exit", OutcomeKind::signal},
                               Case{"throw", OutcomeKind::signal}, Case{"flood", OutcomeKind::output_limit},
                               Case{"fork", OutcomeKind::syscall_denied}}) {
    auto reply = call(*worker, request);
    EXPECT_EQ(name_of(reply.outcome.kind), name_of(kind)) << request << ": " << reply.outcome.detail;
    EXPECT_EQ(call(*worker, "hello").text, "echo hello") << "after " << request;
  }
  EXPECT_EQ(call(*worker, "loop", milliseconds(30)).outcome.kind, OutcomeKind::timeout);
  EXPECT_EQ(call(*worker, "hello").text, "echo hello");
}

}  // namespace
}  // namespace assay::sandbox
