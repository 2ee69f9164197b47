// The certificates of tile orders: what is proved, by which engine, in what time, and what a stranger needs to check it again.
//
//   order_bench [--policy POLICY.cpp]... [--properties FILE] [--contract POLICY.h] [--seconds N]
//
// Without --policy: every baseline of tasks/tile_order.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "tasks/contract.h"
#include "verify/certify.h"
#include "verify/certify_text.h"
#include "verify/proof/check.h"

namespace {

using namespace assay;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(2);
}

template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

struct Arguments {
  fs::path folder = fs::path(ASSAY_SOURCE_DIR) / "tasks/tile_order";
  fs::path contract = folder / "policy.h", properties = folder / "properties.cpp";
  std::vector<fs::path> policies;
  double seconds = 4;
};

Arguments read(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--policy") out.policies.push_back(value);
    else if (name == "--properties") out.properties = value;
    else if (name == "--contract") out.contract = value;
    else if (name == "--seconds") out.seconds = std::atof(value.c_str());
    else stop("unknown option " + name);
  }
  if (out.policies.empty())
    for (const auto& entry : fs::directory_iterator(out.folder / "baselines")) out.policies.push_back(entry.path());
  std::ranges::sort(out.policies);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read(argc, argv);
  auto certifier = need(verify::Certifier::start());
  auto toolchain = need(verify::Toolchain::start());
  auto jail = need(sandbox::RunJail::start());
  const auto contract = need(tasks::read_contract_text(need(read_file(arguments.contract)), arguments.contract.string()));
  const auto set = need(verify::properties::read_properties(contract, need(read_file(arguments.properties)), arguments.properties.string()));
  verify::CertifyOptions options;
  options.solver_budget = std::chrono::milliseconds(static_cast<std::int64_t>(1000 * arguments.seconds));
  options.properties = &set;
  const fs::path bundle = fs::temp_directory_path() / ("order-bench-" + std::to_string(Clock::now().time_since_epoch().count()));
  for (const fs::path& path : arguments.policies) {
    const Source source{need(read_file(path)), path.string()};
    auto screened = need(toolchain->screen(contract, source));
    if (!screened) stop(path.string() + ": " + screened.error().detail);
    auto began = Clock::now();
    auto certificate = need(certifier->certify("tile_order", contract, source, *screened, options, *toolchain, *jail));
    const double certified = seconds_since(began);
    std::printf("\n== %s: %s in %.2f s\n%s", path.stem().c_str(), std::string(name_of(certificate.overall())).c_str(), certified,
                verify::claim_table(certificate).c_str());
    for (const auto& claim : certificate.claims) std::printf("%s", verify::refutation_text(claim, 30).c_str());
    std::printf("%s\n", verify::to_json(certificate.times).dump().c_str());
    if (!std::holds_alternative<Proved>(certificate.overall())) continue;
    began = Clock::now();
    auto ir = need(toolchain->lower(contract, *screened));
    auto proofs = need(certifier->prove(contract, *screened, *ir, certificate, options, *toolchain, jail.get()));
    std::printf("proofs in %.2f s: %s\n", seconds_since(began), std::string(name_of(certificate.overall())).c_str());
    for (const auto& claim : certificate.claims)
      if (auto* unknown = std::get_if<Unknown>(&claim.verdict)) std::printf("  %s: %s\n", claim.property.c_str(), unknown->reason.c_str());
    if (auto written = verify::write_bundle(certificate, contract, source, *screened, *ir, bundle, {proofs, set.text}); !written) stop(written.error().what);
    began = Clock::now();
    const auto report = need(verify::proof::check(bundle, {}));
    std::printf("checked in %.2f s: %s\n", seconds_since(began), report.problem().empty() ? report.verdict.c_str() : report.problem().c_str());
    fs::remove_all(bundle);
  }
  return 0;
}
