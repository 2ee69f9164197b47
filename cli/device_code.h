#pragma once
// `assay export --target cuda`: an order of tiles as device code, and what the device's assembler makes of it.

#include <filesystem>
#include <string>

#include "base/json.h"
#include "base/outcome.h"
#include "cli/workbench.h"

namespace assay::cli {

struct DeviceCode {
  std::string text;                ///< C++20 for nvcc or NVRTC (verify/export_cuda.h)
  std::string cubin;               ///< linked into the trusted kernels; empty: not asked for
  Json report = Json::object();    ///< registers, operations, milliseconds
};

/// `assemble`: have assay-cubin (beside this program, or on the PATH; preset cuda builds it) compile, inspect and link it. A policy that is refused
/// there is an Outcome.
Result<Attempt<DeviceCode>> device_code(const tasks::Contract& contract, const verify::Screened& screened, bool assemble);

/// Writes STEM.cu and, where there is one, STEM.cubin into `folder`; the paths.
Result<std::vector<std::string>> write_device_code(const DeviceCode& code, const std::filesystem::path& folder, const std::string& stem);

}  // namespace assay::cli
