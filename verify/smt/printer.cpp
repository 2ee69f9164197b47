#include "verify/smt/printer.h"

namespace assay::verify::smt {

using lower::Op;
using lower::TermKind;

std::string Printer::name(lower::TermId id) const {
  const lower::Term& of = term(id);
  if (of.kind == TermKind::input) return symbol(question_.program.inputs[static_cast<std::size_t>(of.value)]);
  if (of.kind == TermKind::symbol) return "|" + question_.pool.symbol_of(id).name + "#" + number_of(id) + "|";
  if (of.kind == TermKind::operation) return "t!" + number_of(id);
  if (of.is_double) return double_constant(of.value);
  return of.width == 1 ? (of.value != 0 ? "true" : "false") : constant(of.value, of.width);
}

std::string Printer::number_of(lower::TermId id) const {
  auto at = numbers_.find(id);
  return std::to_string(at == numbers_.end() ? id : at->second);
}

std::optional<std::string> Printer::common(const lower::Term& of) const {
  if (of.op == Op::select) return choice(name(of.a), name(of.b), name(of.c));
  if (of.op == Op::eq) return call("=", name(of.a), name(of.b));
  if (of.width != 1 || operand_width(of) != 1) return std::nullopt;
  switch (of.op) {
    case Op::and_: return call("and", name(of.a), name(of.b));
    case Op::or_: return call("or", name(of.a), name(of.b));
    case Op::xor_:
      return question_.pool.is_constant(of.b, 1) ? call("not", name(of.a)) : call("xor", name(of.a), name(of.b));
    case Op::ult: return call("and", call("not", name(of.a)), name(of.b));
    default: return std::nullopt;
  }
}

std::optional<std::string> Printer::definition(lower::TermId id) const {
  auto text = operation(id);
  if (!text) return std::nullopt;
  std::string of_sort = term(id).is_double ? double_sort() : sort(term(id).width);
  return "(define-fun " + name(id) + " () " + of_sort + " " + *text + ")\n";
}

std::string Printer::claim(std::span<const lower::TermId>) const {
  std::string out;
  for (lower::TermId literal : question_.path) out += "(assert " + name(literal) + ")\n";
  return out + "(assert " + name(question_.violation) + ")\n";
}

std::unique_ptr<Printer> make_printer(Theory theory, const Question& question) {
  switch (theory) {
    case Theory::integers: return make_integer_printer(question);
    case Theory::bit_vectors: return make_bit_vector_printer(question);
    case Theory::reals: return make_real_printer(question);
    case Theory::floating_point: return make_float_printer(question);
    case Theory::unbounded: return make_unbounded_printer(question);
  }
  return nullptr;
}

}  // namespace assay::verify::smt
