#include "kernels/worker/all.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>

#include "kernels/sha256.h"
#include "kernels/worker/lines.h"
#include "kernels/worker/measuring.h"

namespace assay::kernels::worker {
namespace {

using Clock = std::chrono::steady_clock;

/// What a plan is made for where there is no device: the datasheet's H200. No figure comes from it.
DeviceFacts assumed_device() {
  DeviceFacts facts;
  facts.name = "an H200 by its datasheet, assumed for the plan";
  facts.sms = 132;
  facts.l2_bytes = 50u << 20;
  facts.bandwidth_gb_s = 4800;
  facts.bf16_tflops = 989;
  return facts;
}

void say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

/// What a request found of one action.
struct Found {
  std::vector<double> us;
  std::vector<int> clock_mhz;
  double relative_error = 0;
  bool whole = false;
};

class Filling {
 public:
  Filling(Serving& serving, const AllOptions& options, ShapeList list, std::string today)
      : serving_(serving), options_(options), list_(std::move(list)), today_(std::move(today)), device_(*serving.opened.device) {}

  int run() {
    for (Job& job : list_.jobs) {
      if (!tables_.contains(job.task))
        if (std::string problem = open(job); !problem.empty()) return say("measure_all: " + problem), 1;
      if (lost_ || asked_to_stop()) break;
    }
    drop_what_is_there();
    double left_of_plan = 0;
    for (const Job& job : list_.jobs) left_of_plan += job.seconds;
    for (const Job& job : list_.jobs) {
      const double left = options_.minutes * 60 - seconds();
      if (lost_ || asked_to_stop() || left < 1) break;
      if (!tables_.contains(job.task)) continue;  // its null failed
      if (!measure(job, left * std::min(1.0, job.seconds / left_of_plan) * 1000)) return 1;
      left_of_plan = std::max(1e-9, left_of_plan - job.seconds);
    }
    for (const auto& [task, table] : tables_) say(path(task).string() + ": " + std::to_string(table.rows().size()) + " rows of " + std::to_string(table.shapes().size()) + " shapes");
    say(std::to_string(refused_) + " actions refused, " + std::to_string(too_few_) + " with fewer than " + std::to_string(kFewestSamples) + " samples not written, " + rounded(seconds()) + " s");
    return lost_ ? 1 : 0;
  }

 private:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  std::filesystem::path path(Task task) const { return options_.out / (std::string(name_of(task)) + ".jsonl"); }

  /// The table that is there, or a new one, which begins with a null: noise is known before the first figure.
  std::string open(const Job& job) {
    if (std::filesystem::exists(path(job.task))) {
      if (!options_.resume) return path(job.task).string() + " is there: --resume adds to it, or move it away";
      auto stored = read_table(path(job.task));
      if (!stored) return stored.error();
      const TableHeader& header = stored->table.header;
      if (header.build != serving_.build || header.device != device_.facts() || header.seed != list_.seed || header.rounds != list_.rounds)
        return path(job.task).string() + " is of another program, device, seed or number of rounds: figures of two are never in one table";
      tables_.emplace(job.task, std::move(stored->table));
      return {};
    }
    std::optional<double> p95;
    Request request = request_for(job, Verb::null, 60000);
    request.actions = {job.actions[job.actions.size() / 2]};
    serve_request(device_, request, serving_.make, [&](Json event) {
      if (event["event"] == "null") p95 = event["log_ratios_p95"].get<double>();
      else if (event["event"] == "error") note(job, event);
      return !asked_to_stop();
    });
    if (!p95) return {};
    Table table;
    table.header = {job.task, device_.facts(), serving_.build, today_, list_.seed, list_.rounds, *p95, job.shape, "kernels/measure_all"};
    say(std::string(name_of(job.task)) + ": two copies of one action differ by up to " + percent_apart(*p95) + " in 95 of 100 rounds");
    return keep(tables_.emplace(job.task, std::move(table)).first->second);
  }

  Request request_for(const Job& job, Verb verb, double budget_ms) const {
    Request request;
    request.verb = verb;
    request.task = job.task;
    request.shape = job.shape;
    request.seed = list_.seed;
    request.actions = job.actions;
    request.orders = job.orders;
    request.rounds = list_.rounds;
    request.budget_ms = std::max(1.0, budget_ms);
    return request;
  }

  static std::string key(const Job& job, std::uint32_t action) {
    return job.task == Task::tile_order ? order_digest(job.orders[action].codes) : action_key(job.task, job.shape, action);
  }

  /// Shapes go of which a resumed table has every action.
  void drop_what_is_there() {
    std::erase_if(list_.jobs, [&](const Job& job) {
      const auto table = tables_.find(job.task);
      return table != tables_.end() && std::ranges::all_of(job.actions, [&](std::uint32_t action) { return table->second.find(job.shape, key(job, action)) != nullptr; });
    });
  }

  /// False: the table cannot be kept.
  bool measure(const Job& job, double budget_ms) {
    Table& table = tables_.at(job.task);
    const double begin = seconds();
    std::map<std::string, Found> found;  // by the text of the action
    bool complete = false;
    const Request request = request_for(job, Verb::measure, budget_ms);
    serve_request(device_, request, serving_.make, [&](const Json& event) {
      if (event["event"] == "error") note(job, event);
      else if (event["event"] == "done") complete = event["complete"];
      else take(event, found[event["action"].dump()]);
      return !asked_to_stop();
    });
    std::vector<TableRow> rows;
    for (std::uint32_t action : job.actions)
      if (const Found& one = found[request.action_json(action).dump()]; one.whole && has_samples(one)) rows.push_back(row_of(job, action, one));
    // Rows of an earlier run stay only as long as there are more of them.
    const std::size_t before = table.of(job.shape).size(), added = rows.size() >= before ? add(table, job, std::move(rows)) : 0;
    say(rounded(seconds()) + " s  " + std::string(name_of(job.task)) + " " + job.shape.dump() + ": " + std::to_string(added) + " of " + std::to_string(job.actions.size()) +
        " actions in " + rounded(seconds() - begin) + " s (planned " + rounded(job.seconds) + ")" + (complete ? "" : ", fewer rounds than asked for"));
    const std::string problem = keep(table);
    if (!problem.empty()) say("measure_all: " + problem);
    return problem.empty();
  }

  static void take(const Json& event, Found& found) {
    if (event["event"] == "sample") {
      found.us.push_back(event["us"]);
      found.clock_mhz.push_back(event["clock_mhz"]);
    } else if (event["event"] == "result") {  // samples of whole rounds come first
      found.us.resize(event["samples"]);
      found.clock_mhz.resize(event["samples"]);
      found.relative_error = event["relative_error"];
      found.whole = true;
    }
  }

  bool has_samples(const Found& found) {
    if (found.us.size() >= kFewestSamples) return true;
    ++too_few_;
    return false;
  }

  TableRow row_of(const Job& job, std::uint32_t action, const Found& found) const {
    return {job.shape, key(job, action), job.task == Task::tile_order ? job.orders[action].name : "", found.us, found.clock_mhz,
            floor_us(job.task, job.shape, device_.facts()), found.relative_error};
  }

  /// In place of what there is of the shape. How many were kept.
  static std::size_t add(Table& table, const Job& job, std::vector<TableRow> rows) {
    table.remove(job.shape);
    std::size_t added = 0;
    for (TableRow& row : rows) {
      const std::string action = row.action, problem = table.add(std::move(row));
      added += problem.empty() ? 1 : 0;
      if (!problem.empty()) say("measure_all: not kept: " + job.shape.dump() + " action " + action + ": " + problem);
    }
    return added;
  }

  std::string keep(const Table& table) {
    std::error_code ignored;  // write_table says what is wrong
    std::filesystem::create_directories(options_.out, ignored);
    const auto written = write_table(path(table.header.task), table);
    return written ? "" : written.error();
  }

  void note(const Job& job, const Json& event) {
    ++refused_;
    lost_ = lost_ || event["kind"] == name_of(Kind::device_lost);
    say("refused: " + job.shape.dump() + ": " + event.dump());
  }

  Serving& serving_;
  const AllOptions& options_;
  ShapeList list_;
  std::string today_;
  Device& device_;
  Clock::time_point start_ = Clock::now();
  std::map<Task, Table> tables_;
  std::size_t refused_ = 0, too_few_ = 0;
  bool lost_ = false;
};

void print_plan(const ShapeList& list, const DeviceFacts& device) {
  std::printf("device: %s, %s\n", device.kind.c_str(), device.name.c_str());
  double sum = 0;
  std::size_t pairs = 0;
  for (const Job& job : list.jobs) {
    sum += job.seconds;
    pairs += job.actions.size();
    std::printf("%7.1f s  %-12s %3zu actions, floor %10.1f us  %s\n", job.seconds, std::string(name_of(job.task)).c_str(), job.actions.size(),
                floor_us(job.task, job.shape, device), job.shape.dump().c_str());
  }
  std::printf("%zu shapes, %zu pairs of shape and action, %d rounds: about %.0f s by floors (an estimate, not a measurement)\n", list.jobs.size(), pairs, list.rounds, sum);
}

}  // namespace

std::string percent_apart(double log_ratio) { return rounded(100 * std::expm1(log_ratio)) + " %"; }

int measure_all(Serving& serving, const AllOptions& options, const std::string& today) {
  const DeviceFacts facts = serving.opened.device != nullptr ? serving.opened.device->facts() : assumed_device();
  auto list = read_shapes(options.shapes, facts);
  if (!list) return say("measure_all: " + list.error()), 2;
  if (options.dry_run) return print_plan(*list, facts), 0;
  if (serving.opened.device == nullptr) return say("measure_all: no device: " + serving.opened.why), 3;
  return Filling(serving, options, std::move(*list), today).run();
}

}  // namespace assay::kernels::worker
