#pragma once
// What the screen's tests share: contracts, baselines, and a toolchain whose worker runs in this process.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "tasks/contract.h"
#include "verify/frontend/handler.h"
#include "verify/toolchain.h"

namespace assay::verify {

/// No jail: for texts that are not meant to break out. The jailed one has tests of its own.
class LocalWorker : public sandbox::Worker {
 public:
  Result<sandbox::WorkerReply> call(std::string_view request, std::chrono::milliseconds) override {
    return sandbox::WorkerReply{{}, frontend::handle(request)};
  }
  Result<void> recycle() override { return {}; }
};

inline std::filesystem::path source_dir() { return ASSAY_SOURCE_DIR; }

inline tasks::Contract contract_of(const std::string& task) {
  auto contract = tasks::read_contract(source_dir() / "tasks" / task / "policy.h");
  EXPECT_TRUE(contract.has_value()) << (contract ? "" : contract.error().what);
  return contract.value_or(tasks::Contract{});
}

inline tasks::Contract contract_from(const std::string& text) {
  auto contract = tasks::read_contract_text("#pragma once\n#include \"policies/abi/assay.h\"\n" + text, "policy.h");
  EXPECT_TRUE(contract.has_value()) << (contract ? "" : contract.error().what);
  return contract.value_or(tasks::Contract{});
}

inline std::vector<std::filesystem::path> sources_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".cpp") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

inline std::string text_of(const std::filesystem::path& path) { return read_file(path).value_or(""); }

/// The contract that a case file is written against: the first line may name a task, "// contract: web_cache_queues".
inline std::string task_of_case(const std::string& text) {
  constexpr std::string_view kMark = "// contract: ";
  const auto at = text.find(kMark);
  if (at == std::string::npos) return "web_cache";
  return text.substr(at + kMark.size(), text.find('\n', at) - at - kMark.size());
}

inline std::unique_ptr<Toolchain> local_toolchain() { return Toolchain::over(std::make_unique<LocalWorker>()); }

inline std::string words_of(const Outcome& outcome) {
  std::string words = std::string(name_of(outcome.kind)) + ": " + outcome.detail;
  for (const Diagnostic& diagnostic : outcome.diagnostics)
    words += "\n  " + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ": " + diagnostic.message;
  return words;
}

}  // namespace assay::verify
