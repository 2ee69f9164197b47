#pragma once
// What the tests of exported policies share: a jailed toolchain, the contract, its baselines, and a word about the host.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/kernel/exported.h"
#include "evaluators/congestion/kernel/bpf_control.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace assay::cli {

namespace congestion = evaluators::congestion;

class Kernel : public testing::Test {
 protected:
  /// Once for all suites of the program.
  static void SetUpTestSuite() {
    if (task_ != nullptr) return;
    auto task = tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks" / "congestion_control");
    ASSERT_TRUE(task.has_value()) << task.error().what;
    task_ = std::make_unique<tasks::Task>(std::move(*task));
    auto toolchain = verify::Toolchain::start({.deadline = std::chrono::seconds{20}, .jail = {}});
    if (!toolchain) {
      why_not_ = toolchain.error().what;
      return;
    }
    toolchain_ = std::move(*toolchain);
    auto exported = made(baseline("reno"));
    auto judged = congestion::load_control(exported.object.bytes);
    ASSERT_TRUE(judged.has_value()) << judged.error().what;
    if (auto* unavailable = std::get_if<congestion::Unavailable>(&judged->judgement)) why_not_ = unavailable->reason;
  }
  void SetUp() override {
    if (!why_not_.empty()) GTEST_SKIP() << why_not_;
  }

  static const tasks::Contract& contract() { return task_->contract; }
  static const Source& baseline(const std::string& name) { return *std::ranges::find(task_->baselines, name, &Source::name); }

  static verify::Screened screened(const Source& source) {
    auto screened = toolchain_->screen(contract(), source);
    EXPECT_TRUE(screened && *screened) << source.name << ": " << (screened ? screened->error().detail : screened.error().what);
    return std::move(**screened);
  }
  static Exported made(const Source& source, bool for_trial = false) {
    auto exported = export_policy(*toolchain_, contract(), screened(source), {.for_trial = for_trial});
    EXPECT_TRUE(exported && *exported) << source.name << ": " << (exported ? exported->error().detail : exported.error().what);
    return std::move(**exported);
  }
  static congestion::Judged judged(const Source& source) {
    auto judged = congestion::load_control(made(source).object.bytes);
    EXPECT_TRUE(judged.has_value()) << source.name << ": " << (judged ? "" : judged.error().what);
    return std::move(*judged);
  }

  static inline std::unique_ptr<tasks::Task> task_;
  static inline std::unique_ptr<verify::Toolchain> toolchain_;
  static inline std::string why_not_;
};

}  // namespace assay::cli
