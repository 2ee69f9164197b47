#include "cli/report/html.h"

#include <algorithm>
#include <cstdio>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "cli/output.h"
#include "cli/report/champion_html.h"
#include "cli/report/climb_plot.h"
#include "cli/report/escape.h"
#include "cli/report/plots.h"
#include "cli/report/table.h"
#include "cli/report/web_texts.h"

namespace assay::cli {
namespace {

constexpr std::string_view kSplits[] = {"train", "validation", "holdout"};

/// The page with each {{slot}} filled; what is filled in is not looked at again.
std::string filled(std::string_view page, const std::map<std::string, std::string, std::less<>>& slots) {
  std::string out;
  for (;;) {
    auto open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) return out;
    auto close = page.find("}}", open);
    auto slot = slots.find(page.substr(open + 2, close - open - 2));
    if (slot != slots.end()) out += slot->second;
    page.remove_prefix(close + 2);
  }
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", share * 100);
  return text;
}

// --- head -----------------------------------------------------------------------------------------------------------

std::string card(const std::string& label, const std::string& value, const std::string& more) {
  return "<li><span class=\"label\">" + escape_html(label) + "</span><span class=\"value\">" + value +
         "</span><span class=\"more\">" + escape_html(more) + "</span></li>";
}

/// "5.1 % better"; the words carry the direction, whichever it is.
std::string change_text(const ReportData& data, double mine, double other) {
  if (mine == other) return "equal";
  return percent(std::abs(mine - other) / std::max(std::abs(other), 1e-300)) + (data.better(mine, other) ? " better" : " worse");
}

std::string comparison_card(const ReportData& data, const ReportRow* row, const std::string& label) {
  const auto* champion = champion_row(data);
  auto mine = champion ? mean_of(data, *champion, "holdout") : std::nullopt;
  auto other = row ? mean_of(data, *row, "holdout") : std::nullopt;
  if (!mine || !other) return "";
  return card(label, escape_html(change_text(data, *mine, *other)),
              row->name + " has " + ratio_text(*other) + "; ratio " + (*other == 0 ? "-" : ratio_text(*mine / *other)));
}

std::string cards(const ReportData& data) {
  std::string out;
  if (const auto* champion = champion_row(data))
    if (auto mean = mean_of(data, *champion, "holdout"))
      out += card(data.objective + " on holdout, mean", ratio_text(*mean), (data.champion->certified ? "champion: " : "best on validation, not certified: ") + champion->name);
  out += comparison_card(data, row_named(data, "lru"), "against LRU on holdout");
  out += comparison_card(data, best_baseline(data, "holdout"), "against the best baseline on holdout");
  if (const auto* champion = champion_row(data))
    if (auto worst = worst_slice(data, *champion, "holdout"))
      out += card("worst slice of holdout", escape_html(change_text(data, worst->objective, worst->best)),
                  worst->instance + ": " + ratio_text(worst->objective) + ", the best baseline there, " + worst->baseline + ", has " + ratio_text(worst->best));
  out += card("certificate", verdict_badge(data.champion ? data.champion->verdict : ""), claim_count(data));
  std::uint64_t scored = data.points.size();
  out += card("candidates", grouped(data.candidates), grouped(scored) + " scored on all of train");
  return out;
}

std::string lede(const ReportData& data) {
  std::string text = "Task " + data.task + ": " + data.objective + ", " + (data.minimise ? "smaller" : "larger") +
                     " is better. Candidates came from the provider " + data.provider + " with seed " +
                     std::to_string(data.seed) + ". Selection saw the train instances, promotion validation; holdout was looked at "
                     "once, for this report.";
  if (!data.provenance.empty()) text += " Figures: " + data.provenance + ".";
  if (!data.ended) text += " The campaign has not ended: this is its state so far, and it can be resumed.";
  return escape_html(text);
}

std::string warnings(const ReportData& data) {
  std::string out;
  for (const auto& layer : data.missing_layers)
    out += "<p class=\"warning\"><strong>Ran without the sandbox layer " + escape_html(layer) +
           ".</strong> Scores are from a trusted replay; confinement of the candidates was weaker.</p>";
  return out;
}

// --- scores ---------------------------------------------------------------------------------------------------------

struct Column {
  std::string_view split;
  const ReportInstance* instance = nullptr;  ///< null: the mean
  bool first = false;                        ///< of its split
};

std::vector<Column> columns_of(const ReportData& data) {
  std::vector<Column> columns;
  for (auto split : kSplits) {
    bool first = true;
    for (const auto& instance : data.instances)
      if (instance.split == split) columns.push_back({split, &instance, std::exchange(first, false)});
    if (!first) columns.push_back({split, nullptr, false});
  }
  return columns;
}

std::optional<double> value_of(const ReportData& data, const ReportRow& row, const Column& column) {
  if (!column.instance) return mean_of(data, row, column.split);
  auto score = row.scores.find(column.instance->name);
  return score == row.scores.end() ? std::nullopt : std::optional(score->second.objective);
}

std::string table_head(const std::vector<Column>& columns) {
  std::string splits = "<tr><th class=\"text\" rowspan=\"2\" scope=\"col\">policy</th><th class=\"text\" rowspan=\"2\" scope=\"col\">kind</th>";
  std::string names = "<tr>";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& column = columns[i];
    const char* style = column.first ? " class=\"split\"" : "";
    if (column.first) {
      std::size_t span = 1;
      while (i + span < columns.size() && columns[i + span].split == column.split) ++span;
      splits += "<th class=\"split text\" scope=\"colgroup\" colspan=\"" + std::to_string(span) + "\">" + std::string(column.split) + "</th>";
    }
    std::string name = column.instance ? column.instance->name : "mean";
    if (column.instance && name.starts_with(std::string(column.split) + "-")) name.erase(0, column.split.size() + 1);
    names += "<th scope=\"col\"" + std::string(style) + ">" + escape_html(name) + "</th>";
  }
  return "<thead>" + splits + "</tr>" + names + "</tr></thead>";
}

/// The best value of each column among what is no oracle.
std::vector<std::optional<double>> best_values(const ReportData& data, const std::vector<Column>& columns) {
  std::vector<std::optional<double>> best(columns.size());
  for (const auto& row : data.rows) {
    if (row.kind == "oracle") continue;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto value = value_of(data, row, columns[i]);
      if (value && (!best[i] || data.better(*value, *best[i]))) best[i] = value;
    }
  }
  return best;
}

std::string scores_table(const ReportData& data) {
  auto columns = columns_of(data);
  auto best = best_values(data, columns);
  std::string out = "<table>" + table_head(columns) + "<tbody>";
  for (const auto& row : data.rows) {
    out += row.kind == "champion" ? "<tr class=\"champion\">" : "<tr>";
    out += "<th scope=\"row\">" + escape_html(row.name) + "</th><td class=\"text\">" + escape_html(row.kind) + "</td>";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto value = value_of(data, row, columns[i]);
      std::string style = columns[i].first ? "split" : "";
      if (!columns[i].instance) style += " mean";
      if (value && row.kind != "oracle" && value == best[i]) style += " best";
      out += "<td class=\"" + style + "\">" + (value ? ratio_text(*value) : "–") + "</td>";
    }
    out += "</tr>";
  }
  return out + "</tbody></table>";
}

std::string scores_note(const ReportData& data) {
  return escape_html(data.objective) + (data.minimise ? ", smaller" : ", larger") +
         " is better. Rows by their mean on holdout; the best value of each column is underlined. A <em>contract</em> baseline is "
         "written in the task’s own policy language, a <em>native</em> one is a reference implementation, an "
         "<em>oracle</em> knows the future and is a bound that no policy can pass.";
}

std::string legend() {
  std::string out = "<ul class=\"legend\" aria-label=\"Colours of the bars\">";
  for (const char* kind : {"champion", "contract", "native", "oracle"})
    out += "<li><svg viewBox=\"0 0 24 11\" aria-hidden=\"true\"><rect class=\"bar-" + std::string(kind) +
           "\" x=\"1\" y=\"1\" width=\"22\" height=\"9\"/></svg>" + kind + "</li>";
  return out + "</ul>";
}

std::string instance_panels(const ReportData& data) {
  std::string out;
  for (const auto& instance : data.instances)
    out += "<figure><figcaption><strong>" + escape_html(instance.name) + "</strong> · " + escape_html(instance.split) +
           "</figcaption>" + instance_plot(data, instance) + "</figure>";
  return out;
}

// --- search ---------------------------------------------------------------------------------------------------------

std::string meters(const std::vector<std::pair<std::string, double>>& values, const std::function<std::string(double)>& text) {
  double largest = 0;
  for (const auto& [name, value] : values) largest = std::max(largest, value);
  std::string out = "<div class=\"meter\">";
  for (const auto& [name, value] : values) {
    char width[24];
    std::snprintf(width, sizeof width, "%.2f", largest > 0 ? value / largest * 100 : 0);
    out += "<span>" + escape_html(name) + "</span><span class=\"track\"><span class=\"fill" +
           std::string(name == "ok" ? " ok" : "") + "\" style=\"display:block;width:" + width + "%\"></span></span><span>" +
           text(value) + "</span>";
  }
  return out + "</div>";
}

std::vector<std::pair<std::string, double>> by_size(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, double>> values;
  for (const auto& [name, count] : counts) values.emplace_back(name, static_cast<double>(count));
  std::ranges::stable_sort(values, std::greater(), &std::pair<std::string, double>::second);
  return values;
}

std::string stages(const ReportData& data) {
  double total = 0;
  for (const auto& [name, time] : data.stage_ns) total += static_cast<double>(time);
  if (total == 0) return "<p class=\"note\">Not recorded.</p>";
  return meters(by_size(data.stage_ns), [&](double time) { return percent(time / total) + " · " + duration_text(time / 1e9); });
}

std::string definition(const std::string& term, const std::string& value, bool mono = false) {
  return "<dt>" + escape_html(term) + "</dt><dd" + (mono ? " class=\"mono\"" : "") + ">" + escape_html(value) + "</dd>";
}

std::string cost(const ReportData& data) {
  char usd[32];
  std::snprintf(usd, sizeof usd, "$%.4f", data.usd);
  return "<dl>" + definition("money", usd) + definition("tokens in", grouped(data.tokens_in)) +
         definition("tokens out", grouped(data.tokens_out)) + definition("candidates", grouped(data.candidates)) + "</dl>";
}

std::string tries_section(const Tries& tries) {
  if (tries.candidates == 0) return "";
  auto cell = [](std::uint64_t part, std::uint64_t of) {
    return "<td>" + grouped(part) + "</td><td>" + (of ? percent(static_cast<double>(part) / static_cast<double>(of)) : "–") + "</td>";
  };
  std::string out = "<h3>First try and repair</h3><p>Of " + grouped(tries.candidates) + " candidates that were asked for; " + grouped(tries.repairs) +
                    " repairs. Certified: of the " + grouped(tries.graded) + " that were tried for a certificate.</p><table><thead><tr><th class=\"text\" scope=\"col\">stage"
                    "</th><th scope=\"colgroup\" colspan=\"2\">first try</th><th scope=\"colgroup\" colspan=\"2\">after repair</th></tr></thead><tbody>";
  for (const auto& stage : stage_shares(tries))
    out += "<tr><th scope=\"row\">" + std::string(stage.name) + "</th>" + cell(stage.first, stage.of) + cell(stage.after, stage.of) + "</tr>";
  out += "</tbody></table>";
  if (tries.by_first.empty()) return out;
  out += "<p>What became of those whose first answer failed:</p><ul>";
  for (const auto& line : repair_lines(tries)) out += "<li>" + escape_html(line) + "</li>";
  return out + "</ul>";
}

std::string fitness_caption(const ReportData& data, std::size_t left_out) {
  std::string text = "Each point is a candidate that was scored on every train instance; the line is the best so far. Dashed: "
                     "baselines.";
  if (left_out > 0) text += " " + grouped(left_out) + " candidates far worse than the rest lie outside the picture.";
  if (data.champion)
    text += " The ringed point is the champion: it was chosen on validation among certified policies, so it need not be the best on train.";
  for (const auto& line : selection_lines(data)) text += " " + line + ".";
  return escape_html(text);
}

/// Only of a campaign that was told of certificates.
std::string climb_figure(const ReportData& data) {
  const std::string plot = climb_plot(data);
  if (plot.empty()) return "";
  return "<figure class=\"wide\"><figcaption>" + climb_caption(data) + "</figcaption><div class=\"scroll\">" + plot + "</div></figure>";
}

std::string provenance(const ReportData& data) {
  std::string out = "<dl>" + definition("task", data.task) + definition("domain", data.domain) +
                    definition("provider", data.provider) + definition("seed", std::to_string(data.seed));
  for (const auto& [name, value] : data.budget.items())
    if (!value.is_null()) out += definition("budget: " + name, evolve::dump(value));
  std::string layers;
  for (const auto& layer : data.missing_layers) layers += (layers.empty() ? "ran without: " : ", ") + layer;
  out += definition("sandbox", layers.empty() ? "every layer held (namespaces, Landlock, seccomp, limits)" : layers);
  for (const auto& [name, digest] : data.digests) out += definition(name, digest, true);
  if (data.champion) {
    out += definition("champion source", data.champion->record.source.hex(), true);
    if (data.champion->record.ast) out += definition("champion AST", data.champion->record.ast->hex(), true);
  }
  return out + "</dl>";
}

}  // namespace

std::string report_html(const ReportData& data, const std::string& comparison) {
  auto plot = fitness_plot(data);
  std::string heading = (data.champion && data.champion->certified ? "A certified policy for " : "No certified policy yet for ") + data.task;
  return filled(report_page(), {{"title", escape_html("Assay: " + data.task)},
                                {"css", std::string(report_style())},
                                {"heading", escape_html(heading)},
                                {"lede", lede(data)},
                                {"warnings", warnings(data)},
                                {"cards", cards(data)},
                                {"scores_note", scores_note(data)},
                                {"scores_table", scores_table(data)},
                                {"legend", legend()},
                                {"instance_panels", instance_panels(data)},
                                {"comparison", comparison},
                                {"fitness_caption", fitness_caption(data, plot.left_out)},
                                {"fitness_plot", plot.svg},
                                {"climb_figure", climb_figure(data)},
                                {"outcomes", meters(by_size(data.outcomes), [](double count) { return grouped(static_cast<std::uint64_t>(count)); })},
                                {"stages", stages(data)},
                                {"savings", savings_html(data.savings)},
                                {"cost", cost(data)},
                                {"tries", tries_section(data.tries)},
                                {"champion", champion_section(data)},
                                {"certificate", certificate_section(data)},
                                {"provenance", provenance(data)}});
}

}  // namespace assay::cli
