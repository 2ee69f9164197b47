#pragma once
// A solver's trace, executed: every call of the policy is run in the interpreter on what the trace shows it, and every law of the
// path is evaluated on the numbers that come out. What passes is an execution, whoever proposed it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "verify/network/evaluate.h"
#include "verify/network/policy_sender.h"

namespace assay::verify::network {

struct PacketStep {
  std::int64_t sent = 0, served = 0, lost = 0, detected = 0, queue = 0, window = 0, inflight = 0;
  std::int64_t pacing = 0;           ///< packets a second; 0: none
  std::string called;                ///< "on_ack", "on_loss", "on_timeout"; "": no call
  std::vector<std::pair<std::string, std::string>> shown;  ///< inputs that some call looks at, with what they were; of the first call, state too
};

struct PacketRun {
  std::size_t first = 0;  ///< step of the first call
  std::vector<PacketStep> steps;
};

/// Of a solver's model, by the names of the script.
Values values_of(const std::vector<std::pair<std::string, std::string>>& model);

/// The Error names what does not agree: a call that ends otherwise, a window, or a claim of the script.
Result<PacketRun> execute(const Script& script, const PolicySender& sender, const CallNames& names, const PacketPath& path,
                          Values values, std::uint64_t instruction_bound);

Json to_json(const PacketRun& run);
std::string to_csv(const PacketRun& run);

}  // namespace assay::verify::network
