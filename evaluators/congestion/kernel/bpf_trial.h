#pragma once
// One call of an exported policy in the kernel, on given values: what the differential tests hold against the checked IR.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "evaluators/congestion/kernel/bpf_object.h"
#include "evaluators/congestion/kernel/bpf_view.h"

namespace assay::evaluators::congestion {

class PolicyInKernel {
 public:
  struct Opened;
  /// Of an object made from kernel_texts with for_trial, for a contract of `words` words (kernel_words).
  static Result<Opened> open(std::string_view object, std::size_t words);
  PolicyInKernel(PolicyInKernel&& other) noexcept;
  PolicyInKernel& operator=(PolicyInKernel&&) = delete;
  ~PolicyInKernel();

  AssayView& view();
  std::span<std::int64_t> words();  ///< Flow, History, Memory, Pacing of the contract, before and after a call
  /// The answer to an event (kAssayAck, ...), in its range; view().pacing too.
  Result<std::int64_t> ask(std::uint64_t event);

 private:
  struct Trial;
  PolicyInKernel(BpfFile file, Trial* trial, std::size_t bytes, std::size_t words);
  BpfFile file_;
  Trial* trial_;
  std::size_t bytes_, words_;
};

struct PolicyInKernel::Opened {
  Judgement judgement;
  std::unique_ptr<PolicyInKernel> policy;  ///< there where it was accepted
};

}  // namespace assay::evaluators::congestion
