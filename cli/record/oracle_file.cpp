#include "cli/record/oracle_file.h"

#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/file.h"

namespace assay::cli {
namespace {

constexpr int kCompressionLevel = 19;

void put(std::string& bytes, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

/// 24 packed little-endian bytes a request: u32 time, u64 id, u32 size, i64 index of the next request (-1: none).
std::string oracle_bytes(const Recording& recording) {
  const auto& requests = recording.requests;
  std::vector<std::uint64_t> next(requests.size(), ~0ull);
  std::vector<std::uint64_t> seen(recording.files.size(), ~0ull);
  for (std::size_t i = requests.size(); i-- > 0;) {
    next[i] = seen[requests[i].file];
    seen[requests[i].file] = i;
  }
  std::vector<std::uint64_t> ids;
  for (const auto& path : recording.files) ids.push_back(id_of_path(path));
  std::string bytes;
  bytes.reserve(requests.size() * 24);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    put(bytes, requests[i].milliseconds / 1000, 4);
    put(bytes, ids[requests[i].file], 8);
    put(bytes, std::min<std::uint64_t>(requests[i].size_bytes, std::numeric_limits<std::uint32_t>::max()), 4);
    put(bytes, next[i], 8);
  }
  return bytes;
}

}  // namespace

Result<void> write_oracle(const Recording& recording, const std::filesystem::path& path) {
  if (recording.requests.empty()) return fail("nothing was recorded: the command opened no regular file for reading");
  std::string bytes = oracle_bytes(recording);
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kCompressionLevel);
  if (ZSTD_isError(size)) return fail(std::string("compress the trace: ") + ZSTD_getErrorName(size));
  packed.resize(size);
  return write_file(path, packed);
}

}  // namespace assay::cli
