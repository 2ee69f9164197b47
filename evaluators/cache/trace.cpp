#include "evaluators/cache/trace.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "evaluators/cache/trace_image.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::size_t kAlign = 64;

std::size_t aligned(std::size_t offset) { return (offset + kAlign - 1) / kAlign * kAlign; }

/// Appends `items` at the next aligned offset and returns that offset; 0 for an absent array.
template <class T>
unsigned long long append(std::string& image, const std::vector<T>& items, bool wanted = true) {
  if (items.empty() || !wanted) return 0;
  image.resize(aligned(image.size()));
  std::size_t offset = image.size();
  image.append(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T));
  return offset;
}

std::string image_with(const Trace& trace, bool times, bool labels) {
  TraceImage header{};
  header.magic = kTraceImageMagic;
  header.requests = trace.requests();
  header.objects = trace.objects();
  std::string image;
  image.reserve(sizeof header + trace.ids.size() * 4 + (trace.sizes.size() + trace.request_sizes.size()) * 8 +
                (times ? trace.times.size() * 8 : 0) + (labels ? trace.labels.size() * 8 : 0) + 6 * kAlign);
  image.resize(sizeof header);
  header.ids_offset = append(image, trace.ids);
  header.sizes_offset = append(image, trace.sizes);
  header.request_sizes_offset = append(image, trace.request_sizes);
  header.times_offset = append(image, trace.times, times);
  header.labels_offset = append(image, trace.labels, labels);
  header.requested_bytes = trace.requested_bytes;
  header.working_set_bytes = trace.working_set_bytes;
  image.resize(aligned(image.size()));
  header.image_bytes = image.size();
  std::memcpy(image.data(), &header, sizeof header);
  return image;
}

bool sizes_agree(const Trace& trace) {
  for (std::size_t i = 0; i < trace.request_sizes.size(); ++i)
    if (trace.request_sizes[i] != trace.sizes[trace.ids[i]]) return false;
  return true;
}

}  // namespace

std::string_view name_of(Unit unit) { return unit == Unit::objects ? "objects" : "bytes"; }

std::optional<Unit> unit_named(std::string_view name) {
  if (name == "objects") return Unit::objects;
  if (name == "bytes") return Unit::bytes;
  return std::nullopt;
}

Trace sealed(Trace trace) {
  if (sizes_agree(trace)) trace.request_sizes = {};
  trace.working_set_bytes = 0;
  for (auto size : trace.sizes) trace.working_set_bytes += size;
  trace.requested_bytes = 0;
  for (std::size_t i = 0; i < trace.ids.size(); ++i) trace.requested_bytes += trace.request_size(i);
  trace.digest = sha256(image_with(trace, true, true));
  return trace;
}

Result<Trace> window(const Trace& trace, double from, double to) {
  if (!(from >= 0 && from < to && to <= 1))
    return fail("trace window " + std::to_string(from) + ".." + std::to_string(to) + ": want 0 <= from < to <= 1");
  auto count = static_cast<double>(trace.requests());
  auto first = static_cast<std::size_t>(from * count), last = static_cast<std::size_t>(to * count);
  if (first >= last) return fail("trace window " + std::to_string(from) + ".." + std::to_string(to) + " is empty");

  Trace part;
  part.ids.reserve(last - first);
  std::vector<std::uint32_t> renumbered(trace.objects(), kNever);
  for (std::size_t i = first; i < last; ++i) {
    auto& dense = renumbered[trace.ids[i]];
    if (dense == kNever) {
      dense = part.objects();
      part.sizes.push_back(trace.request_size(i));
      if (!trace.labels.empty()) part.labels.push_back(trace.labels[trace.ids[i]]);
    }
    part.ids.push_back(dense);
  }
  auto slice = [&](const auto& items, auto& out) {
    if (!items.empty()) out.assign(items.begin() + static_cast<std::ptrdiff_t>(first), items.begin() + static_cast<std::ptrdiff_t>(last));
  };
  slice(trace.request_sizes, part.request_sizes);
  slice(trace.times, part.times);
  return sealed(std::move(part));
}

Trace with_other_future(const Trace& trace, std::uint64_t moment, std::uint64_t seed) {
  Trace other = trace;
  std::mt19937_64 random(seed);
  for (std::size_t i = other.ids.size(); i > moment + 1; --i) {
    const std::size_t j = moment + random() % (i - moment);
    std::swap(other.ids[i - 1], other.ids[j]);
    if (!other.request_sizes.empty()) std::swap(other.request_sizes[i - 1], other.request_sizes[j]);
  }
  return other;
}

std::vector<std::uint32_t> next_access(const Trace& trace) {
  std::vector<std::uint32_t> next(trace.ids.size()), seen(trace.objects(), kNever);
  for (std::size_t i = trace.ids.size(); i-- > 0;) {
    next[i] = seen[trace.ids[i]];
    seen[trace.ids[i]] = static_cast<std::uint32_t>(i);
  }
  return next;
}

std::string image_of(const Trace& trace, bool with_labels_and_times) {
  return image_with(trace, with_labels_and_times, with_labels_and_times);
}

Result<SharedImage> share(const Trace& trace) {
  std::string image = image_of(trace);
  auto fd = make_sealed_memfd("assay-trace", image);
  if (!fd) return std::unexpected(fd.error());
  return SharedImage{std::move(*fd), image.size()};
}

Result<std::uint64_t> resolve(const CapacitySpec& spec, const Trace& trace) {
  if (spec.amount.has_value() == spec.share.has_value())
    return fail("capacity: give either an amount or a share of the working set");
  std::uint64_t working_set = spec.unit == Unit::objects ? trace.objects() : trace.working_set_bytes;
  if (spec.share && !(*spec.share > 0 && *spec.share <= 1))
    return fail("capacity: share " + std::to_string(*spec.share) + " is not in (0, 1]");
  std::uint64_t capacity =
      spec.amount ? *spec.amount : static_cast<std::uint64_t>(*spec.share * static_cast<double>(working_set));
  if (capacity == 0)
    return fail("capacity is 0 " + std::string(name_of(spec.unit)) + ": the working set has " +
                std::to_string(working_set) + "; ask for more");
  return capacity;
}

TraceStats stats(const Trace& trace) {
  TraceStats s{.requests = trace.requests(), .objects = trace.objects(), .skipped = trace.skipped,
               .requested_bytes = trace.requested_bytes, .working_set_bytes = trace.working_set_bytes,
               .sizes_vary = !trace.request_sizes.empty()};
  if (trace.ids.empty()) return s;
  std::vector<std::uint64_t> count(trace.objects(), 0);
  for (auto id : trace.ids) ++count[id];
  auto [smallest, largest] = std::minmax_element(trace.sizes.begin(), trace.sizes.end());
  s.smallest_bytes = *smallest;
  s.largest_bytes = *largest;
  auto objects = static_cast<double>(s.objects), requests = static_cast<double>(s.requests);
  s.mean_object_bytes = static_cast<double>(s.working_set_bytes) / objects;
  s.one_hit_share = static_cast<double>(std::count(count.begin(), count.end(), 1u)) / objects;
  s.compulsory_miss_ratio = objects / requests;
  std::sort(count.begin(), count.end(), std::greater<>());
  std::uint64_t top = 0;
  for (std::size_t i = 0; i < (count.size() + 99) / 100; ++i) top += count[i];
  s.top_percent_share = static_cast<double>(top) / requests;
  if (!trace.times.empty()) {
    s.first_time = *std::min_element(trace.times.begin(), trace.times.end());
    s.last_time = *std::max_element(trace.times.begin(), trace.times.end());
  }
  return s;
}

}  // namespace assay::evaluators::cache
