#pragma once
// The sections of sandbox_bench, each with its own jails and processes.

#include "bench/sandbox/report.h"

namespace assay::bench {

struct SandboxOptions {
  int runs = 2000;
};

void spawn_section(Report& report, const SandboxOptions& options);
void layers_section(Report& report, const SandboxOptions& options);
void compile_section(Report& report, const SandboxOptions& options);
void cores_section(Report& report, const SandboxOptions& options);
void growth_section(Report& report, const SandboxOptions& options);

}  // namespace assay::bench
