#pragma once
// Words of 128 bits in JSON: a number where it fits 64 bits, a decimal string where it does not, and never the other way
// round, so that each word has one text.

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "verify/lower/ops.h"

namespace assay::verify::proof {

Json word_to_json(lower::Word word);
/// `place` starts the Error.
Result<lower::Word> word_from_json(const Json& json, const std::string& place);

}  // namespace assay::verify::proof
