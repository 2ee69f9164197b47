#pragma once
// Tables: what one device measured of every shape x action, once, so that any policy can be scored anywhere from real timings.
// A file is JSON lines (docs/gpu.md). Line 1 says what measured, when and with which program:
//
//   {"table":1,"task":"decode_split","device":{..},"build":"<sha256>","date":"2026-11-28","seed":7,"rounds":8,
//    "null":{"log_ratio_p95":0.004,"shape":{..}},"by":"kernels/measure_all"}
//
// and each other line is one (shape, action):
//
//   {"shape":{..},"action":4,"us":[12.5,..],"clock_mhz":[1980,..],"floor_us":1.2,"relative_error":0.002,"writes_once":true}
//
// In tables of tile_order the action is the SHA-256 of the order's codes (order_digest) and "name" says what the order is called.
// A table is strict: nothing in it can be taken for a measurement that is none. It never holds figures of more than one device.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/task.h"

namespace assay::kernels {

inline constexpr double kMostRelativeError = 1e-2;  ///< ||out - ref|| / ||ref|| of bf16 results against fp64; no task tolerates more

inline constexpr std::size_t kFewestSamples = 4;     ///< of a row: two rounds
inline constexpr std::size_t kMostSamples = 1000000;

struct TableHeader {
  Task task = Task::decode_split;
  DeviceFacts device;
  std::string build;  ///< SHA-256 of the worker
  std::string date;   ///< YYYY-MM-DD
  std::uint64_t seed = 0;
  int rounds = 0;
  double null_log_ratio_p95 = 0;  ///< of |log ratio| between two copies of one action, measured as if they were two
  Json null_shape;
  std::string by;
};

struct TableRow {
  Json shape;          ///< canonical
  std::string action;  ///< action_key
  std::string name;    ///< of an order; empty otherwise
  std::vector<double> us;
  std::vector<int> clock_mhz;  ///< of each sample; 0 where nothing could be read
  double floor_us = 0;
  double relative_error = 0;
  double median_us() const;
};

class Table {
 public:
  TableHeader header;

  /// In the order of the file.
  const std::vector<TableRow>& rows() const { return rows_; }
  /// The row of (shape, action); nothing where the table lacks it. `shape` need not be canonical.
  const TableRow* find(const Json& shape, std::string_view action) const;
  const TableRow* find(const Json& shape, std::uint32_t action) const;
  /// Rows of one shape, in the order of the file.
  std::vector<const TableRow*> of(const Json& shape) const;
  /// The shapes, each once, in the order of the file.
  std::vector<Json> shapes() const;

  /// Refuses what a reader would: why, or nothing.
  std::string add(TableRow row);
  /// Takes out the rows of one shape.
  void remove(const Json& shape);
  /// The whole file.
  std::string text() const;

 private:
  std::vector<TableRow> rows_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;  // (shape's text, action)
  std::map<std::string, double> floors_;                              // by shape's text
};

/// `name` is used in the error: "name:line: what".
std::expected<Table, std::string> parse_table(std::string_view text, const std::string& name);

struct StoredTable {
  Table table;
  std::string sha256;  ///< of the file
};
std::expected<StoredTable, std::string> read_table(const std::filesystem::path& path);

/// All or nothing: a reader, or a machine that loses power, finds the table before or the table after.
std::expected<void, std::string> write_table(const std::filesystem::path& path, const Table& table);

}  // namespace assay::kernels
