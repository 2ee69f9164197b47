#include "evaluators/gpu/gpu_instance.h"

#include <algorithm>
#include <cstring>

#include "base/file.h"
#include "evaluators/gpu/driver/image.h"
#include "evaluators/gpu/features.h"
#include "evaluators/gpu/natives.h"

namespace assay::evaluators::gpu {
namespace {

/// What the jail reads. Immutable.
struct Loaded {
  Workload workload;
  std::string image;
  FileDescriptor fd;
};

/// What a shape's figures are compared with: asked for with every candidate, and the same for all.
struct Reference {
  Action base;
  std::optional<double> best_us;  ///< of all known actions
};

std::string image_of(const Workload& workload, const Device& device) {
  const auto words = static_cast<std::uint64_t>(row_words(workload.kind));
  const assay_gpu::Image head{assay_gpu::kImageMagic, workload.subjects.size(), words};
  std::string image(reinterpret_cast<const char*>(&head), sizeof head);
  for (const Subject& subject : workload.subjects) {
    const std::vector<std::int64_t> row = row_of(subject.shape, device);
    image.append(reinterpret_cast<const char*>(row.data()), row.size() * 8);
  }
  return image;
}

Result<std::shared_ptr<const Loaded>> share(Workload workload, const Device& device) {
  std::string image = image_of(workload, device);
  auto fd = make_sealed_memfd("gpu shapes", image);
  if (!fd) return std::unexpected(fd.error());
  return std::make_shared<const Loaded>(std::move(workload), std::move(image), std::move(*fd));
}

/// From `moment` on other shapes.
Workload with_other_future(Workload workload, std::uint64_t moment, std::uint64_t seed) {
  for (std::size_t i = moment; i < workload.subjects.size(); ++i)
    workload.subjects[i] = subject_of(random_shape(workload.kind, seed + 0x9e3779b97f4a7c15u * (i + 1)));
  return workload;
}

class GpuInstance final : public Instance {
 public:
  GpuInstance(Making making, std::shared_ptr<const Loaded> loaded, std::vector<Reference> references)
      : making_(std::move(making)), loaded_(std::move(loaded)), references_(std::make_shared<const std::vector<Reference>>(std::move(references))) {}

  const std::string& name() const override { return making_.name; }

  Digest digest() const override {
    std::string text = "gpu instance\nfigures " + (making_.figures ? making_.figures->digest().hex() : "none") + "\nbase " + making_.base + "\n";
    text += kernels::to_json(making_.device).dump() + "\n";
    for (const Subject& subject : workload().subjects) text += subject.text + "\n";
    return sha256(text);
  }

  std::string provenance() const override { return making_.figures ? making_.figures->provenance() : ""; }

  sandbox::RunRequest request(const Binary& binary, std::optional<double>) const override {
    return {.binary = binary,
            .input_fd = loaded_->fd.get(),
            .input_bytes = loaded_->image.size(),
            .arguments = "",
            .arena_bytes = 0,
            .output_bytes = workload().decisions() * sizeof(std::uint32_t),
            .memory_bytes = making_.limits.memory_bytes,
            .deadline = making_.limits.run};
  }

  Result<void> prepare(std::span<const std::byte> decisions) const override {
    if (making_.figures == nullptr || making_.figures->is_cheap()) return {};
    auto actions = read_actions(workload(), decisions);
    if (!actions) return {};  // score says what is wrong with them
    auto measured = ratios(*actions);
    if (!measured) return std::unexpected(measured.error());
    return {};
  }

  Attempt<Score> score(std::span<const std::byte> decisions) const override {
    auto actions = read_actions(workload(), decisions);
    if (!actions) return std::unexpected(actions.error());
    if (making_.figures == nullptr) return unmeasured(*actions);
    auto measured = ratios(*actions);
    if (!measured) return ended(OutcomeKind::unmeasured, measured.error().what);
    if (!*measured) return std::unexpected(measured->error());
    return score_of(*actions, **measured);
  }

  /// The moment lies in the middle half, so that there is something on either side.
  Result<OtherFuture> other_future(std::uint64_t seed) const override {
    const std::uint64_t shapes = workload().subjects.size(), moment = shapes / 4 + seed % (shapes / 2 + 1);
    auto other = share(with_other_future(workload(), moment, seed), making_.device);
    if (!other) return std::unexpected(other.error());
    auto copy = std::make_unique<GpuInstance>(*this);
    copy->loaded_ = std::move(*other);
    copy->making_.figures = nullptr;  // of what is to come nobody asks what it takes
    return OtherFuture{std::move(copy), moment};
  }

  Attempt<std::size_t> decided_before(std::uint64_t moment, std::span<const std::byte> decisions) const override {
    return gpu::decided_before(workload(), moment, decisions);
  }

  Result<Score> baseline(std::string_view name) const override {
    auto actions = baseline_actions(name);
    if (!actions) return std::unexpected(actions.error());
    if (making_.figures == nullptr) return unmeasured(*actions);
    auto measured = ratios(*actions);
    if (!measured) return std::unexpected(measured.error());
    if (!*measured) return fail("native baseline \"" + std::string(name) + "\": " + measured->error().detail);
    return score_of(*actions, **measured);
  }

  std::uint64_t cost() const override { return workload().decisions(); }

  std::optional<double> best_possible() const override {
    if (making_.figures == nullptr || !making_.figures->is_cheap() || workload().kind == Kind::tile_order) return std::nullopt;
    auto score = baseline(kOracle);
    return score ? std::optional(score->objective) : std::nullopt;
  }

 private:
  const Workload& workload() const { return loaded_->workload; }

  Result<std::vector<Action>> baseline_actions(std::string_view name) const {
    std::vector<Action> actions;
    for (const Subject& subject : workload().subjects) {
      if (name == kOracle) {
        auto best = best_action(subject);
        if (!best) return std::unexpected(best.error());
        actions.push_back(std::move(*best));
      } else if (auto action = native_action(name, subject.shape, making_.device)) {
        actions.push_back(std::move(*action));
      } else {
        std::string known;
        for (const std::string& each : natives_of(workload().kind)) known += " " + each;
        return fail("no native baseline \"" + std::string(name) + "\" of " + std::string(name_of(workload().kind)) + "; known:" + known + " " + std::string(kOracle));
      }
    }
    return actions;
  }

  Result<Action> best_action(const Subject& subject) const {
    if (making_.figures == nullptr) return *native_action(natives_of(workload().kind).front(), subject.shape, making_.device);
    const std::vector<Action> known = making_.figures->known(subject);
    auto times = making_.figures->times(subject, known);
    if (!times) return std::unexpected(times.error());
    std::size_t best = known.size();
    for (std::size_t i = 0; i < known.size(); ++i)
      if ((*times)[i] && (best == known.size() || (*times)[i]->us < (*times)[best]->us)) best = i;
    if (best == known.size()) return fail("no list of figures to choose the best from, for " + subject.text);
    return known[best];
  }

  /// The inner outcome: an action without a figure. The base comes first: it is what a session's figures are scaled by.
  Result<Attempt<std::vector<Ratio>>> ratios(const std::vector<Action>& actions) const {
    std::vector<Ratio> all;
    for (std::size_t i = 0; i < actions.size(); ++i) {
      const Subject& subject = workload().subjects[i];
      const Reference& reference = (*references_)[i];
      const Action pair[] = {reference.base, actions[i]};
      auto times = making_.figures->times(subject, pair);
      if (!times) return std::unexpected(times.error());
      if (!(*times)[0] || !(*times)[1]) {
        const Action& lacking = pair[(*times)[0] ? 1 : 0];
        return Attempt<std::vector<Ratio>>(
            ended(OutcomeKind::unmeasured, "there is no figure for action " + lacking.name + " on shape " + std::to_string(i) + " " + subject.text + " in: " + provenance()));
      }
      all.push_back({(*times)[0]->us, (*times)[1]->us, (*times)[1]->floor_us, std::nullopt});
      if (reference.best_us) all.back().best_us = std::min(*reference.best_us, all.back().us);
    }
    return Attempt<std::vector<Ratio>>(std::move(all));
  }

  Score score_of(const std::vector<Action>& actions, const std::vector<Ratio>& ratios) const {
    const Comparison all = compare(ratios);
    Score score{making_.name, 0, {}};
    score.metrics["geometric_mean"] = all.geometric_mean;
    score.metrics["worst_ratio"] = all.worst_ratio;
    score.metrics[is_modelled(provenance()) ? "modelled_ratio" : "speedup"] = all.speedup;
    score.metrics["worst_slowdown"] = 1 / all.worst_ratio;
    score.metrics["shapes"] = static_cast<double>(actions.size());
    if (all.regret) score.metrics["regret"] = *all.regret;
    if (all.headroom_captured) score.metrics["headroom_captured"] = *all.headroom_captured;
    score.objective = making_.objective == "speedup" ? all.speedup : score.metrics.at(making_.objective);
    describe(workload(), actions, score);
    return score;
  }

  Score unmeasured(const std::vector<Action>& actions) const {
    Score score{making_.name, 0, {{"worst_slowdown", 0}, {"shapes", static_cast<double>(actions.size())}}};
    describe(workload(), actions, score);
    return score;
  }

  Making making_;
  std::shared_ptr<const Loaded> loaded_;
  std::shared_ptr<const std::vector<Reference>> references_;  ///< by shape; empty without figures
};

/// A shape or an action of the base that a table lacks would end every candidate: said at once.
Result<std::vector<Reference>> references_of(const Making& making) {
  std::vector<Reference> all;
  if (making.figures == nullptr) return all;
  for (const Subject& subject : making.workload.subjects) {
    all.push_back({*native_action(making.base, subject.shape, making.device), std::nullopt});
    if (!making.figures->is_cheap()) continue;
    const Action& base = all.back().base;
    auto times = making.figures->times(subject, {&base, 1});
    if (!times) return std::unexpected(times.error());
    auto best = best_of(*making.figures, subject);
    if (!best) return std::unexpected(best.error());
    if (*best) all.back().best_us = (*best)->us;
    if (!times->front())
      return fail("there is no figure for the base " + making.base + " (action " + base.name + ") on " + subject.text + " in: " + making.figures->provenance() +
                  "; measure that shape, too, or take shapes that are there (\"shapes\": \"table\")");
  }
  return all;
}

}  // namespace

Result<std::unique_ptr<Instance>> make_instance(Making making) {
  auto references = references_of(making);
  if (!references) return fail("instance \"" + making.name + "\": " + references.error().what, references.error().fault);
  auto loaded = share(making.workload, making.device);
  if (!loaded) return std::unexpected(loaded.error());
  return std::make_unique<GpuInstance>(std::move(making), std::move(*loaded), std::move(*references));
}

}  // namespace assay::evaluators::gpu
