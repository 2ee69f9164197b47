#include "cli/matrix/matrix.h"

#include <algorithm>

#include "evolve/archive.h"

namespace assay::cli {

bool Matrix::failed() const {
  return std::ranges::any_of(rows, [](const MatrixRow& row) {
    return row.build.kind != OutcomeKind::ok || std::ranges::any_of(row.cells, [](const MatrixCell& cell) { return cell.outcome.kind != OutcomeKind::ok; });
  });
}

std::optional<std::size_t> best_row(const Matrix& matrix, std::size_t column, bool baselines_alone) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
    const MatrixRow& row = matrix.rows[i];
    if (row.kind == "oracle" || (baselines_alone && !row.is_baseline()) || row.cells.size() <= column || !row.cells[column].objective) continue;
    if (!best || matrix.better(*row.cells[column].objective, *matrix.rows[*best].cells[column].objective)) best = i;
  }
  return best;
}

Wins wins_of(const Matrix& matrix, const MatrixRow& row) {
  Wins wins;
  for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
    const auto best = best_row(matrix, i, true);
    if (!best) continue;
    const bool has_score = i < row.cells.size() && row.cells[i].objective;
    const bool beats = has_score && matrix.better(*row.cells[i].objective, *matrix.rows[*best].cells[i].objective);
    const bool elsewhere = i >= row.found.size() || !row.found[i];
    wins.columns += beats;
    ++wins.of;
    wins.elsewhere += beats && elsewhere;
    wins.elsewhere_of += elsewhere;
  }
  return wins;
}

namespace {

Json name_or_null(const Matrix& matrix, std::optional<std::size_t> row) { return row ? Json(matrix.rows[*row].name) : Json(); }

Json row_json(const Matrix& matrix, const MatrixRow& row) {
  Json json{{"name", row.name}, {"kind", row.kind}, {"cells", Json::array()}};
  if (row.build.kind != OutcomeKind::ok) json["outcome"] = evolve::to_json(row.build);
  for (const MatrixCell& cell : row.cells)
    json["cells"].push_back(cell.objective ? Json{{"objective", *cell.objective}} : Json{{"outcome", evolve::to_json(cell.outcome)}});
  if (!row.is_policy()) return json;
  json["from"] = row.from;
  json["found_on"] = Json::array();
  for (std::size_t i = 0; i < row.found.size(); ++i)
    if (row.found[i]) json["found_on"].push_back(matrix.columns[i].name);
  const Wins wins = wins_of(matrix, row);
  json["beats_all_baselines"] = {{"columns", wins.columns}, {"of", wins.of}, {"elsewhere", wins.elsewhere}, {"elsewhere_of", wins.elsewhere_of}};
  return json;
}

}  // namespace

Json to_json(const Matrix& matrix) {
  Json json{{"task", matrix.task}, {"objective", matrix.objective}, {"direction", matrix.minimise ? "minimise" : "maximise"},
            {"columns", Json::array()}, {"rows", Json::array()}, {"missing_layers", matrix.missing_layers}};
  for (std::size_t i = 0; i < matrix.columns.size(); ++i)
    json["columns"].push_back({{"name", matrix.columns[i].name}, {"trace", matrix.columns[i].trace},
                               {"best", name_or_null(matrix, best_row(matrix, i, false))},
                               {"best_baseline", name_or_null(matrix, best_row(matrix, i, true))}});
  for (const MatrixRow& row : matrix.rows) json["rows"].push_back(row_json(matrix, row));
  return json;
}

}  // namespace assay::cli
