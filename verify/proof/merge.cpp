// The two ways in which ways meet: by forgetting (cut_at) and by choosing (merge_at).

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_set>

#include "verify/proof/state.h"

namespace assay::verify::proof {
namespace {

using lower::Action;
using lower::Block;
using lower::kNone;
using lower::kNoTerm;
using lower::Op;
using lower::Program;
using lower::ValueId;
using Path = std::vector<TermId>;

std::vector<ValueId> spoken_of(const Block& block) {
  std::vector<ValueId> out(block.live_in);
  for (const lower::Phi& phi : block.phis) out.push_back(phi.result);
  return out;
}

/// The bits that hold on every way, in the first one's order.
Path shared_by(const std::vector<Arrival>& arrivals) {
  Path out = arrivals[0].state.path;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    std::unordered_set<TermId> there(arrivals[i].state.path.begin(), arrivals[i].state.path.end());
    std::erase_if(out, [&](TermId bit) { return !there.contains(bit); });
  }
  return out;
}

class Cutter {
 public:
  Cutter(std::uint32_t number, const std::vector<Arrival>& arrivals, const Redefined* redefined, const Program& program,
         const Graph& graph, TermPool& pool)
      : number_(number), node_(graph.nodes[number]), arrivals_(arrivals), redefined_(redefined), program_(program), pool_(pool) {}

  State cut() {
    out_.values.assign(program_.values.size(), kNoTerm);
    out_.path = shared_by(arrivals_);
    for (ValueId value : spoken_of(program_.blocks[node_.block])) {
      const lower::Value& known = program_.values[value];
      out_.values[value] = keep_or_forget({Quantity::Kind::value, value}, redefined_ && redefined_->values[value],
                                          {"", known.width, lower::smallest(known.width), lower::largest(known.width), known.is_double});
    }
    for (std::uint32_t slot = 0; slot < program_.slots.size(); ++slot) {
      const lower::Slot& known = program_.slots[slot];
      unsigned width = known.bytes * 8;
      out_.memory.push_back(keep_or_forget({Quantity::Kind::slot, slot}, redefined_ && redefined_->slots[slot],
                                           {known.name, width, lower::smallest(width), lower::largest(width), known.is_double}));
    }
    for (std::uint32_t loop = 0; loop < program_.loops.size(); ++loop)
      out_.trips.push_back(keep_or_forget({Quantity::Kind::trips, loop}, redefined_ && redefined_->trips[loop], {"", 64, 0, kMostCounted, false}));
    out_.cost = keep_or_forget({Quantity::Kind::cost, 0}, redefined_ && redefined_->cost, {"", 64, 0, kMostCounted, false});
    for (const Atom& atom : node_.atoms) {
      TermId bit = is_known_of_symbol(atom) ? kNoTerm : bit_of(atom, out_, program_, pool_);
      if (bit != kNoTerm && !pool_.is_constant(bit, 1)) out_.path.push_back(bit);
    }
    return std::move(out_);
  }

 private:
  TermId keep_or_forget(const Quantity& quantity, bool changes, lower::Symbol any) {
    TermId first = term_of(quantity, arrivals_[0].state, program_, pool_);
    bool same = !changes;
    for (const Arrival& arrival : arrivals_) {
      TermId here = term_of(quantity, arrival.state, program_, pool_);
      if (here == kNoTerm) return kNoTerm;
      same = same && here == first;
    }
    return same ? first : forget(quantity, std::move(any));
  }

  /// A new unknown. What the atoms say of its range becomes its own.
  TermId forget(const Quantity& quantity, lower::Symbol any) {
    static constexpr std::string_view kLetters = "vsct";
    std::string place = "n" + std::to_string(number_) + "." + kLetters[static_cast<std::size_t>(quantity.kind)] + std::to_string(quantity.index);
    any.name = any.name.empty() ? place : place + "." + any.name;
    if (any.is_double) any.min = lower::kMinusInfinity, any.max = lower::kInfinity;
    for (const Atom& atom : node_.atoms) {
      if (any.is_double || atom.kind != Atom::Kind::range || atom.x != quantity) continue;
      Word min = std::max(any.min, atom.a), max = std::min(any.max, atom.b);
      if (min <= max) any.min = min, any.max = max;
    }
    return pool_.symbol(std::move(any));
  }

  bool is_known_of_symbol(const Atom& atom) const {
    TermId x = atom.kind == Atom::Kind::range ? term_of(atom.x, out_, program_, pool_) : kNoTerm;
    if (x == kNoTerm || pool_[x].kind != lower::TermKind::symbol || pool_[x].is_double) return false;
    return pool_.symbol_of(x).min >= atom.a && pool_.symbol_of(x).max <= atom.b;
  }

  std::uint32_t number_;
  const Node& node_;
  const std::vector<Arrival>& arrivals_;
  const Redefined* redefined_;
  const Program& program_;
  TermPool& pool_;
  State out_;
};

// ---- choices -------------------------------------------------------------------------------------------------------------

TermId conjunction(std::span<const TermId> path, TermPool& pool) {
  TermId all = pool.truth(true);
  for (TermId bit : path) all = pool.both(all, bit);
  return all;
}

std::size_t common_prefix(const std::vector<Arrival>& arrivals) {
  std::size_t length = arrivals[0].state.path.size();
  for (const Arrival& arrival : arrivals) {
    auto [mine, theirs] = std::ranges::mismatch(arrival.state.path, arrivals[0].state.path);
    length = std::min(length, static_cast<std::size_t>(mine - arrival.state.path.begin()));
  }
  return length;
}

/// One pair that differs in its last bit alone, c against not c, becomes what they share.
bool fuse_one_pair(std::vector<Path>& rests, const TermPool& pool) {
  for (std::size_t i = 0; i < rests.size(); ++i)
    for (std::size_t j = i + 1; j < rests.size(); ++j) {
      Path &x = rests[i], &y = rests[j];
      if (x.size() != y.size() || x.empty() || !std::equal(x.begin(), x.end() - 1, y.begin())) continue;
      if (pool.negated(x.back()) != y.back() && pool.negated(y.back()) != x.back()) continue;
      x.pop_back();
      rests.erase(rests.begin() + static_cast<std::ptrdiff_t>(j));
      return true;
    }
  return false;
}

class Merger {
 public:
  Merger(const Block& block, std::vector<Arrival> arrivals, const Program& program, TermPool& pool)
      : block_(block), arrivals_(std::move(arrivals)), program_(program), pool_(pool) {}

  State merge() {
    split_paths();
    out_.values.assign(program_.values.size(), kNoTerm);
    for (ValueId value : spoken_of(block_)) out_.values[value] = choose([&](const State& state) { return state.values[value]; });
    for (std::size_t slot = 0; slot < program_.slots.size(); ++slot) out_.memory.push_back(choose([&](const State& state) { return state.memory[slot]; }));
    for (std::size_t loop = 0; loop < program_.loops.size(); ++loop) out_.trips.push_back(choose([&](const State& state) { return state.trips[loop]; }));
    out_.cost = choose([](const State& state) { return state.cost; });
    return std::move(out_);
  }

 private:
  void split_paths() {
    std::size_t shared = common_prefix(arrivals_);
    const Path& first = arrivals_[0].state.path;
    out_.path.assign(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(shared));
    std::vector<Path> rests;
    for (const Arrival& arrival : arrivals_) {
      const Path& path = arrival.state.path;
      rests.emplace_back(path.begin() + static_cast<std::ptrdiff_t>(shared), path.end());
      selectors_.push_back(conjunction(rests.back(), pool_));
    }
    while (fuse_one_pair(rests, pool_)) {
    }
    TermId any = pool_.truth(false);
    for (const Path& rest : rests) any = pool_.either(any, conjunction(rest, pool_));
    if (!pool_.is_constant(any, 1)) out_.path.push_back(any);
  }

  /// Ways exclude each other, so the last one needs no test.
  template <class Get>
  TermId choose(Get get) {
    TermId chosen = get(arrivals_.back().state);
    for (std::size_t i = arrivals_.size() - 1; i-- > 0 && chosen != kNoTerm;) {
      TermId value = get(arrivals_[i].state);
      if (value == kNoTerm) return kNoTerm;
      chosen = pool_.make(Op::select, pool_[value].width, selectors_[i], value, chosen);
    }
    return chosen;
  }

  const Block& block_;
  std::vector<Arrival> arrivals_;
  const Program& program_;
  TermPool& pool_;
  Path selectors_;
  State out_;
};

/// A store with a constant offset writes one slot; any other may write every slot of its object.
void note_store(const Program& program, const lower::Instruction& at, std::vector<bool>& slots) {
  const lower::Object& object = program.objects[at.object];
  const lower::Value& offset = program.values[at.a];
  for (std::uint32_t slot = object.first_slot; slot < object.first_slot + object.slot_count; ++slot)
    if (!offset.is_constant || program.slots[slot].offset == offset.constant) slots[slot] = true;
}

}  // namespace

Redefined redefined_in(const Program& program, const Graph& graph, const std::vector<std::uint32_t>& body) {
  Redefined out{std::vector<bool>(program.values.size()), std::vector<bool>(program.slots.size()), std::vector<bool>(program.loops.size()), true};
  for (std::uint32_t node : body) {
    const Block& block = program.blocks[graph.nodes[node].block];
    for (const lower::Phi& phi : block.phis) out.values[phi.result] = true;
    for (const lower::Instruction& at : block.instructions) {
      if (at.result != kNone) out.values[at.result] = true;
      if (at.action == Action::store) note_store(program, at, out.slots);
    }
    if (std::uint32_t loop = loop_headed_by(program, graph.nodes[node].block); loop != kNone) out.trips[loop] = true;
  }
  return out;
}

State cut_at(std::uint32_t node, const std::vector<Arrival>& arrivals, const Redefined* redefined, const Program& program,
             const Graph& graph, TermPool& pool) {
  return Cutter(node, arrivals, redefined, program, graph, pool).cut();
}

State merge_at(std::uint32_t node, std::vector<Arrival> arrivals, const Program& program, const Graph& graph, TermPool& pool) {
  return Merger(program.blocks[graph.nodes[node].block], std::move(arrivals), program, pool).merge();
}

}  // namespace assay::verify::proof
