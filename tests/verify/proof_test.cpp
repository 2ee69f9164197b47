// Graphs as proofs: hand-made ones that hold, their twins that must not, and random programs.

#include <gtest/gtest.h>

#include <set>

#include "tests/verify/random_program.h"
#include "verify/domains/explore.h"
#include "verify/proof/produce.h"

namespace assay::verify::proof {
namespace {

using lower::kNone;

Quantity value(ValueId id) { return {Quantity::Kind::value, id}; }
Quantity trips(std::uint32_t loop) { return {Quantity::Kind::trips, loop}; }
Atom range(Quantity x, Word a, Word b) { return {.kind = Atom::Kind::range, .x = x, .a = a, .b = b}; }
Atom at_most(Quantity x, Quantity y, Word b) { return {.kind = Atom::Kind::difference, .x = x, .y = y, .b = b}; }

/// n in 0..10; for (i = 0; i < n; ++i) sum += 2; the answer is sum, in 0..20.
struct Counting {
  Program program;
  ValueId n = 0, i = 0, sum = 0;
  Graph graph;  ///< entry, head, body, exit

  explicit Counting(Word most = 20) {
    Builder builder(program);
    program.function = "f";
    n = builder.fresh(64);
    program.inputs.push_back({"n", 0, 10, n, kNone});
    for (int block = 0; block < 4; ++block) builder.new_block();
    ValueId zero = builder.constant(0, 64), one = builder.constant(1, 64), two = builder.constant(2, 64);
    i = builder.fresh(64), sum = builder.fresh(64);
    program.blocks[0].end = End::jump;
    program.blocks[0].target[0] = 1;
    builder.select_block(1);
    end_in_branch(1, builder.compute(Op::slt, 1, i, n), 2, 3);
    builder.select_block(2);
    ValueId next = checked_sum(builder, i, one), more = checked_sum(builder, sum, two);
    program.blocks[2].end = End::jump;
    program.blocks[2].target[0] = 1;
    program.blocks[1].phis = {{i, {{0, zero}, {2, next}}}, {sum, {{0, zero}, {2, more}}}};
    program.blocks[3].end = End::give_back;
    program.blocks[3].condition = sum;
    program.return_width = 64;
    program.return_max = most;
    for (lower::Block& block : program.blocks) block.cost = 3;
    EXPECT_TRUE(lower::analyse_flow(program));
    prove();
  }

  void end_in_branch(std::uint32_t block, ValueId bit, std::uint32_t yes, std::uint32_t no) {
    program.blocks[block].end = End::branch;
    program.blocks[block].condition = bit;
    program.blocks[block].target[0] = yes, program.blocks[block].target[1] = no;
  }

  static ValueId checked_sum(Builder& builder, ValueId a, ValueId b) {
    ValueId flag = builder.compute(Op::sadd_overflows, 1, a, b);
    builder.require(builder.negate(flag), Property::no_undefined_behaviour, "overflow");
    return builder.guarded(Op::add, 64, a, b, flag);
  }

  void prove() {
    Node entry{.block = 0, .is_cut = true}, head{.block = 1, .is_cut = true}, body{.block = 2}, exit{.block = 3};
    entry.next[0] = 1;
    head.next[0] = 2, head.next[1] = 3;
    body.next[0] = 1;
    head.atoms = {range(value(i), 0, 10), range(value(sum), 0, 20), range(trips(0), 0, 10), at_most(value(i), value(n), 0),
                  at_most(trips(0), value(i), 0), at_most(value(i), trips(0), 0)};
    // sum = 2 i cannot be said by differences: 0..20 is not inductive without it, so the sum is bounded by its parity and i.
    graph.nodes = {entry, head, body, exit};
  }
};

Proof prove(const Program& program, const Graph& graph, std::uint64_t bound = 100) {
  auto solver = smt::make_solver_here();
  auto proof = produce(program, graph, {.instruction_bound = bound}, *solver);
  EXPECT_TRUE(proof.has_value()) << proof.error().what;
  return proof ? std::move(*proof) : Proof{.open = {0}, .open_what = {"refused"}, .open_structure = true};
}

/// What is known of the cost is left out where nothing rests on it.
bool has_cost(const Graph& graph) {
  for (const Node& node : graph.nodes)
    for (const Atom& atom : node.atoms)
      if (atom.x.kind == Quantity::Kind::cost) return true;
  return false;
}

std::string told(const Proof& proof) {
  std::string out;
  for (const std::string& what : proof.open_what) out += what + "\n";
  return out;
}

/// Neither refused as malformed nor left open, with every atom that it came with.
bool holds(const Program& program, const Graph& graph, std::uint64_t bound = 100) {
  auto solver = smt::make_solver_here();
  auto proof = produce(program, graph, {.instruction_bound = bound}, *solver);
  return proof && proof->open.empty() && (to_json(proof->graph) == to_json(graph) || has_cost(graph));
}

/// The same loop without the sum: a counter that is answered.
struct Counter : Counting {
  explicit Counter(Word most = 10) : Counting(most) {
    program.blocks[3].condition = i;
    EXPECT_TRUE(lower::analyse_flow(program));
    graph.nodes[1].atoms[1] = range(value(sum), 0, 1000000);
    // without a bound of its own the sum stays in range only by the trips: 2 a round
    graph.nodes[1].atoms.erase(graph.nodes[1].atoms.begin() + 1);
    drop_sum();
  }
  void drop_sum() {
    program.blocks[1].phis.pop_back();
    program.blocks[2].instructions.resize(4);
    for (lower::Block& block : program.blocks) block.live_in.clear();
    program.loops.clear();
    EXPECT_TRUE(lower::analyse_flow(program));
  }
};

TEST(Proof, ACycleIsProvedByInvariantsTripsAndTheLongestWay) {
  Counter counter;
  Proof proof = prove(counter.program, counter.graph, 3 + 3 + 10 * 6 + 3);
  EXPECT_TRUE(proof.open.empty()) << told(proof);
  EXPECT_TRUE(proof.shows(Property::output_range) && proof.shows(Property::terminates) && proof.shows(Property::no_undefined_behaviour));
  EXPECT_EQ(proof.by_whole, 0u);
}

TEST(Proof, TheLongestWayIsCountedToTheInstruction) {
  Counter counter;
  auto shape = shape_of(counter.program, counter.graph);
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->longest[3], 3u + 10 * 6 + 3 + 3);  // entry, ten rounds, the head once more, the exit
  EXPECT_TRUE(holds(counter.program, counter.graph, 69));
  EXPECT_FALSE(holds(counter.program, counter.graph, 68));
}

TEST(Proof, EveryAtomTightenedByOneIsRefused) {
  Counter counter;
  for (std::size_t i = 0; i < counter.graph.nodes[1].atoms.size(); ++i)
    for (int side = 0; side < 2; ++side) {
      Graph changed = counter.graph;
      Atom& atom = changed.nodes[1].atoms[i];
      if (atom.kind == Atom::Kind::difference && side == 0) continue;
      (side == 0 ? atom.a : atom.b) += side == 0 ? 1 : -1;
      EXPECT_FALSE(holds(counter.program, changed)) << "atom " << i << ", side " << side;
    }
}

TEST(Proof, EveryAtomThatTheProofNeedsIsMissedWhenItIsGone) {
  Counter counter;
  std::set<std::size_t> not_needed;
  for (std::size_t i = 0; i < counter.graph.nodes[1].atoms.size(); ++i) {
    Graph changed = counter.graph;
    changed.nodes[1].atoms.erase(changed.nodes[1].atoms.begin() + static_cast<std::ptrdiff_t>(i));
    if (holds(counter.program, changed)) not_needed.insert(i);
  }
  EXPECT_FALSE(not_needed.contains(1)) << "the trips: nothing else ends the loop";
}

TEST(Proof, AWrongOutputRangeIsRefused) {
  EXPECT_TRUE(holds(Counter(10).program, Counter(10).graph));
  EXPECT_FALSE(holds(Counter(9).program, Counter(9).graph));
}

TEST(Proof, EdgesThatAreDroppedOrBentAreRefused) {
  Counter counter;
  for (std::size_t node = 0; node < counter.graph.nodes.size(); ++node)
    for (int which = 0; which < 2; ++which)
      for (std::uint32_t to : {0u, 1u, 2u, 3u, 4u, kNone}) {
        Graph changed = counter.graph;
        if (changed.nodes[node].next[which] == to) continue;
        changed.nodes[node].next[which] = to;
        EXPECT_FALSE(holds(counter.program, changed)) << node << "." << which << " to " << to;
      }
}

TEST(Proof, AWrongBlockAMissingOrAnIdleNodeAndACutThatIsNoneAreRefused) {
  Counter counter;
  for (std::size_t node = 0; node < counter.graph.nodes.size(); ++node)
    for (std::uint32_t block = 0; block < 5; ++block) {
      Graph changed = counter.graph;
      if (changed.nodes[node].block == block) continue;
      changed.nodes[node].block = block;
      EXPECT_FALSE(holds(counter.program, changed)) << node << " of " << block;
    }
  Graph changed = counter.graph;
  changed.nodes.pop_back();
  EXPECT_FALSE(holds(counter.program, changed));
  changed = counter.graph;
  changed.nodes.push_back({.block = 3});
  EXPECT_FALSE(holds(counter.program, changed));
  changed = counter.graph;
  changed.nodes[1].is_cut = false;
  EXPECT_FALSE(holds(counter.program, changed));
  changed.nodes.clear();
  EXPECT_FALSE(holds(counter.program, changed));
}

TEST(Proof, AtomsAboutNothingAreRefused) {
  Counter counter;
  std::uint32_t many = 1000;
  for (Atom atom : {range(value(many), 0, 1), range({Quantity::Kind::slot, many}, 0, 1), range(trips(many), 0, 1),
                    Atom{.kind = Atom::Kind::congruence, .x = value(counter.i), .a = 0, .b = 0}, Atom{.kind = Atom::Kind::congruence, .x = value(counter.i), .a = 2, .b = 2},
                    Atom{.kind = Atom::Kind::unsigned_range, .x = value(counter.i), .a = -1, .b = 5}, Atom{.kind = Atom::Kind::not_nan, .x = value(counter.i)},
                    Atom{.kind = Atom::Kind::double_range, .x = value(counter.i), .a = 0, .b = 1}, range(value(counter.i), 3, 2)}) {
    Graph changed = counter.graph;
    changed.nodes[1].atoms.push_back(atom);
    EXPECT_FALSE(holds(counter.program, changed)) << to_json(changed).dump();
  }
}

TEST(Proof, ALoopThatNeverEndsHasNoProof) {
  Counter counter;
  counter.program.blocks[1].phis[0].incoming[1].second = counter.i;  // i is never stepped
  EXPECT_FALSE(holds(counter.program, counter.graph));
  for (Atom& atom : counter.graph.nodes[1].atoms)
    if (atom.x == trips(0)) atom = range(trips(0), 0, Word{1} << 40);
  EXPECT_FALSE(holds(counter.program, counter.graph));
}

// ---- unknowns where ways meet --------------------------------------------------------------------------------------------

/// y = x < 5 ? x + 1 : x - 1, for x in 0..9; the answer is y.
struct Diamond {
  Program program;
  ValueId x = 0, y = 0;
  Graph graph;
  explicit Diamond(Word most) {
    Builder builder(program);
    program.function = "f";
    x = builder.fresh(64);
    program.inputs.push_back({"x", 0, 9, x, kNone});
    for (int block = 0; block < 4; ++block) builder.new_block();
    builder.select_block(0);
    ValueId bit = builder.compute(Op::slt, 1, x, builder.constant(5, 64));
    program.blocks[0].end = End::branch;
    program.blocks[0].condition = bit;
    program.blocks[0].target[0] = 1, program.blocks[0].target[1] = 2;
    builder.select_block(1);
    ValueId up = Counting::checked_sum(builder, x, builder.constant(1, 64));
    builder.select_block(2);
    ValueId down = Counting::checked_sum(builder, x, builder.constant(-1, 64));
    for (int block : {1, 2}) program.blocks[block].end = End::jump, program.blocks[block].target[0] = 3;
    y = builder.fresh(64);
    program.blocks[3].phis = {{y, {{1, up}, {2, down}}}};
    program.blocks[3].end = End::give_back;
    program.blocks[3].condition = y;
    program.return_width = 64;
    program.return_min = 1;
    program.return_max = most;
    EXPECT_TRUE(lower::analyse_flow(program));
    Node entry{.block = 0, .is_cut = true}, left{.block = 1}, right{.block = 2}, join{.block = 3, .is_cut = true};
    entry.next[0] = 1, entry.next[1] = 2;
    left.next[0] = 3, right.next[0] = 3;
    graph.nodes = {entry, left, right, join};
  }
};

TEST(Proof, WhatTheAtomsForgetIsShownOverTheInputs) {
  Diamond diamond(8);
  Proof weak = prove(diamond.program, diamond.graph);
  EXPECT_TRUE(weak.open.empty());
  EXPECT_GT(weak.by_whole, 0u);
  diamond.graph.nodes[3].atoms = {range(value(diamond.y), 1, 8)};
  Proof strong = prove(diamond.program, diamond.graph);
  EXPECT_TRUE(strong.open.empty());
  EXPECT_EQ(strong.by_whole, 0u);
}

TEST(Proof, WhatIsNotTrueStaysOpen) {
  Diamond diamond(7);
  Proof proof = prove(diamond.program, diamond.graph);
  EXPECT_EQ(proof.open.size(), 1u);
  EXPECT_FALSE(proof.shows(Property::output_range));
  EXPECT_TRUE(proof.shows(Property::no_undefined_behaviour));
}

// ---- random programs: exploration, proofs, runs ---------------------------------------------------------------------------

struct Tally {
  int programs = 0, complete = 0, cyclic = 0;
  std::size_t obligations = 0, steps = 0, whole = 0, open = 0;
};

void check_program(std::uint64_t seed, bool nests, Tally& tally) {
  Program program = RandomProgram(seed, nests).make();
  Broken truth = run_all(program);
  lower::TermPool pool;
  domains::ExploreOptions options;
  options.instruction_bound = kBound;
  options.record = true;
  options.unroll_cap = seed % 2 == 0 ? 1 : 40;
  options.unroll_at_last = seed % 4 != 0;
  auto explored = domains::explore(program, pool, options);
  if (explored.gave_up || explored.graph.nodes.empty()) return;
  auto shape = shape_of(program, tidy(explored.graph));
  if (!shape) {  // the bound was passed: then it may not be said that it is not
    EXPECT_TRUE(truth[static_cast<std::size_t>(Property::terminates)] || !explored.open.empty()) << seed << ": " << shape.error().what;
    return;
  }
  auto solver = smt::make_solver_here();
  auto proof = produce(program, explored.graph, {.instruction_bound = kBound, .effort = 200'000}, *solver);
  ASSERT_TRUE(proof.has_value()) << seed << ": " << proof.error().what;
  for (Property property : {Property::no_undefined_behaviour, Property::in_bounds, Property::terminates, Property::output_range}) {
    auto at = static_cast<std::size_t>(property);
    EXPECT_FALSE(proof->shows(property) && truth[at]) << "seed " << seed << ": WRONG PROOF of " << at;
  }
  ++tally.programs;
  tally.complete += proof->open.empty();
  tally.cyclic += !shape->is_acyclic();
  tally.obligations += proof->obligations, tally.steps += proof->by_steps, tally.whole += proof->by_whole, tally.open += proof->open.size();
  bool all_settled = explored.open.empty();
  if (all_settled) EXPECT_TRUE(proof->open.empty()) << "seed " << seed << ": exploration settles all, the proof does not: " << told(*proof);
}

TEST(Proof, OfRandomProgramsConfirmsWhatExplorationSettlesAndNeverMore) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 24 && !HasFatalFailure(); ++seed) check_program(seed, seed % 3 == 0, tally);
  std::printf("  %d programs (%d with cycles), %d proved whole, %zu obligations: %zu by steps, %zu over the inputs, %zu open\n", tally.programs,
              tally.cyclic, tally.complete, tally.obligations, tally.steps, tally.whole, tally.open);
  EXPECT_GT(tally.complete, 3);
}

TEST(Proof, OfARandomProgramNoAtomMayExcludeEveryValue) {
  int refused = 0;
  for (std::uint64_t seed = 1; seed < 60 && refused < 7; ++seed) {
    Program program = RandomProgram(seed).make();
    lower::TermPool pool;
    domains::ExploreOptions options;
    options.instruction_bound = kBound;
    options.record = true;
    auto explored = domains::explore(program, pool, options);
    if (explored.gave_up || !holds(program, explored.graph, kBound)) continue;
    for (std::size_t node = 0; node < explored.graph.nodes.size(); ++node)
      for (Atom& atom : explored.graph.nodes[node].atoms) {
        if (atom.kind != Atom::Kind::range || atom.x.kind == Quantity::Kind::cost || atom.a == atom.b || refused > 7) continue;
        Atom before = atom;
        atom.b = atom.a - 1;  // no value is left
        auto proof = produce(program, explored.graph, {.instruction_bound = kBound, .effort = 200'000}, *smt::make_solver_here());
        if (proof && proof->open.empty()) {
          for (const Node& each : proof->graph.nodes)
            for (const Atom& left : each.atoms) EXPECT_FALSE(left == atom) << seed << " node " << node;
        }
        atom = before;
        ++refused;
      }
  }
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace assay::verify::proof
