#include "sandbox/worker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <z3++.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "sandbox/sanitized.h"

namespace assay::sandbox {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{30'000};

/// Handlers of their own, so that each forks a template that knows its misdeeds.
std::string misbehave(std::string_view request) {
  static int calls = 0;  // of this serving process
  ++calls;
  if (request == "loop")
    for (volatile bool more = true; more;) {
    }
  if (request == "abort") std::abort();
  if (request == "exit") std::exit(3);
  if (request == "segv") ::raise(SIGSEGV);
  if (request == "throw") throw std::runtime_error("on purpose");
  if (request == "flood") return std::string(3 << 20, 'x');
  if (request == "fork") return ::fork() < 0 ? "no" : "forked";
  if (request == "socket") return std::to_string(::socket(AF_INET, SOCK_STREAM, 0));
  if (request == "kill parent") return std::to_string(::kill(::getppid(), SIGKILL));
  if (request == "map code")
    return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? "no"
                                                                                                          : "yes";
  if (request == "open") return std::to_string(::open("/etc/passwd", O_RDONLY));
  if (request == "environment") return ::getenv("PATH") ? "yes" : "none";
  if (request == "grow") return std::to_string(std::string(1 << 30, 'x').size());
  if (request == "malloc") return std::malloc(std::size_t{1} << 30) ? "got it" : "none";
  if (request == "calls") return std::to_string(calls);
  return "echo " + std::string(request);
}

std::unique_ptr<Worker> start(const WorkerOptions& options = {}, Worker::Handler handler = misbehave,
                              std::function<void()> warm_up = {}) {
  auto worker = Worker::start(std::move(handler), options, std::move(warm_up));
  EXPECT_TRUE(worker) << worker.error().what;
  return worker ? std::move(*worker) : nullptr;
}

WorkerReply call(Worker& worker, std::string_view request, milliseconds deadline = kLong) {
  auto reply = worker.call(request, deadline);
  EXPECT_TRUE(reply) << reply.error().what;
  return reply ? *reply : WorkerReply{};
}

std::size_t open_descriptors() {
  auto folder = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

TEST(Worker, AnswersRequestsOneAfterAnother) {
  auto worker = start();
  ASSERT_TRUE(worker);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(call(*worker, std::to_string(i)).text, "echo " + std::to_string(i));
  EXPECT_EQ(call(*worker, "").text, "echo ");
}

TEST(Worker, CarriesRequestsAndRepliesNearSixtyFourMebibytes) {
  auto worker = start();
  ASSERT_TRUE(worker);
  std::string large((64u << 20) - 5, 'y');
  auto reply = call(*worker, large);
  EXPECT_EQ(reply.outcome.kind, OutcomeKind::ok) << reply.outcome.detail;
  EXPECT_EQ(reply.text.size(), large.size() + 5);
  large += '!';
  EXPECT_EQ(call(*worker, large).outcome.kind, OutcomeKind::output_limit);
}

struct Misdeed {
  std::string request;
  OutcomeKind kind;
  std::string words;
};

const Misdeed kMisdeeds[] = {{"abort", OutcomeKind::signal, "SIGABRT"},
                             {"segv", OutcomeKind::signal, "SIGSEGV"},
                             {"exit", OutcomeKind::signal, "exited with status 3"},
                             {"throw", OutcomeKind::signal, "on purpose"},
                             {"flood", OutcomeKind::output_limit, "1048576"},
                             {"fork", OutcomeKind::syscall_denied, ""},
                             {"socket", OutcomeKind::syscall_denied, ""},
                             {"map code", OutcomeKind::syscall_denied, ""},
                             {"kill parent", OutcomeKind::syscall_denied, ""},
                             {"grow", OutcomeKind::memory, "512 MiB"}};

TEST(Worker, EndsEachMisdeedInItsTypedOutcomeAndAnswersTheNextCall) {
  WorkerOptions options;
  options.reply_limit_bytes = 1 << 20;
  options.memory_bytes = 512u << 20;
  auto worker = start(options);
  ASSERT_TRUE(worker);
  for (const auto& [request, kind, words] : kMisdeeds) {
    if (kSanitized && kind == OutcomeKind::memory) continue;  // its memory is not limited there (worker_serve.h)
    auto reply = call(*worker, request);
    EXPECT_EQ(name_of(reply.outcome.kind), name_of(kind)) << request << ": " << reply.outcome.detail;
    EXPECT_NE(reply.outcome.detail.find(words), std::string::npos) << reply.outcome.detail;
    EXPECT_EQ(reply.text, "");
    EXPECT_EQ(call(*worker, "hello").text, "echo hello") << "after " << request;
  }
}

TEST(Worker, IsKilledAtTheDeadlineAndServesAgain) {
  auto worker = start();
  ASSERT_TRUE(worker);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(call(*worker, "loop", milliseconds(20)).outcome.kind, OutcomeKind::timeout);
    EXPECT_EQ(call(*worker, "hello").text, "echo hello");
  }
}

TEST(Worker, HasNoFilesNoEnvironmentAndNoMoreMemoryThanItsLimit) {
  WorkerOptions options;
  options.memory_bytes = 512u << 20;
  auto worker = start(options);
  ASSERT_TRUE(worker);
  EXPECT_EQ(call(*worker, "open").text, "-1");
  EXPECT_EQ(call(*worker, "environment").text, "none");
  if (!kSanitized) {  // its memory is not limited there
    EXPECT_EQ(call(*worker, "malloc").text, "none");
  }
}

TEST(Worker, IsRecycledAfterItsNumberOfRequestsAndWhenAsked) {
  WorkerOptions options;
  options.recycle_after = 3;
  auto worker = start(options);
  ASSERT_TRUE(worker);
  std::string seen;
  for (int i = 0; i < 7; ++i) seen += call(*worker, "calls").text;
  EXPECT_EQ(seen, "1231231");
  EXPECT_TRUE(worker->recycle());
  EXPECT_EQ(call(*worker, "calls").text, "1");
}

TEST(Worker, WarmsUpOnceInTheTemplate) {
  static int warmth = 0;
  auto worker = start(
      {}, [](std::string_view) { return std::to_string(warmth); }, [] { ++warmth; });
  ASSERT_TRUE(worker);
  EXPECT_EQ(call(*worker, "").text, "1");
  EXPECT_TRUE(worker->recycle());
  EXPECT_EQ(call(*worker, "").text, "1");
  EXPECT_EQ(warmth, 0) << "the parent is not touched";
}

TEST(Worker, SaysWhenItsWarmUpFails) {
  auto worker = Worker::start(misbehave, {}, [] { ::_exit(9); });
  ASSERT_FALSE(worker);
  EXPECT_NE(worker.error().what.find("warmed up: exit status 9"), std::string::npos) << worker.error().what;
}

TEST(Worker, KeepsNoDescriptorAfterTwoHundredCallsAndCrashes) {
  auto before_start = open_descriptors();
  {
    auto worker = start();
    ASSERT_TRUE(worker);
    call(*worker, "hello");
    auto before = open_descriptors();
    for (int i = 0; i < 200; ++i) call(*worker, i % 2 ? "abort" : "hello");
    call(*worker, "hello");
    EXPECT_EQ(open_descriptors(), before);
  }
  EXPECT_EQ(open_descriptors(), before_start);
}

/// Factors a product of two primes as bit-vectors: hard enough not to end soon.
std::string solve(std::string_view request) {
  z3::context context;
  z3::solver solver(context);
  z3::params params(context);
  params.set("timeout", request == "hard" ? 50u : 20'000u);
  solver.set(params);
  auto x = context.bv_const("x", 64), y = context.bv_const("y", 64);
  auto product = request == "hard" ? context.bv_val("1000000016000000063", 64) : context.bv_val(221, 64);
  auto bound = context.bv_val(request == "hard" ? 2'000'000'000 : 100, 64);
  solver.add(x * y == product && z3::ugt(x, context.bv_val(1, 64)) && z3::ugt(y, context.bv_val(1, 64)) &&
             z3::ult(x, bound) && z3::ult(y, bound));
  auto result = solver.check();
  return result == z3::sat ? "sat" : result == z3::unsat ? "unsat" : "unknown";
}

TEST(Worker, RunsASolverWithItsTimerThread) {
  auto worker = start({}, solve, [] { solve("easy"); });
  ASSERT_TRUE(worker);
  for (int i = 0; i < 3; ++i) {
    auto easy = call(*worker, "easy");
    EXPECT_EQ(easy.text, "sat") << easy.outcome.detail;
    auto hard = call(*worker, "hard");
    EXPECT_EQ(hard.text, "unknown") << hard.outcome.detail;
  }
}

TEST(Worker, DoesNotOutliveAKilledParent) {
  pid_t judge = ::fork();
  if (judge == 0) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans come to us, to be counted
    int ready[2];
    if (::pipe(ready) != 0) ::_exit(2);
    pid_t parent = ::fork();
    if (parent == 0) {
      auto worker = Worker::start(misbehave, {});
      if (worker && ::write(ready[1], "r", 1) == 1) (void)(*worker)->call("loop", milliseconds(3'600'000));
      ::_exit(1);
    }
    ::close(ready[1]);  // so that a parent that fails to start is seen as an end
    char byte;
    if (::read(ready[0], &byte, 1) != 1) ::_exit(3);
    ::kill(parent, SIGKILL);
    int ended = 0;
    while (::waitpid(-1, nullptr, __WALL) > 0) ++ended;  // until nobody is left; hangs if somebody stays
    ::_exit(ended >= 2 ? 0 : 4);
  }
  int status = 0;
  ::waitpid(judge, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Worker, SeveralServeSideBySide) {
  auto first = start(), second = start();
  ASSERT_TRUE(first && second);
  auto ask = [](Worker& worker) {
    for (int i = 0; i < 200; ++i) EXPECT_EQ(call(worker, std::to_string(i)).text, "echo " + std::to_string(i));
  };
  std::thread other([&] { ask(*first); });
  ask(*second);
  other.join();
}

}  // namespace
}  // namespace assay::sandbox
