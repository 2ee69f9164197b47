#include "evolve/examine.h"

#include <cmath>

namespace assay::evolve {
namespace {

std::string text_of(const Digest& digest) { return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()}; }

class Examination {
 public:
  Examination(Slot& slot, const Problem& problem, const TrainInstances& train, const Background& background)
      : slot_(slot), problem_(problem), train_(train), background_(background), ends_{train.size()}, clock_(result_.stage_ns) {}

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

  /// Every check of the plan; what it ends with is set where one of them ends it.
  Result<Examined> evaluate(const verify::Screened& screened, std::shared_ptr<const Binary> binary) {
    losses_.resize(train_.size());
    scores_.resize(train_.size());
    decided_.resize(train_.size());
    if (background_.entry && !background_.least.empty()) hopes_.emplace(background_.least, *background_.entry);
    for (const std::size_t check : checks()) {
      auto goes_on = check == ends_.probe() ? probe(*binary) : run_on(check, *binary);
      if (!goes_on) return std::unexpected(goes_on.error());
      const bool is_new = *goes_on && !behaves_as_before();
      if (*goes_on && is_new) continue;
      result_.ended_on = static_cast<std::uint32_t>(*goes_on ? ends_.probe() : check);
      keep_scores();
      return std::move(result_);
    }
    if (result_.probe) result_.decisions = conduct();
    keep_scores();
    return judge(screened, std::move(binary));
  }

  std::vector<std::size_t> checks() const {
    if (!background_.plan.checks.empty()) return background_.plan.checks;
    std::vector<std::size_t> all;
    if (background_.probe) all.push_back(ends_.probe());
    for (std::size_t i = 0; i < train_.size(); ++i) all.push_back(i);
    return all;
  }

  /// Those that there are, in task order.
  void keep_scores() {
    for (auto& score : scores_)
      if (score) result_.train.push_back(std::move(*score));
  }

  bool ends_with(Outcome outcome) {
    result_.outcome = std::move(outcome);
    return false;
  }

  /// A rule that is broken there is broken.
  Result<bool> probe(const Binary& binary) {
    auto evaluation = evaluators::evaluate(*slot_.jail, binary, *background_.probe, std::nullopt, background_.stop);
    clock_.mark("probe");
    if (!evaluation) return std::unexpected(evaluation.error());
    if (evaluation->outcome.kind != OutcomeKind::ok) {
      evaluation->outcome.detail = "on the probe: " + evaluation->outcome.detail;
      return ends_with(std::move(evaluation->outcome));
    }
    result_.probe = evaluation->decisions;
    return true;
  }

  /// On all that it was run on, which is the probe and enough train instances, but not all.
  bool behaves_as_before() {
    const std::size_t enough = std::min(background_.witnesses, train_.size() - 1);
    if (!result_.probe || result_.audits || run_ < enough || run_ == train_.size()) return false;
    const auto earlier = background_.novelty->alike({*result_.probe, conduct()}, result_.size, background_.visible);
    if (!earlier) return false;
    if (background_.audit) {
      result_.audits = earlier;
      return false;
    }
    const std::string witnesses = run_ == 0 ? "" : " and " + std::to_string(run_) + " instances";
    result_.outcome = {OutcomeKind::duplicate, std::string(kSameOnProbe) + witnesses + " as candidate " + std::to_string(*earlier), {}};
    return true;
  }

  std::vector<std::uint64_t> conduct() const {
    std::vector<std::uint64_t> decisions;
    for (std::size_t i = 0; i < train_.size(); ++i) decisions.push_back(scores_[i] ? short_of(decided_[i].decisions) : 0);
    return decisions;
  }

  /// The sum of losses on what was run and `instance` above which the candidate is given up; nothing without a bar.
  std::optional<double> limit_with(std::size_t instance) {
    if (background_.bar.size() <= instance) return std::nullopt;
    bar_ += background_.bar[instance];
    return bar_ + background_.margin * std::abs(bar_);
  }

  Result<bool> run_on(std::size_t instance, const Binary& binary) {
    const auto limit = limit_with(instance);
    auto most = limit ? std::optional(*limit - sum_) : std::nullopt;
    if (hopes_) most = std::min(most.value_or(hopes_->room(instance)), hopes_->room(instance));
    auto request = train_[instance]->request(binary, most);
    request.stop = background_.stop;
    auto report = slot_.jail->run(request);
    clock_.mark("run");
    if (!report) return std::unexpected(report.error());
    if (report->outcome.kind != OutcomeKind::ok) return ends_with(std::move(report->outcome));
    if (auto prepared = train_[instance]->prepare(report->output); !prepared) return std::unexpected(prepared.error());
    auto score = train_[instance]->score(report->output);
    decided_[instance] = {train_[instance].get(), evaluators::digest_of(report->output)};
    clock_.mark("replay");
    if (!score) return ends_with(std::move(score.error()));
    const double loss = losses_[instance] = problem_.task.loss(score->objective);
    scores_[instance] = std::move(*score);
    sum_ += loss;
    if (!std::isfinite(sum_)) return ends_with({OutcomeKind::protocol_violation, "the objective is not a number", {}});
    if (++run_ == train_.size()) return true;
    const std::string after = " on " + std::to_string(run_) + " instances";
    if (limit && sum_ > *limit) return ends_with({OutcomeKind::abandoned, "worse than its island's last elite" + after, {}});
    if (hopes_) hopes_->know(instance, loss);
    if (hopes_ && hopes_->gone()) return ends_with({OutcomeKind::abandoned, "cannot become an elite of its island with what it did" + after, {}});
    return true;
  }

  /// From its scores on: is it what it seems to be, and what is proved of it?
  Result<Examined> judge(const verify::Screened& screened, std::shared_ptr<const Binary> binary) {
    std::string decisions;
    double sum = 0;  // in task order, whatever was run first
    for (std::size_t i = 0; i < train_.size(); ++i) {
      decisions += text_of(decided_[i].decisions);
      sum += losses_[i];
    }
    result_.behaviour = sha256(decisions);
    result_.fitness = sum / static_cast<double>(train_.size());
    const auto first = background_.plan.certificate_first && background_.grading ? &Examination::grade : &Examination::confirm;
    const auto second = first == &Examination::confirm ? &Examination::grade : &Examination::confirm;
    for (const auto step : {first, second}) {
      auto goes_on = (this->*step)(screened, *binary);
      if (!goes_on) return std::unexpected(goes_on.error());
      if (*goes_on) continue;
      result_.ended_on = static_cast<std::uint32_t>(ends_.confirm());
      result_.fitness.reset();
      result_.certificate.reset();
      return std::move(result_);
    }
    result_.material = std::make_shared<const Material>(Material{screened.policy(), std::move(losses_)});
    result_.binary = std::move(binary);
    return std::move(result_);
  }

  /// How often it must have decided the same to count for what `loss` makes of it; none: once is enough.
  std::optional<evaluators::Depth> depth_for(double loss) const {
    if (!background_.best || loss < *background_.best) return evaluators::Depth::future;
    const bool can_enter = !background_.entry || loss < *background_.entry;
    return can_enter && background_.confirm_elites ? std::optional(evaluators::Depth::again) : std::nullopt;
  }

  double selection() const { return *result_.fitness + (result_.certificate ? result_.certificate->penalty : 0); }

  /// By what it is selected by, as far as that is known.
  Result<bool> confirm(const verify::Screened&, const Binary& binary) {
    const auto depth = depth_for(selection());
    if (!depth) return true;
    auto confirmed = evaluators::confirm(*slot_.jail, binary, decided_, *depth, background_.stop);
    clock_.mark("confirm");
    if (!confirmed) return std::unexpected(confirmed.error());
    if (confirmed->kind != OutcomeKind::ok) return ends_with(std::move(*confirmed));
    return result_.confirmed = true;
  }

  Result<bool> grade(const verify::Screened& screened, const Binary&) {
    if (auto graded = certify(screened); !graded) return std::unexpected(graded.error());
    if (depth_for(*result_.fitness) && !depth_for(selection())) result_.ended_on = static_cast<std::uint32_t>(ends_.certificate());
    return true;
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
  const Ends ends_;
  std::vector<double> losses_;                        ///< by train instance, as the two below
  std::vector<std::optional<Score>> scores_;
  std::vector<evaluators::Decided> decided_;
  std::optional<Hopes> hopes_;
  double sum_ = 0, bar_ = 0;                          ///< over what was run, in the order in which it was
  std::size_t run_ = 0;
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
  if (auto common = evaluators::common_provenance(instances); !common) return std::unexpected(common.error());
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
  if (std::string_view(by) != kSameBehaviour) examined.probe.reset(), examined.audits.reset();
  examined.decisions.clear();
  examined.behaviour.reset();
  examined.ended_on.reset();
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
