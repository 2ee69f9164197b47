#pragma once
// A screened congestion-control policy as an object for the kernel.

#include <filesystem>
#include <string>

#include "base/outcome.h"
#include "base/result.h"
#include "evaluators/congestion/kernel/bpf_texts.h"
#include "evaluators/congestion/kernel/bpf_verdict.h"
#include "verify/toolchain.h"

namespace assay::cli {

struct Exported {
  std::string name;  ///< of the congestion control
  verify::BpfObject object;
  verify::BpfTexts texts;
};

/// Requires: the contract is of the domain "congestion".
Result<Attempt<Exported>> export_policy(verify::Toolchain& toolchain, const tasks::Contract& contract, const verify::Screened& screened,
                                        const evaluators::congestion::KernelTextOptions& options = {});

/// `refused.line` at the candidate's own line; 0 where there is none.
int source_line(const Exported& exported, const evaluators::congestion::Refused& refused);

/// On stderr: which line of which file, in whose words, and a mend.
void say_refused(const std::string& policy, const Exported& exported, const evaluators::congestion::Refused& refused);

/// Into `folder`, which is made: NAME.bpf.o, README.md, and in source/ all texts of which the object was made. NAME is `stem`.
Result<void> write_export(const Exported& exported, const tasks::Contract& contract, const std::filesystem::path& folder, const std::string& stem);

}  // namespace assay::cli
