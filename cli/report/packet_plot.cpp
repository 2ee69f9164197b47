#include "cli/report/packet_plot.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cli/report/plots.h"
#include "cli/report/escape.h"
#include "cli/report/svg.h"

namespace assay::cli {
namespace {

using verify::network::PacketRun;
using verify::network::PacketStep;

constexpr double kPlotWidth = 900, kPanelHeight = 260, kPanelGap = 46, kPlotLeft = 70, kPlotRight = 150, kPlotTop = 40;
constexpr const char* kPageStyle =
    "text{font:13px sans-serif;fill:#222}.soft{fill:#666}.gridline{stroke:#ddd}.axis{stroke:#555}path{fill:none;stroke-width:2}"
    ".sent{stroke:#1f5fa8}.served{stroke:#2c8a4b}.window{stroke:#1f5fa8}.queue{stroke:#b5471f}.inflight{stroke:#888;stroke-dasharray:4 3}"
    ".lost{fill:#b5471f}rect.page{fill:#fff}";

struct Series {
  const char* name;
  const char* style;
  std::int64_t PacketStep::*value;
};

struct Panel {
  double top = 0;
  svg::Scale x, y;
};

Panel panel_of(const PacketRun& run, const std::vector<Series>& all, double top) {
  std::int64_t most = 1;
  for (const PacketStep& step : run.steps)
    for (const Series& series : all) most = std::max(most, step.*series.value);
  const double last = std::max<double>(1, static_cast<double>(run.steps.size()) - 1);
  return {top, {0, last, kPlotLeft, kPlotWidth - kPlotRight}, {0, static_cast<double>(most) * 1.05, top + kPanelHeight, top}};
}

std::string grid(const Panel& panel, const PacketRun& run) {
  std::string out;
  const auto ticks = axis_ticks(panel.y.low, panel.y.high, 5);
  for (double tick : ticks) {
    out += svg::line("gridline", kPlotLeft, panel.y(tick), kPlotWidth - kPlotRight, panel.y(tick));
    out += svg::label("soft", "end", kPlotLeft - 8, panel.y(tick) + 4, svg::tick_text(tick, ticks.size() > 1 ? ticks[1] - ticks[0] : 1));
  }
  out += svg::line("axis", kPlotLeft, panel.top + kPanelHeight, kPlotWidth - kPlotRight, panel.top + kPanelHeight);
  const std::size_t every = run.steps.size() / 20 + 1;
  for (std::size_t t = 0; t < run.steps.size(); t += every)
    out += svg::label("soft", "middle", panel.x(static_cast<double>(t)), panel.top + kPanelHeight + 16, std::to_string(t));
  return out;
}

/// A value holds until the next step.
std::string curve(const Panel& panel, const PacketRun& run, const Series& series) {
  std::string path;
  for (std::size_t t = 0; t < run.steps.size(); ++t) {
    const std::string x = svg::number(panel.x(static_cast<double>(t))), y = svg::number(panel.y(static_cast<double>(run.steps[t].*series.value)));
    path += t == 0 ? "M" + x + " " + y : "H" + x + "V" + y;
  }
  return "<path" + svg::attribute("class", series.style) + svg::attribute("d", path) + "/>";
}

/// Names at the right end, pushed apart where ends meet.
std::string names(const Panel& panel, const PacketRun& run, std::vector<Series> all) {
  std::ranges::sort(all, {}, [&](const Series& series) { return -(run.steps.back().*series.value); });
  std::string out;
  double free = panel.top;
  for (const Series& series : all) {
    const double y = std::max(free, panel.y(static_cast<double>(run.steps.back().*series.value)) + 4);
    out += svg::label("", "start", kPlotWidth - kPlotRight + 8, y, series.name);
    free = y + 16;
  }
  return out;
}

std::string losses(const Panel& panel, const PacketRun& run) {
  std::string out;
  for (std::size_t t = 1; t < run.steps.size(); ++t) {
    const std::int64_t dropped = run.steps[t].lost - run.steps[t - 1].lost;
    if (dropped == 0) continue;
    const double x = panel.x(static_cast<double>(t)), y = panel.y(static_cast<double>(run.steps[t].sent));
    out += "<circle" + svg::attribute("class", std::string("lost")) + svg::attribute("cx", x) + svg::attribute("cy", y) + svg::attribute("r", 4) + "/>";
    out += svg::label("", "end", x - 6, y - 6, std::to_string(dropped) + " dropped");
  }
  return out;
}

std::string calls(const Panel& panel, const PacketRun& run) {
  std::string out;
  for (std::size_t t = 0; t < run.steps.size(); ++t)
    if (const std::string& called = run.steps[t].called; called == "on_loss" || called == "on_timeout")
      out += svg::label("", "middle", panel.x(static_cast<double>(t)), panel.top + 12, called.substr(3));
  return out;
}

std::string draw(const PacketRun& run, const std::vector<Series>& all, double top, const std::string& title) {
  const Panel panel = panel_of(run, all, top);
  std::string out = grid(panel, run) + svg::label("soft", "start", kPlotLeft, top - 6, title);
  for (const Series& series : all) out += curve(panel, run, series);
  out += names(panel, run, all);
  return out + (top > kPlotTop ? calls(panel, run) : losses(panel, run));
}

}  // namespace

std::string packet_plot(const PacketRun& run, const std::string& title) {
  const double height = kPlotTop + 2 * kPanelHeight + 2 * kPanelGap;
  std::string out = svg::open(kPlotWidth, height, title);
  out.insert(4, " xmlns=\"http://www.w3.org/2000/svg\"");
  out += "<style>" + std::string(kPageStyle) + "</style><rect" + svg::attribute("class", std::string("page")) + svg::attribute("width", kPlotWidth) +
         svg::attribute("height", height) + "/>" + svg::label("", "start", 10, 18, title);
  if (run.steps.empty()) return out + "</svg>\n";
  out += draw(run, {{"sent", "sent", &PacketStep::sent}, {"served", "served", &PacketStep::served}}, kPlotTop, "packets, cumulative, by step");
  out += draw(run, {{"window", "window", &PacketStep::window}, {"queue", "queue", &PacketStep::queue}, {"in flight", "inflight", &PacketStep::inflight}},
              kPlotTop + kPanelHeight + kPanelGap, "packets, by step");
  return out + "</svg>\n";
}

}  // namespace assay::cli
