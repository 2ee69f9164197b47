#include "verify/smt/query.h"

#include <algorithm>
#include <vector>

#include "verify/smt/printer.h"

namespace assay::verify::smt {
namespace {

using lower::kNoTerm;
using lower::Term;
using lower::TermId;
using lower::TermKind;

/// A symbol: any value of its range.
std::string declaration(TermId id, const Question& question, const Printer& printer) {
  const lower::Symbol& symbol = question.pool.symbol_of(id);
  std::string name = printer.name(id), out = "(declare-const " + name + " " + printer.sort(symbol.width) + ")\n";
  if (symbol.width > 1) return out + "(assert " + printer.between(name, symbol.min, symbol.max, symbol.width) + ")\n";
  if (symbol.min == symbol.max) out += symbol.min != 0 ? "(assert " + name + ")\n" : "(assert (not " + name + "))\n";
  return out;
}

std::string declarations(const Question& question, const std::vector<TermId>& terms, const Printer& printer) {
  std::string out;
  for (TermId id : terms) {
    const Term& term = question.pool[id];
    if (term.kind == TermKind::symbol) out += declaration(id, question, printer);
    if (term.kind != TermKind::input) continue;
    const lower::Input& input = question.program.inputs[static_cast<std::size_t>(term.value)];
    out += "(declare-const " + symbol(input) + " " + printer.sort(term.width) + ")\n";
    if (term.width > 1) out += "(assert " + printer.between(symbol(input), input.min, input.max, term.width) + ")\n";
    else if (input.min == input.max) out += "(assert (= " + symbol(input) + (input.min != 0 ? " true))\n" : " false))\n");
  }
  return out;
}

}  // namespace

std::vector<TermId> reachable_terms(const Question& question) {
  std::vector<bool> seen(question.pool.size(), false);
  std::vector<TermId> work(question.path.begin(), question.path.end()), out;
  work.push_back(question.violation);
  while (!work.empty()) {
    TermId id = work.back();
    work.pop_back();
    if (id == kNoTerm || seen[id]) continue;
    seen[id] = true;
    out.push_back(id);
    const Term& term = question.pool[id];
    if (term.kind == TermKind::operation) work.insert(work.end(), {term.a, term.b, term.c});
  }
  std::sort(out.begin(), out.end());  // operands have smaller names
  return out;
}

std::string_view name_of(Theory theory) { return theory == Theory::integers ? "integers" : "bit-vectors"; }

std::string symbol(const lower::Input& input) { return "|" + input.name + "|"; }

std::optional<std::string> write_query(const Question& question, Theory theory, const std::string& title) {
  auto terms = reachable_terms(question);
  auto printer = make_printer(theory, question);
  printer->number(terms);
  std::string body;
  for (TermId id : terms) {
    const Term& of = question.pool[id];
    if (of.is_double || (of.kind == TermKind::operation && lower::is_float(of.op))) return std::nullopt;
    if (of.kind != TermKind::operation) continue;
    auto text = printer->operation(id);
    if (!text) return std::nullopt;
    body += "(define-fun " + printer->name(id) + " () " + printer->sort(question.pool[id].width) + " " + *text + ")\n";
  }
  std::string out = "; " + title + "\n(set-logic " + std::string(printer->logic()) + ")\n" + std::string(printer->prelude());
  out += declarations(question, terms, *printer) + body + printer->lemmas(terms);
  for (TermId literal : question.path) out += "(assert " + printer->name(literal) + ")\n";
  return out + "(assert " + printer->name(question.violation) + ")\n(check-sat)\n";
}

}  // namespace assay::verify::smt
