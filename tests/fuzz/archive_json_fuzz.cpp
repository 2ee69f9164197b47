// Records of the event log from JSON that anyone may have written.

#include <cmath>

#include "evolve/archive.h"
#include "tests/fuzz/fuzz.h"

namespace assay::evolve {
namespace {

using fuzz::must;

/// A record that is taken comes back the same, through text too; a number in it is the number that was written.
template <class T>
std::optional<T> check_record(const Json& json, Result<T> (*read)(const Json&)) {
  auto record = read(json);
  if (!record) return must(!record.error().what.empty(), "an Error says why"), std::nullopt;
  const Json written = to_json(*record);
  auto again = read(written);
  must(again && to_json(*again) == written, "a record comes back the same");
  auto parsed = parse_json(dump(written), "record");
  must(parsed && *parsed == written, "a record comes back the same through text");
  return *record;
}

void must_agree(const Json& json, const char* key, std::uint64_t value) {
  if (json.contains(key)) must(json[key].is_number_unsigned() && json[key] == value, "a count is the whole number that was written");
}

void check_candidate(const Json& json) {
  auto record = check_record(json, candidate_from_json);
  if (!record) return;
  must_agree(json, "index", record->index);
  must_agree(json, "island", record->island);
  must_agree(json, "size", record->size);
  must(static_cast<std::size_t>(record->outcome.kind) < 12, "an outcome is of a known kind");
  const auto summary = summary_of(*record);
  must(summary.index == record->index && summary.fitness == record->selection(), "the summary is the record's");
}

void check_promotion(const Json& json) {
  if (auto record = check_record(json, promotion_from_json)) must_agree(json, "candidate", record->candidate);
}

}  // namespace
}  // namespace assay::evolve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::evolve;
  assay::fuzz::Input input(data, size);
  const auto which = input.byte() % 4;
  auto json = assay::parse_json(input.rest(), "body");
  if (!json) return 0;
  if (which == 0) check_candidate(*json);
  else if (which == 1) check_promotion(*json);
  else if (which == 2) check_record(*json, outcome_from_json);
  else check_record(*json, score_from_json);
  return 0;
}
