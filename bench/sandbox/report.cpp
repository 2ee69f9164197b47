#include "bench/sandbox/report.h"

#include <cstdio>

#include "base/file.h"

namespace assay::bench {
namespace {

std::string rounded(double value) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, value >= 1000 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value);
  return buffer;
}

}  // namespace

void Report::line(const std::string& words) {
  if (as_json_) return;
  std::printf("%s\n", words.c_str());
  std::fflush(stdout);
}

void Report::section(const std::string& name, const std::string& what) {
  section_ = name;
  json_[name] = Json::object();
  line("\n== " + name + ": " + what);
}

void Report::times(const std::string& name, const Samples& samples, const std::string& unit) {
  char buffer[200];
  std::snprintf(buffer, sizeof buffer, "%-44s p50 %9.1f  p90 %9.1f  p99 %9.1f  max %9.1f %s  (%zu)", name.c_str(), samples.at(0.5),
                samples.at(0.9), samples.at(0.99), samples.at(1), unit.c_str(), samples.size());
  line(buffer);
  json_[section_][name] = {{"p50", samples.at(0.5)}, {"p90", samples.at(0.9)}, {"p99", samples.at(0.99)}, {"max", samples.at(1)},
                           {"unit", unit},           {"count", samples.size()}};
}

void Report::value(const std::string& name, double value, const std::string& unit) {
  char buffer[200];
  std::snprintf(buffer, sizeof buffer, "%-44s %s %s", name.c_str(), rounded(value).c_str(), unit.c_str());
  line(buffer);
  json_[section_][name] = {{"value", value}, {"unit", unit}};
}

void Report::text(const std::string& name, const std::string& words) {
  char head[64];
  std::snprintf(head, sizeof head, "%-44s ", name.c_str());
  line(head + words);
  json_[section_][name] = words;
}

void Report::target(const std::string& name, double measured, double bound, const std::string& unit, bool met, const char* sense) {
  all_met_ = all_met_ && met;
  char buffer[240];
  std::snprintf(buffer, sizeof buffer, "  target: %-34s %s %s (%s %s): %s", name.c_str(), rounded(measured).c_str(), unit.c_str(), sense,
                rounded(bound).c_str(), met ? "met" : "MISSED");
  line(buffer);
  json_[section_]["targets"][name] = {{"measured", measured}, {"bound", bound}, {"unit", unit}, {"sense", sense}, {"met", met}};
}

void Report::at_most(const std::string& name, double measured, double bound, const std::string& unit) {
  target(name, measured, bound, unit, measured <= bound, "at most");
}

void Report::at_least(const std::string& name, double measured, double bound, const std::string& unit) {
  target(name, measured, bound, unit, measured >= bound, "at least");
}

void Report::load_average(const std::string& when) {
  std::string load = read_file("/proc/loadavg").value_or("unknown");
  load = load.substr(0, load.find('\n'));
  line("load average " + when + ": " + load);
  json_["load average " + when] = load;
}

bool Report::finish() {
  if (as_json_) std::printf("%s\n", json_.dump(2).c_str());
  return all_met_;
}

}  // namespace assay::bench
