#include "sandbox/run_jail.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "tests/sandbox/jail_tools.h"

namespace assay::sandbox {
namespace {

using std::chrono::milliseconds;

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::size_t open_descriptors() {
  auto folder = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

TEST(RunJail, HandsInputAndArgumentsInAndDecisionsOut) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto input = make_sealed_memfd("instance", "what was asked");
  ASSERT_TRUE(input);
  auto binary = image("echo");
  auto report = jail->run(
      {.binary = binary, .input_fd = input->get(), .input_bytes = 14, .arguments = "capacity=3 ", .output_bytes = 100});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->outcome.kind, OutcomeKind::ok) << report->outcome.detail;
  EXPECT_EQ(text_of(report->output), "capacity=3 what was asked");
  EXPECT_GT(report->wall.count(), 0);
  EXPECT_GT(report->peak_memory_bytes, 0u);
}

TEST(RunJail, ShowsNoRunWhatAnEarlierOneLeft) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  EXPECT_EQ(run(*jail, image("fill")).output, std::string(1 << 16, '\xaa'));
  EXPECT_EQ(run(*jail, image("leftovers")).got(), 0u);
}

TEST(RunJail, LeavesTheInstanceUntouchedEvenWithoutSeccomp) {
  auto jail = start_jail({"seccomp"});
  ASSERT_TRUE(jail);
  auto input = make_memfd("instance", 4096);  // not sealed: the jail must not rely on its caller
  ASSERT_TRUE(input);
  auto binary = image("write_input");
  auto report = jail->run({.binary = binary, .input_fd = input->get(), .input_bytes = 4096, .output_bytes = 64});
  ASSERT_TRUE(report) << report.error().what;
  char first = 'x';
  ASSERT_EQ(::pread(input->get(), &first, 1, 0), 1);
  EXPECT_EQ(first, '\0');
}

TEST(RunJail, FaultsOnAPlainWriteToTheInstance) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto input = make_memfd("instance", 4096);
  auto binary = image("write_input_plainly");
  auto report = jail->run({.binary = binary, .input_fd = input->get(), .input_bytes = 4096, .output_bytes = 64});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->outcome.kind, OutcomeKind::signal);
  EXPECT_NE(report->outcome.detail.find("its input"), std::string::npos) << report->outcome.detail;
}

TEST(RunJail, KeepsNoDescriptorAfterTwoHundredRuns) {
  auto before_start = open_descriptors();
  {
    auto jail = start_jail();
    ASSERT_TRUE(jail);
    auto nothing = image("nothing"), trap = image("trap"), loop = image("infinite_loop");
    run(*jail, nothing), run(*jail, trap), run(*jail, loop, milliseconds(2));
    auto before = open_descriptors();
    for (int i = 0; i < 200; ++i) run(*jail, i % 3 == 0 ? nothing : i % 3 == 1 ? trap : loop, milliseconds(2));
    EXPECT_EQ(open_descriptors(), before);
  }
  EXPECT_EQ(open_descriptors(), before_start);
}

TEST(RunJail, KeepsABoundedNumberOfImages) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto before = open_descriptors();
  for (int i = 0; i < 300; ++i) {
    auto binary = Binary::trusted("\x31\xc0\xc3" + std::to_string(i), 0x20000000, 0);
    EXPECT_EQ(run(*jail, binary).outcome.kind, OutcomeKind::ok);
  }
  EXPECT_LE(open_descriptors(), before + 65);
}

TEST(RunJail, GrowsItsOutputAndComesBackToSmallOnes) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto fill = image("fill");
  for (std::size_t bytes : {std::size_t{10}, std::size_t{3} << 20, std::size_t{4097}, std::size_t{9} << 20}) {
    auto report = jail->run({.binary = fill, .output_bytes = bytes});
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->output.size(), bytes) << report->outcome.detail;
  }
}

TEST(RunJail, RefusesRequestsThatCannotBeMet) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto nothing = image("nothing");
  auto input = make_memfd("instance", 10);
  auto empty = Binary::trusted("", 0x20000000, 0), astray = Binary::trusted("\xc3", 0x20000000, 1),
       crooked = Binary::trusted("\xc3", 0x20000001, 0), taken = Binary::trusted("\xc3", 0x1200'0000'0000, 0);
  struct Case {
    RunRequest request;
    const char* words;
  };
  const Case cases[] = {{{.binary = empty}, "image is empty"},
                        {{.binary = astray}, "entry"},
                        {{.binary = crooked}, "image"},
                        {{.binary = taken, .arena_bytes = 4096}, "arena"},
                        {{.binary = nothing, .arena_bytes = 1ull << 30}, "memory_bytes"},
                        {{.binary = nothing, .arena_bytes = ~0ull, .output_bytes = 1}, "memory_bytes"},
                        {{.binary = nothing, .arguments = std::string(1 << 20, 'a')}, "arguments"},
                        {{.binary = nothing, .input_fd = -1, .input_bytes = 1}, "input_fd"},
                        {{.binary = nothing, .input_fd = input->get(), .input_bytes = 11}, "the file has 10"}};
  for (const auto& [request, words] : cases) {
    auto report = jail->run(request);
    ASSERT_FALSE(report) << words;
    EXPECT_NE(report.error().what.find(words), std::string::npos) << report.error().what;
    EXPECT_EQ(run(*jail, nothing).outcome.kind, OutcomeKind::ok);
  }
}

TEST(RunJail, ArgumentsThatTheDriverRefusesEndTheCandidateAndNothingElse) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto binary = image("bad_arguments");
  auto report = jail->run({.binary = binary, .output_bytes = 64});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->outcome.kind, OutcomeKind::protocol_violation);
  EXPECT_NE(report->outcome.detail.find("driver refused"), std::string::npos) << report->outcome.detail;
}

TEST(RunJail, NamesTheKnownLayersWhenAskedToRunWithoutAnUnknownOne) {
  auto jail = RunJail::start({{"firewall"}});
  ASSERT_FALSE(jail);
  EXPECT_NE(jail.error().what.find("namespaces, landlock, seccomp, rlimits, clock"), std::string::npos);
}

TEST(RunJail, CanBeStartedBesideOtherThreadsOnePerThread) {
  std::vector<std::thread> threads;
  std::vector<int> good(4, 0);
  for (int& count : good)
    threads.emplace_back([&count] {
      auto jail = start_jail();
      for (int i = 0; jail && i < 50; ++i) count += run(*jail, image("nothing")).outcome.kind == OutcomeKind::ok;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, std::vector<int>(4, 50));
}

TEST(RunJail, GivesTheSameAddressesInEveryRun) {
  auto jail = start_jail();
  ASSERT_TRUE(jail);
  auto binary = image("addresses");
  auto first = run(*jail, binary).output;
  auto other = start_jail();
  ASSERT_TRUE(other);
  EXPECT_EQ(run(*jail, binary).output, first);
  EXPECT_EQ(run(*other, binary).output, first);
  EXPECT_EQ(first.size(), 40u);
}

}  // namespace
}  // namespace assay::sandbox
