#include "cli/kernel/registered.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "cli/kernel/exported.h"
#include "cli/output.h"
#include "cli/workbench.h"

namespace assay::cli {
namespace {

namespace congestion = evaluators::congestion;
using Control = std::unique_ptr<congestion::RegisteredControl>;

/// Null: refused, and said so.
Result<Control> register_one(verify::Toolchain& toolchain, const tasks::Contract& contract, const std::string& file) {
  auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  auto screened = toolchain.screen(contract, Source{std::move(*text), file});
  if (!screened) return std::unexpected(screened.error());
  if (!*screened) return say_outcome(file, screened->error()), nullptr;
  auto exported = export_policy(toolchain, contract, **screened);
  if (!exported) return std::unexpected(exported.error());
  if (!*exported) return say_outcome(file, exported->error()), nullptr;
  auto judged = congestion::load_control((*exported)->object.bytes);
  if (!judged) return std::unexpected(judged.error());
  if (const auto* refused = std::get_if<congestion::Refused>(&judged->judgement)) return say_refused(file, **exported, *refused), nullptr;
  if (const auto* unavailable = std::get_if<congestion::Unavailable>(&judged->judgement)) return fail("the kernel cannot be asked: " + unavailable->reason, Fault::provider);
  return std::move(judged->control);
}

}  // namespace

Result<std::optional<std::vector<RegisteredPolicy>>> register_policies(const tasks::Contract& contract, const std::vector<std::string>& files,
                                                                       const std::vector<std::string>& without) {
  std::vector<RegisteredPolicy> registered;
  if (files.empty()) return registered;
  auto toolchain = verify::Toolchain::start({.deadline = std::chrono::seconds{10}, .jail = {.without = without}});
  if (!toolchain) return std::unexpected(toolchain.error());
  for (const std::string& file : files) {
    auto control = register_one(**toolchain, contract, file);
    if (!control) return std::unexpected(control.error());
    if (!*control) return std::nullopt;
    registered.push_back({std::filesystem::path(file).stem().string(), std::move(*control)});
  }
  return registered;
}

}  // namespace assay::cli
