#include "sandbox/run_buffers.h"

#include <fcntl.h>
#include <linux/falloc.h>

#include <algorithm>

namespace assay::sandbox {
namespace {

constexpr std::size_t kMaxCachedImages = 64;
constexpr std::size_t kFirstRingBytes = 1u << 20;

}  // namespace

Result<void> RingMemory::prepare(std::size_t bytes) {
  if (fd_.valid() && bytes <= mapping_.bytes().size()) return empty();
  return grow(std::max(bytes, kFirstRingBytes));
}

Result<void> RingMemory::empty() {
  auto size = static_cast<off_t>(mapping_.bytes().size());
  if (::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, size) != 0)
    return fail(system_error("empty the ring"));
  return {};
}

Result<void> RingMemory::grow(std::size_t bytes) {
  auto fd = make_memfd("assay-ring", bytes);
  if (!fd) return std::unexpected(fd.error());
  if (::fcntl(fd->get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return fail(system_error("seal the ring"));
  auto mapping = Mapping::shared(fd->get(), bytes, true);
  if (!mapping) return std::unexpected(mapping.error());
  fd_ = std::move(*fd);
  mapping_ = std::move(*mapping);
  return {};
}

Result<int> ImageCache::find(const Binary& binary) {
  auto found = images_.find(binary.digest());
  if (found != images_.end()) return found->second.get();
  auto fd = make_sealed_memfd("assay-image", binary.image());
  if (!fd) return std::unexpected(fd.error());
  if (images_.size() >= kMaxCachedImages) images_.clear();
  return images_.emplace(binary.digest(), std::move(*fd)).first->second.get();
}

}  // namespace assay::sandbox
