#include "kernels/device/compile.h"

#include <nvJitLink.h>
#include <nvrtc.h>

#include <algorithm>
#include <cstring>

#include "kernels/device/cubin.h"

extern "C" const std::byte assay_kernels_object_begin[], assay_kernels_object_end[];
asm(R"(
  .section .rodata
  .balign 16
  .global assay_kernels_object_begin, assay_kernels_object_end
assay_kernels_object_begin:
  .incbin ")" ASSAY_KERNELS_OBJECT R"("
assay_kernels_object_end:
  .previous
)");

namespace assay::kernels::device {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr const char* kArchitecture = "sm_90a";
/// What every policy's function costs at least: the registers of a call.
constexpr const char* kConstantPolicy =
    "extern \"C\" __device__ unsigned long long assay_tile(int, int, int, int) { return 0; }\n";

std::unexpected<CompileError> failed(const char* kind, std::string what) { return std::unexpected(CompileError{kind, std::move(what)}); }

struct Program {
  nvrtcProgram handle = nullptr;
  ~Program() {
    if (handle != nullptr) nvrtcDestroyProgram(&handle);
  }
};

struct Linker {
  nvJitLinkHandle handle = nullptr;
  ~Linker() {
    if (handle != nullptr) nvJitLinkDestroy(&handle);
  }
};

std::string log_of(nvrtcProgram program) {
  std::size_t size = 0;
  if (nvrtcGetProgramLogSize(program, &size) != NVRTC_SUCCESS || size < 2) return "";
  std::string log(size, '\0');
  nvrtcGetProgramLog(program, log.data());
  log.resize(std::strlen(log.c_str()));
  return log;
}

std::string log_of(nvJitLinkHandle linker) {
  std::size_t size = 0;
  if (nvJitLinkGetErrorLogSize(linker, &size) != NVJITLINK_SUCCESS || size < 2) return "no log";
  std::string log(size, '\0');
  nvJitLinkGetErrorLog(linker, log.data());
  log.resize(std::strlen(log.c_str()));
  return log;
}

std::expected<std::vector<char>, CompileError> object_of(const std::string& text) {
  Program program;
  if (auto result = nvrtcCreateProgram(&program.handle, text.c_str(), "policy.cu", 0, nullptr, nullptr); result != NVRTC_SUCCESS)
    return failed("compile", nvrtcGetErrorString(result));
  // Without the headers of CUDA, which take longer than the policy. A policy is integer arithmetic: it needs none of them.
  const char* options[] = {"--gpu-architecture=sm_90a", "--relocatable-device-code=true", "--std=c++20", "--minimal", "--no-source-include"};
  if (auto result = nvrtcCompileProgram(program.handle, std::size(options), options); result != NVRTC_SUCCESS)
    return failed("compile", std::string(nvrtcGetErrorString(result)) + "\n" + log_of(program.handle));
  std::size_t size = 0;
  if (nvrtcGetCUBINSize(program.handle, &size) != NVRTC_SUCCESS || size == 0) return failed("compile", "NVRTC gave no cubin");
  std::vector<char> object(size);
  nvrtcGetCUBIN(program.handle, object.data());
  return object;
}

std::expected<std::vector<char>, CompileError> link(const std::vector<char>& policy) {
  Linker linker;
  const std::string architecture = std::string("-arch=") + kArchitecture;
  const char* options[] = {architecture.c_str()};
  if (nvJitLinkCreate(&linker.handle, 1, options) != NVJITLINK_SUCCESS) return failed("link", "nvJitLink does not start");
  const auto kernels = kernels_object();
  if (nvJitLinkAddData(linker.handle, NVJITLINK_INPUT_CUBIN, kernels.data(), kernels.size(), "kernels") != NVJITLINK_SUCCESS ||
      nvJitLinkAddData(linker.handle, NVJITLINK_INPUT_CUBIN, policy.data(), policy.size(), "policy") != NVJITLINK_SUCCESS ||
      nvJitLinkComplete(linker.handle) != NVJITLINK_SUCCESS)
    return failed("link", log_of(linker.handle));
  std::size_t size = 0;
  if (nvJitLinkGetLinkedCubinSize(linker.handle, &size) != NVJITLINK_SUCCESS || size == 0) return failed("link", "nvJitLink gave no cubin");
  std::vector<char> cubin(size);
  nvJitLinkGetLinkedCubin(linker.handle, cubin.data());
  return cubin;
}

std::vector<std::pair<std::string, int>> kernels_in(const std::vector<char>& cubin) {
  std::vector<std::pair<std::string, int>> kernels;
  const auto read = read_cubin(std::as_bytes(std::span(cubin)));
  if (!read) return kernels;
  for (const Function& function : read->functions)
    if (function.is_global && function.name != kPolicyFunction) kernels.emplace_back(function.name, function.registers);
  return kernels;
}

/// What the kernels take with the cheapest policy there is; asked once.
std::expected<std::vector<std::pair<std::string, int>>, CompileError> cheapest() {
  static const auto kernels = []() -> std::expected<std::vector<std::pair<std::string, int>>, CompileError> {
    auto object = object_of(kConstantPolicy);
    if (!object) return std::unexpected(object.error());
    auto cubin = link(*object);
    if (!cubin) return std::unexpected(cubin.error());
    return kernels_in(*cubin);
  }();
  return kernels;
}

/// Registers come in units of 8 for each thread: within a unit nothing changes.
int unit(int registers) { return (registers + 7) / 8; }

std::expected<void, CompileError> within(const Limits& limits, const Compiled& compiled) {
  auto least = cheapest();
  if (!least) return std::unexpected(least.error());
  for (const auto& [name, registers] : compiled.kernels) {
    const auto found = std::ranges::find(*least, name, &std::pair<std::string, int>::first);
    if (found == least->end() || registers < 0) return failed("registers", "nothing is known of the registers of " + name);
    const int most = limits.registers > 0 ? limits.registers : found->second;
    if (unit(registers) > unit(most))
      return failed("registers", name + " takes " + std::to_string(registers) + " registers with this policy, and may take " + std::to_string(most) +
                                     "; keep fewer values alive at a time");
  }
  return {};
}

}  // namespace

std::span<const std::byte> kernels_object() { return {assay_kernels_object_begin, assay_kernels_object_end}; }

std::expected<Compiled, CompileError> compile_policy(const std::string& text, const Limits& limits) {
  Compiled compiled;
  const auto start = Clock::now();
  auto object = object_of(text);
  if (!object) return std::unexpected(object.error());
  const auto made = Clock::now();
  compiled.policy = inspect_policy(std::as_bytes(std::span(*object)));
  const auto inspected = Clock::now();
  if (!compiled.policy.problems.empty()) {
    std::string all;
    for (const auto& each : compiled.policy.problems) all += (all.empty() ? "" : "\n") + each;
    return failed("refused", all);
  }
  auto cubin = link(*object);
  if (!cubin) return std::unexpected(cubin.error());
  compiled.cubin = std::move(*cubin);
  compiled.compile = Milliseconds(made - start);
  compiled.inspect = Milliseconds(inspected - made);
  compiled.link = Milliseconds(Clock::now() - inspected);
  compiled.kernels = kernels_in(compiled.cubin);
  if (auto fits = within(limits, compiled); !fits) return std::unexpected(fits.error());
  return compiled;
}

}  // namespace assay::kernels::device
