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

constexpr std::uint32_t kHit = 1u << 31;  ///< above the largest stamp, as there are fewer than 2^31 requests

/// What is in the cache: of each object the latest request to it, plus one, and whether it was hit since it came in; 0: not
/// there. In bytes the size at insertion, too.
template <bool kBytes>
struct Contents {
  explicit Contents(const Trace& trace) : stamps(trace.objects()), sizes(kBytes ? trace.objects() : 0) {}
  std::vector<std::uint32_t> stamps;
  std::vector<std::uint64_t> sizes;
  std::uint64_t used = 0;
  std::uint64_t residents = 0;

  void hit(std::uint32_t id, std::size_t request) { stamps[id] = static_cast<std::uint32_t>(request + 1) | kHit; }
  void insert(std::uint32_t id, std::size_t request, std::uint64_t size) {
    stamps[id] = static_cast<std::uint32_t>(request + 1);
    if (kBytes) sizes[id] = size;
    used += size;
    ++residents;
  }
  /// Requires: it is there.
  void evict(std::uint32_t id, std::size_t request, Behaviour& behaviour) {
    ++behaviour.evictions;
    behaviour.unused += (stamps[id] & kHit) == 0;
    behaviour.idle += request + 1 - (stamps[id] & ~kHit);
    behaviour.residents += residents;
    stamps[id] = 0;
    used -= kBytes ? sizes[id] : 1;
    --residents;
  }
};

/// Reads victims until `size` fits.
template <bool kBytes>
Attempt<void> make_room(Contents<kBytes>& contents, Words& words, std::uint64_t capacity, std::uint64_t size,
                        std::size_t request, Behaviour& behaviour) {
  while (contents.used + size > capacity) {
    if (words.empty()) return broken(request, "the decisions end although room is needed");
    const std::uint32_t victim = words.front();
    words.pop();
    if (victim >= contents.stamps.size()) return broken(request, "object " + std::to_string(victim) + " does not exist");
    if (contents.stamps[victim] == 0)
      return broken(request, "object " + std::to_string(victim) + " is evicted but not in the cache");
    contents.evict(victim, request, behaviour);
  }
  return {};
}

/// Requests up to `end`, what happens into `replayed`.
template <bool kBytes>
Attempt<void> replay_until(std::size_t end, const Trace& trace, std::uint64_t capacity, Words& words, Replayed& replayed) {
  Contents<kBytes> contents(trace);
  for (std::size_t request = 0; request < end; ++request) {
    const std::uint32_t id = trace.ids[request];
    if (contents.stamps[id] != 0) {
      contents.hit(id, request);
      continue;
    }
    const std::uint64_t size = kBytes ? trace.request_size(request) : 1;
    ++replayed.misses;
    replayed.missed_bytes += size;
    if (size > capacity) continue;
    if (!words.empty() && words.front() == (id | kReject)) {
      words.pop();
      ++replayed.behaviour.rejected;
      continue;
    }
    if (contents.used + size > capacity)
      if (auto made = make_room<kBytes>(contents, words, capacity, size, request, replayed.behaviour); !made)
        return std::unexpected(made.error());
    contents.insert(id, request, size);
  }
  return {};
}

template <bool kBytes>
Attempt<Replayed> replay(const Trace& trace, std::uint64_t capacity, std::span<const std::byte> decisions) {
  Words words(decisions);
  Replayed replayed;
  replayed.requests = trace.requests();
  replayed.bytes = kBytes ? trace.requested_bytes : trace.requests();
  if (auto done = replay_until<kBytes>(trace.ids.size(), trace, capacity, words, replayed); !done) return std::unexpected(done.error());
  if (!words.empty()) return broken(trace.requests(), std::to_string(words.left()) + " decisions are left at the end");
  return replayed;
}

}  // namespace

Attempt<Replayed> replay_decisions(const Trace& trace, std::uint64_t capacity, Unit unit,
                                   std::span<const std::byte> decisions) {
  if (decisions.size() % 4 != 0)
    return ended(OutcomeKind::protocol_violation, "the decisions are no whole number of words");
  return unit == Unit::bytes ? replay<true>(trace, capacity, decisions) : replay<false>(trace, capacity, decisions);
}

Attempt<std::size_t> decided_before(const Trace& trace, std::uint64_t capacity, Unit unit, std::uint64_t moment,
                                    std::span<const std::byte> decisions) {
  Words words(decisions);
  const std::size_t all = words.left();
  Replayed replayed;
  const std::size_t end = std::min<std::size_t>(moment, trace.ids.size());
  auto done = unit == Unit::bytes ? replay_until<true>(end, trace, capacity, words, replayed) : replay_until<false>(end, trace, capacity, words, replayed);
  if (!done) return std::unexpected(done.error());
  return (all - words.left()) * 4;
}

}  // namespace assay::evaluators::cache
