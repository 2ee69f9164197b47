#pragma once
// Hostile candidates, many at a time: how late after its deadline each was reported, and gone.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "bench/verify/measure.h"

namespace assay::bench {

/// An image of tests/sandbox/images, and what must become of it with every layer.
struct Hostile {
  std::string image;
  OutcomeKind jailed;
};
/// Without seccomp and rlimits each of them must run into its deadline.
const std::vector<Hostile>& hostile_images();

struct LoadOptions {
  int candidates = 1000;
  unsigned at_a_time = 8;
  std::chrono::milliseconds deadline{50};
  std::vector<std::string> without;
};

/// Memory while the load ran.
struct MemoryPoint {
  double candidates = 0, parent_bytes = 0, zygote_bytes = 0;
};

struct LoadResult {
  /// Milliseconds after the deadline, of those that reached it: until RunJail::run came back, and until /proc knew of no
  /// process under the candidate's zygote.
  Samples reported, gone;
  /// Milliseconds that a thread which slept for one came back late: what the machine does to any deadline meanwhile.
  Samples overslept;
  Samples ended_early;  ///< milliseconds from start to report, of those that a layer stopped before
  std::size_t late = 0;  ///< gone later than the deadline and 100 ms
  std::size_t wrong_outcomes = 0;
  std::string first_wrong;
  std::size_t left_after_report = 0;  ///< runs whose report came while something of theirs lived
  std::size_t orphans = 0;            ///< processes in the pid namespaces of the jails after their end
  bool children_left = false;         ///< some descendant was not reaped
  std::size_t descriptors_before = 0, descriptors_after = 0;
  std::vector<MemoryPoint> memory;
};

/// Requires: this process is a subreaper, and has no children.
LoadResult run_load(const LoadOptions& options);

/// What a line through the points in the second half rises by, in bytes a candidate.
double slope(const std::vector<MemoryPoint>& points, double MemoryPoint::*bytes);

/// Starts `at_a_time` jails, with a hostile candidate in each under a deadline of an hour, says "ready" on standard output, and waits for its
/// end, which comes from outside.
[[noreturn]] void hold(unsigned at_a_time, const std::vector<std::string>& without);

}  // namespace assay::bench
