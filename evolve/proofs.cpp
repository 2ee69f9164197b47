#include "evolve/proofs.h"

namespace assay::evolve {
namespace {

using std::chrono::steady_clock;

constexpr unsigned kClockPatience = 60;  ///< times the solver's budget: steps decide, and the clock only ends what hangs

/// The first required claim that makes the certificate what it is. Without the words of an engine, which may differ with what it
/// was asked before.
std::string why(const verify::Certificate& certificate, const Verdict& overall) {
  if (std::holds_alternative<Proved>(overall)) return "";
  for (const verify::Claim& claim : certificate.claims) {
    const Proved* proved = std::get_if<Proved>(&claim.verdict);
    const bool is_vacuous = proved && proved->reached_points == 0;
    if (claim.level != verify::properties::Level::required || (claim.verdict.index() != overall.index() && !is_vacuous)) continue;
    return (claim.function.empty() ? claim.property : claim.function + ", " + claim.property) + (is_vacuous ? ": nothing reaches it" : "");
  }
  return "nothing was claimed";
}

}  // namespace

Prover::Prover(unsigned threads, Prove prove) : prove_(std::move(prove)) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this](std::stop_token stop) { work(stop); });
}

Prover::~Prover() = default;  // each thread is asked to stop, and joined

void Prover::ask(std::uint64_t candidate, Source source) {
  {
    std::lock_guard guard(mutex_);
    queue_.push_back({candidate, std::move(source), steady_clock::now()});
  }
  changed_.notify_all();
}

void Prover::work(const std::stop_token& stop) {
  for (;;) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return !queue_.empty(); }) || stop.stop_requested()) return;
    const Asked asked = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const auto began = steady_clock::now();
    auto proof = prove_(asked.candidate, asked.source);
    const auto ended = steady_clock::now();
    lock.lock();
    done_.emplace(asked.candidate, proof ? Result<Done>(Done{std::move(*proof), ended - began, ended - asked.at}) : std::unexpected(proof.error()));
    lock.unlock();
    changed_.notify_all();
  }
}

Result<std::optional<Prover::Done>> Prover::wait(std::uint64_t candidate, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stop, [&] { return done_.contains(candidate); })) return std::nullopt;
  auto done = std::move(done_.extract(candidate).mapped());
  if (!done) return fail("proof of candidate " + std::to_string(candidate) + ": " + done.error().what);
  return std::move(*done);
}

Prover::Prove prove_with(const Problem& problem, const ProofSettings& settings, Slots& slots) {
  return [&problem, settings, &slots](std::uint64_t, const Source& source) -> Result<LoopProof> {
    auto slot = slots.take();
    auto screened = slot->toolchain->screen(problem.task.contract, source);
    if (!screened) return std::unexpected(screened.error());
    if (!*screened) return fail("it was accepted once and is refused now: " + screened->error().detail);
    verify::CertifyOptions options;
    options.instruction_bound = problem.task.limits.instructions;
    options.properties = &problem.properties;
    options.use_solver = settings.solver_ms > 0;
    options.solver_budget = std::chrono::milliseconds(settings.solver_ms);
    options.counting_budget = options.solver_budget;  // of tables: enough to refute most, seldom to prove
    options.clock_slack = kClockPatience;
    auto certificate = slot->certifier->certify(problem.task.name, problem.task.contract, source, **screened, options, *slot->toolchain, *slot->jail);
    if (!certificate) return std::unexpected(certificate.error());
    const auto verdict = certificate->overall();
    return LoopProof{std::string(name_of(verdict)), certificate->score(), why(*certificate, verdict)};
  };
}

}  // namespace assay::evolve
