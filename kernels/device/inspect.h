#pragma once
// May this machine code stand in a trusted kernel? The second wall behind the screen of the policy's text: an allowlist of operations, read off the
// policy's own object before it is linked. What passes computes on registers and on its own stack frame and returns: it reads and writes no memory, no
// clock, no special register, waits for nobody, and calls nothing but the compiler's own division routines.

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::kernels::device {

inline constexpr const char* kPolicyFunction = "assay_tile";
inline constexpr int kMostFrameBytes = 256;

struct Inspection {
  std::map<std::string, int> operations;  ///< how often each occurs, by name
  int registers = 0;                      ///< the most that one of its functions takes
  int frame_bytes = 0;                    ///< likewise
  std::vector<std::string> problems;      ///< none: it may be linked
};

/// Of a relocatable object of sm_90a. What cannot be read is a problem, too.
Inspection inspect_policy(std::span<const std::byte> cubin);

/// Registers of one kernel in a linked cubin; -1: no such kernel.
int registers_of(std::span<const std::byte> cubin, std::string_view kernel);

}  // namespace assay::kernels::device
