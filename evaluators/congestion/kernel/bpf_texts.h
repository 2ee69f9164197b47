#pragma once
// The texts that make a congestion-control policy a congestion control of the kernel (docs/kernel.md): values for the policy, in C by the
// kernel's side (bpf_sender.c) and from there, by the contract's names, to the policy.

#include <string>

#include "base/result.h"
#include "tasks/contract.h"

namespace assay::evaluators::congestion {

/// As verify::BpfTexts, which the folder on the same layer has.
struct KernelTexts {
  std::string view, call, sender, entry;
  std::string name;  ///< of the congestion control: "assay_" and nine digits of a digest of all of it; 15 characters, the most there can be
};

struct KernelTextOptions {
  /// With a program that runs the policy on what it is given (PolicyInKernel), and nothing of a socket.
  bool for_trial = false;
};

/// The Error lists what the contract asks for that a sender cannot fill (driver_text.h, check_contract).
Result<KernelTexts> kernel_texts(const tasks::Contract& contract, const std::string& policy, const KernelTextOptions& options = {});

/// Words of Flow, History, Memory and Pacing, which lie after each other in that order; a record that the contract lacks has none.
std::size_t kernel_words(const tasks::Contract& contract);
std::size_t kernel_word_of(const tasks::Contract& contract, const std::string& record);  ///< the first one of it

}  // namespace assay::evaluators::congestion
