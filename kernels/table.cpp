#include "kernels/table.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "kernels/members.h"
#include "kernels/sha256.h"
#include "kernels/shape_json.h"

namespace assay::kernels {
namespace {

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_date(const std::string& text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < 10; ++i)
    if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  const int month = std::stoi(text.substr(5, 2)), day = std::stoi(text.substr(8));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

Json json_of(const TableHeader& h) {
  return {{"table", 1},
          {"task", name_of(h.task)},
          {"device", to_json(h.device)},
          {"build", h.build},
          {"date", h.date},
          {"seed", h.seed},
          {"rounds", h.rounds},
          {"null", {{"log_ratio_p95", h.null_log_ratio_p95}, {"shape", h.null_shape}}},
          {"by", h.by}};
}

Json json_of(const TableRow& row, Task task) {
  Json json{{"shape", row.shape}, {"us", row.us}, {"clock_mhz", row.clock_mhz}, {"floor_us", row.floor_us}, {"relative_error", row.relative_error}, {"writes_once", true}};
  if (task == Task::tile_order) json["name"] = row.name, json["action"] = row.action;
  else json["action"] = std::stoul(row.action);
  return json;
}

std::expected<TableHeader, std::string> header_from(const Json& json) {
  TableHeader h;
  int version = 0;
  std::string task;
  Json device, null;
  Members read(json, "the header");
  read.needs("table", version).needs("task", task).needs("device", device).needs("build", h.build).needs("date", h.date);
  read.needs("seed", h.seed).needs("rounds", h.rounds).needs("null", null).needs("by", h.by);
  read.must(version == 1, "is of another version than 1");
  read.must(is_digest(h.build), "has a \"build\" that is no SHA-256");
  read.must(is_date(h.date), "has a \"date\" that is no date");
  read.must(h.rounds >= 1 && h.rounds <= 1000000, "has no rounds");
  if (std::string problem = read.end(); !problem.empty()) return std::unexpected(problem);
  auto known = task_from(task);
  if (!known) return std::unexpected(known.error());
  h.task = *known;
  auto facts = device_from(device);
  if (!facts) return std::unexpected(facts.error());
  h.device = *facts;
  Members read_null(null, "\"null\"");
  read_null.needs("log_ratio_p95", h.null_log_ratio_p95).needs("shape", h.null_shape);
  read_null.must(h.null_log_ratio_p95 >= 0, "is negative");
  if (std::string problem = read_null.end(); !problem.empty()) return std::unexpected(problem);
  auto shape = canonical_shape(h.task, h.null_shape);
  if (!shape) return std::unexpected("\"null\": \"shape\": " + shape.error());
  h.null_shape = *shape;
  return h;
}

std::expected<TableRow, std::string> row_from(const Json& json, Task task) {
  TableRow row;
  bool writes_once = false;
  std::uint32_t number = 0;
  Members read(json, "the row");
  read.needs("shape", row.shape).needs("us", row.us).needs("clock_mhz", row.clock_mhz).needs("floor_us", row.floor_us);
  read.needs("relative_error", row.relative_error).needs("writes_once", writes_once);
  if (task == Task::tile_order) read.needs("action", row.action).needs("name", row.name);
  else read.needs("action", number), row.action = std::to_string(number);
  read.must(writes_once, "is of a kernel that does not write each output once: it has no time");
  if (std::string problem = read.end(); !problem.empty()) return std::unexpected(problem);
  return row;
}

/// What no row may be, whoever made it.
std::string objection(const TableRow& row, const TableHeader& header, double floor) {
  if (header.task == Task::tile_order ? !is_digest(row.action) || row.name.empty() || row.name.size() > 64 : !row.name.empty())
    return "the action is no SHA-256 of an order with a name";
  if (header.task != Task::tile_order) {
    if (row.action.empty() || row.action.size() > 9 || row.action.find_first_not_of("0123456789") != std::string::npos) return "the action is no number";
    const auto number = static_cast<std::uint32_t>(std::stoul(row.action));
    if (header.task == Task::moe_select ? number >= moe_select::kVariantCount : number < 1 || number > decode_split::kMostSplits)
      return "the action is out of range";
    if (action_key(header.task, row.shape, number) != row.action) return "the action is the same launch as " + action_key(header.task, row.shape, number);
  }
  if (row.us.size() < kFewestSamples || row.us.size() > kMostSamples) return "it has no samples, too few or too many: " + std::to_string(row.us.size());
  if (row.us.size() != row.clock_mhz.size()) return "it has not a clock for each sample";
  if (!(std::abs(row.floor_us - floor) <= 1e-6 * floor)) return "\"floor_us\" is not what bytes and arithmetic need on this device (" + std::to_string(floor) + ")";
  for (double sample : row.us)
    if (!(sample > 0 && sample <= 1e9)) return "a sample is no time";
    else if (sample < floor) return "a sample of " + std::to_string(sample) + " us is under the floor of " + std::to_string(floor) + " us";
  for (int clock : row.clock_mhz)
    if (clock < 0 || clock > 100000) return "a clock is out of range";
  if (!(row.relative_error >= 0 && row.relative_error <= kMostRelativeError)) return "the result is wrong by " + std::to_string(row.relative_error);
  return {};
}

}  // namespace

double TableRow::median_us() const {
  std::vector<double> sorted = us;
  std::ranges::sort(sorted);
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

const TableRow* Table::find(const Json& shape, std::string_view action) const {
  const auto canonical = canonical_shape(header.task, shape);
  if (!canonical) return nullptr;
  const auto found = index_.find({canonical->dump(), std::string(action)});
  return found == index_.end() ? nullptr : &rows_[found->second];
}

const TableRow* Table::find(const Json& shape, std::uint32_t action) const {
  const auto canonical = canonical_shape(header.task, shape);
  return canonical ? find(*canonical, action_key(header.task, *canonical, action)) : nullptr;
}

std::vector<const TableRow*> Table::of(const Json& shape) const {
  std::vector<const TableRow*> found;
  const auto canonical = canonical_shape(header.task, shape);
  if (!canonical) return found;
  for (const TableRow& row : rows_)
    if (row.shape == *canonical) found.push_back(&row);
  return found;
}

std::vector<Json> Table::shapes() const {
  std::vector<Json> all;
  for (const TableRow& row : rows_)
    if (std::ranges::find(all, row.shape) == all.end()) all.push_back(row.shape);
  return all;
}

std::string Table::add(TableRow row) {
  const auto shape = canonical_shape(header.task, row.shape);
  if (!shape) return "\"shape\": " + shape.error();
  if (*shape != row.shape) return "\"shape\" lacks keys";
  const std::string text = shape->dump();
  if (!floors_.contains(text)) floors_[text] = floor_us(header.task, *shape, header.device);
  if (std::string problem = objection(row, header, floors_[text]); !problem.empty()) return problem;
  if (!index_.emplace(std::pair(text, row.action), rows_.size()).second) return "this shape and action are in the table already";
  rows_.push_back(std::move(row));
  return {};
}

void Table::remove(const Json& shape) {
  const auto canonical = canonical_shape(header.task, shape);
  if (!canonical) return;
  std::erase_if(rows_, [&](const TableRow& row) { return row.shape == *canonical; });
  index_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) index_.emplace(std::pair(rows_[i].shape.dump(), rows_[i].action), i);
}

std::string Table::text() const {
  std::string text = json_of(header).dump() + "\n";
  for (const TableRow& row : rows_) text += json_of(row, header.task).dump() + "\n";
  return text;
}

std::expected<Table, std::string> parse_table(std::string_view text, const std::string& name) {
  Table table;
  for (int line = 1; !text.empty(); ++line) {
    const auto refused = [&](const std::string& what) { return std::unexpected(name + ":" + std::to_string(line) + ": " + what); };
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return refused("the last line does not end: the file is cut off");
    const auto json = parse_line(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (!json) return refused(json.error());
    if (line == 1) {
      auto header = header_from(*json);
      if (!header) return refused(header.error());
      table.header = std::move(*header);
      continue;
    }
    auto row = row_from(*json, table.header.task);
    if (!row) return refused(row.error());
    if (std::string problem = table.add(std::move(*row)); !problem.empty()) return refused(problem);
  }
  if (table.header.build.empty()) return std::unexpected(name + ":1: an empty file is no table");
  return table;
}

std::expected<StoredTable, std::string> read_table(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(path.string() + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return std::unexpected(path.string() + ": cannot be read to its end");
  auto table = parse_table(text, path.string());
  if (!table) return std::unexpected(table.error());
  return StoredTable{std::move(*table), sha256_hex(text)};
}

std::expected<void, std::string> write_table(const std::filesystem::path& path, const Table& table) {
  const std::string beside = path.string() + ".new", text = table.text();
  const auto failed = [&](const char* what) { return std::unexpected(beside + ": cannot " + what + ": " + std::strerror(errno)); };
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failed("be opened");
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = write(file, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return close(file), failed("be written");
    at += static_cast<std::size_t>(written);
  }
  const bool kept = fsync(file) == 0;
  if (close(file) != 0 || !kept) return failed("be kept");
  if (rename(beside.c_str(), path.c_str()) != 0) return failed("be renamed");
  return {};
}

}  // namespace assay::kernels
