// assay sandbox selftest: which layers of the jails hold on this host.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "sandbox/inspect.h"

namespace assay::cli {
namespace {

using sandbox::LayerStanding;
using sandbox::Standing;

const char* name_of(Standing standing) {
  switch (standing) {
    case Standing::holds: return "holds";
    case Standing::broken: return "BROKEN";
    case Standing::absent: return "absent";
  }
  return "";
}

void print_table(const std::vector<LayerStanding>& table) {
  std::printf("%-7s %-11s %-7s %s\n", "jail", "layer", "", "what was tried");
  for (const auto& row : table) {
    const std::string probe = row.why.empty() ? "no probe " + row.tried : row.why;
    std::printf("%-7s %-11s %-7s %s\n", row.jail.c_str(), row.layer.c_str(), name_of(row.standing), printable(probe).c_str());
  }
}

Json json_of(const std::vector<LayerStanding>& table) {
  Json rows = Json::array();
  for (const auto& row : table) {
    Json one{{"jail", row.jail}, {"layer", row.layer}, {"standing", row.standing == Standing::broken ? "broken" : name_of(row.standing)}};
    if (!row.tried.empty()) one["tried"] = row.tried;
    if (!row.why.empty()) one["why"] = row.why;
    rows.push_back(std::move(one));
  }
  return rows;
}

void say_verdict(const std::vector<LayerStanding>& table, bool broken) {
  if (broken) return say("a layer is broken: the sandbox refuses to run here; --allow-weak-sandbox=LAYER runs without it, and every result says so");
  const bool absent = std::ranges::any_of(table, [](const auto& row) { return row.standing == Standing::absent; });
  say(absent ? "every layer that this host has holds; there are no control groups for us, and every result says so" : "every layer holds");
}

int self_test(bool json) {
  const auto table = sandbox::inspect_layers();
  const bool broken = std::ranges::any_of(table, [](const auto& row) { return row.standing == Standing::broken; });
  if (json) print_json({{"ok", !broken}, {"probes", json_of(table)}});
  else {
    print_table(table);
    std::fflush(stdout);
    say_verdict(table, broken);
  }
  return broken ? kFindings : kOk;
}

}  // namespace

void add_sandbox(CLI::App& parent, Action& action) {
  auto* command = parent.add_subcommand("sandbox", "the jails in which candidates are compiled and run");
  command->require_subcommand(1);
  auto* test = command->add_subcommand("selftest", "try every layer of both jails, each alone, with probes that must be stopped");
  auto json = std::make_shared<bool>(false);
  test->add_flag("--json", *json, "one JSON object on stdout");
  test->footer(
      "Exit codes: 0 every layer holds (control groups may be absent), 1 one is broken.\n\n"
      "Examples:\n  assay sandbox selftest\n  assay sandbox selftest --json | jq '.probes[] | select(.standing != \"holds\")'\n");
  test->callback([json, &action] { action = [json] { return self_test(*json); }; });
}

}  // namespace assay::cli
