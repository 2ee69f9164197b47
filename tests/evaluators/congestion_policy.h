#pragma once
// For tests and benchmarks: a policy's text with the driver of the congestion domain as a shared object made by the system's Clang, called
// in process on plain buffers. It stands in for Toolchain and RunJail, and adds no safety whatever.

#include <dlfcn.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/file.h"
#include "evaluators/congestion/driver_text.h"
#include "evaluators/congestion/plan.h"
#include "tasks/contract.h"

namespace assay::evaluators::congestion {

class DrivenPolicy {
 public:
  /// `change`: of the driver's text.
  DrivenPolicy(const tasks::Contract& contract, const std::string& policy, bool check_ranges = true, const std::function<void(std::string&)>& change = {})
      : state_bytes_(state_bytes(contract)) {
    char folder[] = "/tmp/assay-policy-XXXXXX";
    if (mkdtemp(folder) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = folder;
    std::ofstream(folder_ + "/policy.h") << contract.text;
    std::string driver = *driver_text(contract, {.check_ranges = check_ranges, .define_reads = true});
    if (change) change(driver);
    std::ofstream(folder_ + "/unit.cpp") << "#include \"policies/abi/assay.h\"\n#include \"sandbox/entry.h\"\n#include \"policy.h\"\n" << policy << "\n"
                                         << driver;
    const std::string command = "clang++-19 -std=c++20 -O1 -fPIC -shared -fno-exceptions -fno-rtti -march=x86-64-v2 -I" ASSAY_SOURCE_DIR " -o " + folder_ +
                                "/unit.so " + folder_ + "/unit.cpp 2> " + folder_ + "/log";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("does not compile:\n" + *read_file(folder_ + "/log"));
    library_ = dlopen((folder_ + "/unit.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    entry_ = reinterpret_cast<u64 (*)(const AssayRun*)>(dlsym(library_, "assay_entry"));
  }
  DrivenPolicy(const DrivenPolicy&) = delete;
  ~DrivenPolicy() {
    if (library_ != nullptr) dlclose(library_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  struct Run {
    u64 code = 0;  ///< 0, or one of the codes of sandbox/entry.h
    std::vector<std::byte> decisions;
  };
  /// `lacking`: bytes that the arena is too small.
  Run run(const Image& image, u64 output_bytes = 0, u64 lacking = 0) const {
    const auto& scenario = image.scenario();
    std::vector<std::uint64_t> arena((network_bytes(scenario) + scenario.flows * state_bytes_) / 8 + 1);
    std::vector<std::byte> output(output_bytes > 0 ? output_bytes : most_events(scenario) * 8);
    const AssayRun run{reinterpret_cast<const unsigned char*>(image.bytes().data()), image.bytes().size(), nullptr, 0,
                       reinterpret_cast<unsigned char*>(arena.data()), network_bytes(scenario) + scenario.flows * state_bytes_ - lacking,
                       reinterpret_cast<unsigned char*>(output.data()), output.size(), nullptr, 0, 0};
    const u64 written = entry_(&run);
    if (written >= kAssayBrokeContract) return {written, {}};
    output.resize(written);
    return {0, std::move(output)};
  }

  /// As the jail calls it.
  u64 call(const AssayRun& run) const { return entry_(&run); }

 private:
  u64 state_bytes_;
  std::string folder_;
  void* library_ = nullptr;
  u64 (*entry_)(const AssayRun*) = nullptr;
};

inline tasks::Contract congestion_contract() {
  auto contract = tasks::read_contract(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control/policy.h");
  if (!contract) throw std::runtime_error(contract.error().what);
  return *contract;
}

inline std::string congestion_baseline(const std::string& name) {
  return *read_file(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control/baselines" / (name + ".cpp"));
}

}  // namespace assay::evaluators::congestion
