#pragma once
// How one theory writes terms down. Bits are Bool in all of them.

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
  virtual bool has_doubles() const { return false; }
  /// The range that is declared of a double, as bits; nullopt: the theory cannot say it.
  virtual std::optional<std::string> double_between(const std::string&, lower::Word, lower::Word) const { return std::nullopt; }
  virtual std::string double_sort() const { return ""; }
  virtual std::string double_constant(lower::Word) const { return ""; }
  virtual std::string sort(unsigned width) const = 0;
  virtual std::string constant(lower::Word value, unsigned width) const = 0;
  virtual std::string between(const std::string& name, lower::Word lo, lower::Word hi, unsigned width) const = 0;
  /// Assertions that hold anyway and help a solver.
  virtual std::string lemmas(std::span<const lower::TermId>) const { return ""; }
  /// nullopt: the theory cannot say it exactly.
  virtual std::optional<std::string> operation(lower::TermId id) const = 0;
  /// The commands that give an operation its name.
  virtual std::optional<std::string> definition(lower::TermId id) const;
  /// The path and the violation, asserted.
  virtual std::string claim(std::span<const lower::TermId> terms) const;

  /// A term as an operand: a constant, an input's symbol or a defined name, which no input can have ("t!5").
  std::string name(lower::TermId id) const;
  /// Names terms by their place in this list instead of the pool, so that equal questions have equal texts.
  virtual void number(std::span<const lower::TermId> terms) {
    for (lower::TermId id : terms) numbers_.emplace(id, static_cast<unsigned>(numbers_.size()));
  }

 protected:
  const lower::Term& term(lower::TermId id) const { return question_.pool[id]; }
  unsigned operand_width(const lower::Term& of) const { return question_.pool.operand_width(of); }
  /// What both theories say alike: connectives and choices over Bool, choices and equality at any width.
  std::optional<std::string> common(const lower::Term& of) const;

  std::string number_of(lower::TermId id) const;

  const Question& question_;

 private:
  std::unordered_map<lower::TermId, unsigned> numbers_;
};

std::unique_ptr<Printer> make_printer(Theory theory, const Question& question);
std::unique_ptr<Printer> make_integer_printer(const Question& question);
std::unique_ptr<Printer> make_unbounded_printer(const Question& question);
std::unique_ptr<Printer> make_bit_vector_printer(const Question& question);
std::unique_ptr<Printer> make_float_printer(const Question& question);
std::unique_ptr<Printer> make_real_printer(const Question& question);

inline std::string call(std::string_view head, const std::string& a) { return "(" + std::string(head) + " " + a + ")"; }
inline std::string call(std::string_view head, const std::string& a, const std::string& b) {
  return "(" + std::string(head) + " " + a + " " + b + ")";
}
inline std::string choice(const std::string& a, const std::string& b, const std::string& c) {
  return "(ite " + a + " " + b + " " + c + ")";
}

}  // namespace assay::verify::smt
