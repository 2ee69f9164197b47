#pragma once
// Which fields a policy reads. A driver keeps up only these (percentiles are dear), so leaving one out is a defect of
// ours: whatever is not certainly unread counts as read.

#include <string>
#include <string_view>
#include <vector>

#include "tasks/contract.h"
#include "verify/ast.h"

namespace assay::verify {

/// Sorted, without repeats: every path that some function of the contract reads from its parameters' records, by record
/// ("Cache.hits.p50"), all prefixes of it ("Cache.hits") and the last record's own pair ("Spread.p50"). Items of an
/// Array are one path. Requires: check(policy, contract) finds nothing.
std::vector<std::string> reads_of(const Policy& policy, const tasks::Contract& contract);

/// Every path below the records that the contract's functions take, in order: "Cache", "hits" -> "Cache.hits" and below.
std::vector<std::string> paths_of(const tasks::Contract& contract);

/// `reads` rounded up, so that few drivers serve many policies. Sound: what is kept up without being read changes nothing
/// but time. One plain field read counts as all plain fields of its record, one item or nested field as the whole array or
/// nested record; arrays of one record go together; what the policy itself writes (state) always counts.
std::vector<std::string> widened(const std::vector<std::string>& reads, const tasks::Contract& contract);

/// `constexpr bool kReads_Cache_hits_p50 = true;` for every path.
std::string reads_constants(const tasks::Contract& contract, const std::vector<std::string>& reads);

}  // namespace assay::verify
