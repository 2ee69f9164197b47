#include "verify/smt/real_rounding.h"

#include <algorithm>
#include <cmath>

#include "verify/smt/printer.h"

namespace assay::verify::smt {
namespace {

/// number * 2^by in decimal.
std::string scaled(std::uint64_t number, int by) {
  std::string digits = std::to_string(number);
  std::reverse(digits.begin(), digits.end());
  for (; by > 0; --by) {
    int carry = 0;
    for (char& digit : digits) {
      int doubled = 2 * (digit - '0') + carry;
      digit = static_cast<char>('0' + doubled % 10);
      carry = doubled / 10;
    }
    if (carry != 0) digits += '1';
  }
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string power_of_two(int by) { return scaled(1, by) + ".0"; }

}  // namespace

bool is_finite(lower::Word bits) { return std::isfinite(lower::double_of(bits)); }

std::string exact_real(lower::Word bits) {
  double value = lower::double_of(bits);
  if (value == 0) return "0.0";
  int exponent = 0;
  auto number = static_cast<std::uint64_t>(std::ldexp(std::frexp(std::fabs(value), &exponent), 53));
  exponent -= 53;
  for (; number % 2 == 0 && exponent < 0; ++exponent) number /= 2;
  std::string out = exponent >= 0 ? scaled(number, exponent) + ".0" : "(/ " + std::to_string(number) + ".0 " + power_of_two(-exponent) + ")";
  return value < 0 ? "(- " + out + ")" : out;
}

std::string encloses(const std::string& exact, const std::string& rounded, bool may_be_tiny) {
  static const std::string kLess = "(/ 9007199254740991.0 9007199254740992.0)", kMore = "(/ 9007199254740993.0 9007199254740992.0)";
  static const std::string kEta = "(/ 1.0 " + power_of_two(128) + ")";
  std::string near = call("*", kLess, exact), far = call("*", kMore, exact);
  auto between = [&](const std::string& low, const std::string& high) {
    return call("<=", may_be_tiny ? call("-", low, kEta) : low, rounded) + " " + call("<=", rounded, may_be_tiny ? call("+", high, kEta) : high);
  };
  return "(and (=> (>= " + exact + " 0.0) (and (>= " + rounded + " 0.0) " + between(near, far) + ")) (=> (<= " + exact + " 0.0) (and (<= " + rounded + " 0.0) " +
         between(far, near) + ")))";
}

std::string is_moderate(const std::string& exact) {
  static const std::string kBound = power_of_two(512);
  return "(< (- " + kBound + ") " + exact + " " + kBound + ")";
}

}  // namespace assay::verify::smt
