#include "verify/network/call_terms.h"

#include <algorithm>

#include "verify/domains/summary.h"
#include "verify/network/linear_facts.h"
#include "verify/smt/printer.h"

namespace assay::verify::network {
namespace {

using lower::kNone;
using lower::kNoTerm;
using lower::Op;
using lower::Program;
using lower::Term;
using lower::TermId;
using lower::TermKind;
using lower::TermPool;

smt::Question about(const Program& program, const TermPool& pool) { return {program, pool, {}, TermId{0}}; }

/// Everything among the terms can be said over integers.
bool is_arithmetic(const Program& program, const TermPool& pool, const std::set<TermId>& terms) {
  const smt::Question question = about(program, pool);
  auto printer = smt::make_printer(smt::Theory::integers, question);
  return std::ranges::all_of(terms, [&](TermId id) { return pool[id].kind != TermKind::operation || printer->operation(id); });
}

std::vector<TermId> roots_of(const CallTerms& call) {
  std::vector<TermId> out{call.result};
  for (auto [input, after] : call.state) out.push_back(after);
  return out;
}

bool mixes_unknowns(const TermPool& pool, TermId id) {
  const Term& term = pool[id];
  if (term.kind != TermKind::operation || term.b == kNoTerm || pool.is_constant(term.b)) return false;
  return term.op == Op::mul || (term.op >= Op::sdiv && term.op <= Op::ashr) || term.op == Op::smul_overflows || term.op == Op::umul_overflows;
}

void write(Script& script, const Program& program, const TermPool& pool, const std::set<TermId>& terms, bool loosely) {
  const smt::Question question = about(program, pool);
  auto printer = smt::make_printer(smt::Theory::integers, question);
  script.raw(printer->prelude());
  for (TermId id : terms) {
    const Term& term = pool[id];
    if (term.kind != TermKind::symbol && term.kind != TermKind::operation) continue;
    const std::string name = printer->name(id);
    script.raw("(declare-const " + name + " " + printer->sort(term.width) + ")\n");
    if (term.kind == TermKind::symbol) {
      const lower::Symbol& symbol = pool.symbol_of(id);
      if (term.width > 1) script.raw("(assert " + printer->between(name, symbol.min, symbol.max, term.width) + ")\n");
    } else if (loosely && mixes_unknowns(pool, id)) {
      if (term.width > 1 && terms.contains(term.a) && terms.contains(term.b)) script.raw(linear_facts(pool, id, *printer));
    } else {
      // Not a define-fun: Z3 reads a thousand of those, each in terms of others, in ten seconds.
      script.raw("(assert (= " + name + " " + *printer->operation(id) + "))\n");
    }
  }
}

std::set<TermId> below(const TermPool& pool, std::span<const TermId> roots, bool only_linear) {
  std::set<TermId> seen;
  std::vector<TermId> open(roots.begin(), roots.end());
  while (!open.empty()) {
    const TermId id = open.back();
    open.pop_back();
    if (id == kNoTerm || !seen.insert(id).second) continue;
    if (only_linear && mixes_unknowns(pool, id)) continue;
    if (pool[id].kind == TermKind::operation) open.insert(open.end(), {pool[id].a, pool[id].b, pool[id].c});
  }
  return seen;
}

}  // namespace

Result<CallTerms> one_call(const Program& program, TermPool& pool, std::uint64_t bound, const Settle& settle) {
  const std::string who = "the function " + program.function + " as a sender: ";
  domains::ExploreOptions options;
  options.instruction_bound = bound;
  options.sum_up_loops = false;  // outcomes must be exact
  domains::Exploration explored = domains::explore(program, pool, options);
  if (explored.gave_up) return fail(who + *explored.gave_up);
  for (const domains::Obligation& open : explored.open) {
    auto settled = settle ? settle(program, pool, open) : Result<bool>(false);
    if (!settled) return std::unexpected(settled.error());
    if (!*settled) return fail(who + "it is not shown to be safe for every input (" + open.what + "); prove its safety first");
  }
  if (explored.outcomes.empty() || program.return_width == 0) return fail(who + "it answers no window");
  domains::Summary merged = domains::summarise(explored, pool);
  CallTerms out{merged.result, {}};
  for (std::uint32_t i = 0; i < program.inputs.size(); ++i)
    if (std::uint32_t slot = program.inputs[i].slot; slot != kNone && is_state(program, slot)) out.state[i] = merged.memory[slot];
  if (!is_arithmetic(program, pool, reachable(pool, roots_of(out)))) return fail(who + "it mixes the bits of two variables");
  return out;
}

bool is_state(const Program& program, std::uint32_t slot) {
  return std::ranges::any_of(program.objects, [&](const lower::Object& object) {
    return object.is_state && slot >= object.first_slot && slot < object.first_slot + object.slot_count;
  });
}

std::set<TermId> reachable(const TermPool& pool, std::span<const TermId> roots) { return below(pool, roots, false); }

std::set<TermId> linear_part(const TermPool& pool, std::span<const TermId> roots) { return below(pool, roots, true); }

bool is_linear(const TermPool& pool, const std::set<TermId>& terms) {
  return std::ranges::none_of(terms, [&](TermId id) { return mixes_unknowns(pool, id); });
}

TermId Instance::operator()(TermId id) {
  if (id == kNoTerm) return id;
  if (auto found = done_.find(id); found != done_.end()) return found->second;
  const Term term = pool_[id];
  if (term.kind == TermKind::input) return inputs_[static_cast<std::size_t>(term.value)];
  if (term.kind != TermKind::operation) return id;
  const TermId a = (*this)(term.a), b = (*this)(term.b), c = (*this)(term.c);
  return done_[id] = pool_.make(term.op, term.width, a, b, c, term.exact);
}

void write_terms(Script& script, const Program& program, const TermPool& pool, const std::set<TermId>& terms) {
  write(script, program, pool, terms, false);
}

void write_loosely(Script& script, const Program& program, const TermPool& pool, const std::set<TermId>& terms) {
  write(script, program, pool, terms, true);
}

std::string term_name(const Program& program, const TermPool& pool, TermId id) {
  const smt::Question question = about(program, pool);
  return smt::make_printer(smt::Theory::integers, question)->name(id);
}

}  // namespace assay::verify::network
