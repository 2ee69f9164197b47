#include "evolve/tune.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "tasks/contract.h"

namespace assay::evolve {
namespace {

using verify::Expr;
using verify::ExprKind;
using verify::Policy;
using verify::Stmt;
using verify::StmtKind;

constexpr double kWideSpan = 16;  ///< bounds with this ratio and more are stepped through by factors

bool is_mark(const Expr& expr) { return expr.kind == ExprKind::call && expr.children.size() == 3 && tasks::is_mark(expr.text); }

/// Each mark of the policy in the order of the text, with the declaration that it stands in, or null.
class Walk {
 public:
  explicit Walk(const std::function<void(Expr&, const Stmt*)>& visit) : visit_(visit) {}

  void run(Policy& policy) const {
    for (auto& function : policy.functions) run(function.body);
  }

 private:
  void run(std::vector<Stmt>& statements) const {
    for (Stmt& statement : statements) {
      if (statement.kind == StmtKind::loop) run(statement.header);
      for (Expr& expr : statement.exprs) run(expr, statement.kind == StmtKind::declare ? &statement : nullptr);
      run(statement.body);
      run(statement.other);
    }
  }
  void run(Expr& expr, const Stmt* declaration) const {
    if (is_mark(expr)) return visit_(expr, declaration);
    for (Expr& child : expr.children) run(child, declaration);
  }

  const std::function<void(Expr&, const Stmt*)>& visit_;
};

double real(std::int64_t bits) { return std::bit_cast<double>(bits); }

std::string text_of(const Mark& mark) {
  if (!mark.is_real) return std::to_string(mark.value);
  std::array<char, 40> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), real(mark.value)).ptr};
}

/// Four digits: what a tuned policy shows should read like a number that somebody chose.
double rounded(double value) {
  std::array<char, 40> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, 3).ptr;
  std::from_chars(text.data(), end, value);
  return value;
}

/// Square roots and halves only, which IEEE 754 rounds the same everywhere.
double moved(double value, double low, double high, std::uint32_t level, bool up) {
  const double shift = low == 0 && high >= kWideSpan ? 1 : 0;  // a scale of factors that reaches 0
  if (low + shift > 0 && (high + shift) / (low + shift) >= kWideSpan) {
    double factor = (high + shift) / (low + shift);
    for (std::uint32_t i = 0; i < level + 2; ++i) factor = std::sqrt(factor);
    return (up ? (value + shift) * factor : (value + shift) / factor) - shift;
  }
  const double step = std::ldexp(high / 2 - low / 2, -static_cast<int>(level) - 1);  // halves first: the span may be no double
  return up ? value + step : value - step;
}

std::int64_t stepped_integer(const Mark& mark, std::uint32_t level, bool up) {
  constexpr double kEdge = 9223372036854775808.0;
  const double to = std::round(moved(static_cast<double>(mark.value), static_cast<double>(mark.low), static_cast<double>(mark.high), level, up));
  std::int64_t value = to >= kEdge ? mark.high : to < -kEdge ? mark.low : std::clamp(static_cast<std::int64_t>(to), mark.low, mark.high);
  if (up && value <= mark.value) value = mark.value < mark.high ? mark.value + 1 : mark.value;
  if (!up && value >= mark.value) value = mark.value > mark.low ? mark.value - 1 : mark.value;
  return value;
}

}  // namespace

std::vector<Mark> marks_of(const Policy& policy) {
  std::vector<Mark> marks;
  Policy copy = policy;
  Walk([&](Expr& expr, const Stmt* declaration) {
    const auto& c = expr.children;
    const std::string name = declaration && is_mark(declaration->exprs[0]) ? declaration->text : "#" + std::to_string(marks.size() + 1);
    marks.push_back({name, expr.text == "ftunable", c[0].value, c[1].value, c[2].value});
  }).run(copy);
  return marks;
}

Policy with_values(Policy policy, std::span<const std::int64_t> values) {
  std::size_t next = 0;
  Walk([&](Expr& expr, const Stmt*) { expr.children[0].value = values[next++]; }).run(policy);
  return policy;
}

std::int64_t stepped(const Mark& mark, std::uint32_t level, bool up) {
  if (!mark.is_real) return stepped_integer(mark, level, up);
  const double low = real(mark.low), high = real(mark.high);
  const double to = std::clamp(rounded(moved(real(mark.value), low, high, level, up)), low, high);
  return to == real(mark.value) ? mark.value : std::bit_cast<std::int64_t>(to);
}

// The family -----------------------------------------------------------------------------------------------------------

const Tuner::Trial* Tuner::Family::best() const {
  const Trial* best = nullptr;
  std::optional<double> least = fitness;
  for (const Trial& trial : trials)
    if (trial.fitness && (!least || *trial.fitness < *least)) best = &trial, least = trial.fitness;
  return best;
}

bool Tuner::Family::waits() const {
  return std::ranges::any_of(trials, [](const Trial& trial) { return !trial.known; });
}

bool Tuner::Family::has(const std::vector<std::int64_t>& values) const {
  return std::ranges::any_of(trials, [&](const Trial& trial) { return trial.record.values == values; });
}

void Tuner::proposed(std::uint64_t index, const TuningRecord& record) {
  ++count_;
  root_[index] = record.of;
  families_[record.of].trials.push_back({index, record, false, std::nullopt});
}

void Tuner::learn(const CandidateSummary& summary) {
  if (auto family = families_.find(summary.index); family != families_.end()) family->second.fitness = summary.fitness;
  const auto root = root_.find(summary.index);
  if (root == root_.end()) return;
  for (Trial& trial : families_[root->second].trials)
    if (trial.index == summary.index) trial.known = true, trial.fitness = summary.fitness;
}

Tuner::Family& Tuner::family_of(const Elite& elite) {
  const auto root = root_.find(elite.index);
  Family& family = families_[root == root_.end() ? elite.index : root->second];
  if (root == root_.end()) family.fitness = elite.fitness;
  if (!family.marked) family.marked = !marks_of(elite.material->policy).empty();
  return family;
}

std::optional<Tuning> Tuner::step(Family& family, std::uint64_t root, std::uint32_t island, const Elite& best,
                                  const std::function<bool(const Digest&)>& seen) const {
  const Policy& policy = best.material->policy;
  const std::vector<Mark> marks = marks_of(policy);
  std::vector<std::int64_t> values;
  for (const Mark& mark : marks) values.push_back(mark.value);
  const Trial* from = family.best();
  // What helped last is tried first, and with the same step.
  const std::size_t first = from ? 2 * std::size_t{from->record.mark} + (from->record.up ? 0 : 1) : 0;
  for (std::uint32_t level = from ? from->record.level : 0; level <= kFinestStep; ++level) {
    for (std::size_t i = 0; i < 2 * marks.size(); ++i) {
      const std::size_t direction = (first + i) % (2 * marks.size()), which = direction / 2;
      const bool up = direction % 2 == 0;
      Mark mark = marks[which];
      const std::string before = text_of(mark);
      mark.value = stepped(mark, level, up);
      if (mark.value == values[which]) continue;
      std::vector<std::int64_t> tried = values;
      tried[which] = mark.value;
      if (family.has(tried)) continue;
      Policy tuned = with_values(policy, tried);
      if (seen(verify::digest(tuned))) continue;
      return Tuning{{island, {best}, false}, {root, static_cast<std::uint32_t>(which), level, up, std::move(tried)}, verify::emit(tuned),
                    "tune " + mark.name + " = " + before + " -> " + text_of(mark)};
    }
    if (family.waits()) return std::nullopt;  // a result may move the centre: a finer step waits for it
  }
  family.done = true;
  return std::nullopt;
}

std::optional<Tuning> Tuner::next(const Population& visible, std::uint64_t index, std::uint64_t seeds, const std::function<bool(const Digest&)>& seen) {
  if (per_family_ == 0 || 2 * (count_ + 1) > index + 1 - seeds) return std::nullopt;
  struct Able {
    const Elite* best;
    std::uint32_t island;
  };
  std::vector<Able> able;
  for (std::uint32_t island = 0; island < visible.islands(); ++island)
    for (const Elite& elite : visible.island(island)) {
      const Family& family = family_of(elite);
      const Trial* best = family.best();
      const bool is_best = best ? best->index == elite.index : !is_tuning(elite.index);
      if (is_best && *family.marked && !family.done && family.trials.size() < per_family_) able.push_back({&elite, island});
    }
  std::ranges::stable_sort(able, [](const Able& a, const Able& b) { return std::pair(a.best->fitness, a.best->index) < std::pair(b.best->fitness, b.best->index); });
  for (const Able& each : able) {
    const auto root = root_.find(each.best->index);
    const std::uint64_t of = root == root_.end() ? each.best->index : root->second;
    if (auto tuning = step(families_[of], of, each.island, *each.best, seen)) return tuning;
  }
  return std::nullopt;
}

}  // namespace assay::evolve
