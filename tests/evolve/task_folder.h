#pragma once
// A small task in a folder of its own: the queue machine's contract and baselines on short traces made here.

#include <algorithm>
#include <fstream>
#include <vector>

#include "evolve/campaign.h"
#include "evolve/random.h"
#include "tasks/task.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {

/// Ids, one a line: a skewed set whose centre drifts, with a scan now and then.
inline std::string trace_text(std::uint64_t seed, int requests) {
  Random random(seed, 0);
  std::string text;
  std::uint64_t scan = 1000000;
  for (int i = 0; i < requests; ++i) {
    double u = random.unit();
    auto id = static_cast<std::uint64_t>(u * u * u * 400) + static_cast<std::uint64_t>(i / 1500) * 40;
    if (i % 900 >= 750) id = scan++;
    text += std::to_string(id) + "\n";
  }
  return text;
}

inline Json instance_json(const std::string& name, const std::string& trace, double share) {
  return {{"name", name}, {"trace", trace}, {"format", "ids"}, {"capacity", {{"share", share}}}, {"size_aware", false}};
}

/// `baselines`: which of the task's own to keep; empty: all.
inline std::filesystem::path make_task(const std::filesystem::path& in, const std::vector<std::string>& baselines = {},
                                       const Json& search = Json::object()) {
  namespace fs = std::filesystem;
  const fs::path from = fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues", to = in / "small_queues";
  fs::create_directories(to / "baselines");
  fs::create_directories(to / "instances");
  fs::copy(from / "policy.h", to);
  fs::copy(from / "prompt.md", to);
  for (const auto& entry : fs::directory_iterator(from / "baselines"))
    if (baselines.empty() || std::ranges::find(baselines, entry.path().stem().string()) != baselines.end())
      fs::copy(entry.path(), to / "baselines");
  for (auto [name, seed] : {std::pair{"train.txt", 1}, {"validation.txt", 2}, {"holdout.txt", 3}})
    std::ofstream(to / "instances" / name) << trace_text(static_cast<std::uint64_t>(seed), 6000);
  Json json{{"domain", "cache"}, {"objective", "miss_ratio"}, {"direction", "minimise"},
            {"limits", {{"run_milliseconds", 1500}, {"memory_mib", 256}, {"instructions", 4096}}},
            {"native_baselines", {"fifo", "lru", "sieve", "s3fifo"}}, {"search", {{"promote", 1}, {"certify", 1}}}};  // a short end: one certificate takes longer than all the candidates before it
  json["search"].update(search);
  json["instances"]["train"] = {instance_json("train-5%", "instances/train.txt", 0.05), instance_json("train-20%", "instances/train.txt", 0.2)};
  json["instances"]["validation"] = Json::array({instance_json("validation-10%", "instances/validation.txt", 0.1)});
  json["instances"]["holdout"] = Json::array({instance_json("holdout-10%", "instances/holdout.txt", 0.1)});
  std::ofstream(to / "task.json") << json.dump(2);
  return to;
}

/// A policy of that task; LRU in one queue, where nothing else is said.
inline std::string queue_policy(const std::string& on_insert, const std::string& on_hit = "return object.queue;", const std::string& pick = "return 0;",
                                const std::string& on_head = "return kEvict;") {
  return "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { " + on_insert + " }\n"
         "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { " + on_hit + " }\n"
         "i64 pick_queue(const Queues& queues, Memory& memory) { " + pick + " }\n"
         "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { " + on_head + " }\n";
}

}  // namespace assay::evolve
