// Laws of differences: what a zone says holds of every assignment that it describes, whatever it is asked.

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "verify/domains/zones.h"

namespace assay::verify::domains {
namespace {

using lower::Op;
using lower::TermKind;

constexpr Word kMost = 3;  ///< x, y and z are 0 to 3: 64 assignments

struct World {
  lower::Program program;
  TermPool pool;
  std::vector<TermId> inputs, terms;
  Ranges ranges{pool, program};

  World() {
    for (const char* name : {"x", "y", "z"}) {
      program.values.push_back({8});
      program.inputs.push_back({name, 0, kMost, static_cast<lower::ValueId>(inputs.size()), lower::kNone});
      inputs.push_back(pool.input(static_cast<std::uint32_t>(inputs.size()), 8));
    }
    terms = inputs;
    auto exact = [&](Op op, TermId a, TermId b) { terms.push_back(pool.make(op, 8, a, b, lower::kNoTerm, true)); };
    exact(Op::add, inputs[0], pool.constant(2, 8));
    exact(Op::sub, inputs[1], pool.constant(1, 8));
    exact(Op::add, inputs[0], inputs[1]);
    exact(Op::sub, inputs[1], inputs[2]);
    exact(Op::sub, inputs[0], inputs[1]);
    TermId below = pool.make(Op::slt, 1, inputs[0], inputs[1]);
    terms.push_back(pool.make(Op::select, 8, below, inputs[0], inputs[1]));  // the smaller one
    terms.push_back(pool.make(Op::select, 8, below, inputs[1], inputs[0]));  // the larger one
    terms.push_back(pool.constant(2, 8));
  }

  Word value(TermId id, const Word (&of)[3]) const {
    const lower::Term& term = pool[id];
    if (term.kind == TermKind::constant) return term.value;
    if (term.kind == TermKind::input) return of[term.value];
    auto operand = [&](TermId each) { return each == lower::kNoTerm ? 0 : value(each, of); };
    return *lower::evaluate(term.op, term.width, pool.operand_width(term), operand(term.a), operand(term.b), operand(term.c));
  }

  void for_all(auto see) const {
    for (Word x = 0; x <= kMost; ++x)
      for (Word y = 0; y <= kMost; ++y)
        for (Word z = 0; z <= kMost; ++z) {
          const Word of[3] = {x, y, z};
          see(of);
        }
  }

  bool holds(const Zone& zone, const Word (&of)[3]) const {
    for (const Difference& each : zone.listed())
      if (value(each.x, of) - value(each.y, of) > each.bound) return false;
    return true;
  }
};

Zone random_zone(World& world, std::mt19937& random, Facts& facts) {
  Zone zone;
  for (unsigned count = random() % 4; count > 0; --count) {
    Differences known(zone, facts, world.pool, world.ranges);
    zone.add(known.normal(world.terms[random() % world.terms.size()], world.terms[random() % world.terms.size()], static_cast<Word>(random() % 7) - 3));
  }
  return zone;
}

TEST(Zones, EveryAssignmentIsWithinEveryBound) {
  World world;
  std::mt19937 random(1);
  Facts facts;
  int described = 0;
  for (int round = 0; round < 400; ++round) {
    Zone zone = random_zone(world, random, facts);
    Differences known(zone, facts, world.pool, world.ranges);
    for (TermId x : world.terms)
      for (TermId y : world.terms) {
        Word bound = known.upper(x, y);
        world.for_all([&](const auto& of) {
          if (!world.holds(zone, of)) return;
          ++described;
          EXPECT_LE(world.value(x, of) - world.value(y, of), bound);
        });
      }
  }
  EXPECT_GT(described, 100'000);
}

TEST(Zones, AJoinHoldsBothSides) {
  World world;
  std::mt19937 random(2);
  for (int round = 0; round < 400; ++round) {
    std::vector<Facts> facts(2);
    Zone a = random_zone(world, random, facts[0]), b = random_zone(world, random, facts[1]);
    Zone both = join({&a, &b}, facts, world.pool, world.ranges);
    world.for_all([&](const auto& of) {
      if (world.holds(a, of) || world.holds(b, of)) EXPECT_TRUE(world.holds(both, of));
    });
  }
}

TEST(Zones, WhatAComparisonSaysHoldsWhereItIsTrue) {
  World world;
  Facts facts;
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    Zone zone = random_zone(world, random, facts);
    Differences known(zone, facts, world.pool, world.ranges);
    for (Op op : {Op::slt, Op::ult, Op::eq, Op::ssub_overflows})
      for (TermId x : world.terms)
        for (TermId y : world.terms) {
          TermId bit = world.pool.make(op, 1, x, y);
          auto decided = known.decide(bit);
          for (bool truth : {false, true}) {
            Zone said = zone;
            for (const Difference& each : known.said_by(bit, truth)) said.add(each);
            world.for_all([&](const auto& of) {
              if (!world.holds(zone, of)) return;
              if (decided) EXPECT_EQ(world.value(bit, of) != 0, *decided);
              if ((world.value(bit, of) != 0) == truth) EXPECT_TRUE(world.holds(said, of));
            });
          }
        }
  }
}

TEST(Zones, ChainsAndChoicesAreFollowed) {
  World world;
  Facts facts;
  Zone zone;
  TermId x = world.inputs[0], y = world.inputs[1], z = world.inputs[2];
  zone.add({x, y, -1});
  zone.add({y, z, -1});
  Differences known(zone, facts, world.pool, world.ranges);
  EXPECT_EQ(known.upper(x, z), -2);
  EXPECT_EQ(known.decide(world.pool.make(Op::slt, 1, x, z)), true);
  EXPECT_EQ(known.decide(world.pool.make(Op::slt, 1, z, x)), false);
  EXPECT_LE(known.upper(world.terms[8], y), 0);  // the smaller of x and y is no more than y
  EXPECT_LE(known.upper(x, world.terms[9]), 0);  // the larger no less than x
}

TEST(Zones, WhatIsNotSaidIsNotDecided) {  // the twin
  World world;
  Facts facts;
  Zone zone;
  TermId x = world.inputs[0], y = world.inputs[1], z = world.inputs[2];
  zone.add({x, y, 0});
  zone.add({y, z, 0});
  Differences known(zone, facts, world.pool, world.ranges);
  EXPECT_EQ(known.upper(x, z), 0);
  EXPECT_EQ(known.decide(world.pool.make(Op::slt, 1, x, z)), std::nullopt);
}

}  // namespace
}  // namespace assay::verify::domains
