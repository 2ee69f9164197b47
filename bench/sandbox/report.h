#pragma once
// What a benchmark prints: sections of rows, each with its times, values and targets; or the same as one JSON object.

#include <string>
#include <vector>

#include "base/json.h"
#include "bench/verify/measure.h"

namespace assay::bench {

class Report {
 public:
  explicit Report(bool as_json) : as_json_(as_json) {}

  /// What follows belongs to it, until the next one.
  void section(const std::string& name, const std::string& what);
  /// p50, p90, p99 and the largest.
  void times(const std::string& name, const Samples& samples, const std::string& unit = "us");
  void value(const std::string& name, double value, const std::string& unit);
  void text(const std::string& name, const std::string& words);
  void at_most(const std::string& name, double measured, double bound, const std::string& unit);
  void at_least(const std::string& name, double measured, double bound, const std::string& unit);
  /// The 1, 5 and 15 minutes of /proc/loadavg: figures of a busy machine say so themselves.
  void load_average(const std::string& when);
  /// Prints the JSON, if that is wanted. False: a target was missed.
  bool finish();

 private:
  void target(const std::string& name, double measured, double bound, const std::string& unit, bool met, const char* sense);
  void line(const std::string& words);

  bool as_json_;
  bool all_met_ = true;
  std::string section_;
  Json json_ = Json::object();
};

}  // namespace assay::bench
