// assay replay: a recorded campaign once more without its model, bit for bit.

#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "evolve/replay.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string folder, out, task;
  bool json = false;
};

/// A folder for the replay's archive that nobody asked to keep.
class Scratch {
 public:
  static Result<Scratch> make() {
    std::string pattern = (fs::temp_directory_path() / "assay-replay-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) return fail(system_error("mkdtemp " + pattern));
    return Scratch(pattern);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~Scratch() {
    std::error_code code;
    if (!path_.empty()) fs::remove_all(path_, code);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

std::string shown(const Json& value) {
  std::string text = value.is_null() ? "nothing" : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= 200 ? text : text.substr(0, 200) + " ...";
}

Json to_json(const evolve::Replayed& replayed) {
  Json json{{"equal", replayed.equal()}, {"events", replayed.events}, {"candidates", replayed.candidates}, {"ended", replayed.ended},
            {"interrupted", replayed.interrupted}, {"recorded_head", replayed.recorded_head.hex()}};
  if (replayed.replayed_head) json["replayed_head"] = replayed.replayed_head->hex();
  if (!replayed.host.empty()) json["host_differs_in"] = replayed.host;
  if (!replayed.difference) return json;
  const auto& difference = *replayed.difference;
  json["difference"] = {{"event", difference.sequence}, {"kind", difference.kind}, {"member", difference.member},
                        {"recorded", difference.recorded}, {"replayed", difference.replayed}};
  if (difference.candidate) json["difference"]["candidate"] = *difference.candidate;
  if (!difference.because.empty()) json["difference"]["because"] = difference.because;
  return json;
}

std::string in_words(const evolve::Replayed& replayed) {
  std::string text;
  if (!replayed.host.empty()) text += "host         another " + replayed.host + " than was recorded\n";
  if (replayed.equal())
    return text + "equal        " + grouped(replayed.events) + " events, " + grouped(replayed.candidates) + " candidates, head " +
           replayed.recorded_head.hex() + (replayed.ended ? "\n" : "\n             (it was recorded up to there only: stopped before its end)\n");
  if (!replayed.difference) return text + "interrupted  equal so far\n";
  const auto& difference = *replayed.difference;
  text += "differs      at event " + std::to_string(difference.sequence) + " (" + difference.kind;
  if (difference.candidate) text += difference.kind == "candidate" ? " " + std::to_string(*difference.candidate) : " of candidate " + std::to_string(*difference.candidate);
  text += ")" + (difference.because.empty() ? "" : ": " + difference.because) + "\n";
  text += "member       " + (difference.member.empty() ? std::string("all of it") : printable(difference.member)) + "\n";
  text += "recorded     " + shown(difference.recorded) + "\nreplayed     " + shown(difference.replayed) + "\n";
  text += "heads        " + replayed.recorded_head.short_hex() + " recorded, " + (replayed.replayed_head ? replayed.replayed_head->short_hex() : "none") + " replayed\n";
  return text;
}

Result<int> replay(const Arguments& arguments) {
  std::optional<Scratch> scratch;
  fs::path out = arguments.out;
  if (arguments.out.empty()) {
    auto made = Scratch::make();
    if (!made) return std::unexpected(made.error());
    scratch.emplace(std::move(*made));
    out = scratch->path();
  }
  Interrupts interrupts;
  ProgressDisplay display;
  auto replayed = evolve::replay_campaign(arguments.folder, out, arguments.task, [&](const evolve::Progress& progress) {
    interrupts.watch();
    display.show(progress);
  }, interrupts.token());
  display.finish();
  if (!replayed) return std::unexpected(replayed.error());
  if (arguments.json) print_json(to_json(*replayed));
  else std::fputs(in_words(*replayed).c_str(), stdout);
  if (replayed->difference) return kFindings;
  return replayed->interrupted ? kInterrupted : kOk;
}

}  // namespace

void add_replay(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("replay", "run a recorded campaign again without its model and compare bit for bit");
  command->add_option("folder", arguments->folder, "the recorded campaign's folder; it is only read")->required();
  command->add_option("--out", arguments->out, "a new folder that keeps the replay's archive (default: none is kept)")->take_last();
  command->add_option("--task", arguments->task, "the task's folder, where it has moved since")->take_last();
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Exit codes: 0 equal, 1 it differs (the first event that does is named), 2 it cannot be replayed, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay replay campaign-web_cache\n"
      "  assay replay campaign-web_cache --out again --task tasks/web_cache\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = replay(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
