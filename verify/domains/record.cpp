#include "verify/domains/record.h"

#include <algorithm>
#include <utility>

#include "verify/domains/float_interval.h"

namespace assay::verify::domains {
namespace {

using lower::kNoTerm;
using proof::Atom;
using proof::Quantity;

class Recorder {
 public:
  Recorder(const lower::Program& program, const State& state, const TermPool& pool, Ranges& ranges)
      : program_(program), state_(state), pool_(pool), ranges_(ranges) {}

  std::vector<Atom> record(const lower::Block& block) {
    for (lower::ValueId value : block.live_in) note({Quantity::Kind::value, value}, state_.values[value]);
    for (const lower::Phi& phi : block.phis) note({Quantity::Kind::value, phi.result}, state_.values[phi.result]);
    for (const lower::Object& object : program_.objects)
      for (std::uint32_t i = 0; i < object.slot_count; ++i)
        if (object.is_input || object.is_scratch) note({Quantity::Kind::slot, object.first_slot + i}, state_.memory[object.first_slot + i]);
    // Within and after a summed-up loop the cost follows from the graph's shape and the trips.
    if (!state_.is_summary) note({Quantity::Kind::cost, 0}, state_.cost);
    for (const Round& round : state_.rounds) note_trips({Quantity::Kind::trips, round.loop}, round.trips);
    note_differences();
    return std::move(out_);
  }

 private:
  /// A term's facts hold of the machine's value on every execution that gets here (facts.h).
  void note(Quantity quantity, TermId term) {
    if (term == kNoTerm) return;  // uninitialised on some way: nothing is said
    if (quantity.kind != Quantity::Kind::cost && related_.size() < kMostRelated && Differences::handles(term, pool_) && !pool_.is_constant(term))
      related_.push_back({quantity, term});
    const Integer& now = state_.facts.value(term, ranges_);
    if (pool_[term].is_double) return note_double(quantity, now.range);
    if (!whole(now.width).within(now.range)) out_.push_back({.kind = Atom::Kind::range, .x = quantity, .a = now.range.lo, .b = now.range.hi});
    note_beyond_range(quantity, now, Integer::within(now.range, now.width));
  }

  /// What the range alone does not tell. A congruence modulo a power of two is told as bits.
  void note_beyond_range(Quantity quantity, const Integer& now, const Integer& implied) {
    if (now.width == 1 || now.width > 64) return;
    auto unsigned_word = [&](Word word) { return static_cast<Word>(lower::bits_of(word, now.width)); };
    if (!leq(implied.unsigned_range, now.unsigned_range))
      out_.push_back({.kind = Atom::Kind::unsigned_range, .x = quantity, .a = unsigned_word(now.unsigned_range.lo), .b = unsigned_word(now.unsigned_range.hi)});
    if (!leq(implied.bits, now.bits))
      out_.push_back({.kind = Atom::Kind::known_bits, .x = quantity, .a = now.bits.known(), .b = now.bits.ones});
    const Word modulus = now.congruence.modulus;
    if (modulus > 1 && (modulus & (modulus - 1)) != 0 && modulus <= lower::largest(64))
      out_.push_back({.kind = Atom::Kind::congruence, .x = quantity, .a = modulus, .b = now.congruence.residue});
  }

  /// What may be NaN has no bounds that an atom could tell.
  void note_double(Quantity quantity, const Interval& keys) {
    if (keys.hi > kInfinityKey) return;
    if (kAllNumbers.within(keys)) out_.push_back({.kind = Atom::Kind::not_nan, .x = quantity});
    else out_.push_back({.kind = Atom::Kind::double_range, .x = quantity, .a = bits_of_key(keys.lo), .b = bits_of_key(keys.hi)});
  }

  /// Trips are counted by whoever checks the graph, so they have no width to be wholly within.
  void note_trips(Quantity quantity, TermId term) {
    Interval now = state_.facts.range(term, ranges_);
    out_.push_back({.kind = Atom::Kind::range, .x = quantity, .a = now.lo, .b = now.hi});
    if (!pool_.is_constant(term)) related_.insert(related_.begin(), {quantity, term});
  }

  /// Pairs that are offsets of one term, or that a listed difference names: others say no more than their ranges.
  void note_differences() {
    Differences differences(state_.zone, state_.facts, pool_, ranges_);
    for (const auto& [left, x] : related_)
      for (const auto& [right, y] : related_) {
        if (left == right || !are_linked(differences.offset_of(x).base, differences.offset_of(y).base)) continue;
        Word bound = differences.upper(x, y);
        bool says_more = bound < state_.facts.range(x, ranges_).hi - state_.facts.range(y, ranges_).lo;
        if (says_more) out_.push_back({.kind = Atom::Kind::difference, .x = left, .y = right, .b = bound});
      }
  }

  bool are_linked(TermId x, TermId y) const {
    if (x == kNoTerm || y == kNoTerm) return false;
    return x == y || std::any_of(state_.zone.listed().begin(), state_.zone.listed().end(),
                                 [&](const Difference& known) { return known.x == x && known.y == y; });
  }

  static constexpr std::size_t kMostRelated = 24;

  const lower::Program& program_;
  const State& state_;
  const TermPool& pool_;
  Ranges& ranges_;
  std::vector<Atom> out_;
  std::vector<std::pair<Quantity, TermId>> related_;
};

}  // namespace

std::vector<Atom> atoms_of(const lower::Program& program, const lower::Block& block, const State& state, const TermPool& pool,
                           Ranges& ranges) {
  return Recorder(program, state, pool, ranges).record(block);
}

}  // namespace assay::verify::domains
