// assay-gpu-worker: measures what it is asked for on one device. docs/gpu.md says how it is spoken to.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "kernels/worker/all.h"
#include "kernels/worker/lines.h"
#include "kernels/worker/serve.h"

namespace {

constexpr std::string_view kUsage =
    "assay-gpu-worker [--device cuda[:N] | cpu[:THREADS]] [--version]\n"
    "  reads requests as JSON lines and answers with JSON lines (protocol 1, docs/gpu.md)\n"
    "assay-gpu-worker --all --shapes FILE --out FOLDER [--minutes N] [--resume] [--dry-run] [--device ..]\n"
    "  fills the device's tables (kernels/measure_all)\n";

namespace worker = assay::kernels::worker;

int refuse(const std::string& what) {
  std::fprintf(stderr, "assay-gpu-worker: %s\n%s", what.c_str(), std::string(kUsage).c_str());
  return 2;
}

struct Options {
  std::string device = "cuda:0";
  bool one = false, all = false, help = false, version = false;
  worker::AllOptions filling;
};

/// What is wrong with the words; empty: nothing.
std::string read_options(int argc, char** argv, Options& options) {
  const std::map<std::string_view, bool*> switches{{"--one", &options.one},           {"--all", &options.all},
                                                   {"--help", &options.help},         {"--version", &options.version},
                                                   {"--resume", &options.filling.resume}, {"--dry-run", &options.filling.dry_run}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (const auto found = switches.find(word); found != switches.end()) {
      *found->second = true;
      continue;
    }
    const bool known = word == "--device" || word == "--shapes" || word == "--out" || word == "--minutes";
    if (!known || i + 1 >= argc) return "unknown or incomplete option " + std::string(word);
    const std::string value = argv[++i];
    if (word == "--device") options.device = value;
    if (word == "--shapes") options.filling.shapes = value;
    if (word == "--out") options.filling.out = value;
    if (word == "--minutes") options.filling.minutes = std::strtod(value.c_str(), nullptr);
  }
  if (!(options.filling.minutes > 0 && options.filling.minutes <= 600)) return "--minutes is over 0 and at most 600";
  if (options.all && options.filling.shapes.empty()) return "--all needs --shapes";
  if (options.all && options.filling.out.empty() && !options.filling.dry_run) return "--all needs --out";
  return {};
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (std::string problem = read_options(argc, argv, options); !problem.empty()) return refuse(problem);
  if (options.help) return std::fwrite(kUsage.data(), 1, kUsage.size(), stdout) == kUsage.size() ? 0 : 1;
  if (options.version) return std::printf("assay-gpu-worker protocol 1 build %s\n", worker::own_digest().c_str()) > 0 ? 0 : 1;
  worker::note_signals();
  auto opened = worker::open_device(options.device);
  if (!opened) return refuse(opened.error());
  worker::Serving serving;
  serving.opened = std::move(*opened);
  serving.device_name = options.device;
  serving.build = worker::own_digest();
  serving.one = options.one;
  return options.all ? worker::measure_all(serving, options.filling, today()) : worker::serve(serving, {});
}
