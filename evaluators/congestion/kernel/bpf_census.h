#pragma once
// What of the kernel's could be left over after exported policies: counted before and after.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace assay::evaluators::congestion {

struct Census {
  std::set<std::uint32_t> programs, maps, links;  ///< of BPF, by id, of the whole host: those with our names, and links of struct_ops
  std::set<std::string> congestion_controls;
  std::size_t descriptors = 0;         ///< of this process
  std::size_t network_namespaces = 0;  ///< that a thread of this process is in, or that it holds open
};

Census take_census();

/// What is there now and was not before, in words; "": nothing.
std::string left_over(const Census& before, const Census& after);

}  // namespace assay::evaluators::congestion
