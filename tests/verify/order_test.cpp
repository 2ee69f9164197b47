// Orders proved to be bijections, and planted wrong ones refuted with the tile, on compiled code.

#include "tests/verify/order_support.h"

#include <cstdlib>
#include <random>

namespace assay::verify {
namespace {

bool long_tests() { return std::getenv("ASSAY_LONG_TESTS") != nullptr; }

TEST_F(Orders, EveryBaselineIsProvedABijection) {
  const int most = long_tests() ? 256 : 12;
  const auto contract = order_contract(most, most);
  const auto set = order_properties(contract);
  for (const char* name : kOrders) {
    auto chosen = options(set, long_tests() ? 4000 : 60);
    const auto certificate = certified(contract, set, baseline(name), chosen);
    for (const Claim& claim : certificate.claims) EXPECT_EQ(told(claim), "proved") << name << " " << claim.function << " " << claim.property;
  }
}

TEST_F(Orders, EveryBaselineIsProvedByCountingAlone) {
  const int most = long_tests() ? 256 : 20;
  const auto contract = order_contract(most, most);
  const auto set = order_properties(contract);
  for (const char* name : kOrders)
    for (std::size_t property : {kInGrid, kEachTileOnce}) {
      const auto found = counted(contract, set, baseline(name), property);
      const auto* count = std::get_if<table::Count>(&found);
      ASSERT_NE(count, nullptr) << name;
      const bool reads_causal = std::string(name) == "snake" || std::string(name) == "longest_first";
      const std::uint64_t once = most * (most + 1) / 2 * (most * (most + 1) / 2);
      EXPECT_EQ(count->places, (reads_causal ? 2 : 1) * once) << name;
      EXPECT_EQ(count->tables, static_cast<std::uint64_t>(most * most * (reads_causal ? 2 : 1)));
      EXPECT_EQ(count->unread, reads_causal ? std::vector<std::string>{} : std::vector<std::string>{"grid.causal"});
      if (most < 30 && property == kInGrid && reads_causal) {
        const auto again = std::get<table::Count>(counted(contract, set, baseline(name), property));
        EXPECT_TRUE(are_equal(again, *count) && again.code == count->code) << "the same bytes";
      }
    }
}

struct Wrong {
  const char* what;
  std::string row, column;
  std::string property, function;  ///< that is refuted
  std::string told;                ///< part of what is said
};

const std::string kRow = "return id / columns;", kColumn = "return id % columns;";

std::vector<Wrong> wrong_orders() {
  const std::string once = "each_tile_once", grid = "in_grid", both = " both get row ";
  const std::string group = "const i64 first = id / (4 * columns) * 4;\n  const i64 height = clamp(rows - first, 1, 4);\n  ";
  const std::string short_group = "const i64 first = id / (4 * columns) * 4;\n  const i64 height = clamp(rows - first - 1, 1, 4);\n  ";
  return {
      {"a group's tail is one row short", short_group + "return first + id % (4 * columns) % height;", short_group + "return id % (4 * columns) / height;", grid, "", "gets row "},
      {"a group's tail is ignored", "return id / (4 * columns) * 4 + id % (4 * columns) % 4;", "return id % (4 * columns) / 4;", grid, "", "gets row "},
      {"a swizzle leaves a grid that is no power of two", kRow, "return (id % columns) ^ (id / columns & 1);", grid, "", "gets row "},
      {"a snake's last row goes the wrong way twice", kRow,
       "const i64 turn = id / columns;\n  const i64 along = id % columns;\n  if (turn == rows - 1 && columns > 1) {\n    return along == 0 ? 1 : along;\n  }\n  return turn % 2 == 0 ? along : columns - 1 - along;", once, "", both},
      {"rows and columns are transposed", "return id / rows;", "return id % rows;", grid, "", "gets row "},
      {"both are the column", "return id % rows;", "return id % columns;", once, "", both},
      {"wrong for one grid only", "if (rows == 11 && columns == 12 && id == 131) {\n    return 0;\n  }\n  " + kRow, kColumn, once, "", "of 11 rows and 12 columns, ids 11 and 131 both get row 0, column 11"},
      {"the tail after the last full turn is ignored", "return id / columns;", "return id == rows * columns - 1 && columns > 2 ? columns - 2 : id % columns;", once, "", both},
      {"id 0 has a twin", kRow, "return id == 1 && columns > 1 ? 0 : id % columns;", once, "", "ids 0 and 1 both get row 0, column 0"},
      {"only causal grids are wrong", "return causal ? max(rows - 1 - id / columns, 1) : id / columns;", kColumn, grid, "", ""},
      {"only causal grids are wrong, inside", "return causal && rows > 3 ? max(rows - 1 - id / columns, 1) : id / columns;", kColumn, once, "", both},
      {"a negative column", kRow, "return rows == 7 && id == 5 ? -1 : id % columns;", grid, "", "column -1"},
      {"a product that overflows", "return id * 4611686018427387904 / columns;", kColumn, "no_undefined_behaviour", "row", "overflow"},
      {"a group of none", "return id / columns;", "return id % (columns / 2);", "no_undefined_behaviour", "column", ""},
  };
}

TEST_F(Orders, EveryWrongOneIsRefutedWithItsTileOnCompiledCode) {
  const auto contract = order_contract(12, 12);
  const auto set = order_properties(contract);
  for (const Wrong& each : wrong_orders()) {
    const auto certificate = certified(contract, set, order(each.row, each.column), options(set, 30));
    const Claim& claim = claim_of(certificate, each.property, each.function);
    EXPECT_TRUE(std::holds_alternative<Refuted>(claim.verdict)) << each.what << ": " << told(claim);
    EXPECT_TRUE(told(claim).contains(each.told)) << each.what << ": " << told(claim);
    EXPECT_TRUE(claim.reproduced) << each.what;
    EXPECT_TRUE(std::holds_alternative<Refuted>(certificate.overall())) << each.what;
    if (!each.function.empty()) continue;
    const auto found = counted(contract, set, order(each.row, each.column), each.property == "in_grid" ? kInGrid : kEachTileOnce);
    EXPECT_TRUE(std::holds_alternative<table::Fault>(found)) << each.what << ": counting alone does not find it";
  }
}

/// Baselines with a token changed: some are still bijections, most are not.
std::string mutant(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text = baseline(kOrders[seed % 5]).text;
  static const std::vector<std::pair<std::string, std::string>> kChanges = {
      {"% 2 == 0", "% 2 == 1"}, {"rows - 1 -", "rows - 2 -"}, {"/ grid.columns", "/ grid.rows"}, {"% grid.columns", "% grid.rows"}, {"8", "3"}, {"8", "1"},
      {"1, 8)", "2, 8)"}, {"columns - 1 -", "columns -"}, {"causal == 1", "causal == 0"}, {"- first", "+ first"}, {"? 4", "? 5"}, {">= 3", ">= 4"}, {"* 8", "* 7"}, {"% 2", "% 3"}};
  for (int tries = 0; tries < 100; ++tries) {
    const auto& [from, to] = kChanges[random() % kChanges.size()];
    if (auto at = text.find(from, text.find("i64")); at != std::string::npos) return text.replace(at, from.size(), to);
  }
  return text;
}

TEST_F(Orders, SolversAndCountingNeverDisagree) {
  const auto contract = order_contract(5, 5);
  const auto set = order_properties(contract);
  int settled = 0, proved = 0;
  for (std::uint64_t seed = 0; seed < (long_tests() ? 300u : 6u); ++seed) {
    const Source source{seed == 0 ? baseline("row_major").text : mutant(seed), "mutant " + std::to_string(seed)};
    auto solvers = options(set, long_tests() ? 500 : seed == 0 ? 1000 : 30);
    solvers.counting_budget = std::chrono::milliseconds(0);
    const auto certificate = certified(contract, set, source, solvers);
    for (std::size_t property : {kInGrid, kEachTileOnce}) {
      const Claim& claim = claim_of(certificate, set.properties[property].name);
      const auto found = counted(contract, set, source, property);
      const bool said_proved = std::holds_alternative<Proved>(claim.verdict), said_refuted = std::holds_alternative<Refuted>(claim.verdict);
      EXPECT_FALSE(said_proved && std::holds_alternative<table::Fault>(found)) << source.text;
      EXPECT_FALSE(said_refuted && std::holds_alternative<table::Count>(found)) << source.text << told(claim);
      settled += said_proved || said_refuted, proved += said_proved;
    }
  }
  EXPECT_GT(settled, 3);
  EXPECT_GT(proved, 0);
}

// ---- what a count refuses -------------------------------------------------------------------------------------------------------

std::string unsettled(const table::Found& found) {
  auto* out = std::get_if<table::Unsettled>(&found);
  return out == nullptr ? "settled" : out->reason;
}

properties::PropertySet set_of(const tasks::Contract& contract, const std::string& body) {
  auto set = properties::read_properties(contract, "#include \"policies/abi/property.h\"\n#include \"policies/abi/table.h\"\n/// D.\nASSAY_PROPERTY(p, required) {\n" + body + "}\n", "properties.cpp");
  EXPECT_TRUE(set.has_value()) << (set ? "" : set.error().what);
  return set.value_or(properties::PropertySet{});
}

constexpr char kPlace[] = "[&](i64 id) { const Block block{id}; return Place{row(grid, block), column(grid, block)}; });\n";

TEST_F(Orders, ACountEndsWithTheReasonWhereItCannotBeOne) {
  const auto contract = order_contract(6, 6);
  const std::string grid = "  auto grid = any<Grid>();\n", word = std::string("  prove_each_once<kMostBlocks>(grid.rows, grid.columns, ") + kPlace;
  auto reason = [&](const std::string& body, const Source& source = baseline("row_major"), const table::Options& options = {}) {
    return unsettled(counted(contract, set_of(contract, body), source, 0, options));
  };
  EXPECT_EQ(reason(grid + word), "settled");
  EXPECT_EQ(reason(grid + "  prove(grid.rows > 0);\n"), "the property is not about a table");
  EXPECT_TRUE(reason(grid + word + "  prove(grid.rows > 0);\n").contains("goes on after its table"));
  EXPECT_TRUE(reason(grid + "  if (grid.rows > 2) grid.rows = any_in(1, 2);\n" + word).contains("not the same on every way"));
  EXPECT_TRUE(reason(grid + "  const i64 more = any_in(0, grid.rows);\n  assume(more == 0);\n" + word).contains("not the same on every way"));
  EXPECT_TRUE(reason(grid + "  const i64 more = any<i64>();\n  assume(more == 0);\n" + word).contains("not the same on every way"));
  EXPECT_TRUE(reason(grid + std::string("  prove_each_once<3>(grid.rows, grid.columns, ") + kPlace).contains("larger than can be written out"));
  EXPECT_TRUE(reason(grid + word, order("return id / columns;", "return columns == 5 ? 9 : id % columns;")).contains("outside of its table"));
  EXPECT_TRUE(reason(grid + word, order("return id / (columns - 1);", "return id % columns;")).contains("signal")) << "a trap";
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(reason(grid + word, baseline("row_major"), {.stop = stop.get_token()}).contains("it was stopped after 0 of 36"));
  EXPECT_TRUE(reason(grid + word, baseline("row_major"), {.budget = std::chrono::milliseconds(0)}).contains("were over after 0 of 36"));
}

TEST_F(Orders, AnAssumptionLeavesTablesOut) {
  const auto contract = order_contract(6, 6);
  const auto set = set_of(contract, std::string("  auto grid = any<Grid>();\n  assume(grid.rows == 6 && grid.causal == 0);\n  prove_each_once<kMostBlocks>(grid.rows, grid.columns, ") + kPlace);
  std::vector<std::uint64_t> told;
  const auto found = counted(contract, set, baseline("longest_first"), 0, {.progress = [&](std::uint64_t done, std::uint64_t all) { told.push_back(done), told.push_back(all); }});
  EXPECT_EQ(told, (std::vector<std::uint64_t>{72, 72}));
  const auto* count = std::get_if<table::Count>(&found);
  ASSERT_NE(count, nullptr) << unsettled(found);
  EXPECT_EQ(count->assignments, 72u);
  EXPECT_EQ(count->tables, 6u);
  EXPECT_EQ(count->places, 6u * 21);
}

TEST_F(Orders, AnUnsafePolicyIsNotCounted) {
  const auto contract = order_contract(12, 12);
  const auto set = order_properties(contract);
  // Right for every id of a grid, and undefined beyond.
  const auto certificate = certified(contract, set, order("const i64 rest = rows * columns - id;\n  return id / columns + 0 / rest;", "return id % columns ^ (id & 0);"), options(set, 30));
  EXPECT_TRUE(told(claim_of(certificate, "no_undefined_behaviour", "row")).starts_with("refuted"));
  for (const Claim& claim : certificate.claims) EXPECT_FALSE(claim.counted.has_value()) << claim.property;
}

}  // namespace
}  // namespace assay::verify
