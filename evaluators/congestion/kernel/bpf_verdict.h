#pragma once
// What the kernel's verifier said of an exported policy, as data, and where in the policy it points.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::evaluators::congestion {

/// One program of the object, accepted.
struct ProgramCost {
  std::string program;
  std::uint64_t instructions = 0;  ///< that the verifier went through, all paths together; its limit is a million
};

struct Accepted {
  std::string name;  ///< of the congestion control
  std::vector<ProgramCost> programs;
};

/// The candidate's: the verifier could not see that the code is safe.
struct Refused {
  std::string program;
  std::string complaint;  ///< the verifier's own words
  std::string mend;       ///< what the author can do; "" where we know nothing
  int line = 0;           ///< the last one of policy.cpp before the complaint; 0: none
  std::string log;        ///< its end
};

/// The host's: no privilege, no type information, a kernel that is too old.
struct Unavailable {
  std::string reason;
};

using Judgement = std::variant<Accepted, Refused, Unavailable>;

/// Reads a log of the verifier (level 1). `line` is of the compiled text.
Refused refused_of(std::string_view program, std::string_view log);

/// "processed 1234 insns": 0 where the log does not say.
std::uint64_t processed_of(std::string_view log);

}  // namespace assay::evaluators::congestion
