#pragma once
// What `eval`, `certify` and `task check` share: a task with its domain, and the jails to take a policy through it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "base/result.h"
#include "base/source.h"
#include "cli/figures_options.h"
#include "evaluators/domain.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace CLI {
class App;
}

namespace assay::cli {

/// The option --without, which every command with a jail has.
void add_without(CLI::App& command, std::vector<std::string>& layers);

struct LoadedTask {
  tasks::Task task;
  const evaluators::Domain* domain = nullptr;
};
/// Loads the folder and lets its domain check it, with what the user says of its figures.
Result<LoadedTask> load(const std::string& folder, const FiguresArguments& figures = {});

/// The instances that `names` stands for: names of instances, of splits, or both; all of them when it is empty.
/// The Error lists the known ones.
Result<std::vector<tasks::InstanceSpec>> chosen_instances(const tasks::Task& task, const std::vector<std::string>& names);

/// Of the policy in the task's folder.
std::string baseline_path(const tasks::Task& task, const std::string& name);

struct Built {
  verify::Screened screened;
  verify::Toolchain::Compiled compiled;
};

struct InstanceResult {
  std::string instance;
  std::string split;
  evaluators::Evaluation evaluation;
  std::string provenance;  ///< of its figures (evaluators::Instance::provenance)
};

class Workbench {
 public:
  /// Starts the jails: call before other threads exist, and while the process is still small.
  static Result<Workbench> start(const std::vector<std::string>& without);

  Result<Attempt<verify::Screened>> screen(const LoadedTask& loaded, const Source& source);
  /// Screens and compiles with the domain's driver.
  Result<Attempt<Built>> build(const LoadedTask& loaded, const Source& source);
  /// On every instance, in order, whatever the outcomes.
  Result<std::vector<InstanceResult>> run(const LoadedTask& loaded, const Binary& binary,
                                          const std::vector<tasks::InstanceSpec>& instances);

  verify::Toolchain& toolchain() { return *toolchain_; }
  sandbox::RunJail& jail() { return *jail_; }
  const sandbox::JailOptions& options() const { return options_; }

 private:
  sandbox::JailOptions options_;
  std::unique_ptr<verify::Toolchain> toolchain_;
  std::unique_ptr<sandbox::RunJail> jail_;
};

/// Ended while it ran, by what a proof excludes: an answer out of its range, a division by zero, a trap.
bool certify_explains(const Outcome& outcome);
/// How to go on after such an outcome, on stderr.
void say_certify_explains(const std::string& task, const std::string& policy);

/// "name: refused" and a line "name:line:column: message" per diagnostic, or "name: signal: detail", on stderr.
void say_outcome(const std::string& name, const Outcome& outcome);

}  // namespace assay::cli
