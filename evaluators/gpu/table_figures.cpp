#include "evaluators/gpu/table_figures.h"

#include <cmath>
#include <cstdio>
#include <mutex>

#include "base/file.h"
#include "kernels/table.h"

namespace assay::evaluators::gpu {
namespace {

/// Of two copies of one action, measured as if they were two: 95 of 100 rounds differ by less.
std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

}  // namespace

Result<std::shared_ptr<const TableFigures>> TableFigures::parse(const std::string& text, const std::string& path, Kind kind) {
  auto table = kernels::parse_table(text, path);
  if (!table) return fail(table.error());
  if (kernels::name_of(table->header.task) != name_of(kind))
    return fail(path + ":1: a table of " + std::string(kernels::name_of(table->header.task)) + "; the contract is of " + std::string(name_of(kind)));
  auto figures = std::make_shared<TableFigures>();
  figures->digest_ = sha256(text);
  figures->device_ = table->header.device;
  figures->provenance_ = "table " + figures->digest_.hex().substr(0, 12) + (table->header.device.kind == "cpu" ? " of a CPU, " : ", ") +
                         table->header.device.name + ", " + table->header.date + ", noise " + percent(std::expm1(table->header.null_log_ratio_p95));
  for (const kernels::TableRow& row : table->rows()) {
    const std::string shape = row.shape.dump();
    auto [place, is_new] = figures->entries_.try_emplace(shape);
    if (is_new) {
      auto read = shape_from(kind, row.shape);
      if (!read) return fail(path + ": " + read.error().what);
      figures->shapes_.push_back(*read);
    }
    place->second[row.action] = {{row.median_us(), row.floor_us}, row.name};
  }
  return figures;
}

Result<std::shared_ptr<const TableFigures>> TableFigures::load(const std::filesystem::path& path, Kind kind) {
  static std::mutex mutex;
  static std::map<std::pair<Kind, Digest>, std::shared_ptr<const TableFigures>> shelf;
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  const std::lock_guard lock(mutex);
  auto& place = shelf[{kind, sha256(*text)}];
  if (place != nullptr) return place;
  auto parsed = parse(*text, path.string(), kind);
  if (!parsed) return std::unexpected(parsed.error());
  return place = std::move(*parsed);
}

Result<std::vector<std::optional<Figure>>> TableFigures::times(const Subject& subject, std::span<const Action> actions) const {
  std::vector<std::optional<Figure>> all(actions.size());
  const auto shape = entries_.find(subject.text);
  if (shape == entries_.end()) return all;
  for (std::size_t i = 0; i < actions.size(); ++i)
    if (const auto found = shape->second.find(actions[i].key); found != shape->second.end()) all[i] = found->second.figure;
  return all;
}

std::vector<Action> TableFigures::known(const Subject& subject) const {
  std::vector<Action> all;
  const auto shape = entries_.find(subject.text);
  if (shape == entries_.end()) return all;
  for (const auto& [key, entry] : shape->second) {
    if (entry.name.empty()) all.push_back(number_action(subject.shape, std::stoi(key)));
    else all.push_back({key, entry.name, 0, nullptr});
  }
  return all;
}

}  // namespace assay::evaluators::gpu
