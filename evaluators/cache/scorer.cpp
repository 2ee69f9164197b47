#include "evaluators/cache/scorer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "evaluators/cache/driver/common.h"

namespace assay::evaluators::cache {
namespace {

using assay_driver::kReject;

std::unexpected<Outcome> broken(std::size_t request, const std::string& what) {
  return ended(OutcomeKind::protocol_violation, "request " + std::to_string(request) + ": " + what);
}

/// Words of the stream, which need not be aligned.
class Words {
 public:
  explicit Words(std::span<const std::byte> bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size() / 4 * 4) {}
  bool empty() const { return next_ == end_; }
  std::uint32_t front() const {
    std::uint32_t word;
    std::memcpy(&word, next_, sizeof(word));
    return word;
  }
  void pop() { next_ += 4; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - next_) / 4; }

 private:
  const std::byte* next_;
  const std::byte* end_;
};

/// What is in the cache. In objects a byte each, in bytes the size at insertion; 0: not there.
template <bool kBytes>
struct Contents {
  using Size = std::conditional_t<kBytes, std::uint64_t, std::uint8_t>;
  explicit Contents(const Trace& trace) : sizes(trace.objects()) {}
  std::vector<Size> sizes;
  std::uint64_t used = 0;
};

/// Reads victims until `size` fits.
template <bool kBytes>
Attempt<void> make_room(Contents<kBytes>& contents, Words& words, std::uint64_t capacity, std::uint64_t size,
                        std::size_t request) {
  while (contents.used + size > capacity) {
    if (words.empty()) return broken(request, "the decisions end although room is needed");
    const std::uint32_t victim = words.front();
    words.pop();
    if (victim >= contents.sizes.size()) return broken(request, "object " + std::to_string(victim) + " does not exist");
    if (contents.sizes[victim] == 0)
      return broken(request, "object " + std::to_string(victim) + " is evicted but not in the cache");
    contents.used -= contents.sizes[victim];
    contents.sizes[victim] = 0;
  }
  return {};
}

/// Requests up to `end`, misses into `counts`.
template <bool kBytes>
Attempt<void> replay_until(std::size_t end, const Trace& trace, std::uint64_t capacity, Words& words, Counts& counts) {
  Contents<kBytes> contents(trace);
  for (std::size_t request = 0; request < end; ++request) {
    const std::uint32_t id = trace.ids[request];
    if (contents.sizes[id] != 0) continue;
    const std::uint64_t size = kBytes ? trace.request_size(request) : 1;
    ++counts.misses;
    counts.missed_bytes += size;
    if (size > capacity) continue;
    if (!words.empty() && words.front() == (id | kReject)) {
      words.pop();
      continue;
    }
    if (contents.used + size > capacity)
      if (auto made = make_room<kBytes>(contents, words, capacity, size, request); !made)
        return std::unexpected(made.error());
    contents.used += size;
    contents.sizes[id] = static_cast<typename Contents<kBytes>::Size>(size);
  }
  return {};
}

template <bool kBytes>
Attempt<Counts> replay(const Trace& trace, std::uint64_t capacity, std::span<const std::byte> decisions) {
  Words words(decisions);
  Counts counts;
  counts.requests = trace.requests();
  counts.bytes = kBytes ? trace.requested_bytes : trace.requests();
  if (auto done = replay_until<kBytes>(trace.ids.size(), trace, capacity, words, counts); !done) return std::unexpected(done.error());
  if (!words.empty()) return broken(trace.requests(), std::to_string(words.left()) + " decisions are left at the end");
  return counts;
}

}  // namespace

Attempt<Counts> replay_decisions(const Trace& trace, std::uint64_t capacity, Unit unit,
                                 std::span<const std::byte> decisions) {
  if (decisions.size() % 4 != 0)
    return ended(OutcomeKind::protocol_violation, "the decisions are no whole number of words");
  return unit == Unit::bytes ? replay<true>(trace, capacity, decisions) : replay<false>(trace, capacity, decisions);
}

Attempt<std::size_t> decided_before(const Trace& trace, std::uint64_t capacity, Unit unit, std::uint64_t moment,
                                    std::span<const std::byte> decisions) {
  Words words(decisions);
  const std::size_t all = words.left();
  Counts counts;
  const std::size_t end = std::min<std::size_t>(moment, trace.ids.size());
  auto done = unit == Unit::bytes ? replay_until<true>(end, trace, capacity, words, counts) : replay_until<false>(end, trace, capacity, words, counts);
  if (!done) return std::unexpected(done.error());
  return (all - words.left()) * 4;
}

}  // namespace assay::evaluators::cache
