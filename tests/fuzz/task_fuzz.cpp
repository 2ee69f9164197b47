// task.json, and the cache domain's settings of each of its instances. The contract is left to its own target.

#include "tasks/task.h"

#include <set>

#include "evaluators/cache/cache_settings.h"
#include "tests/fuzz/fuzz.h"

namespace assay::tasks {

Result<Contract> read_contract(const std::filesystem::path& path) { return Contract{.path = path.string()}; }

namespace {

using fuzz::must;

/// "path: what", "path:7: what"; one a line.
void check_problems(const std::string& text, const std::string& start) {
  must(!text.empty(), "an Error says why");
  must(text.starts_with(start), "an Error names the file");
}

void check_settings(const Task& task, const InstanceSpec& spec) {
  std::vector<std::string> problems;
  const auto settings = evaluators::cache::read_settings(spec.settings, task.folder, task.place(spec), problems);
  for (const auto& problem : problems) must(problem.starts_with(task.folder.string()), "a problem names its place");
  if (!problems.empty()) return;
  must(settings.from >= 0 && settings.from < settings.to && settings.to <= 1, "a window lies in the trace");
  const auto& capacity = settings.capacity;
  must(capacity.amount.has_value() != capacity.share.has_value(), "a capacity is an amount or a share");
  must(!capacity.amount || (*capacity.amount >= 1 && *capacity.amount <= 1ull << 50), "an amount is in range");
  must(!capacity.share || (*capacity.share > 0 && *capacity.share <= 1), "a share is in range");
  must(std::filesystem::is_regular_file(settings.trace), "the trace is a file");
}

void check_task(const Task& task) {
  must(task.name == task.folder.filename() && !task.domain.empty() && !task.objective.empty(), "a task has its names");
  must(task.limits.run.count() >= 1 && task.limits.run.count() <= 600'000, "the run's limit is in range");
  must(task.limits.memory_bytes >= 1 << 20 && task.limits.memory_bytes <= 65'536ull << 20, "the memory limit is in range");
  must(task.limits.instructions >= 1 && task.limits.instructions <= 1'000'000, "the bound is in range");
  std::set<std::string> names;
  for (const auto& spec : task.instances) {
    must(!spec.name.empty() && names.insert(spec.name).second, "an instance has a name of its own");
    must(spec.line >= 1 && spec.settings.is_object() && !spec.settings.contains("name"), "an instance has a place and settings");
    check_settings(task, spec);
  }
  for (Split split : {Split::train, Split::validation, Split::holdout}) must(!task.split(split).empty(), "no split is empty");
  must(std::set(task.native_baselines.begin(), task.native_baselines.end()).size() == task.native_baselines.size(), "baselines differ");
  must(task.search.is_object(), "search is an object");
}

}  // namespace
}  // namespace assay::tasks

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  static const fuzz::Folder folder;
  static const bool made = [] {
    folder.write("prompt.md", "A problem.\n"), folder.write("trace.csv", "1\n");
    std::filesystem::create_directory(folder.path() / "baselines");
    folder.write("baselines/lru.cpp", "i64 priority();\n");
    return true;
  }();
  fuzz::must(made, "a folder is made once");
  folder.write("task.json", {reinterpret_cast<const char*>(data), size});
  auto task = tasks::load_task(folder.path());
  if (task) tasks::check_task(*task);
  else tasks::check_problems(task.error().what, folder.path().string());
  return 0;
}
