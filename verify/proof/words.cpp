#include "verify/proof/words.h"

#include <cstdint>
#include <limits>

namespace assay::verify::proof {
namespace {

using lower::UnsignedWord;
using lower::Word;

bool fits_64_bits(Word word) {
  return word >= std::numeric_limits<std::int64_t>::min() && word <= std::numeric_limits<std::int64_t>::max();
}

/// Wraps around beyond 128 bits; the caller compares the text with what the answer is written as.
Word read_decimal(const std::string& text) {
  UnsignedWord value = 0;
  for (char c : text)
    if (c >= '0' && c <= '9') value = value * 10 + static_cast<UnsignedWord>(c - '0');
  return static_cast<Word>(text.starts_with('-') ? -value : value);
}

}  // namespace

Json word_to_json(Word word) { return fits_64_bits(word) ? Json(static_cast<std::int64_t>(word)) : Json(lower::text_of(word)); }

Result<Word> word_from_json(const Json& json, const std::string& place) {
  if (json.is_number_unsigned() && json.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()) return Word{json.get<std::int64_t>()};
  if (json.is_number_integer() && !json.is_number_unsigned()) return Word{json.get<std::int64_t>()};
  if (auto* text = json.get_ptr<const std::string*>()) {
    Word word = read_decimal(*text);
    if (!fits_64_bits(word) && lower::text_of(word) == *text) return word;
  }
  return fail(place + ": expected an integer (beyond 64 bits: a decimal string), found " + json.dump().substr(0, 60));
}

}  // namespace assay::verify::proof
