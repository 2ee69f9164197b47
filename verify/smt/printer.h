#pragma once
// How one theory writes terms down. Bits are Bool in both.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "verify/smt/query.h"

namespace assay::verify::smt {

class Printer {
 public:
  explicit Printer(const Question& question) : question_(question) {}
  virtual ~Printer() = default;
  virtual std::string_view logic() const = 0;
  virtual std::string_view prelude() const = 0;
  virtual std::string sort(unsigned width) const = 0;
  virtual std::string constant(lower::Word value, unsigned width) const = 0;
  virtual std::string between(const std::string& name, lower::Word lo, lower::Word hi, unsigned width) const = 0;
  /// Assertions that hold anyway and help a solver.
  virtual std::string lemmas(std::span<const lower::TermId>) const { return ""; }
  /// nullopt: the theory cannot say it exactly.
  virtual std::optional<std::string> operation(lower::TermId id) const = 0;

  /// A term as an operand: a constant, an input's symbol or a defined name, which no input can have ("t!5").
  std::string name(lower::TermId id) const;
  /// Names terms by their place in this list instead of the pool, so that equal questions have equal texts.
  void number(std::span<const lower::TermId> terms) {
    for (lower::TermId id : terms) numbers_.emplace(id, static_cast<unsigned>(numbers_.size()));
  }

 protected:
  const lower::Term& term(lower::TermId id) const { return question_.pool[id]; }
  unsigned operand_width(const lower::Term& of) const { return question_.pool.operand_width(of); }
  /// What both theories say alike: connectives and choices over Bool, choices and equality at any width.
  std::optional<std::string> common(const lower::Term& of) const;

  const Question& question_;

 private:
  std::string number_of(lower::TermId id) const;
  std::unordered_map<lower::TermId, unsigned> numbers_;
};

std::unique_ptr<Printer> make_printer(Theory theory, const Question& question);
std::unique_ptr<Printer> make_integer_printer(const Question& question);
std::unique_ptr<Printer> make_bit_vector_printer(const Question& question);

inline std::string call(std::string_view head, const std::string& a) { return "(" + std::string(head) + " " + a + ")"; }
inline std::string call(std::string_view head, const std::string& a, const std::string& b) {
  return "(" + std::string(head) + " " + a + " " + b + ")";
}
inline std::string choice(const std::string& a, const std::string& b, const std::string& c) {
  return "(ite " + a + " " + b + " " + c + ")";
}

}  // namespace assay::verify::smt
