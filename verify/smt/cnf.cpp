#include "verify/smt/cnf.h"

#include <charconv>
#include <cstdlib>

namespace assay::verify::smt {
namespace {

enum Gate : int { kBoth, kDiffer, kChoose };

/// The next number of a line; moves past it.
bool read_number(std::string_view& line, long& out) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), out);
  if (error != std::errc() || (end != line.data() + line.size() && *end != ' ')) return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return true;
}

std::unexpected<Error> malformed(std::size_t line, std::string_view why) { return fail("DIMACS, line " + std::to_string(line) + ": " + std::string(why)); }

}  // namespace

std::string to_dimacs(const Cnf& cnf) {
  std::string out = "p cnf " + std::to_string(cnf.variables) + " " + std::to_string(cnf.clauses.size()) + "\n";
  for (const Clause& clause : cnf.clauses) {
    for (Literal literal : clause) out += std::to_string(literal) + " ";
    out += "0\n";
  }
  return out;
}

Result<Cnf> read_dimacs(std::string_view text) {
  Cnf out;
  constexpr std::string_view kHead = "p cnf ";
  long variables = 0, clauses = 0;
  std::size_t at = 1;
  for (; !text.empty(); ++at) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (at == 1) {
      if (!line.starts_with(kHead)) return malformed(at, "not a CNF");
      line.remove_prefix(kHead.size());
      if (!read_number(line, variables) || !read_number(line, clauses) || !line.empty() || variables < 0 || variables > (1 << 28)) return malformed(at, "a malformed head");
      out.variables = static_cast<int>(variables);
      continue;
    }
    Clause clause;
    long number = 0;
    for (;;) {
      if (!read_number(line, number)) return malformed(at, "a malformed clause");
      if (number == 0) break;
      if (std::labs(number) > variables) return malformed(at, "a variable that is not declared");
      clause.push_back(static_cast<Literal>(number));
    }
    if (!line.empty()) return malformed(at, "something after the 0");
    out.clauses.push_back(std::move(clause));
  }
  if (at == 1 || out.clauses.size() != static_cast<std::size_t>(clauses)) return malformed(at, "the number of clauses is not that of the head");
  return out;
}

void Circuit::add(Clause clause) {
  if (!is_too_large()) cnf_.clauses.push_back(std::move(clause));
}

Literal Circuit::both(Literal a, Literal b) {
  if (a == b || b == truth_) return a;
  if (a == truth_) return b;
  if (a == -b || a == -truth_ || b == -truth_) return -truth_;
  if (a > b) std::swap(a, b);
  auto [at, is_new] = gates_.try_emplace({kBoth, a, b, 0});
  if (!is_new) return at->second;
  Literal out = at->second = fresh();
  add({-out, a});
  add({-out, b});
  add({out, -a, -b});
  return out;
}

Literal Circuit::differ(Literal a, Literal b) {
  if (a == b) return -truth_;
  if (a == -b) return truth_;
  if (std::abs(a) == truth_) return a == truth_ ? -b : b;
  if (std::abs(b) == truth_) return b == truth_ ? -a : a;
  int sign = (a < 0) != (b < 0) ? -1 : 1;  // (not a) differs from b as a is the same as b
  a = std::abs(a);
  b = std::abs(b);
  if (a > b) std::swap(a, b);
  auto [at, is_new] = gates_.try_emplace({kDiffer, a, b, 0});
  if (!is_new) return sign * at->second;
  Literal out = at->second = fresh();
  add({-out, a, b});
  add({-out, -a, -b});
  add({out, -a, b});
  add({out, a, -b});
  return sign * out;
}

Literal Circuit::choose(Literal condition, Literal yes, Literal no) {
  if (condition == truth_ || yes == no) return yes;
  if (condition == -truth_) return no;
  if (yes == -no) return differ(condition, no);
  if (std::abs(yes) == truth_) return yes == truth_ ? either(condition, no) : both(-condition, no);
  if (std::abs(no) == truth_) return no == truth_ ? either(-condition, yes) : both(condition, yes);
  if (condition < 0) return choose(-condition, no, yes);
  auto [at, is_new] = gates_.try_emplace({kChoose, condition, yes, no});
  if (!is_new) return at->second;
  Literal out = at->second = fresh();
  add({-condition, -yes, out});
  add({-condition, yes, -out});
  add({condition, -no, out});
  add({condition, no, -out});
  return out;
}

}  // namespace assay::verify::smt
