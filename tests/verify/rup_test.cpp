// The checker of clausal proofs: what it accepts has no model; forged proofs are refused.

#include "verify/smt/rup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "verify/smt/cnf_proof.h"

namespace assay::verify::smt {
namespace {

/// n + 1 pigeons in n holes.
Cnf pigeons(int holes) {
  auto in = [&](int pigeon, int hole) { return pigeon * holes + hole + 1; };
  Cnf out{(holes + 1) * holes, {}};
  for (int p = 0; p <= holes; ++p) {
    Clause somewhere;
    for (int h = 0; h < holes; ++h) somewhere.push_back(in(p, h));
    out.clauses.push_back(somewhere);
  }
  for (int h = 0; h < holes; ++h)
    for (int p = 0; p <= holes; ++p)
      for (int q = p + 1; q <= holes; ++q) out.clauses.push_back({-in(p, h), -in(q, h)});
  return out;
}

bool has_model(const Cnf& cnf) {
  for (std::uint32_t model = 0; model < (1u << cnf.variables); ++model) {
    auto holds = [&](Literal literal) { return (((model >> (std::abs(literal) - 1)) & 1) != 0) == (literal > 0); };
    if (std::ranges::all_of(cnf.clauses, [&](const Clause& clause) { return std::ranges::any_of(clause, holds); })) return true;
  }
  return false;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}
std::string text_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

Cnf random_cnf(std::mt19937_64& random, int variables, int clauses) {
  Cnf out{variables, {}};
  for (int i = 0; i < clauses; ++i) {
    Clause clause;
    for (int k = 0; k < 3; ++k) clause.push_back(static_cast<int>(random() % static_cast<unsigned>(variables) + 1) * (random() % 2 == 0 ? 1 : -1));
    out.clauses.push_back(clause);
  }
  return out;
}

TEST(Rup, ProofsOfTheSatSolverAreAccepted) {
  for (int holes : {2, 3, 4, 5}) {
    Cnf cnf = pigeons(holes);
    auto proof = sat_refutation(cnf);
    ASSERT_TRUE(proof) << proof.error().what;
    auto checked = check_rup(cnf, *proof);
    EXPECT_TRUE(checked) << checked.error().what;
  }
}

TEST(Rup, ACnfWithAModelIsNeverRefutedWhateverTheProofSays) {
  std::mt19937_64 random(7);
  int refuted = 0, with_model = 0;
  for (int round = 0; round < 400; ++round) {
    Cnf cnf = random_cnf(random, 6, 20 + static_cast<int>(random() % 16));
    bool model = has_model(cnf);
    with_model += model ? 1 : 0;
    auto own = sat_refutation(cnf);
    EXPECT_EQ(own.has_value(), !model);
    EXPECT_TRUE(!own || check_rup(cnf, *own)) << round;
    for (int attempt = 0; attempt < 30; ++attempt) {  // random clauses as a proof
      std::string proof;
      for (unsigned i = 0, steps = static_cast<unsigned>(random() % 8); i < steps; ++i) {
        for (unsigned k = 0, size = static_cast<unsigned>(random() % 3); k <= size; ++k)
          proof += std::to_string(static_cast<int>(random() % 6 + 1) * (random() % 2 == 0 ? 1 : -1)) + " ";
        proof += "0\n";
      }
      bool accepted = check_rup(cnf, proof + "0\n").has_value();
      EXPECT_FALSE(accepted && model);
      refuted += accepted ? 1 : 0;
    }
  }
  EXPECT_GT(refuted, 50);
  EXPECT_GT(with_model, 50);
}

TEST(Rup, ForgedProofsAreRefused) {
  Cnf cnf = pigeons(4);
  const std::string proof = *sat_refutation(cnf);
  const auto lines = lines_of(proof);
  ASSERT_GT(lines.size(), 5u);
  EXPECT_FALSE(check_rup(cnf, "")) << "empty";
  EXPECT_FALSE(check_rup(cnf, "0\n")) << "the empty clause at once";
  EXPECT_FALSE(check_rup(cnf, proof.substr(0, proof.size() - 2))) << "without its end";
  EXPECT_FALSE(check_rup(cnf, proof.substr(0, proof.size() - 1))) << "without its last line break";
  EXPECT_FALSE(check_rup(cnf, proof + "1 0\n")) << "goes on";
  EXPECT_FALSE(check_rup(cnf, "21 0\n" + proof)) << "a variable of its own";
  EXPECT_FALSE(check_rup(cnf, "1 0\n" + proof)) << "a clause that is not implied";
  EXPECT_FALSE(check_rup(cnf, "d 1 2 0\n" + proof)) << "deletes what is not there";
  for (const char* broken : {"1  2 0\n", "1 x 0\n", "1 2\n", "d\n", "\n", "99999999999 0\n", "1 0 2 0\n", "-0\n1 0\n"})
    EXPECT_FALSE(check_rup(cnf, broken + proof)) << broken;
  auto early = text_of({lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2)}) + "0\n";
  EXPECT_FALSE(check_rup(cnf, early)) << "the empty clause before it follows";
}

TEST(Rup, AClauseLeftOutOrALiteralTurnedNeverRefutesWhatHasAModel) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    Cnf cnf = random_cnf(random, 7, 40);
    auto proof = sat_refutation(cnf);
    if (!proof) continue;
    Cnf less = cnf;  // the same proof for another CNF
    less.clauses.erase(less.clauses.begin() + static_cast<std::ptrdiff_t>(random() % less.clauses.size()));
    EXPECT_FALSE(check_rup(less, *proof).has_value() && has_model(less));
    Cnf turned = cnf;
    turned.clauses[random() % turned.clauses.size()][0] *= -1;
    EXPECT_FALSE(check_rup(turned, *proof).has_value() && has_model(turned));
  }
}

TEST(Rup, DeletedClausesAreNotUsedAnyMore) {
  Cnf cnf{3, {{1, 2}, {1, -2}, {-1, 3}, {-1, -3}}};
  EXPECT_TRUE(check_rup(cnf, "1 0\n0\n"));
  EXPECT_FALSE(check_rup(cnf, "d 2 1 0\n1 0\n0\n"));
  EXPECT_TRUE(check_rup(cnf, "1 0\nd 1 2 0\n0\n"));
}

TEST(Rup, WorkIsBounded) {
  Cnf cnf = pigeons(5);
  EXPECT_FALSE(check_rup(cnf, *sat_refutation(cnf), {200}));
}

TEST(Dimacs, WhatIsWrittenIsReadAndNothingElseIs) {
  Cnf cnf = pigeons(3);
  EXPECT_EQ(*read_dimacs(to_dimacs(cnf)), cnf);
  for (const char* bad : {"", "p cnf 2 1\n", "p cnf 2 1\n3 0\n", "p cnf 2 1\n1 2\n", "p cnf 2 1\n1 0 2 0\n", "p cnf x 1\n1 0\n", "p dnf 2 1\n1 0\n", "p cnf -1 0\n"})
    EXPECT_FALSE(read_dimacs(bad)) << bad;
}

}  // namespace
}  // namespace assay::verify::smt
