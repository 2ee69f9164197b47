#pragma once
// For tests and benchmarks: a policy's text with its driver as a shared object made by the system's Clang, called in
// process on plain buffers. It stands in for Toolchain and RunJail, and adds no safety whatever.

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/file.h"
#include "evaluators/cache/driver/priority_state.h"
#include "evaluators/cache/driver/queue_state.h"
#include "evaluators/cache/driver_text.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

inline std::filesystem::path source_dir() { return ASSAY_SOURCE_DIR; }

struct PolicyOptions {
  bool check_ranges = false;
  /// Leaves that the policy reads ("Cache.hits.p50"); none given: everything.
  std::optional<std::vector<std::string>> reads;
};

/// Zeroed memory that costs nothing until it is touched, as in the jail.
class Pages {
 public:
  explicit Pages(std::size_t size) : size_(std::max<std::size_t>(size, 1)) {
    data_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data_ == MAP_FAILED) throw std::runtime_error("mmap failed");
  }
  Pages(const Pages&) = delete;
  ~Pages() { munmap(data_, size_); }
  unsigned char* data() const { return static_cast<unsigned char*>(data_); }
  std::size_t size() const { return size_; }

 private:
  void* data_;
  std::size_t size_;
};

class NativePolicy {
 public:
  using Entry = u64 (*)(const AssayRun*);

  NativePolicy(const tasks::Contract& contract, const std::string& policy, const PolicyOptions& options = {})
      : machine_(*machine_for(contract)) {
    char folder[] = "/tmp/assay-policy-XXXXXX";
    if (mkdtemp(folder) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = folder;
    std::ofstream(folder_ + "/policy.h") << contract.text;
    std::ofstream(folder_ + "/unit.cpp") << unit_text(contract, policy, options);
    const std::string command = "clang++-19 -std=c++20 -O2 -fPIC -shared -fno-exceptions -fno-rtti -march=x86-64-v2 -I" +
                                source_dir().string() + " -o " + folder_ + "/unit.so " + folder_ + "/unit.cpp 2> " +
                                folder_ + "/log";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("does not compile:\n" + *read_file(folder_ + "/log"));
    library_ = dlopen((folder_ + "/unit.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    entry_ = reinterpret_cast<Entry>(dlsym(library_, "assay_entry"));
  }
  NativePolicy(const NativePolicy&) = delete;
  ~NativePolicy() {
    if (library_ != nullptr) dlclose(library_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Entry entry() const { return entry_; }
  Machine machine() const { return machine_; }

  std::size_t arena_bytes(const Trace& trace, std::uint64_t capacity, Unit unit) const {
    assay_driver::Arena arena;
    assay_driver::QueueArrays arrays;
    assay_driver::QueueState queues;
    queues.queues = &arrays;
    assay_driver::PriorityState priority;
    if (machine_ == Machine::queues) lay_out(queues, arena, trace.objects(), capacity, unit == Unit::bytes);
    else lay_out(priority, arena, trace.requests(), trace.objects(), capacity, unit == Unit::bytes, !trace.request_sizes.empty());
    return arena.used;
  }

  struct Run {
    u64 code = 0;  ///< 0, or one of the codes of sandbox/entry.h
    std::vector<std::byte> decisions;
  };
  Run run(const Trace& trace, std::uint64_t capacity, Unit unit, u64 max_misses = ~0ull, u64 max_bytes = ~0ull) const {
    const std::string image = image_of(trace);
    const assay_driver::CacheArguments arguments{capacity, unit == Unit::bytes ? 1u : 0u, max_misses, max_bytes};
    const Pages arena(arena_bytes(trace, capacity, unit)), output(trace.requests() * 4);
    // The image's arrays need the alignment that a mapping has.
    const Pages input(image.size());
    std::memcpy(input.data(), image.data(), image.size());
    const AssayRun run{input.data(), image.size(), reinterpret_cast<const unsigned char*>(&arguments), sizeof(arguments),
                       arena.data(), arena.size(), output.data(), trace.requests() * 4};
    const u64 written = entry_(&run);
    if (written >= kAssayBrokeContract) return {written, {}};
    const auto* bytes = reinterpret_cast<const std::byte*>(output.data());
    return {0, std::vector<std::byte>(bytes, bytes + written)};
  }

  static std::string unit_text(const tasks::Contract& contract, const std::string& policy, const PolicyOptions& options) {
    std::string text = "#include \"policies/abi/assay.h\"\n#include \"sandbox/entry.h\"\n#include \"policy.h\"\n";
    text += policy + "\n";
    if (options.reads)
      for (const auto& record : contract.records) add_reads(contract, record, record.name, "", *options.reads, text);
    return text + *driver_text(contract, {.check_ranges = options.check_ranges, .define_reads = !options.reads});
  }

 private:
  static void add_reads(const tasks::Contract& contract, const tasks::Record& record, const std::string& root,
                        const std::string& path, const std::vector<std::string>& reads, std::string& text) {
    for (const auto& field : record.fields) {
      if (const auto* nested = contract.record(field.type)) {
        add_reads(contract, *nested, root, path + field.name + ".", reads, text);
        continue;
      }
      std::string leaf = root + "." + path + field.name;
      const bool read = std::ranges::find(reads, leaf) != reads.end();
      std::ranges::replace(leaf, '.', '_');
      text += "constexpr bool kReads_" + leaf + " = " + (read ? "true" : "false") + ";\n";
    }
  }

  Machine machine_;
  std::string folder_;
  void* library_ = nullptr;
  Entry entry_ = nullptr;
};

inline tasks::Contract contract_of(const std::string& task) {
  auto contract = tasks::read_contract(source_dir() / "tasks" / task / "policy.h");
  if (!contract) throw std::runtime_error(contract.error().what);
  return *contract;
}

inline std::string baseline_text(const std::string& task, const std::string& name) {
  return *read_file(source_dir() / "tasks" / task / "baselines" / (name + ".cpp"));
}

}  // namespace assay::evaluators::cache
