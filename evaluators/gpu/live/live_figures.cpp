#include "evaluators/gpu/live/live_figures.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

namespace assay::evaluators::gpu {
namespace {

/// Every session of a shape holds its first action again, the base. What it takes then, against what it took first, is how far the device has
/// drifted since: the session's other figures are brought to the scale of the first one.
class Live final : public Figures {
 public:
  Live(std::string place, MeasureRequest request, std::unique_ptr<Worker> worker)
      : place_(std::move(place)), request_(request), device_(worker->device()), build_(worker->build()), worker_(std::move(worker)) {}

  std::string provenance() const override {
    return std::string("live") + (device_.kind == "cpu" ? " on a CPU, " : ", ") + device_.name + ", worker " + build_.substr(0, 12);
  }
  Digest digest() const override {
    return sha256("gpu live\n" + kernels::to_json(device_).dump() + "\n" + build_ + "\n" + std::to_string(request_.seed) + " " +
                  std::to_string(request_.rounds) + " " + std::to_string(request_.budget_ms) + "\n");
  }
  const Device& device() const override { return device_; }
  bool is_cheap() const override { return false; }

  Result<std::vector<std::optional<Figure>>> times(const Subject& subject, std::span<const Action> actions) const override {
    const std::lock_guard lock(mutex_);
    Shelf& shelf = shelves_[subject.text];
    std::vector<Action> missing;
    for (const Action& action : actions)
      if (!shelf.figures.contains(action.key) && std::ranges::find(missing, action.key, &Action::key) == missing.end()) missing.push_back(action);
    if (!missing.empty())
      if (auto done = measure(subject, shelf, std::move(missing)); !done) return std::unexpected(done.error());
    std::vector<std::optional<Figure>> all;
    for (const Action& action : actions) all.push_back(shelf.figures.at(action.key));
    return all;
  }

  /// Of an order there is no list.
  std::vector<Action> known(const Subject& subject) const override { return all_actions(subject.shape); }

 private:
  struct Shelf {
    std::optional<Action> anchor;
    std::map<std::string, Figure> figures;
  };

  Result<void> measure(const Subject& subject, Shelf& shelf, std::vector<Action> actions) const {
    if (auto there = connect(); !there) return there;
    if (shelf.anchor) actions.insert(actions.begin(), *shelf.anchor);
    auto figures = worker_->measure(subject, actions, request_);
    if (!figures) {
      worker_.reset();
      return std::unexpected(figures.error());
    }
    if (!shelf.anchor) shelf.anchor = actions.front();
    shelf.figures.try_emplace(shelf.anchor->key, figures->front());
    const double scale = shelf.figures.at(shelf.anchor->key).us / figures->front().us;
    for (std::size_t i = 1; i < actions.size(); ++i) {
      const double floor = (*figures)[i].floor_us;
      shelf.figures.try_emplace(actions[i].key, Figure{std::max(floor, scale * (*figures)[i].us), floor});
    }
    return {};
  }

  /// After a worker that went away: another one, of the same build on the same device.
  Result<void> connect() const {
    if (worker_ != nullptr) return {};
    auto worker = Worker::start(place_);
    if (!worker) return std::unexpected(worker.error());
    if ((*worker)->device() != device_ || (*worker)->build() != build_)
      return fail("GPU worker at " + place_ + ": it came back as another device or another program; figures of the two are not comparable");
    worker_ = std::move(*worker);
    return {};
  }

  std::string place_;
  MeasureRequest request_;
  Device device_;
  std::string build_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Worker> worker_;
  mutable std::map<std::string, Shelf> shelves_;
};

}  // namespace

Result<std::shared_ptr<const Figures>> live_figures(const std::string& place, const MeasureRequest& request) {
  using Key = std::tuple<std::string, std::uint64_t, int, int>;
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<const Figures>> shelf;
  const std::lock_guard lock(mutex);
  auto& place_on_shelf = shelf[{place, request.seed, request.rounds, request.budget_ms}];
  if (auto there = place_on_shelf.lock()) return there;
  auto worker = Worker::start(place);
  if (!worker) return std::unexpected(worker.error());
  std::shared_ptr<const Figures> figures = std::make_shared<const Live>(place, request, std::move(*worker));
  place_on_shelf = figures;
  return figures;
}

}  // namespace assay::evaluators::gpu
