// assay report: the table and the page of a campaign, from its archive.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/campaign_end.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::vector<std::string> folders;
  std::string html;
  bool json = false;
};

/// Several, each with what it has to beat. Findings, where their budgets are not equal.
Result<int> compare_all(const Arguments& arguments) {
  std::vector<Measured> campaigns;
  for (const std::string& folder : arguments.folders) {
    auto measured = measure(folder);
    if (!measured) return std::unexpected(measured.error());
    campaigns.insert(campaigns.end(), std::make_move_iterator(measured->begin()), std::make_move_iterator(measured->end()));
  }
  auto comparison = compare(campaigns);
  if (!comparison) return std::unexpected(comparison.error());
  if (!arguments.html.empty())
    if (auto written = write_file(arguments.html, comparison_page(*comparison)); !written) return std::unexpected(written.error());
  if (arguments.json) print_json(to_json(*comparison));
  else std::fputs(comparison_text(*comparison).c_str(), stdout);
  return comparison->unequal.empty() ? kOk : kFindings;
}

Result<int> report(const Arguments& arguments) {
  if (arguments.folders.size() > 1) return compare_all(arguments);
  auto written = write_report(arguments.folders[0], arguments.html);
  if (!written) return std::unexpected(written.error());
  if (auto shown = show(*written, arguments.json); !shown) {
    say(shown.error().what);
    return kOurError;
  }
  return kOk;
}

}  // namespace

void add_report(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("report", "champion against baselines, or several campaigns of a task side by side: a table, and one self-contained HTML page");
  command->add_option("folders", arguments->folders, "the campaign's folder (it may still be running); or several, to be compared at equal budget")->required();
  command->add_option("--html", arguments->html, "where to write the page (default: report.html in the folder; of several campaigns: none)");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Exit codes: 0 shown, 1 several campaigns that had no equal budgets, 2 wrong usage or input, such as campaigns of different tasks.\n\n"
      "Examples:\n"
      "  assay report campaign-web_cache\n"
      "  assay report campaign-web_cache --html page.html --json\n"
      "  assay report model-seed1 model-seed2 mutate-seed1 mutate-seed2 --html comparison.html\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = report(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
