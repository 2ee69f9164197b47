// assay fsck: what of a campaign's archive is damaged, what that costs and how it is mended.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "evolve/fsck.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string folder;
  bool rebuild_index = false;
  bool json = false;
};

void print(const evolve::Checkup& checkup) {
  std::string text;
  for (const auto& damage : checkup.damages)
    text += printable(damage.record + ": " + damage.what) + "\n    costs  " + damage.cost + "\n    mend   " + damage.mend + "\n";
  text += grouped(checkup.events) + " events, " + grouped(checkup.candidates) + " candidates, " + grouped(checkup.blobs) + " blobs: ";
  if (!checkup.readable) text += "unreadable";
  else text += checkup.sound() ? "sound" : grouped(checkup.damages.size()) + (checkup.damages.size() == 1 ? " damage" : " damages");
  if (checkup.head) text += ", head " + checkup.head->short_hex();
  text += "\n";
  if (checkup.unsealed)
    text += grouped(checkup.unsealed) + " rows beside the log were written before they had check sums: nothing tells whether they changed\n";
  if (checkup.being_written) text += "a process is writing it: its write-ahead log was left alone\n";
  std::fputs(text.c_str(), stdout);
}

Result<int> check(const Arguments& arguments) {
  if (arguments.rebuild_index)
    if (auto done = evolve::rebuild_index(arguments.folder); !done) return std::unexpected(done.error());
  auto checkup = evolve::fsck(arguments.folder);
  if (!checkup) return std::unexpected(checkup.error());
  if (arguments.json) print_json(to_json(*checkup));
  else print(*checkup);
  if (!checkup->readable) return kOurError;
  return checkup->sound() ? kOk : kFindings;
}

}  // namespace

void add_fsck(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("fsck", "name every damaged record of a campaign's archive, what it costs and its mend");
  command->add_option("folder", arguments->folder, "the campaign's folder; it may still be running")->required();
  command->add_flag("--rebuild-index", arguments->rebuild_index, "make again what is only a view of the log, where the log itself holds");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Reads only, without --rebuild-index. Exit codes: 0 sound, 1 damage was found, 2 the archive cannot be read.\n\n"
      "Examples:\n"
      "  assay fsck campaign-web_cache\n"
      "  assay fsck campaign-web_cache --rebuild-index --json\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = check(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
