#pragma once
// Properties by trial: the text that is proved, compiled with the policy for the jail, with `any` drawn from a generator.
//
// For what a proof left Unknown, and as a check on the provers: what is proved must never be broken here. Ends of ranges,
// small numbers and values drawn before in the same round are drawn often. Same seed, same rounds, same answer.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/outcome.h"
#include "base/result.h"
#include "sandbox/run_jail.h"
#include "verify/properties/properties.h"
#include "verify/toolchain.h"

namespace assay::verify::properties {

struct FuzzOptions {
  std::uint64_t seed = 1;
  std::uint64_t rounds = 20'000;                ///< per property
  std::chrono::milliseconds deadline{2000};     ///< per property
};

struct FuzzFinding {
  int line = 0;       ///< of the `prove`, in properties.cpp
  std::string claim;  ///< its argument
  std::vector<std::pair<std::string, std::int64_t>> drawn;  ///< by the names of the lowered program's inputs
  bool is_confirmed = false;  ///< the interpreter of the lowered program, given the same values, breaks a claim too
};

struct Fuzzed {
  std::string property;
  Outcome outcome;            ///< of the run: a trap is a `signal`, a round without end a `timeout`
  std::uint64_t rounds = 0;   ///< begun
  std::uint64_t counted = 0;  ///< got through every `assume` and past a `prove`
  std::optional<FuzzFinding> finding;  ///< the first; rounds end there
};

/// Trusted text that defines assay_entry: the property's number, the seed and the number of rounds come as arguments.
std::string fuzz_driver(const tasks::Contract& contract, const PropertySet& set);

/// One per property of the set, in its order. The outer Error is ours; the Outcome says why the candidate gave no code.
Result<Attempt<std::vector<Fuzzed>>> fuzz(const tasks::Contract& contract, const Screened& screened, const PropertySet& set,
                                          const FuzzOptions& options, Toolchain& toolchain, sandbox::RunJail& jail);

}  // namespace assay::verify::properties
