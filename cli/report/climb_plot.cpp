#include "cli/report/climb_plot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/output.h"
#include "cli/report/escape.h"
#include "cli/report/svg.h"
#include "cli/report/web_texts.h"

namespace assay::cli {
namespace {

using namespace svg;

using Values = std::vector<std::optional<double>>;  ///< [i]: once i + 1 candidates are there

/// What a picture shows: where its values lie and how many candidates there are.
struct Frame {
  double low = 0, high = 0;
  std::size_t candidates = 0;

  void hold(double value) {
    if (candidates == 0 || value < low) low = value;
    if (candidates == 0 || value > high) high = value;
  }
  void hold(const Values& values) {
    for (const auto& value : values)
      if (value) hold(*value), candidates = std::max(candidates, values.size());
  }
  Scale x() const { return {0, std::max(1.0, static_cast<double>(candidates)), kLeft, kWidth - kRight}; }
  Scale y() const {
    const double margin = std::max((high - low) * 0.06, 1e-6 + std::max(std::abs(low), std::abs(high)) * 1e-6);
    return {low - margin, high + margin, kHeight - kBottom, kTop};
  }
};

std::string place(const Scale& x, const Scale& y, std::size_t i, double value) {
  return number(x(static_cast<double>(i + 1))) + " " + number(y(value));
}

/// Steps: each value holds until the next one; a gap where there is none.
std::string step_path(const Values& values, const Scale& x, const Scale& y) {
  std::string path;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const bool goes_on = i > 0 && values[i - 1];
    if (goes_on && *values[i - 1] == *values[i] && i + 1 < values.size() && values[i + 1]) continue;
    if (!goes_on) path += "M" + place(x, y, i, *values[i]);
    else path += "H" + number(x(static_cast<double>(i + 1))) + "V" + number(y(*values[i]));
  }
  return path;
}

std::string curve(const std::string& style, const Values& values, const Scale& x, const Scale& y) {
  const std::string path = step_path(values, x, y);
  return path.empty() ? "" : "<path class=\"" + style + "\" d=\"" + path + "\"/>";
}

struct Label {
  std::string style, text;
  double at = 0;
};

/// Beside the right end, pushed apart where they would cover each other.
std::string labels(std::vector<Label> all) {
  std::string out;
  double free_from = kTop;
  std::ranges::stable_sort(all, {}, &Label::at);
  for (const auto& each : all) {
    const double at = std::max(each.at + 4, free_from);
    free_from = at + 15;
    out += label(each.style.c_str(), "start", kWidth - kRight + 8, at, each.text);
  }
  return out;
}

std::optional<double> last_of(const Values& values) { return values.empty() ? std::nullopt : values.back(); }

Label end_label(const std::string& style, const std::string& name, const Values& values, const Scale& y) {
  const auto last = last_of(values);
  return {"name-" + style, name + (last ? " " + ratio_text(*last) : ": none"), last ? y(*last) : y(y.low) - 8};
}

// One campaign ------------------------------------------------------------------------------------------------------

bool has_certificates(const ReportData& data) {
  return std::ranges::any_of(data.points, [](const ReportPoint& point) { return point.proof_score.has_value(); });
}

Values best_so_far(const ReportData& data, bool certified) {
  Values values(data.points.empty() ? 0 : data.points.back().candidate + 1);
  std::optional<double> best;
  std::size_t next = 0;
  for (const auto& point : data.points) {
    if (certified && !point.required_proved) continue;
    for (; next < point.candidate; ++next) values[next] = best;
    if (!best || data.better(point.objective, *best)) best = point.objective;
  }
  for (; next < values.size(); ++next) values[next] = best;
  return values;
}

// Several -----------------------------------------------------------------------------------------------------------

/// One number of all seeds' values at each number of candidates.
template <class Of>
Values over_seeds(const Way& way, std::size_t candidates, bool all_needed, Of of) {
  Values values(candidates);
  for (std::size_t n = 0; n < candidates; ++n) {
    std::vector<double> there;
    for (const auto& run : way.runs)
      if (n < run.size() && run[n]) there.push_back(*run[n]);
    if (there.empty() || (all_needed && there.size() < way.runs.size())) continue;
    values[n] = of(there);
  }
  return values;
}

double mean_of_values(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::string band(const Way& way, std::size_t candidates, const Scale& x, const Scale& y) {
  const Values low = over_seeds(way, candidates, false, [](const auto& all) { return std::ranges::min(all); });
  const Values high = over_seeds(way, candidates, false, [](const auto& all) { return std::ranges::max(all); });
  std::string out;
  for (std::size_t i = 0, end = 0; i < candidates; i = end + 1) {
    for (end = i; end + 1 < candidates && low[end + 1] == low[i] && high[end + 1] == high[i];) ++end;
    if (!low[i]) continue;
    const double left = x(static_cast<double>(i + 1)), right = x(static_cast<double>(std::min(end + 2, candidates)));
    out += "<rect" + attribute("class", "band-" + way.style) + attribute("x", left) + attribute("y", y(*high[i])) +
           attribute("width", right - left) + attribute("height", std::max(0.5, y(*low[i]) - y(*high[i]))) + "/>";
  }
  return out;
}

}  // namespace

std::string climb_plot(const ReportData& data) {
  if (!has_certificates(data)) return "";
  const Values best = best_so_far(data, false), certified = best_so_far(data, true);
  Frame frame;
  frame.hold(best);
  frame.hold(certified);
  const Scale x = frame.x(), y = frame.y();
  return svg::open(kWidth, kHeight, "The best so far and the best certified so far") + axes(data.objective + ", mean over train", x, y) +
         curve("best", best, x, y) + curve("certified", certified, x, y) +
         labels({end_label("best", "best", best, y), end_label("certified", "certified", certified, y)}) + "</svg>";
}

std::string climb_caption(const ReportData& data) {
  if (!has_certificates(data)) return "";
  std::uint64_t graded = 0, required = 0, full = 0;
  for (const auto& point : data.points) {
    graded += point.proof_score.has_value();
    required += point.required_proved;
    full += point.fully_certified;
  }
  return escape_html("Solid: the best so far. Dashed: the best so far of which every required claim is proved, as the search saw it, without a "
                     "solver: the end, with one, may prove more. Of " + grouped(data.points.size()) + " scored candidates " + grouped(graded) +
                     " were graded; of these, all required claims are proved of " + grouped(required) + ", preferred ones too of " + grouped(full) + ".");
}

std::string climb_comparison(const std::string& objective, const std::vector<Way>& ways, const Level& reference) {
  Frame frame;
  for (const auto& way : ways)
    for (const auto& run : way.runs) frame.hold(run);
  if (frame.candidates == 0) return "<p class=\"note\">No campaign has a certified champion.</p>";
  frame.hold(reference.value);
  const Scale x = frame.x(), y = frame.y();
  std::string out = svg::open(kWidth, kHeight, "The certified champion over candidates, mean and range over seeds");
  out += axes(objective + " of the champion", x, y) + line("reference", kLeft, y(reference.value), kWidth - kRight, y(reference.value));
  std::vector<Label> names{{"soft", reference.name + " " + ratio_text(reference.value), y(reference.value)}};
  for (const auto& way : ways) out += band(way, frame.candidates, x, y);
  for (const auto& way : ways) {
    const Values mean = over_seeds(way, frame.candidates, true, mean_of_values);
    out += curve(way.style, mean, x, y);
    names.push_back(end_label(way.style, way.name, mean, y));
  }
  return out + labels(std::move(names)) + "</svg>";
}

std::string climb_page(const std::string& heading, const std::vector<Figure>& figures) {
  std::string out = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>" +
                    escape_html(heading) + "</title><style>" + std::string(report_style()) + "</style></head><body><h1>" + escape_html(heading) + "</h1>";
  for (const auto& figure : figures)
    out += "<figure class=\"wide\"><figcaption>" + escape_html(figure.caption) + "</figcaption>" + figure.svg + "</figure>";
  return out + "</body></html>\n";
}

}  // namespace assay::cli
