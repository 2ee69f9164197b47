#include "cli/report/champion_html.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <vector>

#include "cli/output.h"
#include "cli/report/diff.h"
#include "cli/report/escape.h"

namespace assay::cli {
namespace {

std::string numbered(std::string_view text) {
  std::string out = "<pre tabindex=\"0\">";
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto end = text.find('\n');
    out += "<span class=\"row\"><span class=\"number\">" + std::to_string(number) + "</span>" + escape_html(text.substr(0, end)) +
           "</span>";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out + "</pre>";
}

/// Changed lines with three lines around them.
std::string diff_html(const std::string& before, const std::string& after) {
  constexpr std::size_t kAround = 3;
  auto lines = diff_lines(before, after);
  std::vector<bool> shown(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].mark != ' ')
      for (std::size_t j = i - std::min(i, kAround); j < std::min(lines.size(), i + kAround + 1); ++j) shown[j] = true;
  if (std::ranges::find(shown, true) == shown.end()) return "<p class=\"note\">The same text as its parent.</p>";
  std::string out = "<pre tabindex=\"0\">";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!shown[i]) {
      if (i == 0 || shown[i - 1]) out += "<span class=\"row\"><span class=\"number\">⋯</span></span>";
      continue;
    }
    const char* style = lines[i].mark == '+' ? "row add" : lines[i].mark == '-' ? "row del" : "row";
    out += "<span class=\"" + std::string(style) + "\"><span class=\"number\">" + lines[i].mark + "</span>" +
           escape_html(lines[i].text) + "</span>";
  }
  return out + "</pre>";
}

std::string lineage_html(const ReportChampion& champion) {
  std::string out = "<ol class=\"lineage\">";
  for (const auto& step : champion.lineage)
    out += "<li>candidate " + grouped(step.candidate) + " · " + escape_html(step.operation) + " · " + escape_html(step.provider) +
           (step.objective ? " · " + ratio_text(*step.objective) + " on train" : "") + "</li>";
  if (champion.lineage_cut) out += "<li>older ancestors are in the archive</li>";
  return out + "</ol>";
}

std::string detail_html(const ReportClaim& claim) {
  std::string out;
  if (claim.line > 0) out += "line " + std::to_string(claim.line) + ": ";
  out += escape_html(claim.detail);
  if (!claim.witness.empty()) out += (out.empty() ? "" : " ") + std::string("<span class=\"mono\">") + escape_html(claim.witness) + "</span>";
  return out;
}

/// What the compiled code did, and every value on the way: line | variable | value.
std::string trace_html(const ReportClaim& claim) {
  if (claim.trace.empty()) return "";
  std::string out = "<details><summary>Step by step</summary>";
  if (!claim.checked_run.empty())
    out += "<p class=\"note\">With its traps on: " + escape_html(claim.checked_run) + ". Optimised: " + escape_html(claim.optimised_run) + ".</p>";
  out += "<table><thead><tr><th scope=\"col\">line</th><th class=\"text\" scope=\"col\">variable</th><th class=\"text\" scope=\"col\">value</th></tr></thead><tbody>";
  for (const auto& step : claim.trace)
    out += "<tr><td>" + (step.line > 0 ? std::to_string(step.line) : "") + "</td><td class=\"text mono\">" + escape_html(step.variable) +
           "</td><td class=\"text mono\">" + escape_html(step.value) + "</td></tr>";
  return out + "</tbody></table></details>";
}

std::string score_html(const ReportClaim& claim) {
  if (!claim.score) return "";
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * *claim.score);
  return text;
}

std::string subject_of(const ReportClaim& claim) { return claim.function.empty() ? "(property)" : claim.function; }

/// One row for each claim, with what it rests on.
std::string claim_list(const std::vector<ReportClaim>& claims) {
  std::string out = "<div class=\"scroll\"><table><thead><tr><th class=\"text\" scope=\"col\">function</th><th class=\"text\" "
                    "scope=\"col\">property</th><th class=\"text\" scope=\"col\">level</th><th class=\"text\" scope=\"col\">verdict</th>"
                    "<th scope=\"col\">proved share</th><th class=\"text\" scope=\"col\">"
                    "counterexample, reason or witness</th></tr></thead><tbody>";
  for (const auto& claim : claims)
    out += "<tr><th scope=\"row\">" + escape_html(subject_of(claim)) + "</th><td class=\"text\">" + escape_html(claim.property) +
           "</td><td class=\"text\">" + escape_html(claim.level) + "</td><td class=\"text\">" + verdict_badge(claim.verdict) + "</td><td>" +
           score_html(claim) + "</td><td class=\"wrap\">" + detail_html(claim) + trace_html(claim) + "</td></tr>";
  return out + "</tbody></table></div>";
}

/// Functions down, properties across.
std::string claim_matrix(const std::vector<ReportClaim>& claims) {
  std::vector<std::string> functions, properties;
  auto add = [](std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const auto& claim : claims) {
    add(functions, claim.function);
    add(properties, claim.property);
  }
  std::string out = "<div class=\"scroll\"><table><thead><tr><th class=\"text\" scope=\"col\">function</th>";
  for (std::string property : properties) {
    std::ranges::replace(property, '_', ' ');
    out += "<th class=\"text\" scope=\"col\">" + escape_html(property) + "</th>";
  }
  out += "</tr></thead><tbody>";
  for (const auto& function : functions) {
    out += "<tr><th scope=\"row\">" + escape_html(function) + "</th>";
    for (const auto& property : properties) {
      auto claim = std::ranges::find_if(claims, [&](const auto& c) { return c.function == function && c.property == property; });
      out += "<td class=\"text\">" + (claim == claims.end() ? "–" : verdict_badge(claim->verdict)) + "</td>";
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

/// What was found about a property of the task, what it says, and its text.
std::string property_html(const ReportClaim& claim, const std::vector<ReportProperty>& known) {
  auto property = std::ranges::find(known, claim.property, &ReportProperty::name);
  std::string out = "<div class=\"property\"><p>" + verdict_badge(claim.verdict) + " <span class=\"mono\">" + escape_html(claim.property) + "</span>, " +
                    escape_html(claim.level) + (claim.score ? ", proved share " + score_html(claim) : "") + "</p>";
  if (property != known.end()) out += "<p class=\"note\">" + escape_html(property->doc) + "</p>";
  if (!claim.detail.empty()) out += "<p>" + escape_html(claim.detail) + "</p>";
  out += trace_html(claim);
  if (property != known.end()) out += "<details><summary>As C++</summary>" + numbered(property->text) + "</details>";
  return out + "</div>";
}

std::string properties_section(const std::vector<ReportClaim>& claims, const ReportData& data) {
  if (claims.empty()) return "";
  std::string out = "<h3>Properties of the task</h3><p class=\"note\">One text of the task’s author each: proved here, tried at random in the "
                    "jail, and told to the provider.</p>";
  for (const ReportClaim& claim : claims) out += property_html(claim, data.properties);
  return out;
}

}  // namespace

std::string verdict_badge(const std::string& verdict) {
  if (verdict == "proved") return "<span class=\"badge proved\">✓ proved</span>";
  if (verdict == "refuted") return "<span class=\"badge refuted\">✗ refuted</span>";
  if (verdict == "unknown") return "<span class=\"badge unknown\">? unknown</span>";
  return "<span class=\"badge none\">not certified</span>";
}

std::string claim_count(const ReportData& data) {
  if (!data.champion || data.champion->claims.empty()) return "no claims";
  const auto& claims = data.champion->claims;
  auto proved = std::ranges::count(claims, "proved", &ReportClaim::verdict);
  return std::to_string(proved) + " of " + std::to_string(claims.size()) + " claims proved";
}

std::string champion_section(const ReportData& data) {
  if (!data.champion) return "<p>No candidate was promoted.</p>";
  const auto& champion = *data.champion;
  std::string out = champion.certified ? "" : "<p class=\"warning\">Not certified: shown because it is the best on validation.</p>";
  out += "<p>Candidate " + grouped(champion.record.index) + ", by " + escape_html(champion.record.operation) + " (" +
                    escape_html(champion.record.provider) + "), " + grouped(champion.record.size) +
                    " nodes. This is the text that was compiled and proved: the harness printed it from the screened syntax tree, so "
                    "it holds no comment and nothing that was not checked.</p>";
  out += numbered(champion.emitted);
  if (champion.parent)
    out += "<h3>Changed from its parent, candidate " + grouped(champion.record.parents[0]) + "</h3>" +
           diff_html(*champion.parent, champion.emitted);
  out += "<h3>Lineage</h3>" + lineage_html(champion);
  if (champion.proposed != champion.emitted && !champion.proposed.empty())
    out += "<details><summary>As it was proposed</summary><p class=\"note\">Untrusted text: comments in it are the "
           "provider’s words, not a finding.</p>" +
           numbered(champion.proposed) + "</details>";
  return out;
}

std::string certificate_section(const ReportData& data) {
  if (!data.champion) return "<p>Nothing was certified.</p>";
  const auto& champion = *data.champion;
  std::string out = "<p>" + verdict_badge(champion.verdict) + " " + claim_count(data) +
                    ". Inputs range over everything that the contract declares; a witness is an input that reaches the claim, so that "
                    "no proof is empty.</p>";
  if (champion.claims.empty()) return out;
  std::vector<ReportClaim> of_functions, of_properties;
  for (const auto& claim : champion.claims) (claim.function.empty() ? of_properties : of_functions).push_back(claim);
  out += claim_matrix(of_functions);
  out += properties_section(of_properties, data);
  std::vector<ReportClaim> open;
  std::ranges::copy_if(of_functions, std::back_inserter(open), [](const auto& claim) { return claim.verdict != "proved"; });
  if (!open.empty()) out += "<h3>Not proved</h3>" + claim_list(open);
  return out + "<details><summary>Every claim with its witness</summary>" + claim_list(champion.claims) + "</details>";
}

}  // namespace assay::cli
