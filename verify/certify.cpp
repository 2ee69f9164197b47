#include "verify/certify.h"

#include "verify/certify_examine.h"
#include "verify/certify_replay.h"
#include "verify/lower/lower.h"
#include "verify/smt/solver.h"

namespace assay::verify {

struct Certifier::Impl {
  std::unique_ptr<smt::Solver> solver;
};

Certifier::Certifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Certifier::~Certifier() = default;

Result<std::unique_ptr<Certifier>> Certifier::start(const sandbox::JailOptions& jail) {
  auto solver = smt::start_jailed_solver(jail);
  if (!solver) return std::unexpected(solver.error());
  auto impl = std::make_unique<Impl>();
  impl->solver = std::move(*solver);
  return std::unique_ptr<Certifier>(new Certifier(std::move(impl)));
}

namespace {

Certificate blank(const std::string& task_name, const tasks::Contract& contract, const Source& source, const Screened& screened,
                  const CertifyOptions& options) {
  Certificate out;
  out.task = task_name;
  out.source = sha256(source.text);
  out.ast = screened.ast_digest();
  out.contract = contract.digest;
  out.toolchain = Toolchain::toolchain_digest();
  out.instruction_bound = options.instruction_bound;
  return out;
}

/// A candidate that screens and yet gives no IR: nothing is known of it.
Certificate without_ir(Certificate out, const tasks::Contract& contract, const std::string& why) {
  for (const tasks::Function& function : contract.functions) {
    Claim claim;
    claim.function = function.name;
    claim.property = lower::name_of(lower::Property::no_undefined_behaviour);
    claim.verdict = Unknown{"no checked IR: " + why};
    out.claims.push_back(std::move(claim));
  }
  out.obligations = out.obligations_digest();
  return out;
}

}  // namespace

Result<Certificate> Certifier::certify(const std::string& task_name, const tasks::Contract& contract, const Source& source,
                                       const Screened& screened, const CertifyOptions& options, Toolchain& toolchain,
                                       sandbox::RunJail& jail) {
  Certificate out = blank(task_name, contract, source, screened, options);
  auto ir = toolchain.lower(contract, screened);
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return without_ir(std::move(out), contract, ir->error().detail);
  out.ir = (*ir)->digest;
  auto functions = lower::lower_functions((*ir)->bitcode, contract);
  if (!functions) return std::unexpected(functions.error());
  Replayer replayer(contract, screened, toolchain, jail);
  for (std::size_t i = 0; i < functions->size(); ++i) {
    auto examined = examine((*functions)[i], {contract, (*ir)->places, options}, *impl_->solver);
    if (!examined) return std::unexpected(examined.error());
    for (std::size_t k = 0; k < examined->claims.size(); ++k) {
      ExaminedClaim& claim = examined->claims[k];
      if (claim.counterexample)
        if (auto ran = replayer.run(i, *examined->program, static_cast<lower::Property>(k), claim); !ran) return std::unexpected(ran.error());
      out.claims.push_back(std::move(claim.claim));
    }
    out.smt2.insert(out.smt2.end(), examined->smt2.begin(), examined->smt2.end());
  }
  out.obligations = out.obligations_digest();
  return out;
}

Digest Certificate::obligations_digest() const {
  std::string ledger;
  for (const Claim& claim : claims)
    ledger += claim.function + " " + claim.property + " " + std::string(name_of(claim.verdict)) + " " + std::to_string(claim.by_intervals) +
              " " + std::to_string(claim.by_solver) + "\n";
  for (const std::string& text : smt2) ledger += std::to_string(text.size()) + "\n" + text;
  return sha256(ledger);
}

/// A refutation outweighs what is not known: it is certain.
Verdict Certificate::overall() const {
  std::uint64_t points = 0;
  const Unknown* unknown = nullptr;
  for (const Claim& claim : claims) {
    if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return *refuted;
    auto* proved = std::get_if<Proved>(&claim.verdict);
    if (auto* open = std::get_if<Unknown>(&claim.verdict); open != nullptr && unknown == nullptr) unknown = open;
    if (proved != nullptr && proved->reached_points == 0) return Unknown{"vacuous: " + claim.function + ", " + claim.property};
    points += proved == nullptr ? 0 : proved->reached_points;
  }
  if (unknown != nullptr) return *unknown;
  if (claims.empty()) return Unknown{"no claim was examined"};
  return Proved{points};
}

}  // namespace assay::verify
