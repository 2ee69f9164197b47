// Reno and CUBIC against ns-3.37 over a minute (data/congestion_ns3.csv). docs/congestion.md says where the tolerances come from.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "congestion_making.h"

namespace assay::evaluators::congestion {
namespace {

struct Row {
  char algorithm[16];
  double mbps, delay_ms;
  int queue, flows;
  double utilisation, mean_ms, p95_ms, loss;
};

std::vector<Row> rows_of(const std::string& algorithm) {
  std::ifstream file(source_dir() / "tests/evaluators/data/congestion_ns3.csv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    Row row{};
    const int read = std::sscanf(line.c_str(), "%15[a-z],%lf,%lf,%d,%d,%lf,%lf,%lf,%lf", row.algorithm, &row.mbps, &row.delay_ms, &row.queue, &row.flows,
                                 &row.utilisation, &row.mean_ms, &row.p95_ms, &row.loss);
    if (read == 9 && row.algorithm == algorithm) rows.push_back(row);
  }
  return rows;
}

Measured ours(const Row& row, Algorithm algorithm) {
  std::string flows = "{}";
  for (int i = 1; i < row.flows; ++i) flows += ", {\"start_s\": 1}";
  return run_native(plan_of("{\"link\": {\"mbps\": " + std::to_string(row.mbps) + "}, \"delay_ms\": " + std::to_string(row.delay_ms) +
                            ", \"queue\": {\"packets\": " + std::to_string(row.queue) + "}, \"seconds\": 60, \"flows\": [" + flows + "]}"),
                    algorithm);
}

/// `mean`: relative.
void compare(const std::string& name, Algorithm algorithm, double mean, double utilisation) {
  const auto rows = rows_of(name);
  ASSERT_EQ(rows.size(), 5u);
  for (const Row& row : rows) {
    const Measured measured = ours(row, algorithm);
    const std::string where = name + " on " + std::to_string(row.mbps) + " Mbit/s, " + std::to_string(row.queue) + " packets, flows " + std::to_string(row.flows);
    EXPECT_NEAR(measured.utilisation, row.utilisation, utilisation) << where;
    EXPECT_NEAR(measured.mean_queueing_ms, row.mean_ms, mean * row.mean_ms) << where;
    EXPECT_NEAR(measured.p95_queueing_ms, row.p95_ms, std::max(12.0 / row.mbps, 0.04 * row.p95_ms)) << where;  // one packet's transmission, or 4 %
  }
}

TEST(CongestionFidelity, RenoQueuesAsInNs3) { compare("reno", kReno, 0.04, 0.003); }
TEST(CongestionFidelity, CubicQueuesAsInNs3) { compare("cubic", kCubic, 0.12, 0.003); }

/// Neither has HyStart here; ns-3's CUBIC has. Reno loses what slow start overshoots, and one packet each time after.
TEST(CongestionFidelity, OneRenoFlowLosesAsOftenAsInNs3) {
  for (const Row& row : rows_of("reno"))
    if (row.flows == 1) EXPECT_NEAR(ours(row, kReno).loss, row.loss, 0.25 * row.loss);
}

}  // namespace
}  // namespace assay::evaluators::congestion
