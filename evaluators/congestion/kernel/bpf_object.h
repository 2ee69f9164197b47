#pragma once
// libbpf behind one small class. Internal to evaluators/congestion/kernel.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluators/congestion/kernel/bpf_verdict.h"

struct bpf_map;
struct bpf_object;
struct bpf_program;

namespace assay::evaluators::congestion {

class BpfFile {
 public:
  /// Requires: inspect_object accepts the bytes.
  static Result<BpfFile> open(std::string bytes);
  BpfFile(BpfFile&&) noexcept = default;
  BpfFile& operator=(BpfFile&&) noexcept = default;

  /// Into the kernel. Accepted: programs and maps are there until this object ends; its name is left empty.
  Result<Judgement> load();

  bpf_map* map(const char* name) const;  ///< null: none
  int program(const char* name) const;   ///< its descriptor; below 0: none

 private:
  BpfFile() = default;
  struct Close {
    void operator()(bpf_object* object) const;
  };
  struct Log {
    bpf_program* program;
    std::vector<char> text;
  };
  Result<void> read(unsigned log_level);
  Result<Judgement> why_not(int error) const;
  std::string bytes_;
  std::vector<Log> logs_;  ///< before the object, which writes to them
  std::unique_ptr<bpf_object, Close> object_;
};

}  // namespace assay::evaluators::congestion
