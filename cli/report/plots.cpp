#include "cli/report/plots.h"

#include <algorithm>
#include <cmath>

#include "cli/output.h"
#include "cli/report/escape.h"
#include "cli/report/svg.h"

namespace assay::cli {
namespace {

using namespace svg;

constexpr std::size_t kPointsDrawn = 4000;

// --- fitness --------------------------------------------------------------------------------------------------------

struct Reference {
  std::string name;
  double value = 0;
  double label_y = 0;
};

std::vector<Reference> references(const ReportData& data) {
  std::vector<const ReportRow*> rows;
  auto add = [&](const ReportRow* row) {
    if (row && std::ranges::find(rows, row) == rows.end()) rows.push_back(row);
  };
  for (const char* name : {"fifo", "lru", "sieve", "s3fifo"}) add(row_named(data, name));
  add(best_baseline(data, "train"));
  std::vector<Reference> found;
  for (const auto* row : rows)
    if (auto mean = mean_of(data, *row, "train")) found.push_back({row->name, *mean});
  return found;
}

/// From the best value of all to the worse of the 90th percentile and the baselines, with a margin.
std::pair<double, double> value_range(const ReportData& data, const std::vector<Reference>& lines) {
  std::vector<double> values;
  for (const auto& point : data.points) values.push_back(point.objective);
  std::ranges::sort(values, [&](double a, double b) { return data.better(a, b); });
  double best = values.front(), worst = values[values.size() * 9 / 10];
  for (const auto& reference : lines) {
    if (data.better(reference.value, best)) best = reference.value;
    if (data.better(worst, reference.value)) worst = reference.value;
  }
  auto [low, high] = std::minmax(best, worst);
  double margin = std::max((high - low) * 0.06, 1e-6 + std::abs(high) * 1e-6);
  return {low - margin, high + margin};
}

/// Labels beside the right end of their lines, pushed apart where they would cover each other.
std::string reference_lines(std::vector<Reference> lines, const Scale& y) {
  std::string out;
  std::ranges::sort(lines, {}, [&](const Reference& reference) { return y(reference.value); });
  double free_from = kTop;
  for (auto& reference : lines) {
    reference.label_y = std::max(y(reference.value) + 4, free_from);
    free_from = reference.label_y + 15;
  }
  for (const auto& reference : lines) {
    double at = y(reference.value);
    out += line("reference", kLeft, at, kWidth - kRight, at);
    out += label("soft", "start", kWidth - kRight + 8, reference.label_y,
                 reference.name + " " + ratio_text(reference.value));
  }
  return out;
}

std::string best_line(const ReportData& data, const Scale& x, const Scale& y) {
  std::string path;
  double best = 0, last_x = 0;
  for (const auto& point : data.points) {
    double at = x(static_cast<double>(point.candidate));
    last_x = at;
    if (!path.empty() && !data.better(point.objective, best)) continue;
    best = point.objective;
    double height = std::clamp(y(best), kTop, kHeight - kBottom);
    path += path.empty() ? "M" + number(at) + " " + number(height) : "H" + number(at) + "V" + number(height);
  }
  return "<path class=\"best\" d=\"" + path + "H" + number(last_x) + "\"/>";
}

std::string points(const ReportData& data, const Scale& x, const Scale& y, std::size_t& left_out) {
  std::string out;
  std::size_t stride = data.points.size() / kPointsDrawn + 1;
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    const auto& point = data.points[i];
    bool outside = point.objective < y.low || point.objective > y.high;
    left_out += outside;
    if (outside || i % stride != 0) continue;
    out += "<circle class=\"point\" r=\"2\"" + attribute("cx", x(static_cast<double>(point.candidate))) +
           attribute("cy", y(point.objective)) + "/>";
  }
  return out;
}

std::string winner(const ReportData& data, const Scale& x, const Scale& y) {
  if (!data.champion) return "";
  auto index = data.champion->record.index;
  auto point = std::ranges::find(data.points, index, &ReportPoint::candidate);
  if (point == data.points.end() || point->objective < y.low || point->objective > y.high) return "";
  return "<circle class=\"winner\" r=\"6\"" + attribute("cx", x(static_cast<double>(index))) +
         attribute("cy", y(point->objective)) + "><title>champion: candidate " + std::to_string(index) + ", " +
         ratio_text(point->objective) + "</title></circle>";
}

}  // namespace

std::vector<double> axis_ticks(double low, double high, int wanted) {
  double raw = (high - low) / wanted;
  double power = std::pow(10, std::floor(std::log10(raw)));
  double step = power * 10;
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= raw * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  std::vector<double> ticks;
  for (double n = std::ceil(low / step); n * step <= high + step * 1e-9; ++n) ticks.push_back(n * step);
  return ticks;
}

FitnessPlot fitness_plot(const ReportData& data) {
  FitnessPlot plot;
  if (data.points.empty()) return {"<p class=\"note\">No candidate was scored on every train instance.</p>", 0};
  auto lines = references(data);
  auto [low, high] = value_range(data, lines);
  Scale y{low, high, kHeight - kBottom, kTop};
  double last = std::max(1.0, static_cast<double>(data.points.back().candidate));
  Scale x{0, last, kLeft, kWidth - kRight};
  plot.svg = svg::open(kWidth, kHeight, "Objective of every scored candidate, and the best so far");
  plot.svg += axes(data.objective + ", mean over train", x, y) + points(data, x, y, plot.left_out) + reference_lines(std::move(lines), y) +
              best_line(data, x, y) + winner(data, x, y) + "</svg>";
  return plot;
}

std::string instance_plot(const ReportData& data, const ReportInstance& instance) {
  struct Bar {
    const ReportRow* row;
    double value;
  };
  std::vector<Bar> bars;
  for (const auto& row : data.rows)
    if (auto score = row.scores.find(instance.name); score != row.scores.end())
      bars.push_back({&row, score->second.objective});
  if (bars.empty()) return "<p class=\"note\">No scores.</p>";
  std::ranges::stable_sort(bars, [&](const Bar& a, const Bar& b) { return data.better(a.value, b.value); });
  constexpr double kPanel = 400, kNames = 156, kValues = 52, kRow = 16;
  double largest = 0;
  for (const auto& bar : bars) largest = std::max(largest, bar.value);
  Scale x{0, largest > 0 ? largest : 1, kNames, kPanel - kValues};
  double height = kRow * static_cast<double>(bars.size()) + 34;
  std::string out = svg::open(kPanel, height, data.objective + " on " + instance.name + ", best first");
  double bottom = height - 30;
  auto ticks = axis_ticks(0, x.high, 3);
  for (double tick : ticks) {
    out += line("gridline", x(tick), 0, x(tick), bottom);
    out += label("soft", "middle", x(tick), bottom + 13, tick_text(tick, ticks.size() > 1 ? ticks[1] : 1));
  }
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const auto& [row, value] = bars[i];
    double top = kRow * static_cast<double>(i);
    std::string kind = escape_html(row->kind);
    out += "<g><title>" + escape_html(row->name) + " (" + kind + "): " + ratio_text(value) + "</title>";
    out += label(row->kind == "champion" ? "name-champion" : "soft", "end", kNames - 6, top + 12,
                 row->kind == "contract" ? row->name + " (policy)" : row->name);
    out += "<rect" + attribute("class", "bar-" + (row->kind == "best so far" ? "champion" : kind)) + attribute("x", kNames) + attribute("y", top + 3) +
           attribute("width", std::max(0.5, x(std::max(0.0, value)) - kNames)) + attribute("height", kRow - 6) + "/>";
    out += label(row->kind == "champion" ? "name-champion" : "soft", "start", x(std::max(0.0, value)) + 5, top + 12,
                 ratio_text(value)) +
           "</g>";
  }
  out += line("axis", kNames, 0, kNames, bottom);
  out += label("soft", "middle", (kNames + kPanel - kValues) / 2, height - 3, data.objective);
  return out + "</svg>";
}

}  // namespace assay::cli
