#pragma once
// Policies x traces: each policy was found on one trace (or on none that is known) and is run on all of them, beside what people
// use today. Values only; names are untrusted and are escaped by whoever prints them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/outcome.h"

namespace assay::cli {

struct MatrixCell {
  Outcome outcome;                  ///< ok: `objective` is there
  std::optional<double> objective;  ///< in the task's own direction
};

struct MatrixRow {
  std::string name;
  std::string kind;     ///< "champion", "uncertified" (best of a campaign without one), "policy", "contract", "native" or "oracle"
  std::string from;     ///< file or campaign; "" for a baseline
  Outcome build;        ///< not ok: it has no cells
  std::vector<MatrixCell> cells;    ///< one for each column
  std::vector<bool> found;          ///< for each column: its campaign trained on that trace
  bool is_baseline() const { return kind == "contract" || kind == "native"; }
  bool is_policy() const { return !is_baseline() && kind != "oracle"; }
};

struct MatrixColumn {
  std::string name;
  std::string trace;  ///< file; "" where the instance is made otherwise
};

struct Matrix {
  std::string task, objective;
  bool minimise = true;
  std::vector<MatrixColumn> columns;
  std::vector<MatrixRow> rows;
  std::vector<std::string> missing_layers;

  bool better(double a, double b) const { return minimise ? a < b : a > b; }
  /// A policy or a baseline was refused or failed somewhere.
  bool failed() const;
};

/// Index of the best row of a column, of all but oracles, or of baselines alone; the first of equals. None where nothing has a score.
std::optional<std::size_t> best_row(const Matrix& matrix, std::size_t column, bool baselines_alone);

/// Columns on which a policy is better than every baseline (an equal one is not beaten), of those on which it and a baseline have a
/// score or it failed: a failure is no win.
struct Wins {
  std::uint64_t columns = 0, of = 0;
  std::uint64_t elsewhere = 0, elsewhere_of = 0;  ///< without the columns on whose trace it was found
};
Wins wins_of(const Matrix& matrix, const MatrixRow& row);

std::string matrix_text(const Matrix& matrix);
std::string matrix_html(const Matrix& matrix);
Json to_json(const Matrix& matrix);

}  // namespace assay::cli
