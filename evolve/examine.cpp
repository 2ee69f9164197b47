#include "evolve/examine.h"

#include <cmath>

namespace assay::evolve {
namespace {

std::string text_of(const Digest& digest) { return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()}; }

/// The sum of losses up to instance `i` above which the candidate is given up; nothing without a bar.
std::optional<double> limit_of(const Background& background, std::size_t i) {
  if (background.bar.size() <= i) return std::nullopt;
  double sum = 0;
  for (std::size_t k = 0; k <= i; ++k) sum += background.bar[k];
  return sum + background.margin * std::abs(sum);
}

class Examination {
 public:
  Examination(Slot& slot, const Problem& problem, const TrainInstances& train, const Background& background)
      : slot_(slot), problem_(problem), train_(train), background_(background), clock_(result_.stage_ns) {}

  Result<Examined> run(const Source& source) {
    source_ = &source;
    auto screened = slot_.toolchain->screen(problem_.task.contract, source);
    clock_.mark("screen");
    if (!screened) return std::unexpected(screened.error());
    if (!*screened) return ended_by(std::move(screened->error()));
    result_.ast = (*screened)->ast_digest();
    result_.size = verify::size_of((*screened)->policy());
    if (auto earlier = known(background_.asts, *result_.ast)) return duplicate("AST", *earlier);
    result_.emitted = (*screened)->text();
    return compile(**screened);
  }

 private:
  Result<Examined> ended_by(Outcome outcome) {
    result_.outcome = std::move(outcome);
    return std::move(result_);
  }
  Result<Examined> duplicate(const char* by, std::uint64_t earlier) {
    settle_duplicate(result_, by, earlier);
    return std::move(result_);
  }
  std::optional<std::uint64_t> known(const Known* all, const Digest& digest) const {
    return all ? all->first(digest, background_.visible) : std::nullopt;
  }

  Result<Examined> compile(const verify::Screened& screened) {
    auto compiled = slot_.toolchain->compile({problem_.task.contract, screened, problem_.driver, verify::Effort::quick});
    clock_.mark("compile");
    if (!compiled) return std::unexpected(compiled.error());
    if (!*compiled) return ended_by(std::move(compiled->error()));
    result_.ir = (*compiled)->ir_digest;
    if (auto earlier = known(background_.irs, *result_.ir)) return duplicate("optimised code", *earlier);
    auto binary = std::make_shared<const Binary>(std::move((*compiled)->binary));
    return evaluate(screened, std::move(binary));
  }

  Result<Examined> evaluate(const verify::Screened& screened, std::shared_ptr<const Binary> binary) {
    std::vector<double> losses;
    double sum = 0;
    std::string decisions;
    std::vector<evaluators::Decided> decided;
    for (std::size_t i = 0; i < train_.size(); ++i) {
      auto limit = limit_of(background_, i);
      auto request = train_[i]->request(*binary, limit ? std::optional(*limit - sum) : std::nullopt);
      request.stop = background_.stop;
      auto report = slot_.jail->run(request);
      clock_.mark("run");
      if (!report) return std::unexpected(report.error());
      if (report->outcome.kind != OutcomeKind::ok) return ended_by(std::move(report->outcome));
      auto score = train_[i]->score(report->output);
      decided.push_back({train_[i].get(), evaluators::digest_of(report->output)});
      decisions += text_of(decided.back().decisions);
      clock_.mark("replay");
      if (!score) return ended_by(std::move(score.error()));
      losses.push_back(problem_.task.loss(score->objective));
      sum += losses.back();
      result_.train.push_back(std::move(*score));
      if (!std::isfinite(sum)) return ended_by({OutcomeKind::protocol_violation, "the objective is not a number", {}});
      if (limit && sum > *limit && i + 1 < train_.size()) return ended_by({OutcomeKind::abandoned, "worse than its island's last elite on " + std::to_string(i + 1) + " instances", {}});
    }
    result_.behaviour = sha256(decisions);
    const double fitness = sum / static_cast<double>(train_.size());
    const bool can_enter = !background_.entry || fitness < *background_.entry;
    const bool leads = !background_.best || fitness < *background_.best;
    if (leads || (can_enter && background_.confirm_elites)) {
      auto confirmed = evaluators::confirm(*slot_.jail, *binary, decided, leads ? evaluators::Depth::future : evaluators::Depth::again,
                                           background_.stop);
      clock_.mark("confirm");
      if (!confirmed) return std::unexpected(confirmed.error());
      if (confirmed->kind != OutcomeKind::ok) return ended_by(std::move(*confirmed));
      result_.confirmed = true;
    }
    result_.fitness = fitness;
    result_.material = std::make_shared<const Material>(Material{screened.policy(), std::move(losses)});
    result_.binary = std::move(binary);
    if (auto graded = certify(screened); !graded) return std::unexpected(graded.error());
    return std::move(result_);
  }

  /// Without a solver, by counted effort: the archive must read the same on any machine.
  Result<void> certify(const verify::Screened& screened) {
    if (!background_.grading) return {};
    const Grading& grading = *background_.grading;
    if (background_.entry && *result_.fitness >= *background_.entry) return {};
    verify::CertifyOptions options;
    options.instruction_bound = problem_.task.limits.instructions;
    options.use_solver = false;
    options.run_counterexamples = grading.run_counterexamples;
    options.properties = &problem_.properties;
    auto certificate = slot_.certifier->certify(problem_.task.name, problem_.task.contract, *source_, screened, options, *slot_.toolchain, *slot_.jail);
    clock_.mark("certify");
    if (!certificate) return std::unexpected(certificate.error());
    const double score = certificate->score();
    result_.certificate = CandidateCertificate{score, std::string(name_of(certificate->overall())), grading.weight * (1 - score), verify::feedback(*certificate)};
    return {};
  }

  const Source* source_ = nullptr;
  Slot& slot_;
  const Problem& problem_;
  const TrainInstances& train_;
  const Background& background_;
  Examined result_;
  StageClock clock_;
};

}  // namespace

Result<Problem> Problem::of(const tasks::Task& task) {
  auto domain = evaluators::domain_named(task.domain);
  if (!domain) return std::unexpected(domain.error());
  if (auto fits = (*domain)->check(task); !fits) return std::unexpected(fits.error());
  auto driver = (*domain)->driver(task.contract);
  if (!driver) return std::unexpected(driver.error());
  auto properties = verify::properties::load_properties(task.contract);
  if (!properties) return std::unexpected(properties.error());
  auto templates = Templates::load(task.folder);
  if (!templates) return std::unexpected(templates.error());
  return Problem{task, **domain, std::move(*driver), std::move(*properties), std::move(*templates)};
}

namespace {

template <class Loaded>
Result<Loaded> load(const Problem& problem) {
  std::vector<std::unique_ptr<evaluators::Instance>> instances;
  for (const auto& spec : problem.task.split(Loaded::split)) {
    auto instance = problem.domain.load(problem.task, spec);
    if (!instance) return std::unexpected(instance.error());
    instances.push_back(std::move(*instance));
  }
  if (instances.empty()) return fail(problem.task.name + ": no instance for " + std::string(tasks::name_of(Loaded::split)));
  return Loaded(std::move(instances));
}

}  // namespace

Result<TrainInstances> Problem::load_train() const { return load<TrainInstances>(*this); }
Result<ValidationInstances> Problem::load_validation() const { return load<ValidationInstances>(*this); }
Result<HoldoutInstances> Problem::load_holdout(HoldoutKey) const { return load<HoldoutInstances>(*this); }

void settle_duplicate(Examined& examined, const char* by, std::uint64_t earlier) {
  examined.outcome = {OutcomeKind::duplicate, "same " + std::string(by) + " as candidate " + std::to_string(earlier), {}};
  if (std::string_view(by) == "AST") {
    examined.ir.reset();
    examined.emitted.clear();
  }
  examined.behaviour.reset();
  examined.train.clear();
  examined.fitness.reset();
  examined.confirmed = false;
  examined.certificate.reset();
  examined.material.reset();
  examined.binary.reset();
}

Result<Examined> examine(Slot& slot, const Problem& problem, const TrainInstances& train, const Source& source,
                         const Background& background) {
  return Examination(slot, problem, train, background).run(source);
}

Result<Scored> score_on(sandbox::RunJail& jail, const Binary& binary, AnyInstances instances, const tasks::Task& task,
                        const std::stop_token& stop) {
  Scored scored;
  auto evaluations = evaluators::evaluate_all(jail, binary, instances, stop);
  if (!evaluations) return std::unexpected(evaluations.error());
  for (auto& evaluation : *evaluations) {
    scored.outcome = std::move(evaluation.outcome);
    if (scored.outcome.kind != OutcomeKind::ok) return scored;
    scored.loss += task.loss(evaluation.score->objective) / static_cast<double>(instances.size());
    scored.scores.push_back(std::move(*evaluation.score));
  }
  return scored;
}

}  // namespace assay::evolve
