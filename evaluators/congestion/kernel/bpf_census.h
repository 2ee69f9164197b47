#pragma once
// What of the kernel's could be left over after exported policies: counted before and after.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace assay::evaluators::congestion {

struct Census {
  std::set<std::uint32_t> programs, maps, links;  ///< of BPF, by id, of the whole host
  std::set<std::string> congestion_controls;
  std::size_t descriptors = 0;         ///< of this process
  std::size_t network_namespaces = 0;  ///< that some process is in or holds open
};

Census take_census();

/// What is there now and was not before, in words; "": nothing.
std::string left_over(const Census& before, const Census& after);

}  // namespace assay::evaluators::congestion
