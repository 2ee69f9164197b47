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

struct Declared {
  std::string name;
  unsigned width = 64;
  bool is_double = false;
  lower::Word min = 0, max = 0;
};

/// Any value of its range. nullopt: the theory cannot say it.
std::optional<std::string> declaration(const Declared& of, const Printer& printer) {
  std::string out = "(declare-const " + of.name + " " + (of.is_double ? printer.double_sort() : printer.sort(of.width)) + ")\n";
  if (of.is_double) {
    auto range = printer.double_between(of.name, of.min, of.max);
    return range ? std::optional(out + "(assert " + *range + ")\n") : std::nullopt;
  }
  if (of.width > 1) return out + "(assert " + printer.between(of.name, of.min, of.max, of.width) + ")\n";
  if (of.min == of.max) out += "(assert (= " + of.name + (of.min != 0 ? " true))\n" : " false))\n");
  return out;
}

std::optional<std::string> declarations(const Question& question, const std::vector<TermId>& terms, const Printer& printer) {
  std::string out;
  for (TermId id : terms) {
    const Term& term = question.pool[id];
    Declared declared{printer.name(id), term.width, term.is_double};
    if (term.kind == TermKind::symbol) {
      declared.min = question.pool.symbol_of(id).min;
      declared.max = question.pool.symbol_of(id).max;
    } else if (term.kind == TermKind::input) {
      declared.min = question.program.inputs[static_cast<std::size_t>(term.value)].min;
      declared.max = question.program.inputs[static_cast<std::size_t>(term.value)].max;
    } else {
      continue;
    }
    auto text = declaration(declared, printer);
    if (!text) return std::nullopt;
    out += *text;
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

std::string_view name_of(Theory theory) {
  static constexpr std::string_view kNames[] = {"integers", "bit-vectors", "reals", "floating point", "integers without upper bounds"};
  return kNames[static_cast<std::size_t>(theory)];
}

std::string symbol(const lower::Input& input) { return "|" + input.name + "|"; }

std::optional<std::string> write_query(const Question& question, Theory theory, const std::string& title) {
  auto terms = reachable_terms(question);
  auto printer = make_printer(theory, question);
  printer->number(terms);
  std::string body;
  for (TermId id : terms) {
    const Term& of = question.pool[id];
    bool speaks_of_doubles = of.is_double || (of.kind == TermKind::operation && lower::is_float(of.op));
    if (speaks_of_doubles && !printer->has_doubles()) return std::nullopt;
    if (of.kind != TermKind::operation) continue;
    auto text = printer->definition(id);
    if (!text) return std::nullopt;
    body += *text;
  }
  auto declared = declarations(question, terms, *printer);
  if (!declared) return std::nullopt;
  std::string comment = "; " + title;
  std::ranges::replace_if(comment, [](unsigned char c) { return c < 0x20; }, ' ');  // it ends where the line ends
  std::string out = comment + "\n(set-logic " + std::string(printer->logic()) + ")\n" + std::string(printer->prelude());
  return out + *declared + body + printer->lemmas(terms) + printer->claim(terms) + "(check-sat)\n";
}

}  // namespace assay::verify::smt
