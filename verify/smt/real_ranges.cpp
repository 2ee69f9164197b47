#include "verify/smt/real_ranges.h"

#include <algorithm>
#include <cmath>

namespace assay::verify::smt {
namespace {

using lower::Op;
using lower::Term;
using lower::TermId;
using lower::TermKind;
using lower::Word;
using Range = std::optional<RealRange>;

constexpr double kModerate = 0x1p500;  ///< below is_moderate's bound

/// The host rounds to nearest, so the exact ends lie within one step of the computed ones; the rounded result of any exact
/// value between two doubles lies between them, too. Immoderate: nothing is known.
Range outward(double low, double high) {
  low = std::nextafter(low, -HUGE_VAL);
  high = std::nextafter(high, HUGE_VAL);
  if (!(std::fabs(low) < kModerate && std::fabs(high) < kModerate)) return std::nullopt;
  return RealRange{low, high};
}

/// The extremes of a product, and of a quotient by what is not zero, are at the corners.
Range corners(double a, double b, double c, double d) { return outward(std::min({a, b, c, d}), std::max({a, b, c, d})); }

Range quotient(const RealRange& x, const RealRange& y) {
  if (y.low <= 0 && y.high >= 0) return std::nullopt;
  return corners(x.low / y.low, x.low / y.high, x.high / y.low, x.high / y.high);
}

Range absolute(const RealRange& x) {
  double least = x.low > 0 ? x.low : x.high < 0 ? -x.high : 0;
  return RealRange{least, std::max(std::fabs(x.low), std::fabs(x.high))};
}

class Reader {
 public:
  explicit Reader(const Question& question) : question_(question), known_(question.pool.size()) {}

  std::vector<Range> run(std::span<const TermId> terms) {
    for (TermId id : terms)
      if (question_.pool[id].is_double) known_[id] = range_of(question_.pool[id], id);
    return std::move(known_);
  }

 private:
  static Range declared(Word low, Word high) {
    double a = lower::double_of(low), b = lower::double_of(high);
    return std::isfinite(a) && std::isfinite(b) ? outward(a, b) : std::nullopt;
  }

  Range range_of(const Term& of, TermId id) const {
    if (of.kind == TermKind::constant) return declared(of.value, of.value);
    if (of.kind == TermKind::symbol) return declared(question_.pool.symbol_of(id).min, question_.pool.symbol_of(id).max);
    if (of.kind == TermKind::operation) return operation(of);
    const lower::Input& input = question_.program.inputs[static_cast<std::size_t>(of.value)];
    return declared(input.min, input.max);
  }

  /// Of an integer: its declared range, or all that its width can hold.
  Range integer(TermId id) const {
    const Term& of = question_.pool[id];
    Word low = lower::smallest(of.width), high = lower::largest(of.width);
    if (of.kind == TermKind::input) {
      low = question_.program.inputs[static_cast<std::size_t>(of.value)].min;
      high = question_.program.inputs[static_cast<std::size_t>(of.value)].max;
    }
    return outward(static_cast<double>(low), static_cast<double>(high));
  }

  Range operation(const Term& of) const {
    if (of.op == Op::int_to_double) return integer(of.a);
    if (of.op == Op::select) return hull(known_[of.b], known_[of.c]);
    const Range &x = known_[of.a], &y = of.b == lower::kNoTerm ? x : known_[of.b];
    if (!x || !y) return std::nullopt;
    switch (of.op) {
      case Op::fadd: return outward(x->low + y->low, x->high + y->high);
      case Op::fsub: return outward(x->low - y->high, x->high - y->low);
      case Op::fmul: return corners(x->low * y->low, x->low * y->high, x->high * y->low, x->high * y->high);
      case Op::fdiv: return quotient(*x, *y);
      case Op::fneg: return RealRange{-x->high, -x->low};
      case Op::fabs: return absolute(*x);
      default: return std::nullopt;
    }
  }

  static Range hull(const Range& x, const Range& y) {
    if (!x || !y) return std::nullopt;
    return RealRange{std::min(x->low, y->low), std::max(x->high, y->high)};
  }

  const Question& question_;
  std::vector<Range> known_;
};

}  // namespace

std::vector<std::optional<RealRange>> real_ranges(const Question& question, std::span<const TermId> terms) {
  return Reader(question).run(terms);
}

}  // namespace assay::verify::smt
