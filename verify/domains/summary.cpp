#include "verify/domains/summary.h"

#include <cassert>

namespace assay::verify::domains {
namespace {

using lower::TermId;
using lower::TermPool;

/// The last way needs no test: the others are not taken.
template <class Get>
TermId choose(const Exploration& explored, TermPool& pool, Get get) {
  TermId chosen = lower::kNoTerm;
  for (const Return& way : explored.outcomes) {
    TermId value = get(way), taken = pool.truth(true);
    if (value == lower::kNoTerm) return lower::kNoTerm;
    for (TermId literal : way.path) taken = pool.both(taken, literal);
    chosen = chosen == lower::kNoTerm ? value : pool.make(lower::Op::select, pool[value].width, taken, value, chosen);
  }
  return chosen;
}

}  // namespace

Summary summarise(const Exploration& explored, lower::TermPool& pool) {
  assert(!explored.gave_up && !explored.outcomes.empty());
  Summary out;
  out.result = choose(explored, pool, [](const Return& way) { return way.result; });
  for (std::size_t slot = 0; slot < explored.outcomes[0].memory.size(); ++slot)
    out.memory.push_back(choose(explored, pool, [&](const Return& way) { return way.memory[slot]; }));
  return out;
}

}  // namespace assay::verify::domains
