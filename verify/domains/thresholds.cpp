#include "verify/domains/thresholds.h"

#include "verify/domains/float_interval.h"

#include <algorithm>

namespace assay::verify::domains {

using lower::Word;

std::vector<Word> thresholds_of(const lower::Program& program) {
  std::vector<Word> found{0, Word{1} << 15, Word{1} << 31, Word{1} << 47, Word{1} << 62};
  auto word = [](Word value, bool is_double) { return is_double ? order_key(value) : value; };
  for (const lower::Value& value : program.values)
    if (value.is_constant && value.width > 1) found.push_back(word(value.constant, value.is_double));
  for (const lower::Input& input : program.inputs)
    found.insert(found.end(), {word(input.min, input.is_double), word(input.max, input.is_double)});
  for (const lower::Slot& slot : program.slots)
    found.insert(found.end(), {word(slot.min, slot.is_double), word(slot.max, slot.is_double)});
  for (const lower::Object& object : program.objects) found.push_back(object.slot_count);
  found.insert(found.end(), {word(program.return_min, program.return_is_double), word(program.return_max, program.return_is_double)});
  std::vector<Word> out;
  for (Word each : found)
    if (each > lower::smallest(64) && each < lower::largest(64)) out.insert(out.end(), {each - 1, each, each + 1});
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Word next_above(Word bound, const std::vector<Word>& thresholds, Word end) {
  auto at = std::lower_bound(thresholds.begin(), thresholds.end(), bound);
  return at == thresholds.end() ? end : std::min(*at, end);
}

Word next_below(Word bound, const std::vector<Word>& thresholds, Word end) {
  auto at = std::upper_bound(thresholds.begin(), thresholds.end(), bound);
  return at == thresholds.begin() ? end : std::max(*(at - 1), end);
}

}  // namespace assay::verify::domains
