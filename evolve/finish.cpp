#include "evolve/finish.h"

#include "base/failpoint.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace assay::evolve {
namespace {

/// One that may become champion, rebuilt from its text.
struct Contender {
  PromotionRecord promotion;
  Source source;
  std::optional<verify::Screened> screened;
  std::optional<Binary> binary;
};

Json list(const std::vector<Score>& scores) {
  Json json = Json::array();
  for (const Score& score : scores) json.push_back(to_json(score));
  return json;
}

/// A table may lack what a native baseline decides; where scores need no figures a failure is the harness's own.
bool may_lack_figures(const evaluators::Instance& instance, const Error& error) {
  return error.fault != Fault::provider && !instance.provenance().empty();
}

class Finishing {
 public:
  Finishing(const FinishContext& context, HoldoutKey key) : context_(context), key_(key), task_(context.problem.task), slot_(context.slots.take()) {}

  Result<std::optional<Finish>> run() {
    context_.certifier.stop_when(context_.stop);
    for (auto step : {&Finishing::gather, &Finishing::measure_floor, &Finishing::certify, &Finishing::open_holdout, &Finishing::compare, &Finishing::result}) {
      if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
      if (is_stopped()) return std::nullopt;
    }
    failpoint("finish.before_write");
    if (auto done = write(); !done) return std::unexpected(done.error());
    failpoint("finish.written");
    return finish_;
  }

 private:
  bool is_stopped() const { return context_.stop.stop_requested(); }

  Result<void> open_holdout() {
    auto holdout = context_.problem.load_holdout(key_);
    if (!holdout) return std::unexpected(holdout.error());
    holdout_ = std::move(*holdout);
    if (holdout_[0]->provenance() != context_.train[0]->provenance())
      return fail("figures of different origin are not compared: train has " + context_.train[0]->provenance() + ", holdout has " + holdout_[0]->provenance());
    return {};
  }

  /// Promoted during the search, and the best on train that were not; best on validation first.
  Result<void> gather() {
    auto earlier = context_.archive.promotions();
    if (!earlier) return std::unexpected(earlier.error());
    std::set<std::uint64_t> seen;
    for (auto& promotion : *earlier)
      if (seen.insert(promotion.candidate).second) contenders_.push_back({std::move(promotion), {}, {}, {}});
    for (const Elite& elite : best_on_train())
      if (!is_stopped() && seen.insert(elite.index).second)
        if (auto done = promote(elite.index); !done) return done;
    auto refuted = refuted_in_the_loop();
    if (!refuted) return std::unexpected(refuted.error());
    std::ranges::sort(contenders_, {}, [&](const Contender& c) {
      return std::tuple(refuted->contains(c.promotion.candidate), c.promotion.validation_loss, c.promotion.candidate);
    });
    return {};
  }

  /// A counterexample of theirs was run: a full certificate would say the same, so they are tried last.
  Result<std::set<std::uint64_t>> refuted_in_the_loop() const {
    std::set<std::uint64_t> refuted;
    auto done = context_.archive.for_each("proof", [&](const Event& event) -> Result<void> {
      if (event.body.value("verdict", "") == "refuted") refuted.insert(event.body.value("candidate", std::uint64_t{0}));
      return {};
    });
    if (!done) return std::unexpected(done.error());
    return refuted;
  }

  std::vector<Elite> best_on_train() const {
    std::vector<Elite> all;
    for (std::uint32_t i = 0; i < context_.population.islands(); ++i)
      all.insert(all.end(), context_.population.island(i).begin(), context_.population.island(i).end());
    auto key = [](const Elite& e) { return std::tuple(e.fitness, e.size, e.index); };
    std::ranges::sort(all, {}, key);
    auto [end, last] = std::ranges::unique(all, {}, &Elite::index);
    all.erase(end, last);
    if (all.size() > context_.settings.promote) all.resize(context_.settings.promote);
    return all;
  }

  Result<void> promote(std::uint64_t index) {
    context_.meter.tell("candidate " + std::to_string(index) + " on validation");
    Contender contender{{index, {}, 0, "", std::nullopt}, {}, {}, {}};
    if (auto done = rebuild(contender); !done) return done;
    auto scored = score_on(*slot_->jail, *contender.binary, context_.validation, task_, context_.stop);
    if (!scored) return std::unexpected(scored.error());
    if (scored->outcome.kind != OutcomeKind::ok) return {};  // breaks a rule where it was not selected: no contender
    contender.promotion.validation = std::move(scored->scores);
    contender.promotion.validation_loss = scored->loss;
    added_.insert(index);
    contenders_.push_back(std::move(contender));
    return {};
  }

  Result<void> rebuild(Contender& contender) {
    if (contender.binary) return {};
    const std::string name = "candidate " + std::to_string(contender.promotion.candidate);
    auto record = context_.archive.candidate(contender.promotion.candidate);
    if (!record) return std::unexpected(record.error());
    if (!*record) return fail(name + " is not in the archive");
    auto text = context_.archive.blob((*record)->source);
    if (!text) return std::unexpected(text.error());
    contender.source = Source{std::move(*text)};
    auto screened = slot_->toolchain->screen(task_.contract, contender.source);
    if (!screened) return std::unexpected(screened.error());
    if (!*screened) return fail(name + " was accepted once and is refused now: " + screened->error().detail);
    contender.screened = std::move(**screened);
    auto binary = compile(*contender.screened, name);
    if (!binary) return std::unexpected(binary.error());
    contender.binary = std::move(*binary);
    return {};
  }

  Result<Binary> compile(const verify::Screened& screened, const std::string& name) {
    auto compiled = slot_->toolchain->compile({task_.contract, screened, context_.problem.driver});
    if (!compiled) return std::unexpected(compiled.error());
    if (!*compiled) return fail(name + " compiled once and does not now: " + compiled->error().detail);
    return std::move((*compiled)->binary);
  }

  /// The worst baseline's loss on each validation instance; baselines that fail there do not count.
  Result<void> measure_floor() {
    for (const auto& instance : context_.validation)
      for (const std::string& name : task_.native_baselines) {
        if (is_stopped()) return {};
        context_.meter.tell(name + " on validation");
        auto score = instance->baseline(name);
        if (!score && !may_lack_figures(*instance, score.error())) return std::unexpected(score.error());
        if (score) lower_floor(*score);
      }
    for (std::uint64_t i = 0; i < task_.baselines.size() && !is_stopped(); ++i) {
      context_.meter.tell(task_.baselines[i].name + " on validation");
      auto record = context_.archive.candidate(i);
      if (!record) return std::unexpected(record.error());
      if (!*record || !(*record)->emitted) continue;
      Contender& baseline = baselines_[i];
      baseline.promotion.candidate = i;
      if (auto done = rebuild(baseline); !done) return done;
      auto scored = score_on(*slot_->jail, *baseline.binary, context_.validation, task_, context_.stop);
      if (!scored) return std::unexpected(scored.error());
      for (const Score& score : scored->scores) lower_floor(score);
      on_validation_.emplace(i, std::move(*scored));
    }
    return {};
  }

  void lower_floor(const Score& score) {
    const double loss = task_.loss(score.objective);
    auto [at, is_new] = floor_.try_emplace(score.instance, loss);
    if (!is_new) at->second = std::max(at->second, loss);
  }

  /// On some validation instance it is worse than every baseline: a mean hides that, so it is no champion.
  bool ruins_an_instance(const Contender& contender) {
    for (const Score& score : contender.promotion.validation) {
      auto floor = floor_.find(score.instance);
      if (floor == floor_.end() || task_.loss(score.objective) <= floor->second) continue;
      ruinous_.push_back({{"candidate", contender.promotion.candidate}, {"instance", score.instance}});
      return true;
    }
    return false;
  }

  /// From the best on validation on, until one is proved.
  Result<void> certify() {
    failpoint("finish.before_certify");
    const std::size_t count = std::min<std::size_t>(contenders_.size(), context_.settings.certify);
    for (std::size_t i = 0; i < count && !is_stopped() && !finish_.champion; ++i) {
      context_.meter.tell("proving candidate " + std::to_string(contenders_[i].promotion.candidate) + ", " + std::to_string(i + 1) + " of at most " + std::to_string(count));
      if (auto done = certify(contenders_[i]); !done) return done;
      if (i == 0 || finish_.champion) finish_.certificate_verdict = contenders_[i].promotion.certificate_verdict;
      if (finish_.champion) shown_ = i;
    }
    failpoint("finish.certified");
    return {};
  }

  verify::CertifyOptions certify_options() const {
    verify::CertifyOptions options;
    options.properties = &context_.problem.properties;
    options.instruction_bound = task_.limits.instructions;
    options.solver_budget = std::chrono::seconds(4);  // generous: a busy machine must not decide what is proved
    return options;
  }

  Result<void> certify(Contender& contender) {
    if (auto done = rebuild(contender); !done) return done;
    auto certificate = context_.certifier.certify(task_.name, task_.contract, contender.source, *contender.screened, certify_options(),
                                                  *slot_->toolchain, *slot_->jail);
    if (!certificate) return std::unexpected(certificate.error());
    const auto is_proved = [&] { return std::holds_alternative<Proved>(certificate->overall()); };
    if (is_proved() && !ruins_an_instance(contender)) {
      if (auto done = crown(contender, *certificate); !done || is_stopped()) return done;
      if (is_proved()) finish_.champion = contender.promotion.candidate;
    }
    contender.promotion.certificate_verdict = std::string(name_of(certificate->overall()));
    std::string text = verify::to_json(*certificate).dump(2, ' ', false, Json::error_handler_t::replace);
    contender.promotion.certificate = sha256(text);
    certificates_.push_back(std::move(text));
    added_.insert(contender.promotion.candidate);
    return {};
  }

  /// A champion is rebuilt by a fresh worker and must give the same bytes. Where no proof for its bundle is found, its
  /// certificate says so afterwards, and there is no bundle.
  Result<void> crown(const Contender& champion, verify::Certificate& certificate) {
    const std::string name = "champion " + std::to_string(champion.promotion.candidate);
    if (auto done = slot_->toolchain->recycle(); !done) return done;
    auto again = slot_->toolchain->screen(task_.contract, champion.source);
    if (!again) return std::unexpected(again.error());
    if (!*again || (*again)->ast_digest() != champion.screened->ast_digest()) return fail(name + ": a fresh worker reads another policy");
    auto binary = compile(**again, name);
    if (!binary) return std::unexpected(binary.error());
    if (binary->digest() != champion.binary->digest()) return fail(name + ": a fresh worker builds other bytes; the compile worker was not clean");
    auto ir = slot_->toolchain->lower(task_.contract, **again);
    if (!ir) return std::unexpected(ir.error());
    if (!*ir) return fail(name + " was lowered once and is not now: " + ir->error().detail);
    auto proofs = context_.certifier.prove(task_.contract, **again, **ir, certificate, certify_options(), *slot_->toolchain, slot_->jail.get());
    if (!proofs) return std::unexpected(proofs.error());
    if (is_stopped() || !std::holds_alternative<Proved>(certificate.overall())) return {};
    return verify::write_bundle(certificate, task_.contract, champion.source, **again, **ir, context_.out / "champion",
                                {std::move(*proofs), context_.problem.properties.text});
  }

  // Comparison ------------------------------------------------------------------------------------------------------

  struct Row {
    std::string name, kind;
    std::vector<Score> train, validation, holdout;
    std::string failed;  ///< why a split has no scores
  };

  Result<void> compare() {
    for (std::uint64_t i = 0; i < task_.baselines.size() && !is_stopped(); ++i)
      if (auto done = policy_row(i); !done) return done;
    for (const std::string& name : task_.native_baselines)
      if (auto done = native_row(name); !done) return done;
    return {};
  }

  Result<void> policy_row(std::uint64_t index) {
    auto record = context_.archive.candidate(index);
    if (!record) return std::unexpected(record.error());
    if (!*record) return {};
    context_.meter.tell(task_.baselines[index].name + " on all splits");
    Row row{task_.baselines[index].name, "policy", (*record)->train, {}, {}, ""};
    if (!(*record)->emitted) row.failed = std::string(name_of((*record)->outcome.kind)) + ": " + (*record)->outcome.detail;
    else if (auto done = score_policy(index, row); !done) return done;
    rows_.push_back(std::move(row));
    return {};
  }

  Result<void> score_policy(std::uint64_t index, Row& row) {
    Contender& contender = baselines_[index];
    contender.promotion.candidate = index;
    if (auto done = rebuild(contender); !done) return done;
    for (auto [instances, scores] : {std::pair{AnyInstances(context_.train), &row.train}, {AnyInstances(context_.validation), &row.validation},
                                     {AnyInstances(holdout_), &row.holdout}}) {
      auto known = on_validation_.find(index);
      const bool is_known = scores == &row.validation && known != on_validation_.end();
      auto scored = is_known ? Result<Scored>(std::move(known->second)) : score_on(*slot_->jail, *contender.binary, instances, task_, context_.stop);
      if (!scored) return std::unexpected(scored.error());
      *scores = std::move(scored->scores);
      if (scored->outcome.kind != OutcomeKind::ok) row.failed = std::string(name_of(scored->outcome.kind)) + ": " + scored->outcome.detail;
    }
    return {};
  }

  Result<void> native_row(const std::string& name) {
    Row row{name, "native", {}, {}, {}, ""};
    for (auto [instances, scores] : {std::pair{AnyInstances(context_.train), &row.train}, {AnyInstances(context_.validation), &row.validation},
                                     {AnyInstances(holdout_), &row.holdout}})
      for (const auto& instance : instances) {
        if (is_stopped()) return {};
        context_.meter.tell(name + " on all splits");
        auto score = instance->baseline(name);
        if (!score && !may_lack_figures(*instance, score.error())) return std::unexpected(score.error());
        if (score) scores->push_back(std::move(*score));
        else row.failed = instance->name() + ": " + score.error().what;  // a table may lack what it decides
      }
    rows_.push_back(std::move(row));
    return {};
  }

  /// Of the champion; where none is certified, of the best on validation, with "champion": null.
  Result<void> result() {
    result_ = {{"champion", nullptr}, {"instances", instances()}, {"proposals", nullptr}};
    auto proposals = proposals_by_provider();
    if (!proposals) return std::unexpected(proposals.error());
    result_["proposals"] = *proposals;
    if (!ruinous_.empty()) result_["ruinous"] = ruinous_;
    if (contenders_.empty()) return {};
    Contender& shown = contenders_[shown_];
    if (auto done = rebuild(shown); !done) return done;
    auto scored = score_on(*slot_->jail, *shown.binary, holdout_, task_, context_.stop);
    if (!scored) return std::unexpected(scored.error());
    auto record = context_.archive.candidate(shown.promotion.candidate);
    if (!record) return std::unexpected(record.error());
    result_["candidate"] = shown.promotion.candidate;
    if (finish_.champion) result_["champion"] = *finish_.champion;
    result_["train"] = list((*record)->train);
    result_["validation"] = list(shown.promotion.validation);
    result_["holdout"] = list(scored->scores);
    if (scored->outcome.kind != OutcomeKind::ok) result_["holdout_outcome"] = to_json(scored->outcome);
    result_["certificate_verdict"] = shown.promotion.certificate_verdict;
    if (shown.promotion.certificate) result_["certificate"] = shown.promotion.certificate->hex();
    result_["binary"] = shown.binary->digest().hex();
    return {};
  }

  Json instances() const {
    Json json = Json::array();
    for (auto [split, all] : {std::pair{tasks::Split::train, AnyInstances(context_.train)}, {tasks::Split::validation, AnyInstances(context_.validation)},
                              {tasks::Split::holdout, AnyInstances(holdout_)}})
      for (const auto& instance : all) {
        json.push_back({{"name", instance->name()}, {"split", std::string(tasks::name_of(split))}, {"digest", instance->digest().hex()}});
        if (std::string provenance = instance->provenance(); !provenance.empty()) json.back()["provenance"] = std::move(provenance);
      }
    return json;
  }

  /// How many tries each provider had: best-of-N is only as honest as its N.
  Result<Json> proposals_by_provider() const {
    std::map<std::string, std::map<std::string, std::uint64_t>> counts;
    auto done = context_.archive.for_each("candidate", [&](const Event& event) -> Result<void> {
      auto& of = counts[event.body.value("provider", "")];
      ++of["all"];
      if (event.body.contains("outcome")) ++of[event.body["outcome"].value("kind", "")];
      return {};
    });
    if (!done) return std::unexpected(done.error());
    return Json(counts);
  }

  Result<void> write() {
    auto count = context_.archive.candidate_count();
    if (!count) return std::unexpected(count.error());
    return context_.archive.transaction([&]() -> Result<void> {
      for (const std::string& text : certificates_)
        if (auto blob = context_.archive.put_blob(text); !blob) return std::unexpected(blob.error());
      failpoint("finish.in_transaction");
      for (const Contender& contender : contenders_)
        if (added_.contains(contender.promotion.candidate))
          if (auto done = context_.archive.append(contender.promotion); !done) return done;
      for (const Row& row : rows_) {
        Json body{{"name", row.name}, {"kind", row.kind}, {"train", list(row.train)}, {"validation", list(row.validation)}, {"holdout", list(row.holdout)}};
        if (!row.failed.empty()) body["failed"] = row.failed;
        if (auto done = context_.archive.append("baseline", body); !done) return done;
      }
      if (auto done = context_.archive.append("result", result_); !done) return done;
      return context_.archive.append("stop", {{"reason", "budget"}, {"candidates", *count}});
    });
  }

  const FinishContext& context_;
  HoldoutKey key_;
  const tasks::Task& task_;
  Slots::Lease slot_;
  HoldoutInstances holdout_;
  std::vector<Contender> contenders_;
  std::set<std::uint64_t> added_;  ///< promotions to be written
  std::vector<std::string> certificates_;
  std::size_t shown_ = 0;
  std::map<std::uint64_t, Contender> baselines_;  ///< rebuilt
  std::map<std::uint64_t, Scored> on_validation_;  ///< of baselines
  std::map<std::string, double> floor_;           ///< validation instance -> loss of the worst baseline
  std::vector<Row> rows_;
  Json ruinous_ = Json::array();  ///< proved and no champion: which candidate, on which instance
  Json result_;
  Finish finish_;
};

}  // namespace

Result<std::optional<Finish>> finish(const FinishContext& context) { return Finishing(context, HoldoutKey()).run(); }

}  // namespace assay::evolve
