// docs/adding-a-task.md and the drivers' catalogue say the same.

#include "evaluators/cache/driver_catalogue.h"

#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <sstream>
#include <string>

#include "base/file.h"

namespace assay::evaluators::cache {
namespace {

/// The rows of the page from one heading to the next.
std::string rows_after(const std::string& heading) {
  std::istringstream page(*read_file(std::filesystem::path(ASSAY_SOURCE_DIR) / "docs/adding-a-task.md"));
  std::string line, rows;
  while (std::getline(page, line) && line != heading) {
  }
  while (std::getline(page, line) && !line.starts_with("#"))
    if (line.starts_with("| `")) rows += line + "\n";
  return rows;
}

std::string number(std::int64_t value) {
  const auto magnitude = static_cast<std::uint64_t>(value);
  if (magnitude < 16) return std::to_string(value);
  if (std::has_single_bit(magnitude)) return "2^" + std::to_string(std::countr_zero(magnitude));
  return "2^" + std::to_string(std::bit_width(magnitude)) + " - 1";
}

std::string range_of(const Feature& feature) {
  if (feature.path == "queue") return "0 to `kQueues - 1`";
  if (feature.path == "last_evicted_priority") return "the range of what `priority` returns, and 0";
  return number(feature.min) + " to " + number(feature.max);
}

void expect_on_page(Machine machine, const std::string& heading) {
  const std::string rows = rows_after(heading);
  for (const Feature& feature : vocabulary(machine).features) {
    const std::string field = std::string(feature.record) + "." + std::string(feature.path.substr(0, feature.path.find('.')));
    const auto at = rows.find("| `" + field + "` |");
    ASSERT_NE(at, rows.npos) << field;
    const std::string row = rows.substr(at, rows.find('\n', at) - at);
    EXPECT_TRUE(row.ends_with("| " + range_of(feature) + " |")) << row << "\n" << range_of(feature);
  }
  for (const Call& call : vocabulary(machine).calls)
    if (machine == Machine::queues) EXPECT_NE(rows.find("| `" + std::string(call.name) + "` |"), rows.npos) << call.name;
}

TEST(DriverCatalogue, OfPriorityPoliciesStandsOnThePage) { expect_on_page(Machine::priority, "### Priority policies"); }

TEST(DriverCatalogue, OfQueuePoliciesStandsOnThePage) { expect_on_page(Machine::queues, "### Queue policies"); }

}  // namespace
}  // namespace assay::evaluators::cache
