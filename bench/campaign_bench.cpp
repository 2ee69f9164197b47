// The whole loop: candidates per second with the share of each stage, and what the search found against the baselines.
//
//   campaign_bench [--task DIR] [--seconds S | --candidates N] [--threads N] [--seed N] [--out DIR] [--trace FILE]
//
// Without --task: tasks/web_cache_queues on a synthetic Zipf trace of 100,000 requests with scans and a moving hot set,
// at two cache sizes, in a folder of its own. --trace takes another trace for that; 60/20/20 % of it by time.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "bench/cpu_tally.h"
#include "bench/moving_trace.h"
#include "evolve/campaign.h"

namespace {

namespace fs = std::filesystem;
using assay::Json;
using assay::evolve::Archive;

struct Options {
  fs::path task, out, trace;
  std::string kind = "web_cache_queues";
  double seconds = 30;
  std::uint64_t candidates = 0, seed = 1;
  unsigned threads = 2;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string key = argv[i], value = argv[i + 1];
    if (key == "--task") options.task = value;
    if (key == "--kind") options.kind = value;
    if (key == "--trace") options.trace = fs::absolute(value);
    if (key == "--out") options.out = value;
    if (key == "--seconds") options.seconds = std::atof(value.c_str());
    if (key == "--candidates") options.candidates = std::strtoull(value.c_str(), nullptr, 10);
    if (key == "--seed") options.seed = std::strtoull(value.c_str(), nullptr, 10);
    if (key == "--threads") options.threads = static_cast<unsigned>(std::atoi(value.c_str()));
  }
  return options;
}

/// A copy of the task's folder with instances on one trace.
fs::path make_task(const Options& options, const fs::path& scratch) {
  fs::path from = fs::path(ASSAY_SOURCE_DIR) / "tasks" / options.kind, to = scratch / options.kind;
  fs::create_directories(to / "instances");
  fs::copy(from / "policy.h", to);
  fs::copy(from / "prompt.md", to);
  fs::copy(from / "baselines", to / "baselines");
  if (fs::exists(from / "properties.cpp")) fs::copy(from / "properties.cpp", to);
  fs::path trace = options.trace;
  if (trace.empty()) {
    trace = "instances/trace.txt";
    if (!assay::bench::write_moving_trace(to / trace, 100000)) {
      std::fprintf(stderr, "campaign_bench: cannot write %s\n", (to / trace).c_str());
      std::exit(2);
    }
  }
  auto instance = [&](const std::string& split, double share, double low, double high) {
    Json json{{"name", split + "-" + std::to_string(static_cast<int>(share * 100)) + "%"}, {"trace", trace.string()},
              {"window", {low, high}}, {"capacity", {{"share", share}}}, {"size_aware", false}};
    if (options.trace.empty() || options.trace.extension() == ".txt") json["format"] = "ids";
    return json;
  };
  Json task{{"domain", "cache"}, {"objective", "miss_ratio"}, {"direction", "minimise"},
            {"limits", {{"run_milliseconds", 10000}, {"memory_mib", 512}, {"instructions", 4096}}},
            {"native_baselines", {"fifo", "lru", "clock", "slru", "2q", "sieve", "s3fifo", "arc", "lirs", "wtinylfu", "belady"}}};
  if (options.trace.empty()) task["instances"]["train"] = Json::array({instance("train", 0.1, 0, 1)});
  else task["instances"]["train"] = {instance("train", 0.01, 0, 0.6), instance("train", 0.1, 0, 0.6)};
  task["instances"]["validation"] = {instance("validation", 0.01, 0.6, 0.8), instance("validation", 0.1, 0.6, 0.8)};
  task["instances"]["holdout"] = {instance("holdout", 0.01, 0.8, 1), instance("holdout", 0.1, 0.8, 1)};
  std::ofstream(to / "task.json") << task.dump(2);
  return to;
}

double mean(const Json& scores) {
  double sum = 0;
  for (const auto& score : scores) sum += score["objective"].get<double>();
  return scores.empty() ? 0 : sum / static_cast<double>(scores.size());
}

void print_row(const std::string& name, const Json& body) {
  std::printf("  %-22s %8.4f  %8.4f  %8.4f\n", name.c_str(), mean(body.value("train", Json::array())), mean(body.value("validation", Json::array())),
              mean(body.value("holdout", Json::array())));
}

assay::Result<void> print_table(const Archive& archive) {
  std::printf("  %-22s    train  validation  holdout\n", "");
  std::multimap<double, Json> rows;
  auto walked = archive.for_each("baseline", [&](const assay::evolve::Event& event) -> assay::Result<void> {
    rows.emplace(mean(event.body["holdout"]), event.body);
    return {};
  });
  if (!walked) return walked;
  for (const auto& [holdout, body] : rows) print_row(body["name"].get<std::string>() + " (" + body["kind"].get<std::string>() + ")", body);
  return archive.for_each("result", [&](const assay::evolve::Event& event) -> assay::Result<void> {
    print_row("CHAMPION", event.body);
    std::printf("  candidate %s, certificate %s, proposals %s\n", event.body.value("candidate", Json()).dump().c_str(),
                event.body.value("certificate_verdict", "").c_str(), event.body["proposals"].dump().c_str());
    return {};
  });
}

/// Processor time of the search itself: between the first candidate and the last, without start and end.
class Processors {
 public:
  /// Reading /proc has its price: once a second.
  void note(std::uint64_t candidates) {
    const auto now = std::chrono::steady_clock::now();
    if (!first_.empty() && now - noted_ < std::chrono::seconds(1)) return;
    noted_ = now;
    auto tally = assay::bench::cpu_tally();
    if (first_.empty()) first_ = tally, first_candidates_ = candidates;
    last_ = std::move(tally), last_candidates_ = candidates;
  }

  void print() const {
    const double candidates = static_cast<double>(last_candidates_ - first_candidates_);
    if (candidates <= 0) return;
    double total = 0;
    std::printf("processor time of a candidate:");
    for (const auto& [name, seconds] : last_) {
      const auto before = first_.find(name);
      const double spent = seconds - (before == first_.end() ? 0 : before->second);
      total += spent;
      if (spent > 0) std::printf(" %s %.2f ms", name.c_str(), spent * 1e3 / candidates);
    }
    std::printf("; together %.2f ms: %.1f candidates for a second of one processor\n", total * 1e3 / candidates, candidates / total);
  }

 private:
  std::chrono::steady_clock::time_point noted_;
  std::map<std::string, double> first_, last_;
  std::uint64_t first_candidates_ = 0, last_candidates_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options = read_options(argc, argv);
  std::string pattern = (fs::temp_directory_path() / "assay-campaign-bench-XXXXXX").string();
  fs::path scratch = ::mkdtemp(pattern.data());
  fs::path folder = options.task.empty() ? make_task(options, scratch) : options.task;
  auto task = assay::tasks::load_task(folder);
  if (!task) return std::fprintf(stderr, "%s\n", task.error().what.c_str()), 2;
  assay::evolve::CampaignOptions campaign;
  campaign.out = options.out.empty() ? scratch / "out" : options.out;
  if (options.candidates) campaign.budget.candidates = options.candidates;
  else campaign.budget.seconds = options.seconds;
  campaign.seed = options.seed;
  campaign.threads = options.threads;
  assay::evolve::Progress last;
  Processors processors;
  auto start = std::chrono::steady_clock::now();
  auto summary = assay::evolve::run_campaign(*task, campaign, [&](const auto& progress) {
    last = progress;
    processors.note(progress.candidates);
  }, {});
  double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!summary) return std::fprintf(stderr, "%s\n", summary.error().what.c_str()), 2;
  double seconds = std::chrono::duration<double>(last.elapsed).count();
  std::printf("%llu candidates in %.1f s: %.1f a second on %u threads; start and end took %.1f s more\n",
              static_cast<unsigned long long>(last.candidates), seconds, static_cast<double>(last.candidates) / seconds, options.threads,
              wall - seconds);
  processors.print();
  std::printf("share of stage time:");
  for (const auto& [stage, share] : last.stage_share) std::printf(" %s %.1f%%", stage.c_str(), share * 100);
  std::printf("\noutcomes:");
  for (const auto& [outcome, count] : last.outcomes) std::printf(" %s %llu", outcome.c_str(), static_cast<unsigned long long>(count));
  std::printf("\nhead %s\n", summary->head.short_hex().c_str());
  auto archive = Archive::open_read_only(campaign.out);
  if (archive) (void)print_table(**archive);
  fs::remove_all(scratch);
  return 0;
}
