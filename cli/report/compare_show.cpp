// A comparison for a terminal, as JSON and as a page.

#include <cstdio>

#include "cli/output.h"
#include "cli/report/compare.h"
#include "cli/report/escape.h"
#include "cli/report/web_texts.h"

namespace assay::cli {
namespace {

constexpr const char* kInterval =
    "Intervals: 95 %, Student's t over seeds; a bootstrap of so few seeds cannot reach beyond the smallest and the largest, and says too "
    "little. They are about the luck of the search, not about other traces.";

std::string percent(std::uint64_t part, std::uint64_t of) {
  if (of == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * static_cast<double>(part) / static_cast<double>(of));
  return text;
}

std::string dollars(double usd) {
  char text[32];
  std::snprintf(text, sizeof text, "$%.4f", usd);
  return text;
}

std::string holdout_text(const Contestant& each) {
  const Spread& spread = each.holdout;
  return ratio_text(spread.mean) + (spread.half ? " ± " + ratio_text(*spread.half) : "");
}
std::string seeds_text(const Contestant& each) { return spread_words(each.holdout); }

std::string worst_text(const Contestant& each) {
  if (!each.worst) return "-";
  const WorstSlice& worst = *each.worst;
  return worst.instance + ": " + ratio_text(worst.objective) + ", best baseline there " + worst.baseline + " " + ratio_text(worst.best) +
         (worst.loss_ratio > 1 ? " (worse)" : worst.loss_ratio == 1 ? " (equal)" : " (better)") + "; worse on " + std::to_string(each.lost_slices) +
         " of " + std::to_string(each.slices) + " slices";
}

std::string shares_text(const Tries& tries) {
  std::string text;
  for (const auto& stage : stage_shares(tries))
    text += (text.empty() ? "" : ", ") + std::string(stage.name) + " " + percent(stage.first, stage.of) +
            (tries.repairs ? " → " + percent(stage.after, stage.of) : "");
  return text;
}

std::string stages_text(const Cost& cost) {
  std::string text;
  std::uint64_t total = 0;
  for (const auto& [stage, ns] : cost.stage_ns) {
    text += (text.empty() ? "" : ", ") + stage + " " + duration_text(static_cast<double>(ns) / 1e9);
    total += ns;
  }
  return duration_text(static_cast<double>(total) / 1e9) + (text.empty() ? "" : " (" + text + ")");
}

std::string cost_text(const Cost& cost) {
  return grouped(cost.evaluations) + " evaluations, " + grouped(cost.completions) + " answers of a model, " + grouped(cost.tokens_in) + " tokens in, " +
         grouped(cost.tokens_out) + " out, " + dollars(cost.usd);
}

std::string heading(const Comparison& comparison) {
  if (!comparison.unequal.empty() || comparison.contestants.empty()) return "NOT at equal budget: no group below is better or worse than another by this";
  const Contestant& first = comparison.contestants.front();
  return "At equal budget: " + grouped(first.cost.evaluations / first.seeds.size()) + " evaluations each, baselines not counted";
}

std::string baseline_text(const Comparison& comparison) {
  return comparison.best_baseline_mean ? "best baseline on holdout: " + comparison.best_baseline + " " + ratio_text(*comparison.best_baseline_mean) : "";
}

/// Term and value, in order; untrusted.
std::vector<std::pair<std::string, std::string>> facts(const Contestant& each) {
  return {{"holdout", holdout_text(each) + ", " + seeds_text(each) + ", " + std::to_string(each.certified) + " of " + std::to_string(each.seeds.size()) + " certified"},
          {"worst slice", worst_text(each)},
          {"cost", cost_text(each.cost)},
          {"thread time", stages_text(each.cost)},
          {std::string("first try") + (each.tries.repairs ? " → after repair" : ""), shares_text(each.tries)}};
}

}  // namespace

std::string spread_words(const Spread& spread) {
  if (spread.values == 1) return "one seed: no interval";
  return std::to_string(spread.values) + " seeds";
}

std::string comparison_text(const Comparison& comparison) {
  std::string text = heading(comparison) + "\n";
  for (const auto& line : comparison.unequal) text += "  " + printable(line) + "\n";
  text += printable(comparison.objective) + ", " + (comparison.minimise ? "smaller" : "larger") + " is better; " + printable(baseline_text(comparison)) + "\n";
  for (const Contestant& each : comparison.contestants) {
    text += "\n" + printable(each.name) + "\n";
    for (const auto& [term, value] : facts(each)) text += "  " + term + std::string(term.size() < 13 ? 13 - term.size() : 1, ' ') + printable(value) + "\n";
  }
  return text + "\n" + kInterval + "\n";
}

std::string comparison_html(const Comparison& comparison) {
  std::string out = "<section id=\"equal-budget\"><h2>" + escape_html(comparison.unequal.empty() ? "At equal budget" : "Not at equal budget") + "</h2>";
  out += std::string(comparison.unequal.empty() ? "<p>" : "<p class=\"warning\">") + escape_html(heading(comparison)) + ".</p>";
  for (const auto& line : comparison.unequal) out += "<p class=\"warning\">" + escape_html(line) + "</p>";
  out += "<p>" + escape_html(baseline_text(comparison)) + "</p><div class=\"scroll\"><table><thead><tr><th class=\"text\" scope=\"col\">group</th>"
         "<th scope=\"col\">holdout, mean</th><th class=\"text\" scope=\"col\">seeds</th><th scope=\"col\">certified</th><th scope=\"col\">evaluations</th><th scope=\"col\">answers</th>"
         "<th scope=\"col\">tokens in</th><th scope=\"col\">out</th><th scope=\"col\">money</th></tr></thead><tbody>";
  for (const Contestant& each : comparison.contestants)
    out += "<tr><th scope=\"row\">" + escape_html(each.name) + "</th><td>" + holdout_text(each) + "</td><td class=\"text\">" + seeds_text(each) + "</td><td>" + std::to_string(each.certified) + " of " +
           std::to_string(each.seeds.size()) + "</td><td>" + grouped(each.cost.evaluations) + "</td><td>" + grouped(each.cost.completions) + "</td><td>" +
           grouped(each.cost.tokens_in) + "</td><td>" + grouped(each.cost.tokens_out) + "</td><td>" + dollars(each.cost.usd) + "</td></tr>";
  out += "</tbody></table></div>";
  for (const Contestant& each : comparison.contestants) {
    out += "<h3>" + escape_html(each.name) + "</h3><dl>";
    for (const auto& [term, value] : facts(each)) out += "<dt>" + escape_html(term) + "</dt><dd>" + escape_html(value) + "</dd>";
    out += "</dl>";
  }
  return out + "<p class=\"note\">" + escape_html(kInterval) + "</p></section>";
}

std::string comparison_page(const Comparison& comparison) {
  const std::string title = escape_html("Assay: campaigns of " + comparison.task);
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta name=\"color-scheme\" content=\"light dark\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
         "<title>" + title + "</title><style>" + std::string(report_style()) + "</style></head><body><header><p class=\"kicker\">Assay comparison</p><h1>" + title +
         "</h1></header><main>" + comparison_html(comparison) + "</main></body></html>\n";
}

Json to_json(const Comparison& comparison) {
  Json json{{"task", comparison.task}, {"objective", comparison.objective}, {"direction", comparison.minimise ? "minimise" : "maximise"},
            {"equal_budget", comparison.unequal.empty() && !comparison.contestants.empty()}, {"unequal", comparison.unequal},
            {"interval", "Student's t over seeds, 95 %"}, {"groups", Json::array()}};
  if (comparison.best_baseline_mean) json["best_baseline"] = {{"name", comparison.best_baseline}, {"holdout", *comparison.best_baseline_mean}};
  for (const Contestant& each : comparison.contestants) {
    Json group{{"name", each.name}, {"folders", each.folders}, {"seeds", each.seeds}, {"certified", each.certified},
               {"holdout", {{"mean", each.holdout.mean}, {"half_width", each.holdout.half ? Json(*each.holdout.half) : Json()}}},
               {"slices", each.slices}, {"lost_slices", each.lost_slices}, {"evaluations", each.cost.evaluations},
               {"completions", each.cost.completions}, {"tokens_in", each.cost.tokens_in}, {"tokens_out", each.cost.tokens_out},
               {"usd", each.cost.usd}, {"stage_ns", each.cost.stage_ns}, {"tries", to_json(each.tries)}};
    if (each.worst) group["worst_slice"] = to_json(*each.worst);
    json["groups"].push_back(std::move(group));
  }
  return json;
}

}  // namespace assay::cli
