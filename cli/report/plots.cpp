#include "cli/report/plots.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/output.h"
#include "cli/report/escape.h"

namespace assay::cli {
namespace {

constexpr std::size_t kPointsDrawn = 4000;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string attribute(const char* name, const std::string& value) { return " " + std::string(name) + "=\"" + value + "\""; }
std::string attribute(const char* name, double value) { return attribute(name, number(value)); }

std::string line(const char* style, double x1, double y1, double x2, double y2) {
  return "<line" + attribute("class", style) + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + "/>";
}

std::string label(const char* style, const char* anchor, double x, double y, const std::string& text) {
  return "<text" + attribute("class", style) + attribute("text-anchor", anchor) + attribute("x", x) + attribute("y", y) + ">" +
         escape_html(text) + "</text>";
}

std::string open_svg(double width, double height, const std::string& title) {
  return "<svg viewBox=\"0 0 " + number(width) + " " + number(height) + "\" role=\"img\" aria-label=\"" + escape_html(title) +
         "\">";
}

/// A value's place between two ends of the picture.
struct Scale {
  double low, high, at_low, at_high;
  double operator()(double value) const { return at_low + (value - low) / (high - low) * (at_high - at_low); }
};

/// A tick's text with as many decimals as the step needs.
std::string tick_text(double value, double step) {
  int decimals = step >= 1 ? 0 : std::min(9, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

// --- fitness --------------------------------------------------------------------------------------------------------

constexpr double kWidth = 900, kHeight = 380, kLeft = 70, kRight = 170, kTop = 14, kBottom = 52;

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

std::string axes(const ReportData& data, const Scale& x, const Scale& y) {
  std::string out;
  auto y_ticks = axis_ticks(y.low, y.high, 6);
  for (double tick : y_ticks) {
    out += line("gridline", kLeft, y(tick), kWidth - kRight, y(tick));
    out += label("soft", "end", kLeft - 8, y(tick) + 4, tick_text(tick, y_ticks.size() > 1 ? y_ticks[1] - y_ticks[0] : 1));
  }
  for (double tick : axis_ticks(x.low, x.high, 7)) {
    if (tick != std::floor(tick)) continue;
    out += line("axis", x(tick), kHeight - kBottom, x(tick), kHeight - kBottom + 4);
    out += label("soft", "middle", x(tick), kHeight - kBottom + 18, grouped(static_cast<std::uint64_t>(tick)));
  }
  out += line("axis", kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
  out += label("", "middle", (kLeft + kWidth - kRight) / 2, kHeight - 10, "candidate (number in order of commit)");
  double middle = (kTop + kHeight - kBottom) / 2;
  out += "<text text-anchor=\"middle\" transform=\"rotate(-90)\"" + attribute("x", -middle) + attribute("y", 16) + ">" +
         escape_html(data.objective) + ", mean over train</text>";
  return out;
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
  plot.svg = open_svg(kWidth, kHeight, "Objective of every scored candidate, and the best so far");
  plot.svg += axes(data, x, y) + points(data, x, y, plot.left_out) + reference_lines(std::move(lines), y) +
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
  std::string svg = open_svg(kPanel, height, data.objective + " on " + instance.name + ", best first");
  double bottom = height - 30;
  auto ticks = axis_ticks(0, x.high, 3);
  for (double tick : ticks) {
    svg += line("gridline", x(tick), 0, x(tick), bottom);
    svg += label("soft", "middle", x(tick), bottom + 13, tick_text(tick, ticks.size() > 1 ? ticks[1] : 1));
  }
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const auto& [row, value] = bars[i];
    double top = kRow * static_cast<double>(i);
    std::string kind = escape_html(row->kind);
    svg += "<g><title>" + escape_html(row->name) + " (" + kind + "): " + ratio_text(value) + "</title>";
    svg += label(row->kind == "champion" ? "name-champion" : "soft", "end", kNames - 6, top + 12,
                 row->kind == "contract" ? row->name + " (policy)" : row->name);
    svg += "<rect" + attribute("class", "bar-" + (row->kind == "best so far" ? "champion" : kind)) + attribute("x", kNames) + attribute("y", top + 3) +
           attribute("width", std::max(0.5, x(std::max(0.0, value)) - kNames)) + attribute("height", kRow - 6) + "/>";
    svg += label(row->kind == "champion" ? "name-champion" : "soft", "start", x(std::max(0.0, value)) + 5, top + 12,
                 ratio_text(value)) +
           "</g>";
  }
  svg += line("axis", kNames, 0, kNames, bottom);
  svg += label("soft", "middle", (kNames + kPanel - kValues) / 2, height - 3, data.objective);
  return svg + "</svg>";
}

}  // namespace assay::cli
