#include "bench/verify/alone.h"

#include "bench/verify/measure.h"
#include "verify/domains/explore.h"
#include "verify/smt/query.h"
#include "verify/smt/solver.h"

namespace assay::bench {
namespace {

namespace lower = verify::lower;
namespace smt = verify::smt;

class Asker {
 public:
  Asker(const lower::Program& program, const lower::TermPool& pool, std::uint64_t effort, Alone& out)
      : program_(program), pool_(pool), effort_(effort), out_(out) {}

  /// Integers, then bit-vectors, half the effort each: as certify does.
  void ask(const smt::Question& question) {
    ++out_.questions;
    smt::Verdict verdict = smt::Verdict::unknown;
    for (smt::Theory theory : {smt::Theory::integers, smt::Theory::bit_vectors}) {
      lap(nullptr);
      auto text = write_query(question, theory, "alone");
      lap(&out_.print);
      if (!text) continue;
      verdict = smt::solve_here(*text, effort_ / 2).verdict;
      lap(&out_.solve);
      if (verdict != smt::Verdict::unknown) break;
    }
    (verdict == smt::Verdict::unsat ? out_.unsat : verdict == smt::Verdict::sat ? out_.sat : out_.unknown) += 1;
  }

  void lap(double* into) {
    const double now = ProcessorClock::own();
    if (into != nullptr) *into += now - last_;
    last_ = now;
  }

 private:
  const lower::Program& program_;
  const lower::TermPool& pool_;
  std::uint64_t effort_;
  Alone& out_;
  double last_ = ProcessorClock::own();
};

lower::TermId any_of(lower::TermPool& pool, const std::vector<verify::domains::Obligation>& open) {
  lower::TermId any = pool.truth(false);
  for (const auto& obligation : open) {
    lower::TermId broken = obligation.violation;
    for (lower::TermId literal : obligation.path) broken = pool.both(literal, broken);
    any = pool.either(any, broken);
  }
  return any;
}

}  // namespace

Alone by_z3_alone(const lower::Program& program, std::uint64_t instruction_bound, Asking asking, std::uint64_t effort) {
  Alone out;
  lower::TermPool pool;
  Asker asker(program, pool, effort, out);
  verify::domains::ExploreOptions options;
  options.instruction_bound = instruction_bound;
  options.use_intervals = false;
  const auto found = explore(program, pool, options);
  asker.lap(&out.explore);
  out.gave_up = found.gave_up.has_value();
  if (out.gave_up) return out;
  if (asking == Asking::each) {
    for (const auto& obligation : found.open) asker.ask({program, pool, obligation.path, obligation.violation});
  } else if (!found.open.empty()) {
    const lower::TermId any = any_of(pool, found.open);
    asker.lap(&out.print);
    asker.ask({program, pool, {}, any});
  }
  return out;
}

}  // namespace assay::bench
