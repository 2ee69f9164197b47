#pragma once
// SMT-LIB text over reals, put together line by line: the language in which network models and senders speak.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::verify::network {

/// A formula or a number, as SMT-LIB text. Operators build text; nothing is evaluated.
struct Formula {
  std::string text;
};

/// A rational constant: the models are exact.
Formula number(std::int64_t numerator, std::int64_t denominator = 1);
/// A constant of sort Int.
Formula whole(std::int64_t value);
Formula named(std::string name);

Formula operator+(const Formula& a, const Formula& b);
Formula operator-(const Formula& a, const Formula& b);
Formula operator*(const Formula& a, const Formula& b);
Formula operator/(const Formula& a, const Formula& b);
Formula operator<(const Formula& a, const Formula& b);
Formula operator<=(const Formula& a, const Formula& b);
Formula operator>(const Formula& a, const Formula& b);
Formula operator>=(const Formula& a, const Formula& b);
Formula operator&&(const Formula& a, const Formula& b);
Formula operator||(const Formula& a, const Formula& b);
Formula operator!(const Formula& a);
Formula equal(const Formula& a, const Formula& b);
Formula implies(const Formula& a, const Formula& b);
Formula choice(const Formula& condition, const Formula& yes, const Formula& no);
Formula smaller(const Formula& a, const Formula& b);
Formula larger(const Formula& a, const Formula& b);
Formula any_of(const std::vector<Formula>& formulas);  ///< false where there is none
Formula all_of(const std::vector<Formula>& formulas);  ///< true where there is none

class Script {
 public:
  Formula real(const std::string& name) { return declare(name, "Real"); }
  Formula integer(const std::string& name) { return declare(name, "Int"); }
  Formula truth(const std::string& name) { return declare(name, "Bool"); }
  void claim(const Formula& formula) {
    body_ += "(assert " + formula.text + ")\n";
    claims_.push_back(formula);
  }
  void comment(std::string_view text) { body_.append("; ").append(text).append("\n"); }
  /// Text of definitions made elsewhere.
  void raw(std::string_view text) { body_ += text; }
  const std::vector<Formula>& claims() const { return claims_; }
  std::string text(std::string_view logic) const { return "(set-logic " + std::string(logic) + ")\n" + body_ + "(check-sat)\n"; }

 private:
  Formula declare(const std::string& name, std::string_view sort);
  std::string body_;
  std::vector<Formula> claims_;
};

}  // namespace assay::verify::network
