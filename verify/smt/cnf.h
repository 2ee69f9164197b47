#pragma once
// Clauses, and gates written as clauses (Tseitin). A literal is a variable's number, negative for its negation.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"

namespace assay::verify::smt {

using Literal = int;
using Clause = std::vector<Literal>;

struct Cnf {
  int variables = 0;
  std::vector<Clause> clauses;
  bool operator==(const Cnf&) const = default;
};

std::string to_dimacs(const Cnf& cnf);
/// Strict: the Error names the line.
Result<Cnf> read_dimacs(std::string_view text);

/// A circuit as clauses: equal gates are one, and gates with a known input are none. For the same calls, the same clauses.
class Circuit {
 public:
  explicit Circuit(std::size_t most_clauses) : most_clauses_(most_clauses) { cnf_.clauses.push_back({truth_ = fresh()}); }

  Literal fresh() { return ++cnf_.variables; }
  Literal constant(bool value) const { return value ? truth_ : -truth_; }
  Literal both(Literal a, Literal b);
  Literal either(Literal a, Literal b) { return -both(-a, -b); }
  Literal differ(Literal a, Literal b);
  Literal choose(Literal condition, Literal yes, Literal no);
  void require(Literal literal) { add({literal}); }

  /// Past most_clauses, nothing is added any more and the circuit means nothing.
  bool is_too_large() const { return cnf_.clauses.size() >= most_clauses_; }
  Cnf take() { return std::move(cnf_); }

 private:
  void add(Clause clause);

  std::size_t most_clauses_;
  Cnf cnf_;
  Literal truth_ = 0;
  std::map<std::tuple<int, Literal, Literal, Literal>, Literal> gates_;
};

}  // namespace assay::verify::smt
