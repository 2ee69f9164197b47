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
    join_zones();
    out_.rounds = arrivals_[0].state.rounds;  // all of one instance, so within the same rounds
    out_.partition = arrivals_[0].state.partition;
    for (const Arrival& arrival : arrivals_) out_.is_summary = out_.is_summary || arrival.state.is_summary;
    out_.values.assign(program_.values.size(), kNoTerm);
    for (ValueId value : block_.live_in)
      out_.values[value] = choose([&](const Arrival& arrival) { return arrival.state.values[value]; });
    for (std::size_t slot = 0; slot < program_.slots.size(); ++slot)
      out_.memory.push_back(choose([&](const Arrival& arrival) { return arrival.state.memory[slot]; }));
    out_.cost = choose([](const Arrival& arrival) { return arrival.state.cost; }, !out_.rounds.empty());
    for (const lower::Phi& phi : block_.phis)
      out_.values[phi.result] = choose([&](const Arrival& arrival) { return operand(phi, arrival); }, true);
    relate_choices();
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
    return known.is_constant ? pool_.constant(known.constant, known.width, known.is_double) : state.values[value];
  }

  /// Ways exclude each other, so the last one needs no test. The interval of the choice is the hull of what each way
  /// knows of its own value.
  template <class Get>
  TermId choose(Get get, bool relates = false) {
    TermId chosen = get(arrivals_.back());
    if (chosen == kNoTerm) return kNoTerm;
    Integer all = facts_.back().value(chosen, ranges_);
    bool same = true;
    for (std::size_t i = arrivals_.size() - 1; i-- > 0;) {
      TermId value = get(arrivals_[i]);
      if (value == kNoTerm) return kNoTerm;
      same = same && value == get(arrivals_.back());
      all = join(all, facts_[i].value(value, ranges_));
      chosen = pool_.make(lower::Op::select, pool_[value].width, selectors_[i], value, chosen);
    }
    if (!same) out_.facts.restrict_to(chosen, all, ranges_);
    if (!same && relates && Differences::handles(chosen, pool_)) {
      Choice& choice = choices_.emplace_back(chosen);
      for (const Arrival& arrival : arrivals_) choice.ways.push_back(get(arrival));
    }
    return chosen;
  }

  // ---- differences -------------------------------------------------------------------------------------------------

  struct Choice {
    TermId chosen;
    std::vector<TermId> ways;  ///< what it is on each way
  };

  void join_zones() {
    std::vector<const Zone*> zones;
    bool any = false;
    for (const Arrival& arrival : arrivals_) {
      zones.push_back(&arrival.state.zone);
      any = any || arrival.state.zone.size() > 0;
    }
    if (any) out_.zone = join(zones, facts_, pool_, ranges_);
  }

  Differences on_way(std::size_t way) { return {arrivals_[way].state.zone, facts_[way], pool_, ranges_}; }

  /// A choice differs from another term by no more than it does on the worst way.
  void relate_choices() {
    std::size_t count = std::min<std::size_t>(choices_.size(), 6);
    for (std::size_t i = 0; i < count; ++i) {
      const Choice& choice = choices_[i];
      for (TermId partner : partners(choice))
        relate(choice.chosen, partner, [&](std::size_t way) { return std::pair{choice.ways[way], partner}; });
      for (std::size_t j = 0; j < i; ++j)
        relate(choice.chosen, choices_[j].chosen, [&](std::size_t way) { return std::pair{choice.ways[way], choices_[j].ways[way]}; });
    }
  }

  template <class Ways>
  void relate(TermId x, TermId y, Ways ways) {
    std::optional<Word> over, under;
    for (std::size_t way = 0; way < arrivals_.size(); ++way) {
      auto [left, right] = ways(way);
      auto here = on_way(way);
      over = std::max(over.value_or(here.upper(left, right)), here.upper(left, right));
      under = std::max(under.value_or(here.upper(right, left)), here.upper(right, left));
    }
    Differences after(out_.zone, out_.facts, pool_, ranges_);
    Interval left = out_.facts.range(x, ranges_), right = out_.facts.range(y, ranges_);
    if (*over < left.hi - right.lo) out_.zone.add(after.normal(x, y, *over));
    if (*under < right.hi - left.lo) out_.zone.add(after.normal(y, x, *under));
  }

  /// Terms that mean the same on every way and that some way knows a difference to: what the ways' values are offsets of,
  /// and what those are compared with.
  std::vector<TermId> partners(const Choice& choice) {
    std::vector<TermId> out;
    auto add = [&](TermId id) {
      bool fits = id != kNoTerm && !pool_[id].exact && Differences::handles(id, pool_) && id != choice.chosen;
      if (fits && out.size() < 6 && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    };
    for (std::size_t way = 0; way < arrivals_.size(); ++way) {
      TermId base = on_way(way).offset_of(choice.ways[way]).base;
      add(base);
      for (const Difference& known : arrivals_[way].state.zone.listed()) {
        if (known.x == base) add(known.y);
        if (known.y == base) add(known.x);
      }
    }
    return out;
  }

  const lower::Program& program_;
  const lower::Block& block_;
  std::vector<Arrival>& arrivals_;
  TermPool& pool_;
  Ranges& ranges_;
  std::vector<TermId> selectors_;
  std::vector<Facts> facts_;
  std::vector<Choice> choices_;
  State out_;
};

}  // namespace

State merge(const lower::Program& program, const lower::Block& block, std::vector<Arrival> arrivals, TermPool& pool,
            Ranges& ranges) {
  return Merger(program, block, arrivals, pool, ranges).merge();
}

}  // namespace assay::verify::domains
