#include "verify/smt/rup.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <unordered_map>

namespace assay::verify::smt {
namespace {

struct Step {
  bool deletes = false;
  Clause clause;
};

/// Reads steps one by one; numbers beyond the CNF's variables are malformed.
class Steps {
 public:
  Steps(std::string_view text, int variables) : rest_(text), variables_(variables) {}

  std::size_t line() const { return line_; }
  bool at_end() const { return rest_.empty(); }

  /// False: the line is malformed.
  bool next(Step& out) {
    ++line_;
    std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return false;  // every line is whole
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    out.clause.clear();
    out.deletes = line.starts_with("d ");
    if (out.deletes) line.remove_prefix(2);
    return read_clause(line, out.clause);
  }

 private:
  bool read_clause(std::string_view line, Clause& clause) const {
    for (;;) {
      int number = 0;
      auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      if (error != std::errc() || number > variables_ || number < -variables_) return false;
      line.remove_prefix(static_cast<std::size_t>(end - line.data()));
      if (number == 0) return line.empty();
      if (!line.starts_with(' ')) return false;
      line.remove_prefix(1);
      clause.push_back(number);
    }
  }

  std::string_view rest_;
  int variables_;
  std::size_t line_ = 0;
};

/// Clauses with two watched literals each. What is assigned at the root follows from the clauses and stays.
class Propagator {
 public:
  Propagator(int variables, std::uint64_t most_visits)
      : values_(static_cast<std::size_t>(variables) + 1, 0), watches_(2 * values_.size()), visits_left_(most_visits) {}

  bool has_conflict() const { return has_conflict_; }
  bool is_exhausted() const { return visits_left_ == 0; }

  /// Adds a clause at the root.
  void add(Clause clause) {
    std::sort(clause.begin(), clause.end());
    clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
    auto index = static_cast<std::uint32_t>(clauses_.size());
    by_hash_[hash(clause)].push_back(index);
    clauses_.push_back({std::move(clause), false});
    std::vector<Literal>& literals = clauses_.back().literals;
    std::stable_partition(literals.begin(), literals.end(), [&](Literal literal) { return value(literal) >= 0; });
    if (literals.size() >= 2)
      for (int i : {0, 1}) watches_of(literals[static_cast<std::size_t>(i)]).push_back(index);
    if (literals.empty() || value(literals[0]) < 0) has_conflict_ = true;
    else if (literals.size() == 1 || value(literals[1]) < 0) assign(literals[0]);
    if (!has_conflict_ && !propagate()) has_conflict_ = true;
  }

  /// False: no such clause. One that may be the reason of an assignment at the root stays: keeping it is sound.
  bool remove(Clause clause) {
    std::sort(clause.begin(), clause.end());
    clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
    auto known = by_hash_.find(hash(clause));
    if (known == by_hash_.end()) return false;
    for (std::size_t i = 0; i < known->second.size(); ++i) {
      Stored& stored = clauses_[known->second[i]];
      Clause sorted = stored.literals;
      std::sort(sorted.begin(), sorted.end());
      if (sorted != clause) continue;
      bool may_be_reason = std::ranges::any_of(clause, [&](Literal literal) { return value(literal) > 0; });
      if (!may_be_reason) stored.is_deleted = true;
      known->second.erase(known->second.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    return false;
  }

  /// Whether assuming all literals false leads to a conflict. The root is as before.
  bool follows(const Clause& clause) {
    if (has_conflict_) return true;
    std::size_t root = trail_.size();
    bool conflict = false;
    for (Literal literal : clause) {
      if (value(literal) > 0) conflict = true;
      else if (value(literal) == 0) assign(-literal);
    }
    conflict = conflict || !propagate();
    while (trail_.size() > root) {
      values_[index_of(trail_.back())] = 0;
      trail_.pop_back();
    }
    head_ = root;
    return conflict && !is_exhausted();
  }

 private:
  struct Stored {
    Clause literals;  ///< the first two are watched
    bool is_deleted = false;
  };

  static std::size_t index_of(Literal literal) { return static_cast<std::size_t>(std::abs(literal)); }
  int value(Literal literal) const { return literal > 0 ? values_[index_of(literal)] : -values_[index_of(literal)]; }
  std::vector<std::uint32_t>& watches_of(Literal literal) { return watches_[2 * index_of(literal) + (literal < 0 ? 1 : 0)]; }

  static std::uint64_t hash(const Clause& sorted) {
    std::uint64_t out = 1469598103934665603ull;
    for (Literal literal : sorted) out = (out ^ static_cast<std::uint32_t>(literal)) * 1099511628211ull;
    return out;
  }

  void assign(Literal literal) {
    values_[index_of(literal)] = literal > 0 ? 1 : -1;
    trail_.push_back(literal);
  }

  /// False: a clause has all its literals false.
  bool propagate() {
    for (; head_ < trail_.size(); ++head_)
      if (!visit(-trail_[head_])) return false;
    return true;
  }

  /// All clauses that watch a literal that has become false.
  bool visit(Literal falsified) {
    std::vector<std::uint32_t>& watching = watches_of(falsified);
    std::size_t kept = 0;
    bool holds = true;
    for (std::size_t i = 0; i < watching.size(); ++i) {
      std::uint32_t index = watching[i];
      if (clauses_[index].is_deleted) continue;
      if (visits_left_ > 0) --visits_left_;
      if (!holds || visits_left_ == 0 || !moves_watch(clauses_[index].literals, falsified, index, holds)) watching[kept++] = index;
    }
    watching.resize(kept);
    return holds;
  }

  /// True: another literal is watched instead. Otherwise the clause is satisfied, a unit (assigned), or broken.
  bool moves_watch(Clause& literals, Literal falsified, std::uint32_t index, bool& holds) {
    if (literals[0] == falsified) std::swap(literals[0], literals[1]);
    if (value(literals[0]) > 0) return false;
    for (std::size_t k = 2; k < literals.size(); ++k)
      if (value(literals[k]) >= 0) {
        std::swap(literals[1], literals[k]);
        watches_of(literals[1]).push_back(index);
        return true;
      }
    if (value(literals[0]) < 0) holds = false;
    else assign(literals[0]);
    return false;
  }

  std::vector<Stored> clauses_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_hash_;
  std::vector<signed char> values_;  ///< by variable: 1, -1 or 0
  std::vector<std::vector<std::uint32_t>> watches_;
  std::vector<Literal> trail_;
  std::size_t head_ = 0;
  std::uint64_t visits_left_;
  bool has_conflict_ = false;
};

std::unexpected<Error> refused(const Steps& steps, std::string_view why) {
  return fail("proof, line " + std::to_string(steps.line()) + ": " + std::string(why));
}

}  // namespace

Result<void> check_rup(const Cnf& cnf, std::string_view proof, const RupLimits& limits) {
  Propagator propagator(cnf.variables, limits.most_visits);
  for (const Clause& clause : cnf.clauses) {
    for (Literal literal : clause)
      if (literal == 0 || std::abs(literal) > cnf.variables) return fail("CNF: a literal of no variable");
    propagator.add(clause);
  }
  Steps steps(proof, cnf.variables);
  Step step;
  while (!steps.at_end()) {
    if (!steps.next(step)) return refused(steps, "malformed");
    if (step.deletes) {
      if (!propagator.remove(step.clause)) return refused(steps, "deletes a clause that is not there");
      continue;
    }
    if (propagator.is_exhausted()) return refused(steps, "takes more steps than are allowed");
    if (!propagator.follows(step.clause)) return refused(steps, "a clause that does not follow by unit propagation");
    if (step.clause.empty()) return steps.at_end() ? Result<void>{} : refused(steps, "goes on after the empty clause");
    propagator.add(step.clause);
  }
  return refused(steps, "ends without the empty clause");
}

}  // namespace assay::verify::smt
