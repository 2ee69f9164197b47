#pragma once
// A candidate's own code as the sender of the network model: its checked IR, one call per step, in exact integers.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "verify/lower/program.h"
#include "verify/network/ccac.h"

namespace assay::verify::network {

/// What an input of the policy is at step t, as a real number in the input's own unit. It is rounded down and brought into
/// the declared range, so that no behaviour of the network is lost.
struct Binding {
  std::string input;  ///< lower::Input::name: "signals.acked"
  std::function<Formula(const PathOptions&, const Trace&, std::size_t t)> value;
};

struct ProgramSenderOptions {
  std::vector<Binding> inputs;     ///< every input that is not state; an unbound one is any value of its range, at each step anew
  std::int64_t window_scale = 1;   ///< so many of the policy's window units make one unit of the model
  std::uint64_t instruction_bound = 4096;
};

/// The policy is called at steps 1, 2, ...; what it answers is the window of that step. State starts anywhere in its declared
/// ranges and goes from call to call. Sending is not paced; losses are known after three segments.
/// The Error: the function can go wrong for some declared input, or is beyond the engine (prove its safety first).
Result<std::unique_ptr<Sender>> make_program_sender(const lower::Program& program, ProgramSenderOptions options);

}  // namespace assay::verify::network
