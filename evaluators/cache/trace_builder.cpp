#include "evaluators/cache/trace_builder.h"

#include <charconv>
#include <utility>

namespace assay::evaluators::cache {
namespace {

/// Finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

std::optional<std::uint64_t> canonical_number(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  return value;
}

}  // namespace

IdTable::IdTable() : slots_(1u << 12) {}

std::uint32_t IdTable::find_or_insert(std::uint64_t key, std::uint32_t fresh) {
  std::size_t mask = slots_.size() - 1;
  for (std::size_t at = mix(key) & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.dense == kNever) {
      slot = {key, fresh};
      if (++used_ * 2 > slots_.size()) grow();
      return fresh;
    }
    if (slot.key == key) return slot.dense;
  }
}

void IdTable::grow() {
  std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.dense == kNever) continue;
    std::size_t at = mix(slot.key) & mask;
    while (slots_[at].dense != kNever) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

Result<bool> TraceBuilder::accept(std::int64_t size, std::optional<std::int64_t> time) {
  if (size < 0) return fail("size " + std::to_string(size) + " is negative");
  if (static_cast<std::uint64_t>(size) > kMaxObjectBytes)
    return fail("size " + std::to_string(size) + " is over 2^40 bytes");
  if (time && !allow_unsorted_ && !trace_.times.empty() && *time < trace_.times.back())
    return fail("time " + std::to_string(*time) + " is before the request before it (" +
                std::to_string(trace_.times.back()) + "); sort the trace, or allow unsorted time");
  if (size == 0) {
    ++trace_.skipped;
    return false;
  }
  if (trace_.ids.size() >= kNever - 1) return fail("over 4,294,967,293 requests; cut the trace into parts");
  total_ += static_cast<std::uint64_t>(size);
  if (total_ > (1ull << 62)) return fail("the requests sum up to over 2^62 bytes");
  return true;
}

void TraceBuilder::append(std::uint32_t dense, std::uint64_t label, std::int64_t size, std::optional<std::int64_t> time) {
  auto bytes = static_cast<std::uint64_t>(size);
  if (dense == trace_.objects()) {
    trace_.sizes.push_back(bytes);
    trace_.labels.push_back(label);
  }
  bool first_to_differ = trace_.request_sizes.empty() && trace_.sizes[dense] != bytes;
  if (first_to_differ)
    for (auto id : trace_.ids) trace_.request_sizes.push_back(trace_.sizes[id]);
  trace_.ids.push_back(dense);
  if (!trace_.request_sizes.empty()) trace_.request_sizes.push_back(bytes);
  if (time) trace_.times.push_back(*time);
}

Result<void> TraceBuilder::add(std::uint64_t id, std::int64_t size, std::optional<std::int64_t> time) {
  auto wanted = accept(size, time);
  if (!wanted) return std::unexpected(wanted.error());
  if (*wanted) append(numbers_.find_or_insert(id, trace_.objects()), id, size, time);
  return {};
}

std::uint32_t TraceBuilder::dense_of(std::string_view name) {
  auto found = names_.find(name);
  return found != names_.end() ? found->second : names_.emplace(name, trace_.objects()).first->second;
}

Result<void> TraceBuilder::add(std::string_view id, std::int64_t size, std::optional<std::int64_t> time) {
  if (auto number = canonical_number(id)) return add(*number, size, time);
  auto wanted = accept(size, time);
  if (!wanted) return std::unexpected(wanted.error());
  if (*wanted) append(dense_of(id), 0, size, time);
  return {};
}

Result<Trace> TraceBuilder::finish() && {
  if (trace_.ids.empty())
    return fail(trace_.skipped == 0 ? "holds no request"
                                    : "holds no request of a size above 0 (" + std::to_string(trace_.skipped) + " skipped)");
  if (!names_.empty()) trace_.labels = {};
  return sealed(std::move(trace_));
}

}  // namespace assay::evaluators::cache
