#include "cli/report/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// The 97.5 % quantile of Student's t: a table, and Fisher's expansion about the normal quantile beyond it (error below 1e-4).
double student_t(std::size_t degrees) {
  static constexpr std::array kTable = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
                                        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (degrees <= kTable.size()) return kTable[degrees - 1];
  const double z = 1.959964, n = static_cast<double>(degrees), z3 = z * z * z, z5 = z3 * z * z;
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
}

/// What makes two campaigns comparable: the same problem, measured on the same instances.
Json identity_of(const ReportData& data) {
  auto digest = [&](const char* key) {
    const auto found = data.digests.find(key);
    return found == data.digests.end() ? std::string() : found->second;
  };
  Json json{{"task", data.task}, {"domain", data.domain}, {"objective", data.objective}, {"direction", data.minimise ? "minimise" : "maximise"},
            {"contract", digest("contract")}, {"properties", digest("properties")}};
  for (const auto& instance : data.instances) json["instance " + instance.name] = instance.split + " " + instance.digest;
  return json;
}

std::string first_difference(const Json& a, const Json& b) {
  for (const auto& [key, value] : a.items())
    if (!b.contains(key) || b.at(key) != value) return key;
  for (const auto& [key, value] : b.items())
    if (!a.contains(key)) return key;
  return "";
}

/// What campaigns of one task may differ in, but for the seed. A folder is a place and no setting.
std::map<std::string, std::string> settings_of(const ReportData& data) {
  std::map<std::string, std::string> flat;
  for (const Json* part : {&data.search, &data.provider_settings})
    if (part->is_object())
      for (const auto& [key, value] : part->items())
        if (key != "folder" && key != "strategy") flat[key] = value.is_string() ? value.get<std::string>() : evolve::dump(value);
  if (auto prompts = data.digests.find("prompts"); prompts != data.digests.end()) flat["prompts"] = prompts->second.substr(0, 8);
  return flat;
}

struct Group {
  std::string provider, strategy;
  std::map<std::string, std::string> settings;
  std::vector<const Measured*> campaigns;
  bool holds(const ReportData& data) const { return provider == data.provider && strategy == data.strategy() && settings == settings_of(data); }
};

std::vector<Group> grouped_by_settings(const std::vector<const Measured*>& campaigns) {
  std::vector<Group> groups;
  for (const Measured* campaign : campaigns) {
    auto found = std::ranges::find_if(groups, [&](const Group& group) { return group.holds(campaign->data); });
    if (found == groups.end())
      found = groups.insert(groups.end(), {campaign->data.provider, campaign->data.strategy(), settings_of(campaign->data), {}});
    found->campaigns.push_back(campaign);
  }
  for (Group& group : groups) std::ranges::stable_sort(group.campaigns, {}, [](const Measured* m) { return m->data.seed; });
  return groups;
}

/// Provider and strategy, and of the settings those alone in which it differs from another group of the same two.
std::string name_of(const Group& group, const std::vector<Group>& groups) {
  std::set<std::string> differing;
  for (const Group& other : groups) {
    if (other.provider != group.provider || other.strategy != group.strategy) continue;
    for (const auto* one : {&group.settings, &other.settings})
      for (const auto& [key, value] : *one) {
        const auto mine = group.settings.find(key), its = other.settings.find(key);
        if (mine == group.settings.end() || its == other.settings.end() || mine->second != its->second) differing.insert(key);
      }
  }
  std::string name = group.provider + ", " + group.strategy;
  for (const std::string& key : differing) {
    const auto value = group.settings.find(key);
    name += ", " + key + (value == group.settings.end() ? " not set" : "=" + value->second.substr(0, 60));
  }
  return name;
}

void add(Cost& cost, const ReportData& data) {
  cost.evaluations += data.tries.evaluations();
  cost.completions += data.completions;
  cost.tokens_in += data.tokens_in;
  cost.tokens_out += data.tokens_out;
  cost.usd += data.usd;
  for (const auto& [stage, ns] : data.stage_ns) cost.stage_ns[stage] += ns;
}

/// Seeds x holdout instances, each against the best baseline there.
void add_slices(Contestant& contestant, const ReportData& data, const ReportRow& row) {
  for (const auto& instance : data.instances) {
    if (instance.split != "holdout") continue;
    auto slice = slice_of(data, row, instance.name);
    if (!slice) continue;
    ++contestant.slices;
    contestant.lost_slices += slice->loss_ratio > 1;
    if (!contestant.worst || slice->loss_ratio > contestant.worst->loss_ratio) contestant.worst = slice;
  }
}

Contestant contestant_of(const Group& group, const std::vector<Group>& groups) {
  Contestant contestant;
  contestant.name = name_of(group, groups);
  std::vector<double> means;
  for (const Measured* campaign : group.campaigns) {
    const ReportData& data = campaign->data;
    contestant.folders.push_back(campaign->folder);
    contestant.seeds.push_back(data.seed);
    contestant.certified += data.champion && data.champion->certified;
    means.push_back(*mean_of(data, *champion_row(data), "holdout"));
    add_slices(contestant, data, *champion_row(data));
    add(contestant.cost, data);
    contestant.tries += data.tries;
  }
  contestant.holdout = spread_of(means);
  return contestant;
}

/// Every campaign against the first; a model's answers against those of the first that has a model.
std::vector<std::string> inequalities(const std::vector<const Measured*>& campaigns) {
  std::vector<std::string> found;
  const Measured* model = nullptr;
  for (const Measured* campaign : campaigns) {
    const Measured& first = *campaigns.front();
    const std::uint64_t mine = campaign->data.tries.evaluations(), its = first.data.tries.evaluations();
    if (mine != its) found.push_back(campaign->folder + " had " + std::to_string(mine) + " evaluations, " + first.folder + " had " + std::to_string(its) +
                                     "; go on with the smaller: assay resume " + (mine < its ? campaign->folder : first.folder) + " --budget candidates=N");
    if (campaign->data.completions == 0) continue;
    if (!model) model = campaign;
    if (campaign->data.completions != model->data.completions)
      found.push_back(campaign->folder + " had " + std::to_string(campaign->data.completions) + " answers of a model, " + model->folder + " had " +
                      std::to_string(model->data.completions));
  }
  return found;
}

/// The campaigns that can be compared; why the others cannot goes to `left_out`.
std::vector<const Measured*> comparable(const std::vector<Measured>& campaigns, std::vector<std::string>& left_out) {
  std::vector<const Measured*> found;
  for (const Measured& campaign : campaigns) {
    const auto* shown = champion_row(campaign.data);
    if (!campaign.data.ended) left_out.push_back(campaign.folder + " has not ended and is left out: assay resume " + campaign.folder);
    else if (!shown || !mean_of(campaign.data, *shown, "holdout")) left_out.push_back(campaign.folder + " has no policy with a score on all of holdout and is left out");
    else found.push_back(&campaign);
  }
  return found;
}

Result<void> check(const std::vector<const Measured*>& campaigns) {
  std::map<std::string, std::string> heads;
  for (const Measured* campaign : campaigns) {
    const Measured& first = *campaigns.front();
    if (auto differs = first_difference(identity_of(first.data), identity_of(campaign->data)); !differs.empty())
      return fail(campaign->folder + " and " + first.folder + " are no campaigns of the same task: \"" + differs + "\" differs; compare those of one task, as it was");
    const auto [at, is_new] = heads.try_emplace(campaign->data.digests.at("archive head"), campaign->folder);
    if (!is_new) return fail(campaign->folder + " and " + at->second + " are the same campaign (equal heads): it counts once; give one of them, or another seed");
  }
  return {};
}

}  // namespace

Spread spread_of(const std::vector<double>& values) {
  Spread spread;
  spread.values = values.size();
  if (values.empty()) return spread;
  const double n = static_cast<double>(values.size());
  for (double value : values) spread.mean += value / n;
  if (values.size() < 2) return spread;
  double squares = 0;
  for (double value : values) squares += (value - spread.mean) * (value - spread.mean);
  spread.half = student_t(values.size() - 1) * std::sqrt(squares / (n - 1) / n);
  return spread;
}

Result<Comparison> compare(const std::vector<Measured>& campaigns) {
  Comparison comparison;
  const auto ended = comparable(campaigns, comparison.unequal);
  if (ended.empty()) return comparison;
  if (auto same = check(ended); !same) return std::unexpected(same.error());
  const ReportData& first = ended.front()->data;
  comparison.task = first.task;
  comparison.objective = first.objective;
  comparison.minimise = first.minimise;
  if (const auto* best = best_baseline(first, "holdout")) {
    comparison.best_baseline = best->name;
    comparison.best_baseline_mean = mean_of(first, *best, "holdout");
  }
  const auto groups = grouped_by_settings(ended);
  for (const Group& group : groups) comparison.contestants.push_back(contestant_of(group, groups));
  std::ranges::stable_sort(comparison.contestants, [&](const Contestant& a, const Contestant& b) { return first.better(a.holdout.mean, b.holdout.mean); });
  for (auto& line : inequalities(ended)) comparison.unequal.push_back(std::move(line));
  return comparison;
}

Result<std::vector<Measured>> measure(const fs::path& folder) {
  std::vector<fs::path> folders = {folder};
  std::error_code code;
  for (fs::directory_iterator entry(folder / "equal", code), end; !code && entry != end; entry.increment(code))
    if (std::error_code ignored; fs::exists(entry->path() / "archive.sqlite", ignored)) folders.push_back(entry->path());
  std::sort(folders.begin() + 1, folders.end());
  std::vector<Measured> campaigns;
  for (const fs::path& each : folders) {
    auto archive = evolve::Archive::open_read_only(each);
    if (!archive) return std::unexpected(archive.error());
    auto data = collect_report(**archive);
    if (!data) return fail(each.string() + ": " + data.error().what);
    campaigns.push_back({each.string(), std::move(*data)});
  }
  return campaigns;
}

}  // namespace assay::cli
