#pragma once
// Shared by the tests of the run jail: images by name, and runs that must not be harness errors.

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "base/file.h"
#include "sandbox/run_jail.h"

namespace assay::sandbox {

inline Binary image(const std::string& name) {
  auto bytes = read_file(std::string(ASSAY_IMAGE_FOLDER) + "/" + name + ".bin");
  EXPECT_TRUE(bytes) << bytes.error().what;
  return Binary::trusted(bytes ? *bytes : "", 0x20000000, 0);
}

inline std::unique_ptr<RunJail> start_jail(const std::vector<std::string>& without = {}) {
  auto jail = RunJail::start({without});
  EXPECT_TRUE(jail) << jail.error().what;
  return jail ? std::move(*jail) : nullptr;
}

struct Ran {
  Outcome outcome;
  std::string output;
  std::uint64_t got() const {
    std::uint64_t value = 0;
    EXPECT_GE(output.size(), sizeof value);
    if (output.size() >= sizeof value) std::memcpy(&value, output.data(), sizeof value);
    return value;
  }
};

/// Runs with a small arena and output and a short deadline; keeps what the run decided.
inline Ran run(RunJail& jail, const Binary& binary, std::chrono::milliseconds deadline = std::chrono::seconds(10)) {
  auto report = jail.run({.binary = binary, .arena_bytes = 1 << 16, .output_bytes = 1 << 16, .deadline = deadline});
  EXPECT_TRUE(report) << report.error().what;
  if (!report) return {{OutcomeKind::refused, report.error().what, {}}, ""};
  return {report->outcome, std::string(reinterpret_cast<const char*>(report->output.data()), report->output.size())};
}

}  // namespace assay::sandbox
