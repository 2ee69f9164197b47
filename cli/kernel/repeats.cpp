#include "cli/kernel/repeats.h"

#include <algorithm>
#include <cstdio>

#include "cli/output.h"

namespace assay::cli {
namespace {

namespace congestion = evaluators::congestion;
using congestion::kernel::Invalid;
using congestion::kernel::KernelRun;
using congestion::kernel::Lateness;

Spread spread(const Repeats& repeats, double (*of)(const congestion::Measured&)) {
  std::vector<double> values;
  for (const KernelRun& run : repeats.runs) values.push_back(of(run.measured));
  return spread_of(std::move(values));
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[200];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

/// "53.1 (52.9-53.4)"; a single run has no range.
std::string cell(const Repeats& repeats, const char* format, double (*of)(const congestion::Measured&)) {
  const Spread all = spread(repeats, of);
  std::string text = formatted(format, all.median);
  if (repeats.runs.size() > 1) text += " (" + formatted(format, all.least) + "-" + formatted(format, all.most) + ")";
  return text;
}

std::string line_of(const Repeats& repeats) {
  const std::string head = formatted("%-20.40s %-16.16s", printable(repeats.instance).c_str(), printable(repeats.algorithm).c_str()) +
                           formatted(" %2zu/%-2zu", repeats.runs.size(), repeats.runs.size() + repeats.invalid.size());
  if (repeats.runs.empty()) return head + "  no run is valid\n";
  const WorstLateness late = worst_lateness(repeats);
  std::string line = head;
  line += formatted(" %-21s", cell(repeats, "%.3f", [](const auto& m) { return m.utilisation; }).c_str());
  line += formatted(" %-22s", cell(repeats, "%.2f", [](const auto& m) { return m.megabits; }).c_str());
  line += formatted(" %-21s", cell(repeats, "%.1f", [](const auto& m) { return m.mean_queueing_ms; }).c_str());
  line += formatted(" %-21s", cell(repeats, "%.1f", [](const auto& m) { return m.p95_queueing_ms; }).c_str());
  line += formatted(" %-21s", cell(repeats, "%.3f", [](const auto& m) { return 100 * m.loss; }).c_str());
  line += formatted(" %-24s", cell(repeats, "%.1f", [](const auto& m) { return m.policysmith; }).c_str());
  return line + formatted(" %.2f / %.1f\n", late.p99_ms, late.max_ms);
}

Json json_of(const Lateness& late) {
  return {{"events", late.events},   {"mean_ms", late.mean_ms},       {"p99_ms", late.p99_ms},
          {"max_ms", late.max_ms}, {"allowed_ms", late.allowed_ms}, {"late_share", late.late_share}};
}

Json json_of(const KernelRun& run) {
  Json json{{"lateness", json_of(run.lateness)}, {"realtime", run.realtime}, {"wall_s", run.wall_s}, {"data_packets", run.data_packets}, {"short_packets", run.short_packets}};
  json["metrics"] = Json::object();
  for (const auto& metric : congestion::metrics()) put_metric(json["metrics"], std::string(metric.name), metric.of(run.measured));
  json["flows"] = Json::array();
  for (std::size_t i = 0; i < run.flows.size(); ++i) {
    const auto& count = run.measured.flows[i];
    const auto& report = run.flows[i];
    json["flows"].push_back({{"sent", count.sent}, {"arrived", count.arrived}, {"dropped", count.dropped}, {"retransmitted", report.retransmitted},
                             {"marked", report.marked}, {"min_rtt_ms", report.min_rtt_ms}, {"held_back_share", report.held_back_share}});
  }
  return json;
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

WorstLateness worst_lateness(const Repeats& repeats) {
  WorstLateness worst;
  for (const KernelRun& run : repeats.runs) {
    worst.p99_ms = std::max(worst.p99_ms, run.lateness.p99_ms);
    worst.max_ms = std::max(worst.max_ms, run.lateness.max_ms);
  }
  return worst;
}

std::string table_of(const std::vector<Repeats>& all) {
  std::string text = formatted("%-20s %-16s %5s %-21s %-22s %-21s", "instance", "algorithm", "valid", "utilisation", "Mbit/s", "mean queue, ms") +
                     formatted(" %-21s %-21s %-24s %s\n", "p95 queue, ms", "loss, %", "policysmith", "late p99 / max, ms");
  for (const Repeats& each : all) text += line_of(each);
  for (const Repeats& each : all)
    for (const Invalid& why : each.invalid)
      text += printable(each.instance) + ", " + printable(each.algorithm) + ": not valid, " + std::string(name_of(why.kind)) + ": " + why.why + "\n";
  return text;
}

Json json_of(const Repeats& repeats) {
  Json json{{"instance", repeats.instance}, {"algorithm", repeats.algorithm}, {"runs", Json::array()}, {"invalid", Json::array()}, {"median", Json::object()}};
  for (const KernelRun& run : repeats.runs) json["runs"].push_back(json_of(run));
  for (const Invalid& why : repeats.invalid)
    json["invalid"].push_back({{"kind", name_of(why.kind)}, {"why", why.why}, {"lateness", json_of(why.lateness)}});
  if (repeats.runs.empty()) return json;
  for (const auto& metric : congestion::metrics()) put_metric(json["median"], std::string(metric.name), spread(repeats, metric.of).median);
  return json;
}

}  // namespace assay::cli
