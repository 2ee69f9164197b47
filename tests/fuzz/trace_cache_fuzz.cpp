// The cache file beside a trace: stale, cut, changed, or sealed by somebody who knows how (the digests are no secret).

#include <cstddef>

#include "evaluators/cache/trace_cache.h"
#include "tests/fuzz/trace_laws.h"

namespace assay::evaluators::cache {
namespace {

using fuzz::must;

// The header of a cache file (trace_cache.cpp): magic, skipped, padding, then three digests.
constexpr std::size_t kKeyAt = 32, kContentAt = 64, kSealAt = 96, kImageAt = 128;

void put(std::string& bytes, std::size_t at, const Digest& digest) { std::memcpy(bytes.data() + at, digest.bytes.data(), digest.bytes.size()); }

/// Makes every digest of the file right.
std::string sealed_file(std::string bytes, const Digest& key) {
  if (bytes.size() < kImageAt) return bytes;
  std::string("assay trace v2\n\0", 16).copy(bytes.data(), 16);
  put(bytes, kKeyAt, key);
  put(bytes, kContentAt, sha256(std::string_view(bytes).substr(kImageAt)));
  put(bytes, kSealAt, sha256(std::string_view(bytes).substr(0, kSealAt)));
  return bytes;
}

/// A trace from the input, stored as the program stores it: what comes back is it.
void check_stored(const fuzz::Folder& folder, fuzz::Input input, const Digest& key) {
  Trace made;
  const auto count = 1 + input.byte() % 32;
  for (int i = 0; i < count; ++i) {
    const auto byte = input.byte();
    const auto id = std::min<std::uint32_t>(byte % 8, made.objects());
    if (id == made.objects()) made.sizes.push_back(1 + byte), made.labels.push_back(id * 7 + 1);
    made.ids.push_back(id);
    made.request_sizes.push_back(byte & 64 ? made.sizes[id] : 1 + byte);
    made.times.push_back(i * byte);
  }
  std::vector<bool> seen(made.objects());
  for (std::size_t i = 0; i < made.ids.size(); ++i)
    if (!seen[made.ids[i]]) made.request_sizes[i] = made.sizes[made.ids[i]], seen[made.ids[i]] = true;
  made = sealed(std::move(made));
  const auto path = folder.path() / "stored";
  must(store_cache(path, key, made).has_value(), "a trace can be stored");
  auto again = load_cache(path, key);
  must(again && equal(*again, made), "a stored trace comes back the same");
  must(!load_cache(path, sha256("another key")), "a cache of other bytes is not taken");
}

}  // namespace
}  // namespace assay::evaluators::cache

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  using namespace assay::evaluators::cache;
  static const fuzz::Folder folder;
  static const Digest key = sha256("a key");
  fuzz::Input input(data, size);
  const auto how = input.byte();
  if (how % 8 == 0) return check_stored(folder, input, key), 0;
  std::string bytes(input.rest());
  const auto path = folder.write("cache", how % 8 == 1 ? bytes : sealed_file(std::move(bytes), key));
  if (auto trace = load_cache(path, key)) check_laws(*trace, false);
  return 0;
}
