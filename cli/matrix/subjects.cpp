#include "cli/matrix/subjects.h"

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "cli/report/data.h"
#include "evolve/archive.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

Result<Json> campaign_event(const evolve::Archive& archive, const fs::path& folder) {
  Json event;
  auto walked = archive.for_each("campaign", [&](const evolve::Event& each) -> Result<void> {
    event = each.body;
    return {};
  });
  if (!walked) return std::unexpected(walked.error());
  if (!event.is_object()) return fail(folder.string() + ": the archive holds no campaign yet");
  return event;
}

/// The files are those of the task's folder, which may be gone: then the digests alone tell.
Origin origin_of(const Json& event, const fs::path& task_folder) {
  Origin origin;
  if (auto train = event.find("train"); train != event.end() && train->is_object())
    for (const auto& [name, digest] : train->items())
      if (digest.is_string()) origin.instances.insert(digest.get<std::string>());
  auto task = tasks::load_task(task_folder);
  if (!task) return origin;
  for (const auto& spec : task->split(tasks::Split::train))
    if (auto path = trace_of(*task, spec); !path.empty()) origin.traces.push_back(path);
  return origin;
}

}  // namespace

fs::path trace_of(const tasks::Task& task, const tasks::InstanceSpec& spec) {
  if (!spec.settings.is_object() || !spec.settings.contains("trace") || !spec.settings.at("trace").is_string()) return {};
  return task.folder / spec.settings.at("trace").get<std::string>();
}

Result<CampaignPolicy> policy_of_campaign(const fs::path& folder, const tasks::Task& task) {
  auto archive = evolve::Archive::open_read_only(folder);
  if (!archive) return std::unexpected(archive.error());
  auto event = campaign_event(**archive, folder);
  if (!event) return std::unexpected(event.error());
  auto contract = member<std::string>(*event, "contract", folder.string());
  if (!contract) return std::unexpected(contract.error());
  if (*contract != task.contract.digest.hex())
    return fail(folder.string() + ": its policies are written against another policy.h than that of " + task.folder.string() + "; give the task of its contract");
  auto data = collect_report(**archive);
  if (!data) return std::unexpected(data.error());
  if (!data->champion || data->champion->proposed.empty())
    return fail(folder.string() + ": the campaign has found no policy yet; let it end first: assay resume " + folder.string());
  auto note = (*archive)->note("task_folder");
  if (!note) return std::unexpected(note.error());
  CampaignPolicy found;
  if (*note && (*note)->is_string()) found.task_folder = (*note)->get<std::string>();
  const std::string name = (folder.filename().empty() ? folder.parent_path() : folder).filename().string();
  found.policy = {name + "#" + std::to_string(data->champion->record.index), data->champion->certified ? "champion" : "uncertified", folder.string(),
                  Source{data->champion->proposed, name}, origin_of(*event, found.task_folder)};
  return found;
}

Result<MatrixPolicy> policy_of_file(const std::string& path) {
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return MatrixPolicy{fs::path(path).stem().string(), "policy", path, Source{std::move(*text), path}, std::nullopt};
}

Result<LoadedTask> task_of_campaign(const CampaignPolicy& of) {
  auto loaded = load(of.task_folder.string());
  if (!loaded) return fail(of.policy.from + ": its task cannot be loaded: " + loaded.error().what);
  for (const auto& spec : loaded->task.split(tasks::Split::train)) {
    auto instance = loaded->domain->load(loaded->task, spec);
    if (!instance) return std::unexpected(instance.error());
    if (!of.policy.origin->instances.contains((*instance)->digest().hex()))
      return fail(of.policy.from + ": " + loaded->task.place(spec) + ": instance " + spec.name + " is not what the campaign trained on; put the task's folder back as it was");
  }
  return loaded;
}

std::string FileDigests::of(const fs::path& path) {
  auto [at, is_new] = known_.try_emplace(path.string());
  if (!is_new) return at->second;
  if (auto text = read_file(path)) at->second = sha256(*text).hex();
  return at->second;
}

bool FileDigests::same(const fs::path& a, const fs::path& b) {
  std::error_code code;
  if (a.empty() || b.empty()) return false;
  if (fs::equivalent(a, b, code)) return true;
  if (fs::file_size(a, code) != fs::file_size(b, code) || code) return false;
  const std::string one = of(a);
  return !one.empty() && one == of(b);
}

}  // namespace assay::cli
