#include "verify/certify.h"

#include "verify/certify_examine.h"
#include "verify/certify_property.h"
#include "verify/certify_prove.h"
#include "verify/certify_replay.h"
#include "verify/certify_table.h"
#include "verify/lower/lower.h"
#include "verify/properties/invariant.h"
#include "verify/smt/solver.h"

namespace assay::verify {

struct Certifier::Impl {
  std::unique_ptr<smt::Solver> solver;
  std::stop_token stop;
};

Certifier::Certifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Certifier::~Certifier() = default;

Result<std::unique_ptr<Certifier>> Certifier::start(const sandbox::JailOptions& jail, const smt::CacheOptions& cache) {
  auto solver = smt::start_portfolio(jail);
  if (!solver) return std::unexpected(solver.error());
  auto answers = smt::AnswerCache::open(cache, smt::solver_versions());
  if (!answers) return std::unexpected(answers.error());
  auto impl = std::make_unique<Impl>();
  impl->solver = smt::with_cache(std::move(*solver), std::move(*answers));
  return std::unique_ptr<Certifier>(new Certifier(std::move(impl)));
}

namespace {

class NoSolver final : public smt::Solver {
 public:
  Result<smt::Answer> ask(const std::string&, std::uint64_t, std::chrono::milliseconds) override {
    return smt::Answer{.verdict = smt::Verdict::unknown, .model = {}, .reason = "no solver was started", .by = {}};
  }
};

}  // namespace

std::unique_ptr<Certifier> Certifier::without_solver() {
  auto impl = std::make_unique<Impl>();
  impl->solver = std::make_unique<NoSolver>();
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
  if (options.properties != nullptr && !options.properties->properties.empty()) out.properties = options.properties->digest;
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

void take(Certificate& out, ExaminedFunction examined) {
  for (ExaminedClaim& each : examined.claims) out.claims.push_back(std::move(each.claim));
  out.smt2.insert(out.smt2.end(), examined.smt2.begin(), examined.smt2.end());
  out.times += examined.times;
}

}  // namespace

Result<Certificate> Certifier::certify(const std::string& task_name, const tasks::Contract& contract, const Source& source,
                                       const Screened& screened, const CertifyOptions& options, Toolchain& toolchain,
                                       sandbox::RunJail& jail) {
  Certificate out = blank(task_name, contract, source, screened, options);
  auto began = std::chrono::steady_clock::now();
  auto ir = toolchain.lower(contract, screened);
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return without_ir(std::move(out), contract, ir->error().detail);
  out.ir = (*ir)->digest;
  auto compiled = std::chrono::steady_clock::now();
  out.times.clang = compiled - began;
  auto functions = lower::lower_functions((*ir)->bitcode, contract);
  if (!functions) return std::unexpected(functions.error());
  out.times.lower = std::chrono::steady_clock::now() - compiled;
  PropertyCertifier properties({contract, screened, options, toolchain, jail, *impl_->solver});
  if (auto done = properties.run(); !done) return std::unexpected(done.error());
  if (properties.given()) functions = std::move(*properties.given());
  Replayer replayer(contract, screened, toolchain, jail);
  for (std::size_t i = 0; i < functions->size(); ++i) {
    auto examined = examine((*functions)[i], {contract, (*ir)->places, options}, *impl_->solver);
    if (!examined) return std::unexpected(examined.error());
    if (auto ran = replayer.settle(i, *examined, options); !ran) return std::unexpected(ran.error());
    take(out, std::move(*examined));
  }
  out.times.replay += replayer.spent();
  if (options.properties != nullptr && !properties::with_invariant(*options.properties, contract, screened.policy())) {
    auto before = std::chrono::steady_clock::now();
    auto done = settle_tables({contract, screened, options, toolchain, jail, impl_->stop}, *options.properties, out.claims, properties.examined());
    if (!done) return std::unexpected(done.error());
    out.times.counting += std::chrono::steady_clock::now() - before;
  }
  for (ExaminedFunction& examined : properties.examined()) take(out, std::move(examined));
  out.obligations = out.obligations_digest();
  return out;
}

Result<std::vector<proof::BundleFile>> Certifier::prove(const tasks::Contract& contract, const Screened& screened, const CheckedIr& ir,
                                                        Certificate& certificate, const CertifyOptions& options, Toolchain& toolchain,
                                                        sandbox::RunJail* jail) {
  return prove_programs({contract, screened, ir, options, toolchain, jail, impl_->stop}, certificate, *impl_->solver);
}

void Certifier::stop_when(std::stop_token stop) {
  impl_->stop = stop;
  impl_->solver->stop_when(std::move(stop));
}

smt::SolverCounts Certifier::solver_counts() const { return impl_->solver->counts(); }

double Claim::score() const { return std::holds_alternative<Proved>(verdict) ? 1 : grade.score(); }

EngineTimes& EngineTimes::operator+=(const EngineTimes& other) {
  clang += other.clang, lower += other.lower, trials += other.trials, intervals += other.intervals;
  solver += other.solver, grade += other.grade, replay += other.replay, counting += other.counting;
  return *this;
}

Digest Certificate::obligations_digest() const {
  std::string ledger;
  for (const Claim& claim : claims)
    ledger += claim.function + " " + claim.property + " " + std::string(properties::name_of(claim.level)) + " " + std::string(name_of(claim.verdict)) + " " + std::to_string(claim.by_intervals) +
              " " + std::to_string(claim.by_solver) + "\n";
  for (const std::string& text : smt2) ledger += std::to_string(text.size()) + "\n" + text;
  return sha256(ledger);
}

/// A refutation outweighs what is not known: it is certain.
Verdict Certificate::overall() const {
  std::uint64_t points = 0;
  std::optional<Unknown> unknown;
  for (const Claim& claim : claims) {
    if (claim.level != properties::Level::required) continue;
    if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return *refuted;
    auto* proved = std::get_if<Proved>(&claim.verdict);
    if (proved != nullptr && proved->reached_points > 0) points += proved->reached_points;
    else if (!unknown)
      unknown = proved == nullptr ? std::get<Unknown>(claim.verdict) : Unknown{"vacuous: " + claim.function + ", " + claim.property};
  }
  if (unknown) return *unknown;
  if (points == 0) return Unknown{"no required claim was examined"};
  return Proved{points};
}

double Certificate::score() const {
  double sum = 0, weights = 0;
  for (const Claim& claim : claims) {
    double weight = claim.level == properties::Level::required ? 2 : claim.level == properties::Level::preferred ? 1 : 0;
    sum += weight * claim.score();
    weights += weight;
  }
  return weights == 0 ? 0 : sum / weights;
}

}  // namespace assay::verify
