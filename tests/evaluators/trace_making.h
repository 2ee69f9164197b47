#pragma once
// Small traces for tests.

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// `sizes`: of each request; none: all 1.
inline Trace trace_of(const std::vector<std::uint32_t>& keys, std::vector<std::uint64_t> sizes = {}) {
  Trace trace;
  std::map<std::uint32_t, std::uint32_t> dense;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto [place, fresh] = dense.emplace(keys[i], dense.size());
    trace.ids.push_back(place->second);
    if (fresh) trace.sizes.push_back(sizes.empty() ? 1 : sizes[i]);
  }
  trace.request_sizes = std::move(sizes);
  return sealed(std::move(trace));
}

struct RandomTrace {
  unsigned seed = 1;
  std::size_t requests = 3000;
  std::uint32_t objects = 200;
  bool sized = false;
  bool sizes_vary = false;  ///< between requests of one object
};

/// Skewed: each key is the smaller of two draws.
inline Trace make(const RandomTrace& wanted) {
  std::mt19937 random(wanted.seed);
  std::vector<std::uint32_t> keys;
  std::vector<std::uint64_t> sizes, own(wanted.objects);
  for (auto& size : own) size = 1 + random() % 40;
  for (std::size_t i = 0; i < wanted.requests; ++i) {
    const auto one = static_cast<std::uint32_t>(random() % wanted.objects), other = static_cast<std::uint32_t>(random() % wanted.objects);
    keys.push_back(std::min(one, other));
    if (!wanted.sized) continue;
    sizes.push_back(wanted.sizes_vary && random() % 4 == 0 ? 1 + random() % 60 : own[keys.back()]);
  }
  return trace_of(keys, std::move(sizes));
}

/// Calls `visit` with every trace of `length` requests, up to names of the objects.
template <class Visit>
void for_every_trace(std::size_t length, Visit visit) {
  std::vector<std::uint32_t> keys(length);
  auto extend = [&](auto&& self, std::size_t at, std::uint32_t seen) -> void {
    if (at == length) return visit(trace_of(keys));
    for (std::uint32_t key = 0; key <= seen; ++key) {
      keys[at] = key;
      self(self, at + 1, key == seen ? seen + 1 : seen);
    }
  };
  extend(extend, 0, 0);
}

}  // namespace assay::evaluators::cache
