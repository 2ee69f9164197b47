// assay-gpu-worker: measures what it is asked for on one device. docs/gpu.md says how it is spoken to.

#include <cstdio>
#include <string>
#include <string_view>

#include "kernels/worker/lines.h"
#include "kernels/worker/serve.h"

namespace {

constexpr std::string_view kUsage =
    "assay-gpu-worker [--device cuda[:N] | cpu[:THREADS]] [--version]\n"
    "Reads requests as JSON lines and answers with JSON lines (protocol 1, docs/gpu.md).\n";

int refuse(const std::string& what) {
  std::fprintf(stderr, "assay-gpu-worker: %s\n%s", what.c_str(), std::string(kUsage).c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  namespace worker = assay::kernels::worker;
  worker::Serving serving;
  serving.device_name = "cuda:0";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--help") return std::fwrite(kUsage.data(), 1, kUsage.size(), stdout) == kUsage.size() ? 0 : 1;
    if (word == "--version") return std::printf("assay-gpu-worker protocol 1 build %s\n", worker::own_digest().c_str()) > 0 ? 0 : 1;
    if (word == "--one") serving.one = true;
    else if (word == "--device" && i + 1 < argc) serving.device_name = argv[++i];
    else return refuse("unknown or incomplete option " + std::string(word));
  }
  worker::note_signals();
  auto opened = worker::open_device(serving.device_name);
  if (!opened) return refuse(opened.error());
  serving.opened = std::move(*opened);
  serving.build = worker::own_digest();
  return worker::serve(serving, {});
}
