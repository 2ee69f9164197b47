#include "evaluators/congestion/kernel/bpf_trial.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "evaluators/congestion/kernel/bpf_inspect.h"

namespace assay::evaluators::congestion {

/// As bpf_trial.c has it; the contract's words come after it.
struct PolicyInKernel::Trial {
  std::uint64_t event;
  std::int64_t answer;
  AssayView view;
};

PolicyInKernel::PolicyInKernel(BpfFile file, Trial* trial, std::size_t bytes, std::size_t words)
    : file_(std::move(file)), trial_(trial), bytes_(bytes), words_(words) {}

PolicyInKernel::PolicyInKernel(PolicyInKernel&& other) noexcept
    : file_(std::move(other.file_)), trial_(std::exchange(other.trial_, nullptr)), bytes_(other.bytes_), words_(other.words_) {}

PolicyInKernel::~PolicyInKernel() {
  if (trial_ != nullptr) munmap(trial_, bytes_);
}

Result<PolicyInKernel::Opened> PolicyInKernel::open(std::string_view object, std::size_t words) {
  if (auto fits = inspect_object(object); !fits) return std::unexpected(fits.error());
  auto file = BpfFile::open(std::string(object));
  if (!file) return std::unexpected(file.error());
  auto judgement = file->load();
  if (!judgement) return std::unexpected(judgement.error());
  Opened opened{std::move(*judgement), nullptr};
  if (!std::holds_alternative<Accepted>(opened.judgement)) return opened;
  bpf_map* map = file->map("assay_trials");
  if (map == nullptr || bpf_map__value_size(map) != sizeof(Trial) + 8 * words) return fail("the BPF object has no trials of this contract");
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = (bpf_map__value_size(map) + page - 1) / page * page;
  void* place = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
  if (place == MAP_FAILED) return fail(std::string("mapping the trials: ") + std::strerror(errno));
  opened.policy.reset(new PolicyInKernel(std::move(*file), static_cast<Trial*>(place), bytes, words));
  return opened;
}

AssayView& PolicyInKernel::view() { return trial_->view; }

std::span<std::int64_t> PolicyInKernel::words() { return {reinterpret_cast<std::int64_t*>(trial_ + 1), words_}; }

Result<std::int64_t> PolicyInKernel::ask(std::uint64_t event) {
  trial_->event = event;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  if (const int error = bpf_prog_test_run_opts(file_.program("assay_try"), &options); error != 0)
    return fail(std::string("running the policy in the kernel: ") + std::strerror(-error));
  if (options.retval != 0) return fail("the policy in the kernel found no trial");
  return trial_->answer;
}

}  // namespace assay::evaluators::congestion
