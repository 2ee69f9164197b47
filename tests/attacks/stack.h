#pragma once
// The whole stack and its parts, for one text at a time: screen, compile, jail, replay, with walls left out by name. The ways
// past a wall exist here only: a worker with a handler of ours, in the product's own compile jail.

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "evaluators/domain.h"
#include "sandbox/run_jail.h"
#include "sandbox/worker.h"
#include "tests/attacks/attack_case.h"
#include "verify/toolchain.h"

namespace assay::attacks {

/// Where a text ended and why.
struct Ended {
  std::string stage;  ///< "screen", "compile", "run" or "replay"
  Outcome outcome;
  std::optional<Score> score;
  std::string decisions;  ///< what the jail handed back
  char layer = 0;         ///< by stage and outcome (attack_case.h); '-': an ok that scores better than the worst baseline
  std::string words() const;
};

/// A small task in a folder of its own, with its instances and the figures to compare with.
struct Arena {
  tasks::Task task;
  const evaluators::Domain* domain = nullptr;
  std::string driver;
  std::unique_ptr<evaluators::Instance> train, validation;
  double worst = 0, worst_on_validation = 0;  ///< of the contract's baselines
};

class Stack {
 public:
  /// Copies the tasks below `folder`, with the instances of tests/cases/attacks. Starts the product's toolchain and jail.
  static Result<std::unique_ptr<Stack>> start(const std::filesystem::path& folder);

  const Arena& arena(const std::string& task) const { return arenas_.at(task); }
  verify::Toolchain& toolchain() { return *toolchain_; }
  sandbox::RunJail& jail(const LayerNames& without = {});
  int jails() const { return static_cast<int>(jails_.size()); }
  /// Starts what there is not yet, down to a serving process and an output buffer.
  void prepare(const LayerNames& without_compile, const LayerNames& without_run);

  /// False for what only a limit holds that this build has not.
  static bool can_hold(const AttackCase& one);

  /// As a campaign does it.
  Ended whole(const AttackCase& one);
  /// Without the text screen: the AST screen and the rules, then on as above.
  Ended without_text_screen(const AttackCase& one);
  /// Without the AST screen: where the text screen lets it through, as raw().
  Ended without_ast_screen(const AttackCase& one);
  /// Screen off: the raw text to the compiler in its jail, then to the run jail.
  Ended raw(const AttackCase& one, const LayerNames& without_compile = {}, const LayerNames& without_run = {});
  /// The same as one unit with the driver. raw() does so too, but for what is about the kernel or the memory map: that is compiled
  /// alone and laid out with the driver's object, as a search does.
  Ended raw_whole(const AttackCase& one);
  /// As raw(), without the checks of objects.
  Ended without_object_checks(const AttackCase& one);
  /// The image that raw() runs, called inside a compile jail. Stage "compile". `expected`: an outcome; but for "timeout", it is waited for.
  Ended inside_compiler(const AttackCase& one, const LayerNames& without, std::string_view expected = "timeout");

  Ended run_and_replay(const AttackCase& one, const Binary& binary, const LayerNames& without = {}, bool on_validation = false);

 private:
  Stack() = default;
  struct Built {
    std::optional<Ended> ended;
    std::shared_ptr<const Binary> binary;
  };
  Result<void> add_arena(const std::filesystem::path& folder, const std::string& name);
  Result<void> measure_baselines(Arena& arena);
  sandbox::Worker& worker(const LayerNames& without);
  Ended screened(verify::Toolchain& toolchain, const AttackCase& one);
  Built build_quick(const AttackCase& one);
  Built build(const char* way, const AttackCase& one, const LayerNames& without);
  static Built built_of(const Result<sandbox::WorkerReply>& answer);
  const std::string& driver_object(const std::string& task);
  static std::chrono::milliseconds patience(const AttackCase& one);

  std::map<std::string, Arena> arenas_;
  std::shared_ptr<const Binary> harmless_;  ///< a baseline of web_cache
  std::unique_ptr<verify::Toolchain> toolchain_, tree_;
  std::map<LayerNames, std::unique_ptr<sandbox::RunJail>> jails_;
  std::map<LayerNames, std::unique_ptr<sandbox::Worker>> workers_;
  std::map<std::string, std::string> driver_objects_;  ///< that show everything, by task
  std::map<std::string, Built> built_;  ///< by case: what raw() made with every layer on
};

}  // namespace assay::attacks
