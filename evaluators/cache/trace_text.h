#pragma once
// The readers of text traces: CSV and plain ids.

#include <string>

#include "base/result.h"
#include "evaluators/cache/byte_source.h"
#include "evaluators/cache/trace_read.h"

namespace assay::evaluators::cache {

Result<Trace> read_csv(ByteSource& source, const std::string& name, const CsvOptions& options, bool allow_unsorted);
/// Blank lines are passed over; blanks around an id do not count. Every size is 1.
Result<Trace> read_ids(ByteSource& source, const std::string& name);

}  // namespace assay::evaluators::cache
