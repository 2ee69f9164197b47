#include "cli/device_code.h"

#include "base/file.h"
#include "evaluators/gpu/live/line_process.h"
#include "kernels/base64.h"
#include "verify/export_cuda.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;
using evaluators::gpu::LineProcess;

constexpr std::chrono::seconds kPatience{60};  // the first text pays for the start of NVRTC

std::string program() {
  std::error_code code;
  const fs::path beside = fs::read_symlink("/proc/self/exe", code).parent_path() / "assay-cubin";
  return !code && fs::exists(beside, code) ? beside.string() : "assay-cubin";
}

/// One question; the Error is of the program, not of the policy.
Result<Json> asked(const std::string& text) {
  auto process = LineProcess::start({program()});
  if (!process) return fail(process.error().what + "; `cmake --preset cuda && cmake --build --preset cuda` builds it where nvcc is", Fault::provider);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  if (auto written = (*process)->write_line(Json{{"id", 1}, {"policy", text}}.dump(), deadline); !written) return std::unexpected(written.error());
  auto line = (*process)->read_line(deadline);
  if (!line) return std::unexpected(line.error());
  return parse_json(*line, "assay-cubin");
}

/// Takes the cubin out of the answer, which is then the report.
Result<std::string> cubin_in(Json& answer) {
  auto text = member<std::string>(answer, "cubin", "assay-cubin");
  if (!text) return std::unexpected(text.error());
  auto bytes = kernels::from_base64(*text);
  if (!bytes) return fail("assay-cubin: " + bytes.error());
  answer.erase("cubin");
  answer.erase("id");
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace

Result<Attempt<DeviceCode>> device_code(const tasks::Contract& contract, const verify::Screened& screened, bool assemble) {
  auto text = verify::export_cuda(contract, screened);
  if (!text) return std::unexpected(text.error());
  DeviceCode code{.text = std::move(*text), .cubin = {}};
  if (!assemble) return code;
  auto answer = asked(code.text);
  if (!answer) return std::unexpected(answer.error());
  if (answer->contains("error")) {
    const Json& error = (*answer)["error"];
    auto kind = member<std::string>(error, "kind", "assay-cubin"), what = member<std::string>(error, "what", "assay-cubin");
    if (!kind || !what) return fail("assay-cubin: " + answer->dump().substr(0, 200));
    return Attempt<DeviceCode>(ended(OutcomeKind::refused, "as device code (" + *kind + "): " + *what));
  }
  auto cubin = cubin_in(*answer);
  if (!cubin) return std::unexpected(cubin.error());
  code.cubin = std::move(*cubin);
  code.report = std::move(*answer);
  return code;
}

Result<std::vector<std::string>> write_device_code(const DeviceCode& code, const fs::path& folder, const std::string& stem) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return fail("create " + folder.string() + ": " + failure.message());
  std::vector<std::string> paths{(folder / (stem + ".cu")).string()};
  if (auto written = write_file(paths[0], code.text); !written) return std::unexpected(written.error());
  if (code.cubin.empty()) return paths;
  paths.push_back((folder / (stem + ".cubin")).string());
  if (auto written = write_file(paths[1], code.cubin); !written) return std::unexpected(written.error());
  return paths;
}

}  // namespace assay::cli
