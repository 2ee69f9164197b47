#include "evolve/utf8.h"

namespace assay::evolve {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD", kByteOrderMark = "\xEF\xBB\xBF";

/// Bytes of the sequence at the start of `text`; 0 where there is none (Unicode 15, table 3-7).
std::size_t sequence(std::string_view text) {
  auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) { return byte(i) >= low && byte(i) <= high; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) return tail(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && tail(2) ? 3 : 0;
  if (first >= 0xF0 && first <= 0xF4) return tail(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && tail(2) && tail(3) ? 4 : 0;
  return 0;
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = sequence(text);
    clean += bytes ? text.substr(0, bytes) : kReplacement;
    text.remove_prefix(bytes ? bytes : 1);
  }
  return clean;
}

}  // namespace assay::evolve
