#pragma once
// For tests of the gpu domain: contracts and policies of its tasks, a policy run in process, decisions as bytes, and tables whose figures are
// a made-up function of shape and action, named as such.

#include <dlfcn.h>
#include <stdlib.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/file.h"
#include "evaluators/gpu/driver/image.h"
#include "evaluators/gpu/driver_text.h"
#include "evaluators/gpu/natives.h"
#include "evaluators/gpu/scorer.h"
#include "kernels/table.h"
#include "sandbox/entry.h"
#include "tasks/contract.h"

namespace assay::evaluators::gpu {

inline std::filesystem::path task_folder(Kind kind) { return std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks" / name_of(kind); }

inline tasks::Contract contract_of(Kind kind) {
  auto contract = tasks::read_contract(task_folder(kind) / "policy.h");
  if (!contract) throw std::runtime_error(contract.error().what);
  return *contract;
}

inline std::string baseline_text(Kind kind, const std::string& name) { return *read_file(task_folder(kind) / "baselines" / (name + ".cpp")); }

/// A device that nobody has.
inline Device made_up_device() {
  return {.kind = "cuda", .name = "a GPU of no make", .sms = 24, .l2_bytes = 8u << 20, .bandwidth_gb_s = 400, .bf16_tflops = 60,
          .shared_bytes_per_sm = 100u << 10, .driver = "none", .runtime = "none", .clock_mhz = 1000};
}

inline Workload workload_of(const std::vector<Shape>& shapes) {
  Workload workload{kind_of(shapes.front()), {}};
  for (const Shape& shape : shapes) workload.subjects.push_back(subject_of(shape));
  return workload;
}

inline Workload random_workload(Kind kind, std::uint64_t first, std::size_t shapes) {
  std::vector<Shape> all;
  for (std::uint64_t seed = first; all.size() < shapes; ++seed) all.push_back(random_shape(kind, seed));
  return workload_of(all);
}

inline std::vector<std::byte> bytes_of(const std::vector<std::uint32_t>& words) {
  std::vector<std::byte> bytes(words.size() * 4);
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

/// A folder that goes with its owner.
struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/assay-gpu-XXXXXX";
    if (mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp failed");
    path = name;
  }
  Folder(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// A policy's text with the driver as a shared object made by the system's Clang. It stands in for Toolchain and RunJail, and adds no safety.
class DrivenPolicy {
 public:
  DrivenPolicy(const tasks::Contract& contract, const std::string& policy, bool check_ranges = true) : kind_(*kind_of(contract)) {
    std::ofstream(folder_.path + "/policy.h") << contract.text;
    std::ofstream(folder_.path + "/unit.cpp") << "#include \"policies/abi/assay.h\"\n#include \"sandbox/entry.h\"\n#include \"policy.h\"\n"
                                              << policy << "\n" << *driver_text(contract, {.check_ranges = check_ranges, .define_reads = true});
    const std::string command = "clang++-19 -std=c++20 -O1 -fPIC -shared -fno-exceptions -fno-rtti -march=x86-64-v2 -I" ASSAY_SOURCE_DIR " -o " + folder_.path +
                                "/unit.so " + folder_.path + "/unit.cpp 2> " + folder_.path + "/log";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("does not compile:\n" + *read_file(folder_.path + "/log"));
    library_ = dlopen((folder_.path + "/unit.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    entry_ = reinterpret_cast<u64 (*)(const AssayRun*)>(dlsym(library_, "assay_entry"));
  }
  DrivenPolicy(const DrivenPolicy&) = delete;
  ~DrivenPolicy() {
    if (library_ != nullptr) dlclose(library_);
  }

  struct Run {
    u64 code = 0;  ///< 0, or one of the codes of sandbox/entry.h
    std::vector<std::byte> decisions;
  };
  Run run(const Workload& workload, const Device& device, std::size_t lacking_bytes = 0) const {
    std::vector<std::int64_t> image = {static_cast<std::int64_t>(assay_gpu::kImageMagic), static_cast<std::int64_t>(workload.subjects.size()), row_words(kind_)};
    for (const Subject& subject : workload.subjects) {
      const auto row = row_of(subject.shape, device);
      image.insert(image.end(), row.begin(), row.end());
    }
    std::vector<std::byte> output(4 * workload.decisions() - lacking_bytes + 4);
    const AssayRun run{reinterpret_cast<const unsigned char*>(image.data()), image.size() * 8, nullptr, 0, nullptr, 0, reinterpret_cast<unsigned char*>(output.data()),
                       output.size() - 4, nullptr, 0, 0};
    const u64 bytes = entry_(&run);
    if (bytes > output.size()) return {bytes, {}};
    output.resize(bytes);
    return {0, output};
  }

 private:
  Folder folder_;
  Kind kind_;
  void* library_ = nullptr;
  u64 (*entry_)(const AssayRun*) = nullptr;
};

/// A figure that nothing measured: it falls with parts up to a best number of them, then rises.
inline double made_up_us(const Subject& subject, const Action& action, const Device& device) {
  const Shape& shape = subject.shape;
  const double floor = kernels::floor_us(subject.least_bytes, subject.flops, device);
  if (const auto* decode = std::get_if<decode_split::Shape>(&shape)) {
    const double items = 1.0 * decode->sequences * decode->heads_kv, wanted = std::max(1.0, 3.0 * device.sms / items);
    return floor * (1.2 + std::abs(std::log2(action.number / wanted))) + 1 + 0.02 * action.number;
  }
  if (std::holds_alternative<moe_select::Shape>(shape)) return floor * 1.5 + 3 + (action.number * 7 + static_cast<int>(floor)) % 24;
  return floor * 1.3 + 5 + static_cast<double>(action.key[0] % 16);
}

/// By "a made-up function". Each shape with all of its actions, but for those of which `lacks` says so.
template <class Lacks>
kernels::Table made_up_table(const std::vector<Shape>& shapes, Lacks lacks) {
  kernels::Table table;
  const Kind kind = kind_of(shapes.front());
  const Json first = to_json(shapes.front());
  table.header = {*kernels::task_from(name_of(kind)), made_up_device(), std::string(64, 'b'), "2026-11-28", 7, 4, 0.01, first, "a made-up function"};
  for (const Shape& shape : shapes) {
    const Subject subject = subject_of(shape);
    std::vector<Action> actions = all_actions(shape);
    if (kind == Kind::tile_order)
      for (const std::string& name : natives_of(kind)) actions.push_back(*native_action(name, shape, made_up_device()));
    std::set<std::string> seen;
    for (const Action& action : actions) {
      if (!seen.insert(action.key).second || lacks(shape, action)) continue;
      const double us = made_up_us(subject, action, table.header.device);
      const std::string problem = table.add({to_json(shape), action.key, kind == Kind::tile_order ? action.name : "", {us, us * 1.01, us * 1.01, us * 1.02}, {0, 0, 0, 0},
                                             kernels::floor_us(subject.least_bytes, subject.flops, table.header.device), 0.001});
      if (!problem.empty()) throw std::runtime_error(problem);
    }
  }
  return table;
}
inline kernels::Table made_up_table(const std::vector<Shape>& shapes) {
  return made_up_table(shapes, [](const Shape&, const Action&) { return false; });
}

}  // namespace assay::evaluators::gpu
