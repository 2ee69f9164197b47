#include "kernels/common/findings.h"

#include <algorithm>
#include <utility>

namespace assay::kernels {

void Findings::add(std::string what) {
  std::lock_guard lock(mutex_);
  if (all_.size() < kMost && std::ranges::find(all_, what) == all_.end()) all_.push_back(std::move(what));
}

std::vector<std::string> Findings::all() const {
  std::lock_guard lock(mutex_);
  return all_;
}

void Extents::add(std::string name, std::uintptr_t begin, std::size_t bytes, bool writable) {
  if (bytes > 0) all_.push_back({std::move(name), begin, bytes, writable});
}

bool Extents::holds(const void* at, std::size_t bytes, bool to_write) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(at);
  return std::ranges::any_of(all_, [&](const Extent& extent) {
    return begin >= extent.begin && begin - extent.begin <= extent.bytes && bytes <= extent.bytes - (begin - extent.begin) &&
           (extent.writable || !to_write);
  });
}

std::string Extents::where(const void* at) const {
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  const Extent* below = nullptr;
  for (const auto& extent : all_)
    if (extent.begin <= address && (below == nullptr || extent.begin > below->begin)) below = &extent;
  if (below == nullptr) return "before every buffer";
  const auto offset = address - below->begin;
  if (offset < below->bytes) return "byte " + std::to_string(offset) + " of " + below->name + (below->writable ? "" : ", which is only read");
  return std::to_string(offset - below->bytes) + " bytes past the end of " + below->name;
}

}  // namespace assay::kernels
