// The write-ahead log frame by frame: SQLite takes the first frame that does not hold for the end, and says nothing.

#include <array>

#include "base/file.h"
#include "evolve/fsck.h"

namespace assay::evolve {
namespace {

constexpr std::size_t kHeader = 32, kFrameHeader = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  ///< its lowest bit: sums over big-endian words

std::uint32_t word(std::string_view bytes, std::size_t at, bool big = true) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << 8 * (big ? 3 - i : i);
  return value;
}

using Sum = std::array<std::uint32_t, 2>;

void add(Sum& sum, std::string_view bytes, bool big) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    sum[0] += word(bytes, at, big) + sum[1];
    sum[1] += word(bytes, at + 4, big) + sum[0];
  }
}

bool is(const Sum& sum, std::string_view bytes, std::size_t at) { return word(bytes, at) == sum[0] && word(bytes, at + 4) == sum[1]; }

}  // namespace

std::string lost_in_write_ahead_log(const std::filesystem::path& file) {
  auto read = read_file(file.string() + "-wal");
  if (!read || read->size() <= kHeader + kFrameHeader) return "";  // none, or none with a whole frame
  const std::string_view log = *read;
  const bool big = word(log, 0) & 1;
  Sum sum{};
  add(sum, log.substr(0, 24), big);
  if ((word(log, 0) & ~1u) != kMagic || !is(sum, log, 24))
    return "its header is damaged, so that none of its " + std::to_string(log.size()) + " bytes is seen";
  const std::size_t page = word(log, 8) == 1 ? 65536 : word(log, 8), frame = kFrameHeader + page;
  std::uint64_t holds = 0, behind = 0;
  for (std::size_t at = kHeader; at + frame <= log.size(); at += frame) {
    const bool same_first = word(log, at + 8) == word(log, 16), same_second = word(log, at + 12) == word(log, 20);
    add(sum, log.substr(at, 8), big);
    add(sum, log.substr(at + kFrameHeader, page), big);
    if (behind == 0 && same_first && same_second && is(sum, log, at + 16)) ++holds;
    else if (same_first || same_second) ++behind;  // of an earlier log both salts differ, and it ended before
    else if (behind == 0) break;
  }
  if (behind == 0) return "";
  return "frame " + std::to_string(holds) + " does not hold, so that it and what stands behind it (" + std::to_string(behind) + " frames) are not seen";
}

}  // namespace assay::evolve
