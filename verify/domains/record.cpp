#include "verify/domains/record.h"

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
    note({Quantity::Kind::cost, 0}, state_.cost);
    return std::move(out_);
  }

 private:
  /// A term's facts hold of the machine's value on every execution that gets here (facts.h).
  void note(Quantity quantity, TermId term) {
    if (term == kNoTerm) return;  // uninitialised on some way: nothing is said
    Interval now = state_.facts.range(term, ranges_);
    if (pool_[term].is_double) return note_double(quantity, now);
    if (!whole(pool_[term].width).within(now)) out_.push_back({.kind = Atom::Kind::range, .x = quantity, .a = now.lo, .b = now.hi});
  }

  /// What may be NaN has no bounds that an atom could tell.
  void note_double(Quantity quantity, const Interval& keys) {
    if (keys.hi > kInfinityKey) return;
    if (kAllNumbers.within(keys)) out_.push_back({.kind = Atom::Kind::not_nan, .x = quantity});
    else out_.push_back({.kind = Atom::Kind::double_range, .x = quantity, .a = bits_of_key(keys.lo), .b = bits_of_key(keys.hi)});
  }

  const lower::Program& program_;
  const State& state_;
  const TermPool& pool_;
  Ranges& ranges_;
  std::vector<Atom> out_;
};

}  // namespace

std::vector<Atom> atoms_of(const lower::Program& program, const lower::Block& block, const State& state, const TermPool& pool,
                           Ranges& ranges) {
  return Recorder(program, state, pool, ranges).record(block);
}

}  // namespace assay::verify::domains
