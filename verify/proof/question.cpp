#include "verify/proof/question.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace assay::verify::proof {
namespace {

using lower::kNoTerm;
using lower::Term;
using lower::TermId;
using lower::TermKind;
using lower::TermPool;

/// Copies terms into a pool of their own, in order of need: operands first.
class Copier {
 public:
  Copier(const TermPool& from, TermPool& to) : from_(from), to_(to) {}

  TermId copy(TermId root) {
    std::vector<TermId> work{root};
    while (!work.empty()) {
      TermId id = work.back();
      if (known_.contains(id)) {
        work.pop_back();
        continue;
      }
      const Term& term = from_[id];
      std::size_t waiting = work.size();
      if (term.kind == TermKind::operation)
        for (TermId operand : {term.c, term.b, term.a})
          if (operand != kNoTerm && !known_.contains(operand)) work.push_back(operand);
      if (work.size() != waiting) continue;
      known_[id] = made(id, term);
      work.pop_back();
    }
    return known_.at(root);
  }

 private:
  TermId made(TermId id, const Term& term) {
    switch (term.kind) {
      case TermKind::constant: return to_.constant(term.value, term.width, term.is_double);
      case TermKind::input: return to_.input(static_cast<std::uint32_t>(term.value), term.width, term.is_double);
      case TermKind::symbol: return to_.symbol(from_.symbol_of(id));
      case TermKind::operation: break;
    }
    auto operand = [&](TermId each) { return each == kNoTerm ? kNoTerm : known_.at(each); };
    return to_.make(term.op, term.width, operand(term.a), operand(term.b), operand(term.c), term.exact);
  }

  const TermPool& from_;
  TermPool& to_;
  std::unordered_map<TermId, TermId> known_;
};

/// The bits that every item's path has, in the first one's order.
std::vector<TermId> shared_path(const Obligations& from, std::span<const std::uint32_t> items) {
  std::vector<TermId> out = from.list[items[0]].path;
  for (std::uint32_t item : items.subspan(1)) {
    std::unordered_set<TermId> there(from.list[item].path.begin(), from.list[item].path.end());
    std::erase_if(out, [&](TermId bit) { return !there.contains(bit); });
  }
  return out;
}

std::string title(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items, Mode mode) {
  const Obligation& first = from.list[items[0]];
  std::string out = program.function + ", " + std::string(name_of(mode)) + ", node " + std::to_string(first.node);
  if (items.size() > 1) return out + ": " + std::to_string(items.size()) + " obligations from " + std::to_string(items[0]) + "; expected: unsat";
  return out + ", obligation " + std::to_string(items[0]) + ": " + first.what + "; expected: unsat";
}

}  // namespace

OwnQuestion question_of(const Obligations& from, std::span<const std::uint32_t> items) {
  OwnQuestion out;
  TermPool& pool = out.pool;
  Copier copier(from.pool, pool);
  std::vector<TermId> shared = shared_path(from, items);
  std::unordered_set<TermId> in_shared(shared.begin(), shared.end());
  for (TermId bit : shared) out.path.push_back(copier.copy(bit));
  out.violation = pool.truth(false);
  for (std::uint32_t item : items) {
    TermId way = copier.copy(from.list[item].violation);
    for (TermId bit : from.list[item].path)
      if (!in_shared.contains(bit)) way = pool.both(way, copier.copy(bit));
    out.violation = pool.either(out.violation, way);
  }
  return out;
}

std::optional<std::string> write_text(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                                      Mode mode, smt::Theory theory) {
  OwnQuestion own = question_of(from, items);
  return smt::write_query(own.over(program), theory, title(program, from, items, mode));
}

}  // namespace assay::verify::proof
