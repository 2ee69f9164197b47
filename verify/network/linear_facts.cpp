#include "verify/network/linear_facts.h"

namespace assay::verify::network {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using smt::call;

constexpr int kMostCases = 24;  ///< values of an operand that are spelled out

std::string claim(const std::string& formula) { return "(assert " + formula + ")\n"; }
std::string both(const std::string& a, const std::string& b) { return call("and", a, b); }
std::string follows(const std::string& from, const std::string& what) { return claim(call("=>", from, what)); }
std::string number(int value) { return std::to_string(value); }

/// x = a * b over the integers.
std::string of_product(const std::string& x, const std::string& a, const std::string& b) {
  std::string out = follows(both(call(">=", a, "0"), call(">=", b, "0")), call(">=", x, "0"));
  for (const auto& [p, q] : {std::pair{a, b}, {b, a}}) {
    out += follows(both(call(">=", p, "1"), call(">=", q, "0")), call(">=", x, q));
    for (int k = 0; k <= kMostCases; ++k) out += follows(call("=", p, number(k)), call("=", x, call("*", number(k), q)));
  }
  return out;
}

/// q = floor(n / d) wherever `defined`, which implies n >= 0 and d >= 1.
std::string of_quotient(const std::string& q, const std::string& n, const std::string& d, const std::string& defined) {
  std::string out = follows(defined, both(call("<=", "0", q), call("<=", q, n)));
  for (int k = 1; k <= kMostCases; ++k) {
    const std::string times = call("*", number(k), q);
    out += follows(both(defined, call(">=", d, number(k))), call("<=", times, n));                  // k q <= d q <= n
    out += follows(both(defined, call("<=", d, number(k))), call("<", n, call("+", times, number(k))));  // n < d (q + 1) <= k (q + 1)
    out += follows(both(defined, call("<", n, call("*", number(k), d))), call("<", q, number(k)));
  }
  return out;
}

/// r = n - d floor(n / d), likewise.
std::string of_remainder(const std::string& r, const std::string& n, const std::string& d, const std::string& defined) {
  std::string out = follows(defined, both(call("<=", "0", r), both(call("<", r, d), call("<=", r, n))));
  out += follows(both(defined, call("<", n, d)), call("=", r, n));
  for (int k = 1; k <= kMostCases; ++k) out += follows(both(defined, call("=", d, number(k))), call("=", r, call("mod", n, number(k))));
  return out;
}

}  // namespace

std::string linear_facts(const lower::TermPool& pool, TermId id, const smt::Printer& printer) {
  const Term& term = pool[id];
  const std::string name = printer.name(id), a = printer.name(term.a), b = printer.name(term.b);
  if (term.op == Op::mul) return term.exact ? of_product(name, a, b) : "";  // what may wrap is any value
  if (term.op < Op::sdiv || term.op > Op::urem) return "";
  std::string defined = both(call(">=", a, "0"), call(">=", b, "1"));
  // The unsigned ones wrap what does not fit, and an exact sum that nobody looks at may not fit.
  if (term.op == Op::udiv || term.op == Op::urem) defined = both(defined, call("<=", a, lower::text_of(lower::largest(term.width))));
  return term.op == Op::sdiv || term.op == Op::udiv ? of_quotient(name, a, b, defined) : of_remainder(name, a, b, defined);
}

}  // namespace assay::verify::network
