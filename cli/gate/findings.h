#pragma once
// What a gate found in bundles, and how it is told to CI. Values only.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay::cli::gate {

/// Which rule a finding breaks: one word for machines. The table is what SARIF lists as rules.
struct Rule {
  std::string_view id;
  std::string_view what;
};
inline constexpr Rule kRules[] = {
    {"signature", "the bundle is signed by a trusted key and lies there as it was signed"},
    {"contract", "contract and properties are those of the trusted task"},
    {"proof", "every obligation was generated again, compared and discharged again"},
    {"claim", "every required claim is proved"},
    {"weak-sandbox", "what was checked ran with every layer of the sandbox"},
    {"lineage", "the certificate succeeds the one that is expected"},
};

struct Finding {
  std::string rule;     ///< an id of kRules
  std::string message;  ///< one sentence, with the mend where there is one
  std::string file;     ///< relative to where the gate ran: a bundle's file
  int line = 0;         ///< 1-based; 0: the whole file
  bool is_error = true; ///< false: told, does not fail the gate
};

struct BundleReport {
  std::string folder;
  std::vector<Finding> findings;
  std::vector<std::string> passed;  ///< what was checked and holds, a sentence each
  double seconds = 0;
  bool ok() const;
};

struct GateReport {
  std::vector<BundleReport> bundles;
  bool ok() const;  ///< at least one bundle, and all are
};

/// "text", "sarif" (2.1.0), "junit", "github" (workflow commands), "json". The Error lists the known ones.
Result<std::string> format_report(const GateReport& report, std::string_view format);
std::vector<std::string> report_formats();

}  // namespace assay::cli::gate
