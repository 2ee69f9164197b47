#pragma once
// What is claimed of a congestion control on a path in packets: bounded claims, each over every behaviour of the path within
// its parameters and over every start that its premises allow.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "verify/network/packet_path.h"
#include "verify/network/policy_sender.h"

namespace assay::verify::network {

struct PacketLemma {
  std::string name;
  std::string says;  ///< with its numbers
  PacketPath path;
  PolicyStart start;
  std::function<void(Script&, const PacketPath&, const PacketTrace&)> assume;
  std::function<Formula(const PacketPath&, const PacketTrace&)> holds;
  std::function<std::unique_ptr<PacketSender>()> twin;  ///< a sender of which it must not hold
};

/// How large the questions are. The defaults decide simple policies in seconds.
struct LemmaScale {
  std::int64_t rate = 10;  ///< packets a step, a divisor of 10,000: a step takes 10 ms
  unsigned rtt = 1;        ///< steps to a round trip
  unsigned steps = 0;      ///< instead of each lemma's own number; 0: its own
};

std::vector<PacketLemma> packet_lemmas(const LemmaScale& scale = {});

}  // namespace assay::verify::network
