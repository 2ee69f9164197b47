#include "sandbox/run_jail.h"

#include <sys/stat.h>

#include "sandbox/exchange.h"
#include "sandbox/run_buffers.h"
#include "sandbox/run_outcome.h"
#include "sandbox/self_test.h"
#include "sandbox/zygote_process.h"
#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {
namespace {

using Clock = std::chrono::steady_clock;

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
  if (too_big(request.input_bytes) || too_big(request.arena_bytes) || too_big(request.output_bytes) ||
      request.arena_bytes + request.output_bytes > request.memory_bytes)
    return fail("run jail: arena (" + std::to_string(request.arena_bytes) + " bytes) and output (" +
                std::to_string(request.output_bytes) + ") are over memory_bytes (" +
                std::to_string(request.memory_bytes) + ")");
  return check_input(request);
}

RunMessage message_for(const RunRequest& request, Layers layers) {
  RunMessage message;
  message.layers = layers;
  message.load_address = request.binary.load_address();
  message.image_bytes = request.binary.image().size();
  message.entry_offset = request.binary.entry_offset();
  message.input_bytes = request.input_bytes;
  message.arena_bytes = request.arena_bytes;
  message.output_bytes = request.output_bytes;
  message.memory_bytes = request.memory_bytes;
  message.cpu_seconds = static_cast<std::uint64_t>(request.deadline.count()) / 1000 + 2;
  message.arguments_bytes = request.arguments.size();
  return message;
}

class ZygoteJail final : public RunJail {
 public:
  ZygoteJail(ZygoteProcess zygote, Layers layers, std::vector<std::string> missing)
      : zygote_(std::move(zygote)), layers_(layers), missing_(std::move(missing)) {}

  Result<RunReport> run(const RunRequest& request) override {
    auto begin = Clock::now();
    if (auto fits = check(request); !fits) return std::unexpected(fits.error());
    auto image = images_.find(request.binary);
    if (!image) return std::unexpected(image.error());
    if (auto ready = output_.prepare(request.output_bytes); !ready) return std::unexpected(ready.error());
    auto done = exchange_or_restart(request, *image, begin + request.deadline);
    if (!done) return std::unexpected(done.error());
    return report(request, *done, begin);
  }

  const std::vector<std::string>& missing_layers() const override { return missing_; }

 private:
  /// A zygote that was killed from outside (or by a bug of ours) is replaced once per run.
  Result<Exchange> exchange_or_restart(const RunRequest& request, int image, Clock::time_point deadline) {
    auto message = message_for(request, layers_);
    const int descriptors[] = {image, output_.fd(), request.input_fd};
    std::span<const int> passed(descriptors, request.input_bytes > 0 ? 3 : 2);
    if (auto done = exchange(zygote_.socket(), message, request.arguments, passed, deadline, request.stop)) return *done;
    auto fresh = ZygoteProcess::start(layers_);
    if (!fresh) return std::unexpected(fresh.error());
    zygote_ = std::move(*fresh);
    if (auto done = exchange(zygote_.socket(), message, request.arguments, passed, Clock::now() + request.deadline, request.stop))
      return *done;
    return fail("run jail: the zygote was lost twice in one run");
  }

  Result<RunReport> report(const RunRequest& request, const Exchange& done, Clock::time_point begin) {
    RunFacts facts{done.deadline_passed, std::to_string(request.deadline.count()) + " ms", request.output_bytes, done.stopped};
    auto outcome = outcome_of(done.finished, facts);
    if (!outcome) return std::unexpected(outcome.error());
    RunReport report;
    report.outcome = std::move(*outcome);
    if (report.outcome.kind == OutcomeKind::ok) report.output = output_.first(done.finished.value);
    report.wall = Clock::now() - begin;
    report.cpu = std::chrono::nanoseconds(done.finished.cpu_ns);
    report.peak_memory_bytes = done.finished.peak_memory_bytes;
    return report;
  }

  ZygoteProcess zygote_;
  Layers layers_;
  std::vector<std::string> missing_;
  ImageCache images_;
  OutputBuffer output_;
};

}  // namespace

Result<std::unique_ptr<RunJail>> RunJail::start(const JailOptions& options) {
  auto layers = layers_without(options.without);
  if (!layers) return std::unexpected(layers.error());
  auto zygote = ZygoteProcess::start(*layers);
  if (!zygote) return std::unexpected(zygote.error());
  if (auto holds = self_test(zygote->socket(), *layers); !holds) return std::unexpected(holds.error());
  return std::make_unique<ZygoteJail>(std::move(*zygote), *layers, options.without);
}

}  // namespace assay::sandbox
