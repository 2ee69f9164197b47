#include "verify/domains/loop_summary.h"

#include "verify/domains/float_interval.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <set>

#include "verify/domains/thresholds.h"

namespace assay::verify::domains {
namespace {

using lower::Action;
using lower::kNone;
using lower::kNoTerm;

constexpr Word kFar = Word{1} << 60;  ///< growth beyond it is none: products with trips must stay within 128 bits
constexpr Word kSafe = Word{1} << 62;
constexpr std::size_t kMostRelations = 24;

bool lies_in(const lower::Program& program, std::uint32_t block, std::uint32_t loop) {
  std::uint32_t at = program.blocks[block].loop;
  while (at != kNone && at != loop) at = program.loops[at].parent;
  return at == loop;
}

/// A store whose offset is a constant changes one slot; any other, every slot of its size.
std::set<std::uint32_t> written_slots(const lower::Program& program, std::uint32_t loop) {
  std::set<std::uint32_t> out;
  for (std::uint32_t block = 0; block < program.blocks.size(); ++block) {
    if (!lies_in(program, block, loop)) continue;
    for (const lower::Instruction& at : program.blocks[block].instructions) {
      if (at.action != Action::store) continue;
      const lower::Object& object = program.objects[at.object];
      std::uint32_t bytes = program.values[at.b].width / 8;
      for (std::uint32_t slot = object.first_slot; slot < object.first_slot + object.slot_count; ++slot) {
        bool fixed_elsewhere = program.values[at.a].is_constant && program.values[at.a].constant != program.slots[slot].offset;
        if (program.slots[slot].bytes == bytes && !fixed_elsewhere) out.insert(slot);
      }
    }
  }
  return out;
}

Interval at_most(const Interval& a, const Interval& b) { return meet(a, b).value_or(a); }

/// [lo, hi] of a growth per round, over so many rounds. Bounds: |growth| <= 2^60, trips <= 2^63.
Interval gained(const Interval& growth, const Interval& trips) {
  return {std::min(growth.lo * trips.lo, growth.lo * trips.hi), std::max(growth.hi * trips.lo, growth.hi * trips.hi)};
}

/// After `trips` rounds a thing lies between its start and what it can have gained.
Interval reached(const Carried& carried, const Interval& growth, const Interval& trips) {
  Interval gain = gained(growth, trips);
  return {carried.start_range.lo + gain.lo, carried.start_range.hi + gain.hi};
}

bool is_small(const Interval& growth) { return growth.lo >= -kFar && growth.hi <= kFar; }

TermId operand(const lower::Program& program, const lower::Phi& phi, std::uint32_t from, const State& state, TermPool& pool) {
  for (auto [predecessor, value] : phi.incoming)
    if (predecessor == from) {
      const lower::Value& known = program.values[value];
      return known.is_constant ? pool.constant(known.constant, known.width, known.is_double) : state.values[value];
    }
  assert(false && "a phi names every predecessor");
  return kNoTerm;
}

TermId term_at_end(const Carried& carried, const lower::Block& header, std::uint32_t from, const State& state, SummaryTools tools) {
  if (carried.kind == Carried::Kind::cost) return state.cost;
  if (carried.kind == Carried::Kind::slot) return state.memory[carried.index];
  for (const lower::Phi& phi : header.phis)
    if (phi.result == carried.index) return operand(tools.program, phi, from, state, tools.pool);
  return kNoTerm;
}

}  // namespace

std::optional<LoopSummary> anything(std::uint32_t loop, const State& entry, std::uint64_t bound, SummaryTools tools) {
  const lower::Program& program = tools.program;
  const lower::Block& header = program.blocks[program.loops[loop].header];
  if (header.cost == 0) return std::nullopt;
  LoopSummary out;
  out.loop = loop;
  out.most_trips = static_cast<Word>(std::min<std::uint64_t>(bound, std::uint64_t{1} << 61)) / header.cost + 1;
  out.trips = {0, out.most_trips};
  auto carry = [&](Carried::Kind kind, std::uint32_t index, TermId start) {
    Interval range = start == kNoTerm ? Interval{} : entry.facts.range(start, tools.ranges);
    out.carried.push_back({kind, index, start, range});
    out.ranges.push_back(start == kNoTerm ? Interval{} : whole(tools.pool[start].width));
    out.growth.push_back(std::nullopt);
  };
  carry(Carried::Kind::cost, 0, entry.cost);
  for (const lower::Phi& phi : header.phis) carry(Carried::Kind::value, phi.result, entry.values[phi.result]);
  for (std::uint32_t slot : written_slots(program, loop)) carry(Carried::Kind::slot, slot, entry.memory[slot]);
  out.before = static_cast<TermId>(tools.pool.size());
  return out;
}

namespace {

class Instantiation {
 public:
  Instantiation(LoopSummary& summary, const State& entry, bool says_so, SummaryTools tools)
      : summary_(summary), tools_(tools), pool_(tools.pool), out_(entry), says_so_(says_so) {}

  State make() {
    out_.is_summary = true;
    summary_.trips_term = symbol("trips", 64, summary_.trips);
    summary_.terms.assign(summary_.carried.size(), kNoTerm);
    for (std::size_t i = 0; i < summary_.carried.size(); ++i) place(i);
    out_.rounds.push_back({summary_.loop, summary_.trips_term, out_.cost, out_.partition});
    for (std::size_t i = 0; i < summary_.carried.size(); ++i) relate_to_start(i);
    for (const Relation& relation : summary_.relations) relate(relation);
    return std::move(out_);
  }

 private:
  TermId symbol(const std::string& what, unsigned width, const Interval& range) {
    if (range.single()) return pool_.constant(range.lo, width);
    return pool_.symbol({name_of(what), width, range.lo, range.hi});
  }
  std::string name_of(const std::string& what) const {
    return "loop" + std::to_string(summary_.loop) + "." + what + "." + std::to_string(pool_.size());
  }

  /// Its range is one of order keys; both zeros have one, so it is never a constant.
  TermId double_symbol(const std::string& what, const Interval& keys) {
    lower::Symbol made{name_of(what), 64, bits_of_key(keys.lo), bits_of_key(keys.hi), true};
    if (keys.hi > kInfinityKey) made.min = lower::kMinusInfinity, made.max = lower::kInfinity;
    return pool_.symbol(std::move(made));
  }

  void place(std::size_t i) {
    const Carried& carried = summary_.carried[i];
    if (carried.start == kNoTerm) return;
    static constexpr std::string_view kNames[] = {"v", "s", "cost"};
    TermId term = steady(i);
    const std::string name = std::string(kNames[static_cast<std::size_t>(carried.kind)]) + std::to_string(carried.index);
    if (term == kNoTerm)
      term = pool_[carried.start].is_double ? double_symbol(name, summary_.ranges[i])
                                            : symbol(name, pool_[carried.start].width, summary_.ranges[i]);
    out_.facts.restrict_to(term, summary_.ranges[i], tools_.ranges);
    summary_.terms[i] = term;
    if (carried.kind == Carried::Kind::cost) out_.cost = term;
    else (carried.kind == Carried::Kind::slot ? out_.memory : out_.values)[carried.index] = term;
  }

  /// The same growth every round: start + trips * growth over the integers, which is the machine's value by induction, as
  /// no round wraps. The product stays within 62 bits, so it is exact too. kNoTerm: it is not so.
  TermId steady(std::size_t i) {
    const auto& growth = summary_.growth[i];
    TermId start = summary_.carried[i].start, trips = summary_.trips_term;
    if (!growth || !growth->single() || pool_[start].is_double) return kNoTerm;
    if (growth->lo == 0) return start;
    Word size = growth->lo < 0 ? -growth->lo : growth->lo;
    if (pool_[start].width != 64 || size * summary_.trips.hi > kSafe) return kNoTerm;
    TermId product = size == 1 ? trips : pool_.make(Op::mul, 64, trips, pool_.constant(size, 64), kNoTerm, true);
    return pool_.make(growth->lo < 0 ? Op::sub : Op::add, 64, start, product, kNoTerm, true);
  }

  void add(TermId x, TermId y, Word bound) { out_.zone.add(Differences(out_.zone, out_.facts, pool_, tools_.ranges).normal(x, y, bound)); }

  void relate_to_start(std::size_t i) {
    const Carried& carried = summary_.carried[i];
    const auto& growth = summary_.growth[i];
    TermId term = summary_.terms[i];
    if (term == kNoTerm || !growth || growth->single() || !Differences::handles(term, pool_)) return;
    Interval gain = gained(*growth, summary_.trips);
    add(term, carried.start, gain.hi);
    add(carried.start, term, -gain.lo);
    if (growth->hi <= 1) add(term, summary_.trips_term, carried.start_range.hi);
    if (growth->lo >= 1) add(summary_.trips_term, term, -carried.start_range.lo);
    if (says_so_) {
      say_line(term, carried, growth->hi, true);
      say_line(term, carried, growth->lo, false);
    }
  }

  /// start + trips * slope bounds the term from above or below, as a literal, where 64 bits hold it.
  void say_line(TermId term, const Carried& carried, Word slope, bool above) {
    Word far = (slope < 0 ? -slope : slope) * summary_.trips.hi;
    bool fits = pool_[term].width == 64 && far <= kSafe && carried.start_range.lo >= -kSafe && carried.start_range.hi <= kSafe;
    if (!fits) return;
    TermId product = pool_.make(Op::mul, 64, summary_.trips_term, pool_.constant(slope, 64), kNoTerm, true);
    TermId line = pool_.make(Op::add, 64, carried.start, product, kNoTerm, true);
    say(above ? term : line, above ? line : term);
  }

  void say(TermId small, TermId large) {
    TermId literal = pool_.negate(pool_.make(Op::slt, 1, large, small));
    if (!pool_.is_constant(literal)) out_.path.push_back(literal);
  }

  TermId term_of(const Relation::Side& side) const {
    if (side.carried == Relation::kTrips) return summary_.trips_term;
    return side.carried == kNone ? side.term : summary_.terms[side.carried];
  }

  void relate(const Relation& relation) {
    TermId x = term_of(relation.x), y = term_of(relation.y);
    if (!relation.bound || x == kNoTerm || y == kNoTerm) return;
    add(x, y, *relation.bound);
    Interval right = out_.facts.range(y, tools_.ranges);
    unsigned width = pool_[y].width;
    bool fits = pool_[x].width == width && right.lo + *relation.bound >= lower::smallest(width) && right.hi + *relation.bound <= lower::largest(width);
    if (says_so_ && fits) say(x, pool_.make(Op::add, width, y, pool_.constant(*relation.bound, width), kNoTerm, true));
  }

  LoopSummary& summary_;
  SummaryTools tools_;
  TermPool& pool_;
  State out_;
  bool says_so_;
};

}  // namespace

State instantiate(LoopSummary& summary, const State& entry, bool says_so, SummaryTools tools) {
  return Instantiation(summary, entry, says_so, tools).make();
}

std::optional<Row> row_of(const LoopSummary& summary, std::uint32_t from, const State& state, SummaryTools tools) {
  const lower::Block& header = tools.program.blocks[tools.program.loops[summary.loop].header];
  Differences differences(state.zone, state.facts, tools.pool, tools.ranges);
  Row row;
  Interval before = state.facts.range(summary.trips_term, tools.ranges);
  row.trips = {before.lo + 1, before.hi + 1};
  std::vector<TermId> terms;
  for (std::size_t i = 0; i < summary.carried.size(); ++i) {
    const Carried& carried = summary.carried[i];
    TermId term = carried.start == kNoTerm ? kNoTerm : term_at_end(carried, header, from, state, tools);
    terms.push_back(term);
    row.ranges.push_back(term == kNoTerm ? Interval{} : evaluate_deep(state.facts, term, tools.pool, tools.ranges));
    row.growth.push_back(std::nullopt);
    if (term == kNoTerm || !Differences::handles(term, tools.pool)) continue;
    Interval gain = differences.between(term, summary.terms[i]);
    if (is_small(gain)) row.growth.back() = gain;
    // What grows in every round and has an end bounds the rounds.
    const auto& growth = summary.growth[i];
    if (growth && growth->lo > 0) row.trips.hi = std::min(row.trips.hi, (row.ranges[i].hi - carried.start_range.lo) / growth->lo);
    if (growth && growth->hi < 0) row.trips.hi = std::min(row.trips.hi, (carried.start_range.hi - row.ranges[i].lo) / -growth->hi);
  }
  auto trips = meet(row.trips, {0, summary.most_trips});
  if (!trips) return std::nullopt;
  row.trips = *trips;
  for (std::size_t i = 0; i < summary.carried.size(); ++i)
    if (summary.growth[i] && terms[i] != kNoTerm) row.ranges[i] = at_most(row.ranges[i], reached(summary.carried[i], *summary.growth[i], row.trips));
  TermId next_trips = tools.pool.make(Op::add, 64, summary.trips_term, tools.pool.constant(1, 64), kNoTerm, true);
  auto side = [&](const Relation::Side& of) {
    return of.carried == Relation::kTrips ? next_trips : of.carried == kNone ? of.term : terms[of.carried];
  };
  for (const Relation& relation : summary.relations) row.relations.push_back(differences.upper(side(relation.x), side(relation.y)));
  return row;
}

bool within(const Row& row, const LoopSummary& summary) {
  if (!row.trips.within(summary.trips)) return false;
  for (std::size_t i = 0; i < row.ranges.size(); ++i) {
    if (!row.ranges[i].within(summary.ranges[i])) return false;
    if (summary.growth[i] && (!row.growth[i] || !row.growth[i]->within(*summary.growth[i]))) return false;
  }
  for (std::size_t i = 0; i < row.relations.size(); ++i)
    if (summary.relations[i].bound && row.relations[i] > *summary.relations[i].bound) return false;
  return true;
}

void look_for_relations(LoopSummary& summary, const State& entry, const State& at_end, SummaryTools tools) {
  Differences at_entry(entry.zone, entry.facts, tools.pool, tools.ranges);
  auto side_of = [&](TermId id) -> std::optional<Relation::Side> {
    if (id == summary.trips_term) return Relation::Side{Relation::kTrips, kNoTerm};
    for (std::uint32_t i = 0; i < summary.terms.size(); ++i)
      if (summary.terms[i] == id) return Relation::Side{i, kNoTerm};
    if (id < summary.before) return Relation::Side{kNone, id};
    return std::nullopt;
  };
  auto start = [&](const Relation::Side& side) {
    if (side.carried == Relation::kTrips) return tools.pool.constant(0, 64);
    return side.carried == kNone ? side.term : summary.carried[side.carried].start;
  };
  for (const Difference& known : at_end.zone.listed()) {
    auto x = side_of(known.x), y = side_of(known.y);
    if (!x || !y || (x->carried == kNone && y->carried == kNone) || summary.relations.size() >= kMostRelations) continue;
    bool is_known = std::any_of(summary.relations.begin(), summary.relations.end(), [&](auto& each) { return each.x == *x && each.y == *y; });
    Word bound = is_known ? 0 : at_entry.upper(start(*x), start(*y));
    if (!is_known && bound < kFar) summary.relations.push_back({*x, *y, bound});
  }
}

void enter(LoopSummary& summary) {
  summary.trips = {0, 0};
  for (std::size_t i = 0; i < summary.carried.size(); ++i) summary.ranges[i] = summary.carried[i].start_range;
}

Row all_of(const LoopSummary& summary, const std::vector<Row>& rows) {
  Row out;
  out.trips = {0, 0};
  out.growth.resize(summary.carried.size());
  for (std::size_t i = 0; i < summary.carried.size(); ++i) {
    out.ranges.push_back(summary.carried[i].start_range);
    for (const Row& row : rows) out.ranges[i] = hull(out.ranges[i], row.ranges[i]);
    bool grows = !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return row.growth[i].has_value(); });
    if (grows) out.growth[i] = rows[0].growth[i];
    for (const Row& row : rows)
      if (grows) out.growth[i] = hull(*out.growth[i], *row.growth[i]);
  }
  for (const Row& row : rows) out.trips = hull(out.trips, row.trips);
  for (std::size_t i = 0; i < summary.relations.size(); ++i) {
    Word worst = summary.relations[i].bound.value_or(0);  // which holds at entry: bounds start there and only grow
    if (!rows.empty()) worst = std::max_element(rows.begin(), rows.end(), [&](auto& a, auto& b) { return a.relations[i] < b.relations[i]; })->relations[i];
    out.relations.push_back(worst);
  }
  return out;
}

void widen(LoopSummary& summary, const Row& next, unsigned round, const std::vector<Word>& thresholds, SummaryTools tools) {
  constexpr unsigned kJoins = 2, kThresholds = 6;
  auto grow = [&](Interval& known, const Interval& now, const Interval& end) {
    if (now.hi > known.hi) known.hi = round < kJoins ? now.hi : round < kThresholds ? next_above(now.hi, thresholds, end.hi) : end.hi;
    if (now.lo < known.lo) known.lo = round < kJoins ? now.lo : round < kThresholds ? next_below(now.lo, thresholds, end.lo) : end.lo;
  };
  grow(summary.trips, next.trips, {0, summary.most_trips});
  for (std::size_t i = 0; i < summary.ranges.size(); ++i) {
    if (summary.carried[i].start != kNoTerm) grow(summary.ranges[i], next.ranges[i], whole(tools.pool[summary.carried[i].start].width));
    if (summary.growth[i] && (!next.growth[i] || !next.growth[i]->within(*summary.growth[i]))) summary.growth[i] = std::nullopt;
  }
  for (std::size_t i = 0; i < summary.relations.size(); ++i) {
    auto& bound = summary.relations[i].bound;
    if (bound && next.relations[i] > *bound) bound = round < kJoins ? std::optional(next.relations[i]) : std::nullopt;
  }
}

LoopSummary narrowed(const LoopSummary& summary, const Row& next) {
  LoopSummary out = summary;
  out.trips = at_most(summary.trips, next.trips);
  for (std::size_t i = 0; i < summary.ranges.size(); ++i) {
    if (next.growth[i]) out.growth[i] = summary.growth[i] ? at_most(*summary.growth[i], *next.growth[i]) : *next.growth[i];
    out.ranges[i] = at_most(summary.ranges[i], next.ranges[i]);
    if (out.growth[i] && out.carried[i].start != kNoTerm) out.ranges[i] = at_most(out.ranges[i], reached(out.carried[i], *out.growth[i], out.trips));
  }
  return out;
}

bool same_bounds(const LoopSummary& a, const LoopSummary& b) {
  return a.trips == b.trips && a.ranges == b.ranges && a.growth == b.growth;
}

}  // namespace assay::verify::domains
