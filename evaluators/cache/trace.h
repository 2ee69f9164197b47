#pragma once
// A request trace: trusted, dense, immutable once made. Object ids are 0, 1, 2, ... in order of first appearance, so that
// every replay indexes arrays instead of hashing. Readers are in trace_read.h, the cache beside the file in trace_cache.h.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/result.h"

namespace assay::evaluators::cache {

/// What a cache's capacity counts. In `objects` every object has size 1.
enum class Unit : std::uint8_t { objects, bytes };
std::string_view name_of(Unit unit);
std::optional<Unit> unit_named(std::string_view name);

inline constexpr std::uint32_t kNever = 0xffffffff;         ///< also the bound on requests and objects
inline constexpr std::uint64_t kMaxObjectBytes = 1ull << 40;  ///< a larger request is refused by the readers

struct Trace {
  std::vector<std::uint32_t> ids;            ///< object of each request
  std::vector<std::uint64_t> sizes;          ///< bytes of each object at first sight, 1..kMaxObjectBytes
  std::vector<std::uint64_t> request_sizes;  ///< bytes of each request; empty when all agree with `sizes`
  std::vector<std::int64_t> times;           ///< seconds; empty when the source has none
  std::vector<std::uint64_t> labels;         ///< id of each object in the source; empty when those were not numbers
  std::uint64_t requested_bytes = 0;         ///< over all requests
  std::uint64_t working_set_bytes = 0;       ///< over all objects, at first sight
  std::uint64_t skipped = 0;                 ///< requests of size 0 that the reader left out
  Digest digest;                             ///< of the image with labels and times, whatever file it came from

  std::uint64_t requests() const { return ids.size(); }
  std::uint32_t objects() const { return static_cast<std::uint32_t>(sizes.size()); }
  std::uint64_t request_size(std::size_t request) const {
    return request_sizes.empty() ? sizes[ids[request]] : request_sizes[request];
  }
};

/// Fills in totals and digest, drops `request_sizes` where they say nothing. Every maker of a Trace ends with it.
/// Requires: ids dense by first appearance, sizes in range.
Trace sealed(Trace trace);

/// Requests [floor(from * n), floor(to * n)) as a trace of their own, renumbered, sizes by first sight in the window.
/// Error: not 0 <= from < to <= 1, or nothing is left.
Result<Trace> window(const Trace& trace, double from, double to);

/// The same requests, those from `moment` on in another order, which `seed` chooses. Ids keep their meaning, so they need not be dense
/// by first appearance after it.
Trace with_other_future(const Trace& trace, std::uint64_t moment, std::uint64_t seed);

/// Index of the next request to the same object, for each request; kNever where there is none. Computed, never read.
std::vector<std::uint32_t> next_access(const Trace& trace);

/// The image (trace_image.h) as bytes. Labels and times are left out unless asked for.
std::string image_of(const Trace& trace, bool with_labels_and_times = false);

/// The image in a sealed memfd, for the jail.
struct SharedImage {
  FileDescriptor fd;
  std::size_t bytes = 0;
};
Result<SharedImage> share(const Trace& trace);

/// A cache size as a user gives it: an amount, or a share of the working set in the same unit.
struct CapacitySpec {
  Unit unit = Unit::objects;
  std::optional<std::uint64_t> amount;
  std::optional<double> share;  ///< (0, 1]
};
/// floor(share x working set), the working set by first-seen sizes. Error: none or both given, out of range, or 0.
Result<std::uint64_t> resolve(const CapacitySpec& spec, const Trace& trace);

struct TraceStats {
  std::uint64_t requests = 0, objects = 0, skipped = 0;
  std::uint64_t requested_bytes = 0, working_set_bytes = 0;
  std::uint64_t smallest_bytes = 0, largest_bytes = 0;  ///< over objects, at first sight
  double mean_object_bytes = 0;
  double one_hit_share = 0;          ///< objects requested exactly once, over objects
  double compulsory_miss_ratio = 0;  ///< objects over requests: no policy can be below it
  double top_percent_share = 0;      ///< requests to the most popular 1 % of objects (rounded up), over requests
  bool sizes_vary = false;
  std::optional<std::int64_t> first_time, last_time;
};
TraceStats stats(const Trace& trace);

}  // namespace assay::evaluators::cache
