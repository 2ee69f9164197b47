#include "sandbox/run_jail.h"

#include <sys/stat.h>

#include <functional>
#include <future>
#include <optional>

#include "sandbox/exchange.h"
#include "sandbox/ring_reader.h"
#include "sandbox/run_buffers.h"
#include "sandbox/run_outcome.h"
#include "sandbox/self_test.h"
#include "sandbox/zygote_process.h"
#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kGroupSlackBytes = 64u << 20;  ///< for zygotes, page tables and the ring
constexpr std::uint64_t kGroupProcesses = 16;          ///< two zygotes while one takes over, their children

/// A mapping that is longer than its file would fault, and the candidate would be blamed.
Result<void> check_input(const RunRequest& request) {
  if (request.input_bytes == 0) return {};
  struct stat info {};
  if (::fstat(request.input_fd, &info) != 0) return fail(system_error("run jail: input_fd"));
  if (static_cast<std::uint64_t>(info.st_size) < request.input_bytes)
    return fail("run jail: input_bytes is " + std::to_string(request.input_bytes) + ", the file has " +
                std::to_string(info.st_size));
  return {};
}

Result<void> check(const RunRequest& request) {
  auto too_big = [](std::uint64_t bytes) { return bytes > kMaxMappingBytes; };
  if (request.binary.image().empty() || request.binary.entry_offset() >= request.binary.image().size())
    return fail("run jail: the image is empty, or its entry lies outside");
  if (request.arguments.size() > kMaxArgumentBytes)
    return fail("run jail: " + std::to_string(request.arguments.size()) + " bytes of arguments are over the " +
                std::to_string(kMaxArgumentBytes) + " allowed; put large data into the input");
  const std::uint64_t ring_bytes = ring_for(request.output_bytes).bytes();
  if (too_big(request.input_bytes) || too_big(request.arena_bytes) || too_big(request.output_bytes) ||
      request.arena_bytes + ring_bytes > request.memory_bytes)
    return fail("run jail: arena (" + std::to_string(request.arena_bytes) + " bytes) and ring (" +
                std::to_string(ring_bytes) + ") are over memory_bytes (" + std::to_string(request.memory_bytes) + ")");
  return check_input(request);
}

RunMessage message_for(const RunRequest& request, const RingShape& ring, Layers layers) {
  RunMessage message;
  message.layers = layers;
  message.load_address = request.binary.load_address();
  message.image_bytes = request.binary.image().size();
  message.entry_offset = request.binary.entry_offset();
  message.input_bytes = request.input_bytes;
  message.arena_bytes = request.arena_bytes;
  message.output_bytes = request.output_bytes;
  message.ring_blocks = ring.blocks;
  message.block_bytes = ring.block_bytes;
  message.layout = request.layout;
  message.memory_bytes = request.memory_bytes;
  message.cpu_seconds = static_cast<std::uint64_t>(request.deadline.count()) / 1000 + 2;
  message.arguments_bytes = request.arguments.size();
  return message;
}

class ZygoteJail final : public RunJail {
 public:
  ZygoteJail(std::optional<Cgroup> group, ZygoteProcess zygote, Layers layers, std::vector<std::string> missing)
      : group_(std::move(group)), zygote_(std::move(zygote)), layers_(layers), missing_(std::move(missing)) {}

  Result<RunReport> run(const RunRequest& request) override {
    auto begin = Clock::now();
    if (auto fits = check(request); !fits) return std::unexpected(fits.error());
    if (group_)
      if (auto limited = group_->limit_memory(request.memory_bytes + kGroupSlackBytes); !limited)
        return fail(layer_does_not_hold(kCgroups, limited.error().what));
    auto image = images_.find(request.binary);
    if (!image) return std::unexpected(image.error());
    auto done = exchange_or_restart(request, *image, begin);
    if (!done) return std::unexpected(done.error());
    return report(request, *done, begin);
  }

  Result<void> recycle() override {
    if (auto taken = take(spare_.valid() ? spare_.get() : start_zygote()); !taken) return taken;
    // Who recycles twice will do so again. Most of a start is waiting: for the kernel, in control groups.
    if (recycled_) spare_ = std::async(std::launch::async, [this] { return start_zygote(); });
    recycled_ = true;
    return {};
  }

  const std::vector<std::string>& missing_layers() const override { return missing_; }

 private:
  Result<void> take(Result<ZygoteProcess> fresh) {
    if (!fresh) return std::unexpected(fresh.error());
    zygote_ = std::move(*fresh);
    return {};
  }
  Result<ZygoteProcess> start_zygote() const { return ZygoteProcess::start(layers_, group_ ? &*group_ : nullptr); }

  /// A zygote that was killed from outside (or by a bug of ours) is replaced once per run.
  Result<Exchange> exchange_or_restart(const RunRequest& request, int image, Clock::time_point begin) {
    for (int attempt = 0; attempt < 2; ++attempt, begin = Clock::now()) {
      if (attempt > 0)
        if (auto taken = take(start_zygote()); !taken) return std::unexpected(taken.error());  // a spare may be lost, too
      auto done = exchange_once(request, image, begin + request.deadline);
      if (!done) return std::unexpected(done.error());
      if (*done) return **done;
    }
    return fail("run jail: the zygote was lost twice in one run");
  }

  Result<std::optional<Exchange>> exchange_once(const RunRequest& request, int image, Clock::time_point deadline) {
    const RingShape shape = ring_for(request.output_bytes);
    if (auto ready = ring_memory_.prepare(shape.bytes()); !ready) return std::unexpected(ready.error());
    ring_.emplace(ring_memory_.first(shape.bytes()), shape);
    const int descriptors[] = {image, ring_memory_.fd(), request.input_fd};
    std::function<void()> drain;
    if (!shape.holds_all()) drain = [this] { ring_->drain(); };
    return exchange(zygote_.socket(), message_for(request, shape, layers_), request.arguments,
                    std::span(descriptors, request.input_bytes > 0 ? 3 : 2), deadline, drain);
  }

  Result<RunReport> report(const RunRequest& request, const Exchange& done, Clock::time_point begin) {
    RunFacts facts{done.deadline_passed, std::to_string(request.deadline.count()) + " ms", request.output_bytes, request.layout};
    auto outcome = outcome_of(done.finished, facts);
    if (!outcome) return std::unexpected(outcome.error());
    RunReport report;
    report.outcome = std::move(*outcome);
    if (report.outcome.kind == OutcomeKind::ok) {
      if (auto whole = ring_->finish(done.finished.value)) report.output = ring_->decisions();
      else report.outcome = std::move(whole.error());
    }
    report.wall = Clock::now() - begin;
    report.cpu = std::chrono::nanoseconds(done.finished.cpu_ns);
    report.peak_memory_bytes = done.finished.peak_memory_bytes;
    return report;
  }

  std::optional<Cgroup> group_;  ///< outlives the zygote
  ZygoteProcess zygote_;
  Layers layers_;
  std::vector<std::string> missing_;
  bool recycled_ = false;
  std::future<Result<ZygoteProcess>> spare_;  ///< started ahead of the next recycle()
  ImageCache images_;
  RingMemory ring_memory_;
  std::optional<RingReader> ring_;  ///< of the latest run
};

}  // namespace

Result<std::unique_ptr<RunJail>> RunJail::start(const JailOptions& options) {
  auto layers = layers_without(options.without);
  if (!layers) return std::unexpected(layers.error());
  auto missing = options.without;
  auto group = group_if_any(*layers, {kGroupSlackBytes, kGroupProcesses}, missing);
  Cgroup* held = group ? &*group : nullptr;
  auto zygote = ZygoteProcess::start(*layers, held);
  if (!zygote) return std::unexpected(zygote.error());
  if (auto holds = self_test(zygote->socket(), *layers, held); !holds) return std::unexpected(holds.error());
  return std::make_unique<ZygoteJail>(std::move(group), std::move(*zygote), *layers, std::move(missing));
}

}  // namespace assay::sandbox
