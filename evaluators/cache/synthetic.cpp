#include "evaluators/cache/synthetic.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "evaluators/cache/trace_builder.h"

namespace assay::evaluators::cache {
namespace {

/// Knuth's MMIX generator; its upper half is the draw.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::uint32_t next() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::uint32_t>(state_ >> 32);
  }

 private:
  std::uint64_t state_;
};

/// Ranks 0..n-1 with weight 1 / (rank + 1)^exponent, drawn through the cumulated weights.
class Zipf {
 public:
  Zipf(std::uint32_t n, double exponent) {
    double total = 0;
    for (std::uint32_t rank = 1; rank <= n; ++rank) cumulated_.push_back(total += 1.0 / std::pow(rank, exponent));
  }
  std::uint64_t draw(Draws& draws) const {
    double at = draws.next() / 4294967296.0 * cumulated_.back();
    return static_cast<std::uint64_t>(std::lower_bound(cumulated_.begin(), cumulated_.end(), at) - cumulated_.begin());
  }

 private:
  std::vector<double> cumulated_;
};

using Ids = std::vector<std::uint64_t>;

Ids zipf() {
  Draws draws(1);
  Zipf ranks(20'000, 0.9);
  Ids ids(200'000);
  for (auto& id : ids) id = ranks.draw(draws);
  return ids;
}

Ids scan_mix() {
  Draws draws(2);
  Zipf ranks(4'000, 0.8);
  Ids ids;
  for (std::uint64_t fresh = 1'000'000; ids.size() < 150'000;) {
    for (int i = 0; i < 5'000; ++i) ids.push_back(ranks.draw(draws));
    for (int i = 0; i < 1'000; ++i) ids.push_back(fresh++);
  }
  return ids;
}

Ids loop() {
  Draws draws(3);
  Zipf ranks(500, 1.0);
  Ids ids(60'000);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = i % 7 == 6 ? 500'000 + ranks.draw(draws) : i % 3'000;
  return ids;
}

Ids phases() {
  Draws draws(4);
  Zipf ranks(5'000, 0.9);
  Ids ids(120'000);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = ranks.draw(draws) + i / 20'000 * 4'000;
  return ids;
}

std::int64_t size_of(std::uint64_t id) {
  std::uint64_t hash = id * 0x9e3779b97f4a7c15ull;
  return static_cast<std::int64_t>(512 + (hash >> 40) % 257 * ((hash >> 20) % 511 + 1));
}

Trace trace_of(const Ids& ids) {
  TraceBuilder builder(false);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    [[maybe_unused]] auto added = builder.add(ids[i], size_of(ids[i]), static_cast<std::int64_t>(i / 100));
    assert(added);
  }
  return std::move(builder).finish().value();
}

struct Named {
  std::string_view name;
  Ids (*make)();
};
constexpr Named kTraces[] = {{"zipf", zipf}, {"scan_mix", scan_mix}, {"loop", loop}, {"phases", phases}};

}  // namespace

Result<Trace> synthetic_trace(std::string_view name) {
  for (const auto& known : kTraces)
    if (known.name == name) return trace_of(known.make());
  std::string names;
  for (const auto& known : kTraces) names += " " + std::string(known.name);
  return fail("no synthetic trace \"" + std::string(name) + "\"; known:" + names);
}

Trace zipf_trace(std::uint64_t requests, std::uint32_t objects, double exponent, std::uint64_t seed) {
  Draws draws(seed);
  Zipf ranks(objects, exponent);
  Ids ids(requests);
  for (auto& id : ids) id = ranks.draw(draws);
  return trace_of(ids);
}

}  // namespace assay::evaluators::cache
