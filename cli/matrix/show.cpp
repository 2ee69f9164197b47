// The matrix for a terminal and as a page.

#include <algorithm>
#include <cstdio>

#include "cli/matrix/matrix.h"
#include "cli/output.h"
#include "cli/report/escape.h"
#include "cli/report/web_texts.h"

namespace assay::cli {
namespace {

constexpr std::size_t kName = 34, kCell = 10;

std::string padded(std::string text, std::size_t width) {
  if (text.size() >= width) text.resize(width - 1);
  return text + std::string(width - text.size(), ' ');
}

std::string value_text(const MatrixRow& row, std::size_t column) {
  if (column >= row.cells.size()) return "-";
  const MatrixCell& cell = row.cells[column];
  return cell.objective ? ratio_text(*cell.objective) : std::string(name_of(cell.outcome.kind)).substr(0, kCell - 2);
}

/// "*" best, "+" best of the baselines, "@" found there.
std::string marks(const Matrix& matrix, std::size_t row, std::size_t column) {
  std::string text;
  if (best_row(matrix, column, false) == row) text += "*";
  if (best_row(matrix, column, true) == row) text += "+";
  const auto& found = matrix.rows[row].found;
  if (column < found.size() && found[column]) text += "@";
  return text;
}

std::string share(std::uint64_t part, std::uint64_t of) {
  if (of == 0) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%llu of %llu (%.0f %%)", static_cast<unsigned long long>(part), static_cast<unsigned long long>(of),
                100.0 * static_cast<double>(part) / static_cast<double>(of));
  return text;
}

std::string wins_text(const Matrix& matrix, const MatrixRow& row) {
  const Wins wins = wins_of(matrix, row);
  const bool known = std::ranges::find(row.found, true) != row.found.end();
  return share(wins.columns, wins.of) + (known ? ", " + share(wins.elsewhere, wins.elsewhere_of) + " where it was not found" : "");
}

std::string label(const MatrixRow& row) { return row.name + " (" + row.kind + ")"; }

}  // namespace

std::string matrix_text(const Matrix& matrix) {
  std::string text = printable(matrix.task) + ": " + printable(matrix.objective) + ", " + (matrix.minimise ? "smaller" : "larger") +
                     " is better; * best, + best baseline, @ trace on which it was found\n\n";
  for (std::size_t i = 0; i < matrix.columns.size(); ++i) text += "  [" + std::to_string(i + 1) + "] " + printable(matrix.columns[i].name) + "\n";
  text += "\n" + padded("policy", kName);
  for (std::size_t i = 0; i < matrix.columns.size(); ++i) text += padded("[" + std::to_string(i + 1) + "]", kCell);
  text += "\n";
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    text += padded(printable(label(matrix.rows[r])), kName);
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) text += padded(value_text(matrix.rows[r], i) + marks(matrix, r, i), kCell);
    text += "\n";
  }
  text += "\nbetter than every baseline, share of columns:\n";
  for (const MatrixRow& row : matrix.rows) {
    if (!row.is_policy()) continue;
    text += "  " + printable(row.name) + ": " + (row.build.kind == OutcomeKind::ok ? wins_text(matrix, row) : std::string(name_of(row.build.kind))) + "\n";
  }
  for (const auto& layer : matrix.missing_layers) text += "WARNING  ran without the sandbox layer " + printable(layer) + "\n";
  return text;
}

std::string matrix_html(const Matrix& matrix) {
  const std::string heading = "Policies and traces: " + matrix.task;
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                    "<meta name=\"color-scheme\" content=\"light dark\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\"><title>" + escape_html("Assay: " + heading) + "</title><style>" + std::string(report_style()) +
                    "</style></head><body><header><p class=\"kicker\">Assay matrix</p><h1>" + escape_html(heading) + "</h1><p class=\"lede\">" +
                    escape_html(matrix.objective + ", " + (matrix.minimise ? "smaller" : "larger") + " is better. Each policy was found on one trace, if that is "
                    "known, and is run on all. Underlined: the best of a column; +: the best baseline; @: found on that trace. Oracles see the future and are no rivals.") +
                    "</p>";
  for (const auto& layer : matrix.missing_layers) out += "<p class=\"warning\"><strong>Ran without the sandbox layer " + escape_html(layer) + ".</strong></p>";
  out += "</header><main><div class=\"scroll\"><table><thead><tr><th class=\"text\" scope=\"col\">policy</th><th class=\"text\" scope=\"col\">kind</th>";
  for (const auto& column : matrix.columns) out += "<th scope=\"col\">" + escape_html(column.name) + "</th>";
  out += "<th scope=\"col\">beats every baseline</th></tr></thead><tbody>";
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    const MatrixRow& row = matrix.rows[r];
    out += std::string(row.is_policy() ? "<tr class=\"champion\">" : "<tr>") + "<th scope=\"row\">" + escape_html(row.name) + "</th><td class=\"text\">" + escape_html(row.kind) + "</td>";
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
      const std::string all = marks(matrix, r, i);
      std::string shown;
      for (char mark : all) shown += mark == '*' ? "" : std::string(" ") + mark;
      out += std::string(all.starts_with('*') ? "<td class=\"best\">" : "<td>") + escape_html(value_text(row, i)) + shown + "</td>";
    }
    out += "<td>" + std::string(!row.is_policy() ? "" : row.build.kind == OutcomeKind::ok ? wins_text(matrix, row) : escape_html(name_of(row.build.kind))) + "</td></tr>";
  }
  return out + "</tbody></table></div></main></body></html>\n";
}

}  // namespace assay::cli
