#pragma once
// The child of the run zygote: what happens between fork and assay_entry.

#include <string_view>

#include "sandbox/zygote_protocol.h"

namespace assay::sandbox {

struct ChildJob {
  const RunMessage& message;
  std::string_view arguments;
  int image_fd;
  int output_fd;
  int input_fd;  ///< -1 for none
  SetupPage* setup;
  AnswerPage* answer;
};

/// Maps, drops, limits, seals, runs, exits. A failure before the candidate's first instruction is told in job.setup.
[[noreturn]] void run_child(const ChildJob& job);

}  // namespace assay::sandbox
