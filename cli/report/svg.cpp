#include "cli/report/svg.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "cli/output.h"
#include "cli/report/escape.h"
#include "cli/report/plots.h"

namespace assay::cli::svg {

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

std::string open(double width, double height, const std::string& title) {
  return "<svg viewBox=\"0 0 " + number(width) + " " + number(height) + "\" role=\"img\" aria-label=\"" + escape_html(title) +
         "\">";
}

std::string tick_text(double value, double step) {
  int decimals = step >= 1 ? 0 : std::min(9, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string axes(const std::string& y_title, const Scale& x, const Scale& y) {
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
         escape_html(y_title) + "</text>";
  return out;
}

}  // namespace assay::cli::svg
