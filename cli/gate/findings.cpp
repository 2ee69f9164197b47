#include "cli/gate/findings.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "cli/output.h"

namespace assay::cli::gate {
namespace {

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

// ---- text ------------------------------------------------------------------------------------------------------------

/// What a bundle says stays on its line: it cannot look like a line of ours.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return printable(text);
}

std::string place_of(const Finding& finding) {
  return finding.file + (finding.line > 0 ? ":" + std::to_string(finding.line) : "");
}

std::string to_text(const GateReport& report) {
  std::string out;
  for (const BundleReport& bundle : report.bundles) {
    out += (bundle.ok() ? "ok      " : "FAILED  ") + one_line(bundle.folder) + "  (" + seconds_text(bundle.seconds) + " s)\n";
    for (const std::string& sentence : bundle.passed) out += "  pass  " + one_line(sentence) + "\n";
    for (const Finding& finding : bundle.findings) {
      out += std::string(finding.is_error ? "  FAIL  " : "  note  ") + finding.rule + ": " + one_line(finding.message);
      out += (finding.file.empty() ? "" : " (" + one_line(place_of(finding)) + ")") + "\n";
    }
  }
  return out;
}

// ---- JSON and SARIF --------------------------------------------------------------------------------------------------

std::string to_json_text(const GateReport& report) {
  Json bundles = Json::array();
  for (const BundleReport& bundle : report.bundles) {
    Json findings = Json::array();
    for (const Finding& each : bundle.findings)
      findings.push_back({{"rule", each.rule}, {"message", each.message}, {"file", each.file}, {"line", each.line}, {"error", each.is_error}});
    bundles.push_back({{"folder", bundle.folder}, {"ok", bundle.ok()}, {"findings", findings}, {"passed", bundle.passed}, {"seconds", bundle.seconds}});
  }
  return Json{{"ok", report.ok()}, {"bundles", bundles}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json sarif_result(const Finding& finding) {
  Json place{{"artifactLocation", {{"uri", finding.file}}}};
  if (finding.line > 0) place["region"] = {{"startLine", finding.line}};
  return {{"ruleId", finding.rule},
          {"level", finding.is_error ? "error" : "note"},
          {"message", {{"text", finding.message}}},
          {"locations", Json::array({{{"physicalLocation", place}}})}};
}

std::string to_sarif(const GateReport& report) {
  Json rules = Json::array(), results = Json::array();
  for (const Rule& rule : kRules) rules.push_back({{"id", rule.id}, {"shortDescription", {{"text", rule.what}}}});
  for (const BundleReport& bundle : report.bundles)
    for (const Finding& finding : bundle.findings) results.push_back(sarif_result(finding));
  Json run{{"tool", {{"driver", {{"name", "assay gate"}, {"rules", rules}}}}}, {"results", results}};
  return Json{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}}.dump(
             2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---- JUnit -----------------------------------------------------------------------------------------------------------

/// Text for XML 1.0: markup escaped, characters that XML has no place for as '?', what is not UTF-8 replaced.
std::string xml(std::string_view text) {
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  for (char c : Json::parse(quoted).get<std::string>()) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') out += '?';
    else out += c;
  }
  return out;
}

/// One case per bundle and rule: what fails is named, what holds is seen to have been looked at.
std::string junit_case(const BundleReport& bundle, const Rule& rule) {
  std::string failures;
  for (const Finding& finding : bundle.findings)
    if (finding.rule == rule.id && finding.is_error)
      failures += "      <failure message=\"" + xml(finding.message) + "\">" + xml(place_of(finding)) + "</failure>\n";
  const std::string head = "    <testcase classname=\"" + xml(bundle.folder) + "\" name=\"" + xml(rule.id) + "\"";
  return failures.empty() ? head + "/>\n" : head + ">\n" + failures + "    </testcase>\n";
}

std::size_t failed_rules(const BundleReport& bundle) {
  return static_cast<std::size_t>(std::ranges::count_if(kRules, [&](const Rule& rule) {
    return std::ranges::any_of(bundle.findings, [&](const Finding& finding) { return finding.rule == rule.id && finding.is_error; });
  }));
}

std::string to_junit(const GateReport& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assay gate\">\n";
  for (const BundleReport& bundle : report.bundles) {
    out += "  <testsuite name=\"" + xml(bundle.folder) + "\" tests=\"" + std::to_string(std::size(kRules)) + "\" failures=\"" +
           std::to_string(failed_rules(bundle)) + "\" time=\"" + seconds_text(bundle.seconds) + "\">\n";
    for (const Rule& rule : kRules) out += junit_case(bundle, rule);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

// ---- GitHub ----------------------------------------------------------------------------------------------------------

/// Data of a workflow command; in a property ':' and ',' are escaped as well.
std::string command_text(std::string_view text, bool is_property) {
  std::string out;
  for (char c : text) {
    if (c == '%') out += "%25";
    else if (c == '\r') out += "%0D";
    else if (c == '\n') out += "%0A";
    else if (is_property && c == ':') out += "%3A";
    else if (is_property && c == ',') out += "%2C";
    else out += c;
  }
  return out;
}

std::string to_github(const GateReport& report) {
  std::string out;
  for (const BundleReport& bundle : report.bundles)
    for (const Finding& finding : bundle.findings) {
      out += finding.is_error ? "::error " : "::notice ";
      out += "file=" + command_text(finding.file, true);
      if (finding.line > 0) out += ",line=" + std::to_string(finding.line);
      out += ",title=" + command_text("assay gate: " + finding.rule, true) + "::" + command_text(finding.message, false) + "\n";
    }
  return out;
}

struct Format {
  std::string_view name;
  std::string (*write)(const GateReport&);
};
constexpr Format kFormats[] = {{"text", to_text}, {"json", to_json_text}, {"sarif", to_sarif}, {"junit", to_junit}, {"github", to_github}};

}  // namespace

bool BundleReport::ok() const {
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.is_error; });
}

bool GateReport::ok() const {
  return !bundles.empty() && std::ranges::all_of(bundles, [](const BundleReport& bundle) { return bundle.ok(); });
}

std::vector<std::string> report_formats() {
  std::vector<std::string> out;
  for (const Format& format : kFormats) out.emplace_back(format.name);
  return out;
}

Result<std::string> format_report(const GateReport& report, std::string_view format) {
  std::string known;
  for (const Format& each : kFormats) {
    if (each.name == format) return each.write(report);
    known += (known.empty() ? "" : ", ") + std::string(each.name);
  }
  return fail("the format \"" + std::string(format) + "\" is not known; known are " + known);
}

}  // namespace assay::cli::gate
