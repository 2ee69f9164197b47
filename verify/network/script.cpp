#include "verify/network/script.h"

namespace assay::verify::network {
namespace {

Formula call(std::string_view head, const Formula& a) { return {"(" + std::string(head) + " " + a.text + ")"}; }
Formula call(std::string_view head, const Formula& a, const Formula& b) {
  return {"(" + std::string(head) + " " + a.text + " " + b.text + ")"};
}

Formula chain(std::string_view head, std::string_view none, const std::vector<Formula>& formulas) {
  if (formulas.empty()) return {std::string(none)};
  if (formulas.size() == 1) return formulas[0];
  std::string out = "(" + std::string(head);
  for (const Formula& formula : formulas) out += " " + formula.text;
  return {out + ")"};
}

}  // namespace

Formula number(std::int64_t numerator, std::int64_t denominator) {
  std::string magnitude = std::to_string(numerator < 0 ? -numerator : numerator) + ".0";
  if (denominator != 1) magnitude = "(/ " + magnitude + " " + std::to_string(denominator) + ".0)";
  return {numerator < 0 ? "(- " + magnitude + ")" : magnitude};
}

Formula whole(std::int64_t value) {
  return {value < 0 ? "(- " + std::to_string(-value) + ")" : std::to_string(value)};
}

Formula named(std::string name) { return {std::move(name)}; }

Formula operator+(const Formula& a, const Formula& b) { return call("+", a, b); }
Formula operator-(const Formula& a, const Formula& b) { return call("-", a, b); }
Formula operator*(const Formula& a, const Formula& b) { return call("*", a, b); }
Formula operator/(const Formula& a, const Formula& b) { return call("/", a, b); }
Formula operator<(const Formula& a, const Formula& b) { return call("<", a, b); }
Formula operator<=(const Formula& a, const Formula& b) { return call("<=", a, b); }
Formula operator>(const Formula& a, const Formula& b) { return call(">", a, b); }
Formula operator>=(const Formula& a, const Formula& b) { return call(">=", a, b); }
Formula operator&&(const Formula& a, const Formula& b) { return call("and", a, b); }
Formula operator||(const Formula& a, const Formula& b) { return call("or", a, b); }
Formula operator!(const Formula& a) { return call("not", a); }
Formula equal(const Formula& a, const Formula& b) { return call("=", a, b); }
Formula implies(const Formula& a, const Formula& b) { return call("=>", a, b); }
Formula choice(const Formula& condition, const Formula& yes, const Formula& no) {
  return {"(ite " + condition.text + " " + yes.text + " " + no.text + ")"};
}
Formula smaller(const Formula& a, const Formula& b) { return choice(a <= b, a, b); }
Formula larger(const Formula& a, const Formula& b) { return choice(a >= b, a, b); }
Formula any_of(const std::vector<Formula>& formulas) { return chain("or", "false", formulas); }
Formula all_of(const std::vector<Formula>& formulas) { return chain("and", "true", formulas); }

Formula Script::declare(const std::string& name, std::string_view sort) {
  body_ += "(declare-const " + name + " " + std::string(sort) + ")\n";
  return {name};
}

}  // namespace assay::verify::network
