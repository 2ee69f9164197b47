#include "verify/domains/integer.h"

#include <algorithm>

namespace assay::verify::domains {
namespace {

using lower::bits_of;
using lower::largest;
using lower::smallest;

/// Lets components of one value tighten each other; every step replaces a component by its meet with a consequence of another.
class Reducer {
 public:
  explicit Reducer(Integer value) : value_(value), width_(value.width) {}

  std::optional<Integer> run() {
    // Three rounds: enough in practice, and stopping early only loses precision.
    for (int round = 0; round < 3; ++round) {
      Integer before = value_;
      if (!step()) return std::nullopt;
      if (value_.range.single()) return constant();
      if (value_ == before) break;
    }
    return value_;
  }

 private:
  bool step() { return readings() && bits_to_ranges() && ranges_to_bits() && low_bits() && strides() && readings(); }

  std::optional<Integer> constant() const {
    Word only = value_.range.lo;
    if (!value_.contains(only)) return std::nullopt;
    return Integer::of(only, width_);
  }

  bool keep(const std::optional<Interval>& range) { return range && (value_.range = *range, true); }
  bool keep(const std::optional<UnsignedRange>& range) { return range && (value_.unsigned_range = *range, true); }
  bool keep(const std::optional<KnownBits>& bits) { return bits && (value_.bits = *bits, true); }
  bool keep(const std::optional<Congruence>& congruence) { return congruence && (value_.congruence = *congruence, true); }

  /// Members are non-negative, from [max(0, ulo), min(hi, uhi)], or negative, from [max(lo, ulo), min(-1, uhi)]: both
  /// readings agree within each half. An empty half is cut off.
  bool readings() {
    const Interval s = value_.range;
    const UnsignedRange u = value_.unsigned_range;
    std::optional<Interval> low, high;
    if (s.hi >= 0 && u.lo >= 0) low = meet(s, {u.lo, u.hi < 0 ? largest(width_) : u.hi});
    if (s.lo < 0 && u.hi < 0) high = meet(s, {u.lo < 0 ? u.lo : smallest(width_), u.hi});
    if (!low && !high) return false;
    value_.range = {high ? high->lo : low->lo, low ? low->hi : high->hi};
    value_.unsigned_range = {low ? low->lo : high->lo, high ? high->hi : low->hi};
    return true;
  }

  /// The least and the greatest word with the known bits, by both readings.
  bool bits_to_ranges() {
    const KnownBits& bits = value_.bits;
    if (bits.known() == 0) return true;
    Word least = bits.ones, most = width_ == 1 ? 1 ^ bits.zeros : ~bits.zeros;  // the open bits all 0, all 1
    if (!keep(meet(value_.unsigned_range, UnsignedRange{least, most}))) return false;
    if (width_ == 1) return keep(meet(value_.range, {least, most}));
    Word sign = smallest(width_);  // open: set in the least, clear in the greatest
    if (bits.known() >= 0) least |= sign, most &= ~sign;
    return keep(meet(value_.range, {least, most}));
  }

  /// Bits above the highest one in which the unsigned bounds differ are the same in all words between.
  bool ranges_to_bits() {
    const UnsignedRange& u = value_.unsigned_range;
    UnsignedWord apart = bits_of(u.lo ^ u.hi, width_);
    for (int step = 1; step < 128; step *= 2) apart |= apart >> step;
    Word same = lower::wrap(~apart, width_);
    return keep(meet(value_.bits, {~u.lo & same, u.lo & same}));
  }

  /// The known lowest k bits and the residue modulo 2^k say the same. (More than 60 bits would leave a congruence no room
  /// for an odd factor.)
  bool low_bits() {
    unsigned known = std::min(60u, trailing_ones(static_cast<UnsignedWord>(value_.bits.known())));
    if (value_.bits.known() == (width_ == 1 ? 1 : -1)) return keep(meet(value_.range, {value_.bits.ones, value_.bits.ones}));
    if (known != 0 && !keep(meet(value_.congruence, Congruence::modulo(Word{1} << known, low(value_.bits.ones, known))))) return false;
    Word modulus = value_.congruence.modulus;
    if (modulus == 0) return keep(meet(value_.bits, KnownBits::of(value_.congruence.residue, width_)));
    unsigned even = std::min(width_, trailing_ones(static_cast<UnsignedWord>(~modulus & (modulus - 1))));
    if (even == 0) return true;
    Word ones = low(value_.congruence.residue, even), zeros = low(~value_.congruence.residue, even);
    return keep(meet(value_.bits, {lower::wrap(static_cast<UnsignedWord>(zeros), width_), lower::wrap(static_cast<UnsignedWord>(ones), width_)}));
  }

  /// The signed bounds move inwards to the next member of the congruence.
  bool strides() {
    const Congruence& c = value_.congruence;
    if (c.modulus == 0) return keep(meet(value_.range, {c.residue, c.residue}));
    if (c.modulus == 1) return true;
    Word up = distance(value_.range.lo, c), down = c.modulus - 1 - (distance(value_.range.hi, c) + c.modulus - 1) % c.modulus;
    Interval inner;
    if (__builtin_add_overflow(value_.range.lo, up, &inner.lo) || __builtin_sub_overflow(value_.range.hi, down, &inner.hi)) return false;
    return inner.lo <= inner.hi && keep(meet(value_.range, inner));
  }

  /// From the word up to the next member.
  static Word distance(Word from, const Congruence& c) {
    Word rest = from % c.modulus;
    if (rest < 0) rest += c.modulus;
    return rest <= c.residue ? c.residue - rest : c.modulus - rest + c.residue;
  }

  static Word low(Word value, unsigned bits) { return value & ((Word{1} << bits) - 1); }
  static unsigned trailing_ones(UnsignedWord mask) {
    unsigned count = 0;
    while (count < 120 && ((mask >> count) & 1) != 0) ++count;
    return count;
  }

  Integer value_;
  unsigned width_;
};

}  // namespace

Integer Integer::top(unsigned width) {
  return {Interval::top(width), UnsignedRange::top(width), KnownBits::top(width), Congruence::top(width), width};
}

Integer Integer::of(Word value, unsigned width) {
  return {Interval::of(value, width), UnsignedRange::of(value, width), KnownBits::of(value, width), Congruence::of(value, width), width};
}

Integer Integer::within(const Interval& range, unsigned width) {
  if (range.single()) return of(range.lo, width);
  Integer out = top(width);
  out.range = range;
  return reduce(out).value_or(out);
}

std::optional<Integer> reduce(Integer value) { return Reducer(value).run(); }

bool leq(const Integer& a, const Integer& b) {
  return leq(a.range, b.range) && leq(a.unsigned_range, b.unsigned_range) && leq(a.bits, b.bits) && leq(a.congruence, b.congruence);
}

/// Componentwise, like all that follows: gamma is an intersection, so what holds each component's sets holds the product's.
Integer join(const Integer& a, const Integer& b) {
  return {join(a.range, b.range), join(a.unsigned_range, b.unsigned_range), join(a.bits, b.bits), join(a.congruence, b.congruence), a.width};
}

std::optional<Integer> meet(const Integer& a, const Integer& b) {
  if (leq(a, b)) return a;
  auto range = meet(a.range, b.range);
  auto unsigned_range = meet(a.unsigned_range, b.unsigned_range);
  auto bits = meet(a.bits, b.bits);
  auto congruence = meet(a.congruence, b.congruence);
  if (!range || !unsigned_range || !bits || !congruence) return std::nullopt;
  return reduce({*range, *unsigned_range, *bits, *congruence, a.width});
}

std::optional<Integer> meet(const Integer& a, const Interval& range) {
  auto both = meet(a.range, range);
  if (!both) return std::nullopt;
  if (*both == a.range) return a;
  Integer out = a;
  out.range = *both;
  return reduce(out);
}

Integer widen(const Integer& a, const Integer& b, std::span<const Word> thresholds, unsigned width) {
  return {widen(a.range, b.range, thresholds, width), widen(a.unsigned_range, b.unsigned_range, thresholds, width),
          widen(a.bits, b.bits, thresholds, width), widen(a.congruence, b.congruence, thresholds, width), width};
}

Integer narrow(const Integer& a, const Integer& b, unsigned width) {
  return {narrow(a.range, b.range, width), narrow(a.unsigned_range, b.unsigned_range, width), narrow(a.bits, b.bits, width),
          narrow(a.congruence, b.congruence, width), width};
}

}  // namespace assay::verify::domains
