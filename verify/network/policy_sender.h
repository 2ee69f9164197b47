#pragma once
// A policy of three functions (on_ack, on_loss, on_timeout) as the sender on a path in packets (packet_path.h): its checked IR,
// one call per step, in exact integers.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "verify/lower/lower.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"
#include "verify/network/packet_path.h"
#include "verify/smt/solver.h"

namespace assay::verify::network {

/// The functions of the contract, lowered. All take the same inputs.
struct PolicyPrograms {
  lower::Program on_ack, on_loss, on_timeout;
};

/// The Error: one of the three is missing, or could not be lowered.
Result<PolicyPrograms> policy_programs(const std::vector<lower::LoweredFunction>& functions);

struct PolicySenderOptions {
  std::uint64_t instruction_bound = 4096;
  smt::Solver* solver = nullptr;  ///< for what ranges leave open of the functions' safety; none: that is an Error
  std::uint64_t effort = 400'000'000;
  std::chrono::milliseconds deadline{20'000};  ///< of each such question
};

/// What a policy remembers and knows before its first call of a trace.
struct PolicyStart {
  bool state_is_zero = false;      ///< its state is that of a new connection; else any in its declared ranges
  bool knows_propagation = false;  ///< the least round trip that it was shown is the propagation delay
  bool begins_with_loss = false;   ///< the first call is on_loss: the other functions are then left out of it
};

/// How much of the policy is said. Each allows at least the behaviours of the next: what none of its does, none of the policy's does.
/// The reverse is not so: only a model of `exact` is a trace of the policy.
enum class Detail : std::uint8_t {
  answers,  ///< windows, of any memory in its declared ranges at each call and of any product or quotient of two unknowns; pacing is any
  sketch,   ///< memory and pacing too; products and quotients of two unknowns are any value that linear facts allow
  exact,
};
std::string_view name_of(Detail detail);

/// Where a model keeps what each call was given: constants of the script, by the input's index in Program::inputs. What no call
/// looks at is absent.
struct CallNames {
  struct Step {
    std::vector<std::pair<std::uint32_t, std::string>> inputs;  ///< at the first step state, too
    std::string window, pacing;  ///< the terms of what the policy answers and leaves as its rate; "" where it has no rate
  };
  std::vector<Step> steps;  ///< from path.first() on
  bool is_linear = true;    ///< no product or quotient of two unknowns was written
};

class PolicySender {
 public:
  virtual ~PolicySender() = default;
  virtual CallNames act(Script& script, const PacketPath& path, const PacketTrace& trace, const PolicyStart& start,
                        Detail detail = Detail::exact) const = 0;
  virtual const PolicyPrograms& programs() const = 0;
};

/// The Error: a function can go wrong for some declared input, or is beyond the engine (prove its safety first), or the contract
/// is another one.
Result<std::unique_ptr<PolicySender>> make_policy_sender(PolicyPrograms programs, const PolicySenderOptions& options = {});

}  // namespace assay::verify::network
