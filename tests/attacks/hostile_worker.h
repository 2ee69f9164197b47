#pragma once
// The handler of the tests' own compile worker: what the product's knows, and the ways past one wall that it has not.
//
//   "tree", contract, candidate                       -> as "screen", without the text screen
//   "raw" | "loose", contract, constants, policy, driver -> as "run"; loose: without the checks of objects
//   "raw quick", contract, policy, driver object, function... -> as "quick"
//   "possess", image, entry offset                    -> "survived": the image was called in this process and came back

#include <memory>
#include <string>
#include <string_view>

#include "sandbox/worker.h"

namespace assay::attacks {

std::string hostile_handle(std::string_view request);
/// Warms Clang, and maps a place where code can be written and run: a jail that is closed gives none.
void hostile_warm_up();

/// Serves a Toolchain, with the text screen left out.
class TreeOnlyWorker : public sandbox::Worker {
 public:
  explicit TreeOnlyWorker(sandbox::Worker& worker) : worker_(worker) {}
  Result<sandbox::WorkerReply> call(std::string_view request, std::chrono::milliseconds deadline) override;
  Result<void> recycle() override { return worker_.recycle(); }

 private:
  sandbox::Worker& worker_;
};

}  // namespace assay::attacks
