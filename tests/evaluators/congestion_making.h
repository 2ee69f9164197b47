#pragma once
// For tests: plans in a line, a simulation in memory of its own, and controls that decide by rule and watch.

#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "evaluators/congestion/congestion_settings.h"
#include "evaluators/congestion/plan.h"
#include "evaluators/congestion/scorer.h"
#include "evaluators/congestion/sim/simulation.h"

namespace assay::evaluators::congestion {

using namespace assay_congestion;

inline std::filesystem::path source_dir() { return ASSAY_SOURCE_DIR; }

/// From the text of the settings; throws what is wrong with them.
inline Plan plan_of(const std::string& settings) {
  std::vector<std::string> problems;
  Plan plan = read_settings(Json::parse(settings), source_dir(), "test", problems);
  if (!problems.empty()) throw std::runtime_error(problems.front());
  return plan;
}

/// What is wrong with settings; empty: nothing.
inline std::string complaint(const std::string& settings) {
  std::vector<std::string> problems;
  read_settings(Json::parse(settings), source_dir(), "test", problems);
  return problems.empty() ? "" : problems.front();
}

/// One asked event, as it was shown.
struct Asked {
  std::uint64_t ns;
  std::uint32_t flow;
  Event event;
  View view;
};

/// Decides by a function and keeps a log of everything.
struct Logger {
  std::function<Decision(const Asked&)> rule;
  std::function<void(std::uint32_t, std::uint64_t)> on_sent;
  std::vector<Asked> asked{};
  std::vector<Departure> departures{};
  std::vector<std::uint64_t> sent_ns{};
  std::uint64_t drops = 0;
  std::vector<std::uint32_t> words{};  ///< the decisions as a driver would write them

  bool ask(std::uint32_t flow, Event event, const View& view, Decision& decision) {
    asked.push_back({static_cast<std::uint64_t>(view.now) * kMicrosecond, flow, event, view});
    const Decision before = decision;
    decision = rule(asked.back());
    const bool changes = decision.pacing != before.pacing;
    words.push_back(static_cast<std::uint32_t>(decision.window) | (changes ? kPacingFollows : 0));
    if (changes) words.push_back(static_cast<std::uint32_t>(decision.pacing));
    return true;
  }
  void departed(const Departure& departure) { departures.push_back(departure); }
  void sent(std::uint32_t flow, std::uint64_t now) {
    sent_ns.push_back(now);
    if (on_sent) on_sent(flow, now);
  }
  void dropped(std::uint32_t) { ++drops; }

  std::vector<std::byte> bytes() const {
    std::vector<std::byte> bytes(words.size() * 4);
    if (!words.empty()) std::memcpy(bytes.data(), words.data(), bytes.size());
    return bytes;
  }
};

inline std::function<Decision(const Asked&)> always(std::uint64_t window, std::uint64_t pacing = 0) {
  return [=](const Asked&) { return Decision{window, pacing}; };
}

/// A simulation with its memory.
class Simulation {
 public:
  explicit Simulation(const Plan& plan) : image_(plan), memory_(network_bytes(image_.scenario()) / 8 + 16) {
    Arena arena{reinterpret_cast<u8*>(memory_.data()), memory_.size() * 8, 0};
    lay_out(network_, arena, image_.scenario());
  }
  bool run(Logger& logger) { return simulate(network_, logger); }
  const Image& image() const { return image_; }
  Network& network() { return network_; }

 private:
  Image image_;
  std::vector<std::uint64_t> memory_;
  Network network_;
};

inline Logger run(const Plan& plan, std::function<Decision(const Asked&)> rule) {
  Logger logger{.rule = std::move(rule), .on_sent = {}};
  Simulation(plan).run(logger);
  return logger;
}

}  // namespace assay::evaluators::congestion
