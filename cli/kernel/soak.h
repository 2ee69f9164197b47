#pragma once
// Many policies by chance, each through all of it: screened, exported, judged by the kernel, registered, made to carry data in a network
// namespace, and taken out again. Nothing may be left over.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "evolve/random.h"
#include "tasks/contract.h"
#include "verify/toolchain.h"

namespace assay::cli {

/// A policy of the language, some changes by chance away from one of `ancestors`. Requires: there is one.
verify::Policy stray_policy(const tasks::Contract& contract, std::vector<verify::Policy>& ancestors, evolve::Random& random);

struct SoakPlan {
  const tasks::Contract& contract;
  const std::vector<Source>& ancestors;  ///< policies from which chance begins: a task's baselines
  std::uint64_t count = 0, seed = 0;
  std::uint64_t bytes = 256u << 10;  ///< to be carried by each
  double loss = 0.01;
};

struct SoakReport {
  std::uint64_t tried = 0;
  std::uint64_t accepted = 0;   ///< by the kernel's verifier, of those that compile
  std::uint64_t carried = 0;    ///< all of the bytes, in time
  std::map<std::string, std::uint64_t> not_made;   ///< by reason: screen, compiler
  std::map<std::string, std::uint64_t> refused;    ///< by reason: verifier
  std::map<std::string, std::string> example;      ///< of a reason: the first policy's text
  std::uint64_t stalled = 0;                       ///< accepted, and too slow to carry all in time
  std::uint64_t most_instructions = 0;             ///< that the verifier went through for one program
  std::string left_over;                           ///< "": nothing
  std::string unavailable;                         ///< the host cannot; then nothing else counts
};

/// `watch` hears how many were tried.
Result<SoakReport> soak(verify::Toolchain& toolchain, const SoakPlan& plan, const std::function<void(const SoakReport&)>& watch = {});

}  // namespace assay::cli
