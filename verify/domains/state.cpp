#include "verify/domains/state.h"

#include <algorithm>
#include <cassert>

namespace assay::verify::domains {
namespace {

using lower::kNone;
using lower::kNoTerm;
using lower::ValueId;
using Path = std::vector<TermId>;

TermId conjunction(const Path& path, TermPool& pool) {
  TermId all = pool.truth(true);
  for (TermId literal : path) all = pool.both(all, literal);
  return all;
}

std::size_t common_prefix(const std::vector<Arrival>& arrivals) {
  std::size_t length = arrivals[0].state.path.size();
  for (const Arrival& arrival : arrivals) {
    const Path& path = arrival.state.path;
    auto [mine, theirs] = std::mismatch(path.begin(), path.end(), arrivals[0].state.path.begin(), arrivals[0].state.path.end());
    length = std::min(length, static_cast<std::size_t>(mine - path.begin()));
  }
  return length;
}

/// One pair that differs in its last literal alone, c against not c, becomes what they share.
bool fuse_one_pair(std::vector<Path>& rests, const TermPool& pool) {
  for (std::size_t i = 0; i < rests.size(); ++i)
    for (std::size_t j = i + 1; j < rests.size(); ++j) {
      Path &x = rests[i], &y = rests[j];
      if (x.size() != y.size() || x.empty() || !std::equal(x.begin(), x.end() - 1, y.begin())) continue;
      if (pool.negated(x.back()) != y.back() && pool.negated(y.back()) != x.back()) continue;
      x.pop_back();
      rests.erase(rests.begin() + static_cast<std::ptrdiff_t>(j));
      return true;
    }
  return false;
}

/// "One of these ways was taken", as a literal; a complete case split is simply true.
TermId any_of(std::vector<Path> rests, TermPool& pool) {
  while (fuse_one_pair(rests, pool)) {
  }
  TermId any = pool.truth(false);
  for (const Path& rest : rests) any = pool.either(any, conjunction(rest, pool));
  return any;
}

class Merger {
 public:
  Merger(const lower::Program& program, const lower::Block& block, std::vector<Arrival>& arrivals, TermPool& pool, Ranges& ranges)
      : program_(program), block_(block), arrivals_(arrivals), pool_(pool), ranges_(ranges) {}

  State merge() {
    if (arrivals_.size() == 1) return continue_alone();
    split_paths();
    for (const Arrival& arrival : arrivals_) facts_.push_back(arrival.state.facts);
    out_.facts = facts_[0];
    for (std::size_t i = 1; i < facts_.size(); ++i) out_.facts.join(facts_[i], ranges_);
    out_.values.assign(program_.values.size(), kNoTerm);
    for (ValueId value : block_.live_in)
      out_.values[value] = choose([&](const Arrival& arrival) { return arrival.state.values[value]; });
    for (std::size_t slot = 0; slot < program_.slots.size(); ++slot)
      out_.memory.push_back(choose([&](const Arrival& arrival) { return arrival.state.memory[slot]; }));
    out_.cost = choose([](const Arrival& arrival) { return arrival.state.cost; });
    for (const lower::Phi& phi : block_.phis)
      out_.values[phi.result] = choose([&](const Arrival& arrival) { return operand(phi, arrival); });
    return std::move(out_);
  }

 private:
  State continue_alone() {
    std::vector<TermId> chosen;  // all phis read before any is written
    for (const lower::Phi& phi : block_.phis) chosen.push_back(operand(phi, arrivals_[0]));
    State state = std::move(arrivals_[0].state);
    for (std::size_t i = 0; i < chosen.size(); ++i) state.values[block_.phis[i].result] = chosen[i];
    return state;
  }

  void split_paths() {
    std::size_t shared = common_prefix(arrivals_);
    const Path& first = arrivals_[0].state.path;
    out_.path.assign(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(shared));
    std::vector<Path> rests;
    for (const Arrival& arrival : arrivals_) {
      const Path& path = arrival.state.path;
      rests.emplace_back(path.begin() + static_cast<std::ptrdiff_t>(shared), path.end());
      selectors_.push_back(conjunction(rests.back(), pool_));
    }
    TermId any = any_of(std::move(rests), pool_);
    if (!pool_.is_constant(any, 1)) out_.path.push_back(any);
  }

  TermId operand(const lower::Phi& phi, const Arrival& arrival) const {
    for (auto [from, value] : phi.incoming)
      if (from == arrival.from) return term_of(value, arrival.state);
    assert(false && "a phi names every predecessor");
    return kNoTerm;
  }

  TermId term_of(ValueId value, const State& state) const {
    const lower::Value& known = program_.values[value];
    return known.is_constant ? pool_.constant(known.constant, known.width) : state.values[value];
  }

  /// Ways exclude each other, so the last one needs no test. The interval of the choice is the hull of what each way
  /// knows of its own value.
  template <class Get>
  TermId choose(Get get) {
    TermId chosen = get(arrivals_.back());
    if (chosen == kNoTerm) return kNoTerm;
    Interval all = facts_.back().range(chosen, ranges_);
    bool same = true;
    for (std::size_t i = arrivals_.size() - 1; i-- > 0;) {
      TermId value = get(arrivals_[i]);
      if (value == kNoTerm) return kNoTerm;
      same = same && value == get(arrivals_.back());
      all = hull(all, facts_[i].range(value, ranges_));
      chosen = pool_.make(lower::Op::select, pool_[value].width, selectors_[i], value, chosen);
    }
    if (!same) out_.facts.restrict_to(chosen, all, ranges_);
    return chosen;
  }

  const lower::Program& program_;
  const lower::Block& block_;
  std::vector<Arrival>& arrivals_;
  TermPool& pool_;
  Ranges& ranges_;
  std::vector<TermId> selectors_;
  std::vector<Facts> facts_;
  State out_;
};

}  // namespace

State merge(const lower::Program& program, const lower::Block& block, std::vector<Arrival> arrivals, TermPool& pool,
            Ranges& ranges) {
  return Merger(program, block, arrivals, pool, ranges).merge();
}

}  // namespace assay::verify::domains
