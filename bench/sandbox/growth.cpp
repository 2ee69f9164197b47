// What the cost of a run grows with: memory of the parent, the instance, the output.

#include <sys/mman.h>

#include <cstring>

#include "base/file.h"
#include "bench/sandbox/machine.h"
#include "bench/sandbox/program.h"
#include "bench/sandbox/sections.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

constexpr int kBlocks = 4;  ///< of the parent's memory, small and large by turns
constexpr std::size_t kLargeParent = 1u << 30;

/// Private memory of this process that was written to.
class Ballast {
 public:
  explicit Ballast(std::size_t bytes) : bytes_(bytes) {
    at_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at_ == MAP_FAILED) stop(system_error("map ballast"));
    ::madvise(at_, bytes, MADV_NOHUGEPAGE);  // as a grown heap: many pages, which a fork has to copy one by one
    std::memset(at_, 1, bytes);
  }
  Ballast(const Ballast&) = delete;
  ~Ballast() { ::munmap(at_, bytes_); }

 private:
  std::size_t bytes_;
  void* at_;
};

void by_parent(Report& report, int runs) {
  const Binary word = image("one_word");
  auto jail = start_jail();
  const std::vector<Contender> contenders = {{"a run", [&] { decide_one_word(*jail, word); }}};
  const std::vector<Contender> fork = {{"fork", fork_once}};
  Samples small, large, small_fork, large_fork;
  std::uint64_t small_bytes = 0, large_bytes = 0;
  for (int block = 0; block < kBlocks; ++block) {
    small_bytes = resident_bytes();
    small.add(interleave(runs / kBlocks, contenders)[0]);
    small_fork.add(interleave(20, fork)[0]);
    Ballast ballast(kLargeParent);
    large_bytes = resident_bytes();
    large.add(interleave(runs / kBlocks, contenders)[0]);
    large_fork.add(interleave(20, fork)[0]);
  }
  auto named = [](const char* what, std::uint64_t bytes) { return std::string(what) + " beside a parent of " + std::to_string(bytes >> 20) + " MiB"; };
  report.times(named("a run", small_bytes), small);
  report.times(named("a run", large_bytes), large);
  report.times(named("a bare fork", small_bytes), small_fork);
  report.times(named("a bare fork", large_bytes), large_fork);
}

struct Shape {
  std::string name;
  std::size_t input_bytes, output_bytes;
};

/// Its own jail each: an output buffer never shrinks.
void by_shape(Report& report, int runs) {
  const Binary word = image("one_word");
  const Shape shapes[] = {{"a run, instance of 1 MiB, output 64 KiB", 1u << 20, 1u << 16},
                          {"a run, instance of 400 MiB, output 64 KiB", 400u << 20, 1u << 16},
                          {"a run, no instance, output 64 KiB", 0, 1u << 16},
                          {"a run, no instance, output 16 MiB", 0, 16u << 20}};
  std::vector<std::unique_ptr<sandbox::RunJail>> jails;
  std::vector<FileDescriptor> inputs;
  std::vector<Contender> contenders;
  for (const auto& shape : shapes) {
    jails.push_back(start_jail());
    inputs.push_back(need(make_sealed_memfd("instance", std::string(shape.input_bytes, 'x'))));
    auto once = [&word, jail = jails.back().get(), fd = inputs.back().get(), shape] {
      auto ran = need(jail->run({.binary = word, .input_fd = fd, .input_bytes = shape.input_bytes, .arena_bytes = 1u << 20,
                                 .output_bytes = shape.output_bytes, .memory_bytes = 1u << 30}));
      if (ran.outcome.kind != OutcomeKind::ok) stop(shape.name + ": " + ran.outcome.detail);
    };
    contenders.push_back({shape.name, once});
  }
  interleave_into(report, runs, contenders);
}

}  // namespace

void growth_section(Report& report, const SandboxOptions& options) {
  report.section("growth", "a run by what is around it");
  by_parent(report, options.runs);
  by_shape(report, options.runs);
}

}  // namespace assay::bench
