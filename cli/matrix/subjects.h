#pragma once
// What goes into a matrix: policies from files, policies that campaigns found, and the traces that those trained on.

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/source.h"
#include "cli/workbench.h"

namespace assay::cli {

/// What is known of where a campaign looked.
struct Origin {
  std::set<std::string> instances;              ///< digests of those it trained on
  std::vector<std::filesystem::path> traces;    ///< files behind them, while its task's folder is there
};

struct MatrixPolicy {
  std::string name, kind, from;
  Source source;
  std::optional<Origin> origin;  ///< none for a file
};

/// A campaign's champion, or without one its best on validation. The Error: it has neither yet, or its contract is not that of `task`.
struct CampaignPolicy {
  MatrixPolicy policy;
  std::filesystem::path task_folder;
};
Result<CampaignPolicy> policy_of_campaign(const std::filesystem::path& folder, const tasks::Task& task);
Result<MatrixPolicy> policy_of_file(const std::string& path);

/// A campaign's task as it was: the Error says that its folder is gone or holds other instances now.
Result<LoadedTask> task_of_campaign(const CampaignPolicy& of);

/// "" where the instance has no trace file.
std::filesystem::path trace_of(const tasks::Task& task, const tasks::InstanceSpec& spec);

/// Whether two files hold the same bytes; files are read once.
class FileDigests {
 public:
  bool same(const std::filesystem::path& a, const std::filesystem::path& b);

 private:
  std::string of(const std::filesystem::path& path);
  std::map<std::string, std::string> known_;
};

}  // namespace assay::cli
