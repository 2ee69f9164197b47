#include "evaluators/cache/probe.h"

#include <algorithm>

#include "evaluators/cache/trace_builder.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::uint64_t kMadeIds = 1ull << 48;  ///< beyond those of the given traces
constexpr std::uint64_t kWorkingSets = 8;       ///< of the capacity, that the probe is wide at least

/// SplitMix64 (Steele, Lea and Flood 2014): the same everywhere.
class Draws {
 public:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
  }
  /// Small ones more often: the least of three.
  std::uint64_t skewed(std::uint64_t below) { return std::min({next() % below, next() % below, next() % below}); }

 private:
  std::uint64_t state_ = 1;
};

class Maker {
 public:
  explicit Maker(std::span<const Trace* const> traces) : traces_(traces), builder_(true) {}

  Result<Trace> make(std::uint64_t requests) {
    const std::uint64_t each = std::max<std::uint64_t>(1, requests / 2 / traces_.size()), part = std::max<std::uint64_t>(1, requests / 8);
    for (std::size_t k = 0; k < traces_.size(); ++k) begin_of(k, each);
    for (std::uint64_t i = 0; i < part; ++i) ask(draws_.skewed(512));
    for (std::uint64_t i = 0; i < part; ++i) ask(1000 + i % 300);
    for (std::uint64_t i = 0; i < part; ++i) ask(i % 2 ? 2000 + i : 1000 + draws_.skewed(200));
    for (std::uint64_t i = 0; i < part; ++i) ask(511 - draws_.skewed(512));
    if (!done_) return std::unexpected(done_.error());
    return std::move(builder_).finish();
  }

 private:
  void begin_of(std::size_t k, std::uint64_t count) {
    const Trace& trace = *traces_[k];
    for (std::size_t i = 0; i < std::min(count, trace.requests()); ++i)
      add(static_cast<std::uint64_t>(k) << 32 | trace.ids[i], trace.request_size(i));
  }
  void ask(std::uint64_t id) {
    const Trace& like = *traces_[id % traces_.size()];
    add(kMadeIds + id, like.sizes[id * 7919 % like.objects()]);
  }
  void add(std::uint64_t id, std::uint64_t size) {
    if (done_) done_ = builder_.add(id, static_cast<std::int64_t>(size), std::nullopt);
  }

  std::span<const Trace* const> traces_;
  TraceBuilder builder_;
  Draws draws_;
  Result<void> done_;
};

}  // namespace

Result<Trace> probe_trace(std::span<const Trace* const> traces, std::uint64_t requests) { return Maker(traces).make(requests); }

std::uint64_t probe_capacity(const Trace& probe, std::vector<std::uint64_t> trained_on, Unit unit) {
  const std::uint64_t wide = unit == Unit::objects ? probe.objects() : probe.working_set_bytes;
  const auto median = trained_on.begin() + static_cast<std::ptrdiff_t>(trained_on.size() / 2);
  std::ranges::nth_element(trained_on, median);
  return std::max<std::uint64_t>(1, std::min(*median, wide / kWorkingSets));
}

}  // namespace assay::evaluators::cache
