// What the sandbox costs, in one run beside its peers: see --help.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/sandbox/sections.h"
#include "bench/sandbox/tools.h"

namespace {

using namespace assay;

constexpr const char* kHelp =
    R"(sandbox_bench [--runs N] [--only SECTION] [--json]

  spawn    from a request to its report, for code that decides one word; beside bubblewrap, posix_spawn and a bare fork
  layers   a run with each layer off; start of a jail; calls of a worker
  compile  screen and compile of real policies
  cores    candidates a second through screen, compile, run and replay on one core and on two
  growth   a run beside a small and a large parent, with small and large instances and outputs

  --runs N    of each contender (2000)

Exit code 1: a target was missed.
)";

struct Section {
  const char* name;
  void (*measure)(bench::Report&, const bench::SandboxOptions&);
};

/// In this order: what is measured beside a small parent comes while this process is small.
constexpr Section kSections[] = {{"spawn", bench::spawn_section},
                                 {"growth", bench::growth_section},
                                 {"layers", bench::layers_section},
                                 {"compile", bench::compile_section},
                                 {"cores", bench::cores_section}};

struct Arguments {
  bench::SandboxOptions options;
  std::string only;
  bool json = false;
};

Arguments read_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool has_value = i + 1 < argc;
    if (word == "--json") arguments.json = true;
    else if (word == "--runs" && has_value) arguments.options.runs = std::atoi(argv[++i]);
    else if (word == "--only" && has_value) arguments.only = argv[++i];
    else std::printf("%s", kHelp), std::exit(word == "--help" ? 0 : 2);
  }
  if (arguments.options.runs < 1) bench::stop("--runs must be a number above 0");
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read_arguments(argc, argv);
  bench::Report report(arguments.json);
  report.load_average("at the start");
  bool any = false;
  for (const Section& section : kSections)
    if (arguments.only.empty() || arguments.only == section.name) any = true, section.measure(report, arguments.options);
  if (!any) bench::stop("--only " + arguments.only + ": no such section; there are spawn, layers, compile, cores, growth");
  report.load_average("at the end");
  return report.finish() ? 0 : 1;
}
