#include "verify/domains/explorer.h"

#include "verify/domains/float_interval.h"
#include "verify/domains/record.h"

namespace assay::verify::domains {

using lower::Block;
using lower::End;
using lower::Instruction;
using lower::kNone;
using lower::kNoTerm;
using lower::Property;

// ---- instances and their order

State Explorer::start() {
  State state;
  state.values.assign(program_.values.size(), kNoTerm);
  for (const lower::Slot& slot : program_.slots) state.memory.push_back(pool_.constant(slot.initial, slot.bytes * 8, slot.is_double));
  for (const lower::Object& object : program_.objects)
    for (std::uint32_t i = 0; object.is_scratch && i < object.slot_count; ++i) state.memory[object.first_slot + i] = kNoTerm;
  for (std::uint32_t i = 0; i < program_.inputs.size(); ++i) {
    const lower::Input& input = program_.inputs[i];
    if (input.value != kNone) state.values[input.value] = pool_.input(i, program_.values[input.value].width, input.is_double);
    else state.memory[input.slot] = pool_.input(i, program_.slots[input.slot].bytes * 8, input.is_double);
  }
  state.cost = pool_.constant(0, 64);
  return state;
}

std::vector<std::uint32_t> Explorer::loops_around(std::uint32_t block) const {
  std::vector<std::uint32_t> chain;
  for (std::uint32_t loop = program_.blocks[block].loop; loop != kNone; loop = program_.loops[loop].parent)
    chain.insert(chain.begin(), loop);
  return chain;
}

/// The instance of `block` that an edge from the instance (`from`, `key`) leads to. An edge to the header of a loop
/// that holds its source goes to the next iteration, or, where the loop is summed up, back to the header itself; a loop that
/// is entered starts at iteration 0.
Explorer::Key Explorer::key_of(std::uint32_t block, const Key& key, std::uint32_t from, bool* goes_back) const {
  auto chain = loops_around(block);
  auto source = from == kNone ? std::vector<std::uint32_t>{} : loops_around(from);
  Key out;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    bool stays = i < source.size() && source[i] == chain[i];
    std::uint32_t iteration = stays ? key[2 * i + 1] : 0;
    bool back = stays && i + 1 == chain.size() && program_.loops[chain[i]].header == block;
    if (back && strategy_.summed_up.contains(chain[i])) *goes_back = true;
    else if (back) ++iteration;
    out.push_back(program_.loops[chain[i]].position);
    out.push_back(iteration);
  }
  out.push_back(program_.blocks[block].position);
  out.push_back(0);
  return out;
}

/// Along target `edge` of the block that is being visited.
void Explorer::send(const Key& key, std::uint32_t from, std::size_t edge, State state) {
  work_ += state.facts.size() + state.path.size() + state.values.size() / 4;
  std::uint32_t to = program_.blocks[from].target[edge];
  if (is_quiet() && !lies_in(to, seeking_.back())) return;
  bool goes_back = false;
  Key target = key_of(to, key, from, &goes_back);
  if (goes_back) {
    target.back() = state.rounds.back().partition;
    return arrive_back(target, from, edge, std::move(state));
  }
  if (strategy_.partitions) target.back() = state.partition = partition_of(target, from, state);
  std::uint32_t loop = program_.blocks[to].loop;
  if (loop != kNone && target[target.size() - 3] >= strategy_.unroll_cap && !strategy_.summed_up.contains(loop)) too_long_ = loop;
  while (!state.rounds.empty() && !lies_in(to, state.rounds.back().loop)) state.rounds.pop_back();
  auto [at, is_new] = pending_.try_emplace(std::move(target));
  if (is_new) at->second = {to, is_quiet() ? kNone : nodes_++, {}};
  at->second.arrivals.push_back({from, std::move(state)});
  if (options_.record && !is_quiet()) node_at(node_).next[edge] = at->second.node;
}

/// Any way of giving arrivals to instances of their block is sound: each instance holds all that it is given. Here a way
/// stays apart from others that came through other blocks or partitions, while there is room.
std::uint32_t Explorer::partition_of(const Key& target, std::uint32_t from, const State& state) {
  constexpr std::size_t kMostOfOne = 4;
  constexpr std::uint32_t kMostOfAll = 64;
  auto& ways = apart_[target];
  for (std::uint32_t i = 0; i < ways.size(); ++i)
    if (ways[i] == std::pair{state.partition, from}) return i;
  bool has_room = ways.empty() || (ways.size() < kMostOfOne && partitions_ < kMostOfAll);
  if (!has_room) return 0;
  partitions_ += ways.empty() ? 0 : 1;
  ways.push_back({state.partition, from});
  return static_cast<std::uint32_t>(ways.size() - 1);
}

void Explorer::drain() {
  while (!pending_.empty() && !out_.gave_up && !too_long_) {
    auto node = pending_.extract(pending_.begin());
    bool too_much = ++instances_ > options_.most_instances || work_ > options_.most_work || pool_.size() > options_.most_terms;
    if (too_much) give_up("a loop unrolls into more than the certifier follows");
    else visit(node.key(), std::move(node.mapped()));
  }
}

Exploration Explorer::run() {
  Key entry = key_of(0, {}, kNone);
  pending_[entry] = {0, nodes_++, {Arrival{kNone, start()}}};
  drain();
  out_.is_summary = !strategy_.summed_up.empty();
  return std::move(out_);
}

proof::Node& Explorer::node_at(std::uint32_t node) {
  if (out_.graph.nodes.size() <= node) out_.graph.nodes.resize(node + 1);
  return out_.graph.nodes[node];
}

/// The entry starts from the declared ranges, which are no atoms; where ways merge, what is known of what goes on.
void Explorer::record(std::uint32_t number, bool is_cut, const State& state) {
  if (!options_.record || is_quiet()) return;
  proof::Node& node = node_at(node_);
  node.block = number;
  node.is_cut = is_cut || node_ == 0;
  if (is_cut) node.atoms = atoms_of(program_, program_.blocks[number], state, pool_, ranges_);
}

void Explorer::give_up(std::string why) {
  out_.gave_up = std::move(why);
  out_.gave_up_line = line_;
}

void Explorer::visit(const Key& key, Pending at_last) {
  std::uint32_t number = at_last.block, node = at_last.node;
  bool is_cut = at_last.arrivals.size() > 1;
  State state = merge(program_, program_.blocks[number], std::move(at_last.arrivals), pool_, ranges_);
  if (auto loop = headed_by(number); loop && strategy_.summed_up.contains(*loop)) {
    auto header = sum_up(key, *loop, node, std::move(state));
    if (!header) return;
    state = std::move(*header);
    is_cut = true;
  }
  node_ = node;
  record(number, is_cut, state);
  pass(key, number, std::move(state));
}

void Explorer::pass(const Key& key, std::uint32_t number, State state) {
  const Block& block = program_.blocks[number];
  if (!spend(block, state)) return;
  for (const Instruction& at : block.instructions)
    if (!execute(at, state)) return;
  switch (block.end) {
    case End::jump: send(key, number, 0, std::move(state)); return;
    case End::branch: branch(key, number, block, std::move(state)); return;
    case End::trap: violated(block.check, state, pool_.truth(true)); return;
    case End::give_back: give_back(block, state); return;
  }
}

/// False: every execution that gets here is past the bound, and that itself is the obligation.
bool Explorer::spend(const Block& block, State& state) {
  Interval before = state.facts.range(state.cost, ranges_);
  state.cost = pool_.make(Op::add, 64, state.cost, pool_.constant(block.cost, 64), kNoTerm, true);
  Interval after{before.lo + block.cost, before.hi + block.cost};
  state.facts.restrict_to(state.cost, after, ranges_);
  if (after.lo <= static_cast<Word>(options_.instruction_bound)) return true;
  open(Property::terminates, too_expensive(), line_, kNone, state, pool_.truth(true));
  return false;
}

// ---- ends

void Explorer::branch(const Key& key, std::uint32_t number, const Block& block, State state) {
  TermId bit = term(block.condition, state);
  auto known = decide(bit, state);
  if (known) {
    skipped(block.target[*known ? 1 : 0]);
    send(key, number, *known ? 0 : 1, std::move(state));
    return;
  }
  State other = state;
  bool first = learn(state, bit, true), second = learn(other, bit, false);
  if (!first) skipped(block.target[0]);
  if (!second) skipped(block.target[1]);
  if (first != second) (first ? state : other).path.pop_back();  // the facts imply it
  if (first) send(key, number, 0, std::move(state));
  if (second) send(key, number, 1, std::move(other));
}

void Explorer::skipped(std::uint32_t target) {
  if (program_.blocks[target].end == End::trap && program_.blocks[target].instructions.empty()) settle(program_.blocks[target].check);
}

/// `term` must lie in `allowed` here.
void Explorer::confine(TermId id, const Interval& allowed, const std::string& what, const State& state) {
  if (pool_[id].is_double) return confine_double(id, allowed, what, state);
  Interval now = options_.use_intervals ? evaluate_deep(state.facts, id, pool_, ranges_) : range(id, state);
  bool asks_more = !now.within(allowed) && options_.use_intervals && Differences::handles(id, pool_);
  if (asks_more) now = meet(now, differences(state).range_of(id)).value_or(now);
  if (now.within(allowed)) {
    settle(Property::output_range);
    return;
  }
  unsigned width = pool_[id].width;
  Interval all = whole(width);
  TermId outside = pool_.truth(false);
  if (allowed.lo > all.lo) outside = pool_.make(Op::slt, 1, id, pool_.constant(allowed.lo, width));
  if (allowed.hi < all.hi) outside = pool_.either(outside, pool_.make(Op::slt, 1, pool_.constant(allowed.hi, width), id));
  open(Property::output_range, what, 0, kNone, state, outside);
}

/// `allowed`: a declared range, as bits. NaN is in none.
void Explorer::confine_double(TermId id, const Interval& allowed, const std::string& what, const State& state) {
  Interval now = options_.use_intervals ? evaluate_deep(state.facts, id, pool_, ranges_) : range(id, state);
  if (now.within(keys_of_range(allowed.lo, allowed.hi))) {
    settle(Property::output_range);
    return;
  }
  TermId least = pool_.constant(allowed.lo, 64, true), most = pool_.constant(allowed.hi, 64, true);
  TermId inside = pool_.both(pool_.make(Op::fle, 1, least, id), pool_.make(Op::fle, 1, id, most));
  open(Property::output_range, what, 0, kNone, state, pool_.negate(inside));
}

void Explorer::give_back(const Block& block, const State& state) {
  if (is_quiet()) return;
  out_.returns.push_back(state.path);
  out_.outcomes.push_back({state.path, block.condition == kNone ? kNoTerm : term(block.condition, state), state.memory});
  if (program_.return_width > 1)
    confine(term(block.condition, state), {program_.return_min, program_.return_max}, "the answer leaves its declared range", state);
  else if (program_.return_width == 1)
    settle(Property::output_range);
  for (const lower::Object& object : program_.objects)
    for (std::uint32_t i = object.first_slot; object.is_state && i < object.first_slot + object.slot_count; ++i)
      confine(state.memory[i], {program_.slots[i].min, program_.slots[i].max}, program_.slots[i].name + " leaves its declared range", state);
  if (state.facts.range(state.cost, ranges_).hi <= static_cast<Word>(options_.instruction_bound)) {
    settle(Property::terminates);
    return;
  }
  open(Property::terminates, too_expensive(), 0, kNone, state, past_bound(state));
}

}  // namespace assay::verify::domains
