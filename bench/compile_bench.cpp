// From a baseline's text to its first decision: screen + compile in the warm jailed worker (quick: with the driver made
// before; full: with the driver inlined), then a run in the jail on a trace of two requests, one of which evicts; against a
// `clang++-19 -O2 -shared` process and dlopen on the same text with the same driver, in the same run.

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "evaluators/domain.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"
#include "verify/reads.h"
#include "verify/toolchain.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;
using namespace assay;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "compile_bench: %s\n", what.c_str());
  std::exit(2);
}

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

struct Samples {
  std::vector<double> values;
  double at(double share) {
    std::ranges::sort(values);
    return values.empty() ? 0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  }
  void print(const char* name) {
    std::printf("%-28s p50 %8.2f  p90 %8.2f  p99 %8.2f ms  (%zu runs)\n", name, at(0.5), at(0.9), at(0.99), values.size());
  }
};

struct Workload {
  tasks::Task task;
  std::string driver;
};

Workload load(const std::string& folder) {
  auto task = tasks::load_task(folder);
  if (!task) stop(task.error().what);
  auto domain = evaluators::domain_named(task->domain);
  if (!domain) stop(domain.error().what);
  auto driver = (*domain)->driver(task->contract);
  if (!driver) stop(driver.error().what);
  return {std::move(*task), std::move(*driver)};
}

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  if (auto written = write_file(path, text); !written) stop(written.error().what);
}

/// The same translation unit as files, for a compiler process.
void write_unit(const fs::path& folder, const Workload& work, const std::string& policy, const std::vector<std::string>& reads) {
  for (const auto& header : tasks::abi_headers()) write(folder / header.path, header.text);
  write(folder / "entry.h", read_file(fs::path(ASSAY_SOURCE_DIR) / "sandbox/entry.h").value_or(""));
  write(folder / "policy.h", work.task.contract.text);
  write(folder / "policy.cpp", policy);
  write(folder / "driver.cpp", work.driver);
  write(folder / "constants.h", verify::reads_constants(work.task.contract, reads));
  write(folder / "main.cpp", "#include \"policies/abi/assay.h\"\n#include \"entry.h\"\n#include \"policy.h\"\n"
                             "#include \"constants.h\"\n#include \"policy.cpp\"\n#include \"driver.cpp\"\n");
}

/// Two objects through a cache of one: the second miss is the first decision.
std::unique_ptr<evaluators::Instance> two_requests(const Workload& work, const fs::path& folder) {
  write(folder / "two.csv", "time,id,size\n0,1,1\n1,2,1\n");
  tasks::InstanceSpec spec{.name = "two"};
  spec.settings = {{"trace", (folder / "two.csv").string()}, {"capacity", {{"objects", 1u}}}, {"size_aware", false}};
  auto domain = evaluators::domain_named(work.task.domain);
  auto instance = (*domain)->load(work.task, spec);
  if (!instance) stop(instance.error().what);
  return std::move(*instance);
}

void process_once(const fs::path& folder, int number) {
  const std::string out = folder / ("policy" + std::to_string(number) + ".so");
  const std::string command = "clang++-19 -std=c++20 -O2 -shared -fPIC -ffreestanding -fno-exceptions -fno-rtti -w -I" +
                              folder.string() + " " + (folder / "main.cpp").string() + " -o " + out;
  if (std::system(command.c_str()) != 0) stop("failed: " + command);
  void* loaded = ::dlopen(out.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded == nullptr || ::dlsym(loaded, "assay_entry") == nullptr) stop("dlopen " + out + ": " + ::dlerror());
  ::dlclose(loaded);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  auto toolchain = verify::Toolchain::start();
  if (!toolchain) stop(toolchain.error().what);
  auto jail = sandbox::RunJail::start();
  if (!jail) stop(jail.error().what);
  Samples screen, compile, spawn, both, full, process;
  std::string pattern = (fs::temp_directory_path() / "compile_bench_XXXXXX").string();
  const fs::path scratch = ::mkdtemp(pattern.data());
  int number = 0;
  for (const std::string name : {"web_cache", "web_cache_queues"}) {
    const Workload work = load((fs::path(ASSAY_SOURCE_DIR) / "tasks" / name).string());
    const auto instance = two_requests(work, scratch);
    for (const Source& baseline : work.task.baselines) {
      for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        auto screened = (*toolchain)->screen(work.task.contract, baseline);
        if (!screened || !*screened) stop(baseline.name + " does not screen");
        const double screened_after = milliseconds_since(begin);
        auto compiled = (*toolchain)->compile({work.task.contract, **screened, work.driver, verify::Effort::quick});
        const double compiled_after = milliseconds_since(begin);
        if (!compiled) stop(compiled.error().what);
        if (!*compiled) stop(baseline.name + ": " + compiled->error().detail);
        auto report = (*jail)->run(instance->request((*compiled)->binary, std::nullopt));
        const double all = milliseconds_since(begin);
        if (!report || report->output.size() != 4) stop(baseline.name + " decided nothing");
        if (round == 0) continue;  // makes the driver for these reads, once a campaign
        screen.values.push_back(screened_after), compile.values.push_back(compiled_after - screened_after);
        spawn.values.push_back(all - compiled_after), both.values.push_back(all);
        if (round > (rounds + 9) / 10) continue;
        const auto full_begin = Clock::now();
        (*toolchain)->compile({work.task.contract, **screened, work.driver, verify::Effort::full});
        full.values.push_back(milliseconds_since(full_begin));
        write_unit(scratch, work, baseline.text, (*screened)->reads());
        const auto process_begin = Clock::now();
        process_once(scratch, ++number);
        process.values.push_back(milliseconds_since(process_begin));
      }
    }
  }
  fs::remove_all(scratch);
  screen.print("screen");
  compile.print("compile (quick)");
  spawn.print("spawn to the first decision");
  both.print("text to the first decision");
  full.print("compile (full)");
  process.print("clang++ process + dlopen");
  std::printf("ratio of the p50s: %.1f\n", process.at(0.5) / both.at(0.5));
}
