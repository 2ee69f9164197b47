#include "evaluators/congestion/congestion_settings.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "evaluators/congestion/mahimahi.h"

namespace assay::evaluators::congestion {
namespace {

using namespace assay_congestion;

constexpr double kMostSeconds = 600, kMostMegabits = 10'000;
constexpr double kMostPackets = 1 << 20;

constexpr NativeName kNatives[] = {{"reno", kReno}, {"cubic", kCubic}, {"vegas", kVegas}};

/// Between neighbours of a generated link.
struct Walk {
  double megabits = 0, spread = 0, every_s = 0.1;
  std::uint64_t seed = 0;
};

class Reader {
 public:
  Reader(const Json& json, std::string name, std::vector<std::string>& problems) : json_(json), name_(std::move(name)), problems_(problems) {}

  Plan read(const std::filesystem::path& folder) {
    if (!json_.is_object()) {
      problem("the settings are no JSON object; write {\"link\": {\"mbps\": 12}, \"delay_ms\": 20, ...}");
      return std::move(plan_);
    }
    known_keys(json_, {"link", "delay_ms", "queue", "ecn", "loss", "burst", "ack_interval_ms", "seconds", "flows", "seed", "packet_bytes"}, "");
    Scenario& s = plan_.scenario;
    s.duration_ns = nanoseconds(json_, "seconds", 20, 0.01, kMostSeconds, kSecond);
    s.delay_ns = nanoseconds(json_, "delay_ms", 20, 0.01, 10'000, kMillisecond);
    s.ack_interval_ns = nanoseconds(json_, "ack_interval_ms", 0, 0, 1000, kMillisecond);
    s.packet_bytes = static_cast<std::uint64_t>(number(json_, "packet_bytes", 1500, 64, 9000));
    s.seed = static_cast<std::uint64_t>(number(json_, "seed", 1, 0, 1e9));
    s.changed_at_ns = kNever;
    s.ecn = boolean("ecn") ? 1 : 0;
    s.loss = probability(json_, "loss");
    burst();
    link(folder);
    if (problems_.size() > before_) return std::move(plan_);  // nothing to count a queue in
    queue();
    flows();
    const double most = peak_bytes_ * static_cast<double>(2 * s.delay_ns) / kSecond / static_cast<double>(s.packet_bytes);
    s.receive_window = static_cast<std::uint64_t>(std::min(4 * (most + static_cast<double>(s.queue_packets)) + 64, kMostPackets));
    return std::move(plan_);
  }

 private:
  void problem(const std::string& text) { problems_.push_back(name_ + ": " + text); }

  void known_keys(const Json& object, const std::set<std::string>& known, const std::string& where) {
    for (const auto& [key, value] : object.items()) {
      if (known.contains(key)) continue;
      std::string names;
      for (const auto& each : known) names += (names.empty() ? "" : ", ") + each;
      problem(where + "\"" + key + "\" is not a key here; the keys are: " + names);
    }
  }

  double number(const Json& object, const std::string& key, double otherwise, double low, double high) {
    if (!object.contains(key)) return otherwise;
    const double value = object[key].is_number() ? object[key].get<double>() : std::nan("");
    if (value >= low && value <= high) return value;
    problem("\"" + key + "\" is " + object[key].dump() + "; it must be a number from " + Json(low).dump() + " to " + Json(high).dump());
    return otherwise;
  }

  std::uint64_t nanoseconds(const Json& object, const std::string& key, double otherwise, double low, double high, std::uint64_t unit) {
    // Whole microseconds: moments are then the same in the policy's clock.
    return static_cast<std::uint64_t>(std::llround(number(object, key, otherwise, low, high) * static_cast<double>(unit) / kMicrosecond)) * kMicrosecond;
  }

  std::uint64_t probability(const Json& object, const std::string& key) {
    return static_cast<std::uint64_t>(std::llround(number(object, key, 0, 0, 1) * 4294967296.0));
  }

  bool boolean(const std::string& key) {
    if (!json_.contains(key)) return false;
    if (!json_[key].is_boolean()) problem("\"" + key + "\" must be true or false");
    return json_[key] == true;
  }

  void burst() {
    if (!json_.contains("burst")) return;
    const Json& json = json_["burst"];
    if (!json.is_object() || !json.contains("enter") || !json.contains("leave"))
      return problem("\"burst\" must be {\"enter\": p, \"leave\": p, \"loss\": p}, probabilities from packet to packet");
    known_keys(json, {"enter", "leave", "loss"}, "burst: ");
    plan_.scenario.burst_enter = probability(json, "enter");
    plan_.scenario.burst_leave = probability(json, "leave");
    plan_.scenario.burst_loss = json.contains("loss") ? probability(json, "loss") : 1ull << 32;
  }

  void link(const std::filesystem::path& folder) {
    const Json json = json_.contains("link") ? json_["link"] : Json();
    if (!json.is_object()) return problem("\"link\" must be {\"mbps\": n}, {\"steps\": [[seconds, mbps], ...]}, {\"walk\": {...}} or {\"trace\": path}");
    known_keys(json, {"mbps", "steps", "walk", "trace"}, "link: ");
    if (json.size() != 1) return problem("\"link\" must have one of mbps, steps, walk and trace");
    if (json.contains("trace")) return trace(json["trace"], folder);
    if (json.contains("mbps")) add_step(0, number(json, "mbps", 0, 0.01, kMostMegabits));
    else if (json.contains("steps")) steps(json["steps"]);
    else walk(json["walk"]);
  }

  void add_step(std::uint64_t from_ns, double megabits) {
    const auto bits = static_cast<std::uint64_t>(std::llround(megabits * 1e6));
    plan_.steps.push_back({from_ns, bits});
    peak_bytes_ = std::max(peak_bytes_, static_cast<double>(bits) / 8);
  }

  void steps(const Json& json) {
    const std::string expected = "\"steps\" must be [[0, mbps], [seconds, mbps], ...], with seconds that rise";
    if (!json.is_array() || json.empty() || json.size() > 100'000) return problem(expected);
    double before = -1;
    for (const Json& each : json) {
      const bool fits = each.is_array() && each.size() == 2 && each[0].is_number() && each[1].is_number();
      if (!fits || each[0].get<double>() <= before || (before < 0 && each[0] != 0) || each[0].get<double>() > kMostSeconds) return problem(expected);
      if (const double rate = each[1].get<double>(); rate < 0 || rate > kMostMegabits) return problem("a step of " + each[1].dump() + " Mbit/s; it must be 0 to 10000");
      before = each[0].get<double>();
      add_step(static_cast<std::uint64_t>(std::llround(before * 1e6)) * kMicrosecond, each[1].get<double>());
    }
    if (peak_bytes_ == 0) problem("\"steps\": the rate is 0 throughout; give it one over 0");
  }

  void walk(const Json& json) {
    if (!json.is_object()) return problem("\"walk\" must be {\"mbps\": mean, \"spread\": factor, \"every_s\": seconds, \"seed\": n}");
    known_keys(json, {"mbps", "spread", "every_s", "seed"}, "walk: ");
    Walk walk{number(json, "mbps", 12, 0.1, 1000), number(json, "spread", 4, 1, 100), number(json, "every_s", 0.1, 0.01, 100),
              static_cast<std::uint64_t>(number(json, "seed", 1, 0, 1e9))};
    generate(walk);
  }

  /// A walk on 33 rungs from mbps / spread to mbps * spread, evenly by ratio: each time one to three rungs up or down, or none.
  void generate(const Walk& walk) {
    constexpr int kRungs = 16;
    int rung = 0;
    const double duration_s = static_cast<double>(plan_.scenario.duration_ns) / kSecond;
    for (std::uint64_t i = 0; static_cast<double>(i) * walk.every_s < duration_s; ++i) {
      const double kbps = std::round(walk.megabits * 1e3 * std::pow(walk.spread, static_cast<double>(rung) / kRungs));
      add_step(static_cast<std::uint64_t>(std::llround(static_cast<double>(i) * walk.every_s * 1e6)) * kMicrosecond, kbps / 1e3);
      rung = std::clamp(rung + static_cast<int>(chance(walk.seed, 9, i) % 7) - 3, -kRungs, kRungs);
    }
  }

  void trace(const Json& json, const std::filesystem::path& folder) {
    if (!json.is_string()) return problem("\"trace\" must be the path of a Mahimahi trace, from the task's folder");
    auto schedule = read_mahimahi(folder / json.get<std::string>());
    if (!schedule) return problem(schedule.error().what);
    Scenario& s = plan_.scenario;
    s.link_kind = kTraceLink;
    plan_.opportunities = repeated(*schedule, s.duration_ns / kMillisecond);
    if (plan_.opportunities.empty()) return problem("the trace's first opportunity comes after the end; give more \"seconds\"");
    peak_bytes_ = static_cast<double>(plan_.opportunities.size() * kOpportunityBytes) / (static_cast<double>(s.duration_ns) / kSecond);
  }

  /// Bandwidth-delay products are of the mean rate.
  void queue() {
    Scenario& s = plan_.scenario;
    const Json json = json_.contains("queue") ? json_["queue"] : Json{{"bdp", 1}};
    if (!json.is_object()) return problem("\"queue\" must be an object with one of packets, bytes and bdp");
    known_keys(json, {"packets", "bytes", "bdp", "codel", "red"}, "queue: ");
    if (json.contains("packets") + json.contains("bytes") + json.contains("bdp") != 1) return problem("\"queue\" must have one of packets, bytes and bdp");
    const double mean = capacity_bytes(Image(with_a_flow()).scenario(), 0, s.duration_ns) / (static_cast<double>(s.duration_ns) / kSecond);
    const double packets_per_bdp = mean * static_cast<double>(2 * s.delay_ns) / kSecond / static_cast<double>(s.packet_bytes);
    if (json.contains("packets")) s.queue_packets = static_cast<std::uint64_t>(number(json, "packets", 1, 1, kMostPackets));
    else if (json.contains("bytes")) s.queue_packets = static_cast<std::uint64_t>(number(json, "bytes", 1, 1, kMostPackets * 9000)) / s.packet_bytes;
    else s.queue_packets = static_cast<std::uint64_t>(std::llround(number(json, "bdp", 1, 0.01, 1000) * packets_per_bdp));
    if (s.queue_packets < 1 || s.queue_packets > kMostPackets) {
      problem("a queue of " + std::to_string(s.queue_packets) + " packets; it must hold 1 to 2^20");
      s.queue_packets = 1;
    }
    s.red_slot_ns = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(s.packet_bytes) / mean * kSecond));
    if (json.contains("codel")) codel(json["codel"]);
    if (json.contains("red")) red(json["red"]);
    if (json.contains("codel") && json.contains("red")) problem("\"queue\" has both codel and red; leave one out");
    if (s.ecn != 0 && s.queue_kind == kDropTail) problem("\"ecn\" needs a queue that marks: add \"codel\" or \"red\" to it");
  }

  Plan with_a_flow() const {
    Plan plan = plan_;
    plan.flows.assign(1, FlowSpec{});
    return plan;
  }

  void codel(const Json& json) {
    if (!json.is_object()) return problem("\"codel\" must be {\"target_ms\": 5, \"interval_ms\": 100}");
    known_keys(json, {"target_ms", "interval_ms"}, "codel: ");
    plan_.scenario.queue_kind = kCoDel;
    plan_.scenario.codel_target_ns = nanoseconds(json, "target_ms", 5, 0.01, 10'000, kMillisecond);
    plan_.scenario.codel_interval_ns = nanoseconds(json, "interval_ms", 100, 0.1, 10'000, kMillisecond);
  }

  void red(const Json& json) {
    if (!json.is_object() || !json.contains("min") || !json.contains("max"))
      return problem("\"red\" must be {\"min\": packets, \"max\": packets, \"probability\": p, \"shift\": n}");
    known_keys(json, {"min", "max", "probability", "shift"}, "red: ");
    Scenario& s = plan_.scenario;
    s.queue_kind = kRed;
    s.red_min = static_cast<std::uint64_t>(number(json, "min", 1, 1, kMostPackets));
    s.red_max = static_cast<std::uint64_t>(number(json, "max", 2, 2, kMostPackets));
    s.red_probability = json.contains("probability") ? probability(json, "probability") : 429496730;
    s.red_shift = static_cast<std::uint64_t>(number(json, "shift", 9, 0, 16));
    if (s.red_min >= s.red_max) problem("\"red\": min must be less than max");
  }

  void flows() {
    if (!json_.contains("flows")) {
      plan_.flows.push_back({0, kNever, 0, 0, kCandidate, 0});
      return;
    }
    const Json& json = json_["flows"];
    if (!json.is_array() || json.empty() || json.size() > kMostFlows) return problem("\"flows\" must be a list of 1 to " + std::to_string(kMostFlows));
    for (const Json& each : json) flow(each);
    if (std::ranges::none_of(plan_.flows, [](const FlowSpec& spec) { return spec.algorithm == kCandidate; }))
      problem("\"flows\": none is the candidate's; leave the algorithm of one out");
  }

  void flow(const Json& json) {
    if (!json.is_object()) return problem("a flow must be an object, such as {\"start_s\": 5}");
    known_keys(json, {"algorithm", "start_s", "stop_s", "extra_rtt_ms", "mbps"}, "flow: ");
    FlowSpec spec{};
    const double end = static_cast<double>(plan_.scenario.duration_ns) / kSecond;
    spec.start_ns = nanoseconds(json, "start_s", 0, 0, end * 0.9, kSecond);
    spec.stop_ns = json.contains("stop_s") ? nanoseconds(json, "stop_s", end, 0, kMostSeconds, kSecond) : kNever;
    spec.extra_rtt_ns = nanoseconds(json, "extra_rtt_ms", 0, 0, 10'000, kMillisecond);
    spec.algorithm = algorithm(json);
    if (spec.algorithm == kConstantRate)
      spec.rate = static_cast<std::uint64_t>(number(json, "mbps", 1, 0.02, 1000) * 1e6 / 8 / static_cast<double>(plan_.scenario.packet_bytes));
    if (spec.algorithm == kConstantRate && spec.rate == 0) problem("a flow of less than a packet a second; give more \"mbps\"");
    plan_.flows.push_back(spec);
  }

  std::uint32_t algorithm(const Json& json) {
    if (!json.contains("algorithm")) return kCandidate;
    std::string known = "constant (with mbps)";
    for (const NativeName& each : kNatives) {
      if (json["algorithm"] == each.name) return each.algorithm;
      known += ", " + std::string(each.name);
    }
    if (json["algorithm"] == "constant") return kConstantRate;
    problem("\"algorithm\" is " + json["algorithm"].dump() + "; it must be one of " + known + ", or be left out for the candidate");
    return kCandidate;
  }

  const Json& json_;
  std::string name_;
  std::vector<std::string>& problems_;
  std::size_t before_ = problems_.size();
  Plan plan_;
  double peak_bytes_ = 0;  ///< a second
};

}  // namespace

Plan read_settings(const Json& settings, const std::filesystem::path& folder, const std::string& name, std::vector<std::string>& problems) {
  return Reader(settings, name, problems).read(folder);
}

std::span<const NativeName> native_algorithms() { return kNatives; }

}  // namespace assay::evaluators::congestion
