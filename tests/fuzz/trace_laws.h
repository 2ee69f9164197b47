#pragma once
// What holds for every trace that a reader gives (evaluators/cache/trace.h), written down apart from the readers.

#include <algorithm>
#include <set>
#include <vector>

#include "evaluators/cache/trace.h"
#include "evaluators/cache/trace_image.h"
#include "tests/fuzz/fuzz.h"

namespace assay::evaluators::cache {

inline bool equal(const Trace& a, const Trace& b) {
  return a.ids == b.ids && a.sizes == b.sizes && a.request_sizes == b.request_sizes && a.times == b.times && a.labels == b.labels &&
         a.requested_bytes == b.requested_bytes && a.working_set_bytes == b.working_set_bytes && a.skipped == b.skipped && a.digest == b.digest;
}

inline void check_sizes(const Trace& trace) {
  using fuzz::must;
  for (auto size : trace.sizes) must(size >= 1 && size <= kMaxObjectBytes, "an object has 1 to 2^40 bytes");
  if (trace.request_sizes.empty()) return;
  must(trace.request_sizes.size() == trace.ids.size(), "sizes of requests: all or none");
  std::vector<bool> seen(trace.objects());
  bool differ = false;
  for (std::size_t i = 0; i < trace.ids.size(); ++i) {
    const auto size = trace.request_sizes[i];
    must(size >= 1 && size <= kMaxObjectBytes, "a request has 1 to 2^40 bytes");
    if (!seen[trace.ids[i]]) must(size == trace.sizes[trace.ids[i]], "an object's size is that of its first request");
    seen[trace.ids[i]] = true;
    differ |= size != trace.sizes[trace.ids[i]];
  }
  must(differ, "sizes of requests are kept only where they say something");
}

inline void check_laws(const Trace& trace, bool sorted) {
  using fuzz::must;
  must(!trace.ids.empty() && trace.ids.size() < kNever, "a trace has requests, and a bounded number");
  std::uint32_t seen = 0;
  for (auto id : trace.ids) {
    must(id <= seen, "ids are dense by first appearance");
    seen += id == seen;
  }
  must(seen == trace.objects(), "every object is requested");
  check_sizes(trace);
  must(trace.times.empty() || trace.times.size() == trace.ids.size(), "times: all or none");
  must(!sorted || std::ranges::is_sorted(trace.times), "time does not go back");
  must(trace.labels.empty() || trace.labels.size() == trace.sizes.size(), "labels: all or none");
  must(std::set(trace.labels.begin(), trace.labels.end()).size() == trace.labels.size(), "labels differ");
  std::uint64_t requested = 0, working_set = 0;
  for (std::size_t i = 0; i < trace.ids.size(); ++i) requested += trace.request_size(i);
  for (auto size : trace.sizes) working_set += size;
  must(requested == trace.requested_bytes && working_set == trace.working_set_bytes, "totals are sums");
  must(trace.digest == sha256(image_of(trace, true)), "the digest is the image's");
  const auto counts = stats(trace);
  must(counts.one_hit_share >= 0 && counts.one_hit_share <= 1 && counts.top_percent_share > 0 && counts.top_percent_share <= 1, "shares are shares");
}

/// The header says where each array lies; what lies there is the trace's.
template <class T>
void check_array(const std::string& image, unsigned long long offset, const std::vector<T>& items) {
  using fuzz::must;
  if (items.empty()) return must(offset == 0, "an absent array has offset 0");
  must(offset % 64 == 0 && offset >= sizeof(TraceImage) && offset + items.size() * sizeof(T) <= image.size(), "an array lies aligned in the image");
  must(std::memcmp(image.data() + offset, items.data(), items.size() * sizeof(T)) == 0, "an array in the image is the trace's");
}

inline void check_image(const Trace& trace) {
  for (bool all : {false, true}) {
    const std::string image = image_of(trace, all);
    TraceImage header;
    std::memcpy(&header, image.data(), sizeof header);
    fuzz::must(header.magic == kTraceImageMagic && header.image_bytes == image.size() && header.requests == trace.requests() &&
                   header.objects == trace.objects(), "the image's header is right");
    check_array(image, header.ids_offset, trace.ids);
    check_array(image, header.sizes_offset, trace.sizes);
    check_array(image, header.request_sizes_offset, trace.request_sizes);
    check_array(image, header.times_offset, all ? trace.times : decltype(trace.times){});
    check_array(image, header.labels_offset, all ? trace.labels : decltype(trace.labels){});
  }
}

}  // namespace assay::evaluators::cache
