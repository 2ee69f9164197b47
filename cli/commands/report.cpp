// assay report: the table and the page of a campaign, from its archive.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/campaign_end.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string folder, html;
  bool json = false;
};

Result<int> report(const Arguments& arguments) {
  auto written = write_report(arguments.folder, arguments.html);
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
  auto* command = parent.add_subcommand("report", "champion against baselines: a table, and one self-contained HTML page");
  command->add_option("folder", arguments->folder, "the campaign's folder; it may still be running")->required();
  command->add_option("--html", arguments->html, "where to write the page (default: report.html in the folder)");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Examples:\n"
      "  assay report campaign-web_cache\n"
      "  assay report campaign-web_cache --html page.html --json\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = report(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
