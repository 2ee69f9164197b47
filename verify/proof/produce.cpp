#include "verify/proof/produce.h"

#include <algorithm>
#include <optional>

#include "verify/proof/question.h"

namespace assay::verify::proof {
namespace {

using lower::Program;

class Producer {
 public:
  Producer(const Program& program, const ProduceOptions& options, smt::Solver& solver, std::chrono::steady_clock::time_point began,
           std::size_t& lost, Proof& out)
      : program_(program), options_(options), solver_(solver), began_(began), lost_(lost), out_(out) {}

  Result<void> run() {
    auto shape = shape_of(program_, out_.graph);
    if (!shape) return std::unexpected(shape.error());
    shape_ = std::move(*shape);
    auto steps = obligations(Mode::steps);
    if (!steps) return std::unexpected(steps.error());
    out_.obligations = (*steps)->list.size();
    std::vector<std::uint32_t> group;
    for (std::uint32_t item = 0; item < (*steps)->list.size(); ++item) {
      if ((*steps)->is_trivial(item)) {
        ++out_.trivial;
        continue;
      }
      if (!is_wanted((*steps)->list[item])) {
        leave_open(item);
        continue;
      }
      bool fits = group.empty() || ((*steps)->list[group[0]].segment == (*steps)->list[item].segment && group.size() < options_.most_in_a_text);
      if (!fits)
        if (auto done = settle(group); !done) return done;
      if (!fits) group.clear();
      group.push_back(item);
    }
    return group.empty() ? Result<void>{} : settle(group);
  }

 private:
  bool is_wanted(const Obligation& at) const { return at.is_structure || options_.is_wanted[static_cast<std::size_t>(at.property)]; }

  void leave_open(std::uint32_t item) {
    const Obligation& at = steps_->list[item];
    out_.open.push_back(item);
    out_.open_what.push_back("node " + std::to_string(at.node) + ": " + at.what);
    if (at.atom_of != lower::kNone) out_.open_atoms.push_back({at.atom_of, at.atom});
    if (at.is_structure) out_.open_structure = true;
    else out_.open_property[static_cast<std::size_t>(at.property)] = true;
  }

  Result<const Obligations*> obligations(Mode mode) {
    auto& known = mode == Mode::steps ? steps_ : whole_;
    if (!known) {
      auto made = generate(program_, out_.graph, shape_, mode, {.instruction_bound = options_.instruction_bound});
      if (!made) return std::unexpected(made.error());
      known = std::move(*made);
    }
    return &*known;
  }

  /// All at once, else one by one, else over the inputs.
  Result<void> settle(const std::vector<std::uint32_t>& group) {
    auto together = attempt(group, Mode::steps, smt::Theory::integers);
    if (!together) return std::unexpected(together.error());
    if (*together) return {};
    for (std::uint32_t item : group)
      if (auto done = settle_one(item, group.size() > 1); !done) return done;
    return {};
  }

  /// Integers first. What they answer with an input is denied in every theory: then only more of the path can help.
  Result<void> settle_one(std::uint32_t item, bool first_try) {
    const auto theories = is_over() ? std::vector{smt::Theory::integers} : theories_of(item);
    for (Rung rung : {Rung{Mode::steps, 1}, Rung{Mode::whole, 1}, Rung{Mode::whole, kLastEffort}}) {
      if (rung.mode == Mode::whole && !shape_.is_acyclic()) break;
      for (smt::Theory theory : theories) {
        if (rung.mode == Mode::steps && theory == smt::Theory::integers && !first_try) continue;
        if (rung.effort > 1 && theory != smt::Theory::integers && theory != smt::Theory::unbounded) continue;
        auto done = attempt({item}, rung.mode, theory, rung.effort);
        if (!done) return std::unexpected(done.error());
        if (*done) return {};
        if (is_refuted_) break;
      }
      if (is_refuted_ && rung.mode == Mode::whole) break;
    }
    leave_open(item);
    return {};
  }

  struct Rung {
    Mode mode;
    std::uint64_t effort;  ///< a multiple of the usual one
  };
  static constexpr std::uint64_t kLastEffort = 4;

  /// Those of doubles say nothing of an obligation without any that the others do not say.
  std::vector<smt::Theory> theories_of(std::uint32_t item) const {
    using enum smt::Theory;
    const std::uint32_t one[] = {item};
    if (write_text(program_, *steps_, one, Mode::steps, bit_vectors)) return {integers, unbounded, bit_vectors};
    return {integers, reals, floating_point};
  }

  /// True: unsat, and noted.
  Result<bool> attempt(const std::vector<std::uint32_t>& items, Mode mode, smt::Theory theory, std::uint64_t effort = 1) {
    is_refuted_ = false;
    auto from = obligations(mode);
    if (!from) return std::unexpected(from.error());
    if (mode == Mode::whole && (*from)->is_trivial(items[0])) return note({mode, theory, items, "", {}, {}});
    if (is_over()) return false;  // texts are dear to write: not for nobody, after a stop least of all
    auto text = write_text(program_, **from, items, mode, theory);
    if (!text) return false;
    auto shown = solver_.ask_uncached(*text, effort * options_.effort, options_.deadline);
    if (!shown) return std::unexpected(shown.error());
    if (shown->verdict != smt::Verdict::unsat) {
      is_refuted_ = shown->verdict == smt::Verdict::sat && is_exact(theory);
      if (!is_refuted_ || mode == Mode::whole) ++lost_;  // a step that does not follow costs next to nothing
      return false;
    }
    auto both = solver_.ask_all(*text, options_.second_effort, options_.deadline);
    if (!both) return std::unexpected(both.error());
    if (is_denied(*both)) return false;
    return note({mode, theory, items, std::move(*text), std::move(both->by), evidence(**from, items, theory)});
  }

  bool is_over() const { return lost_ >= options_.most_lost || std::chrono::steady_clock::now() - began_ > options_.most_time; }

  static bool is_denied(const smt::Answer& answer) {
    return std::ranges::any_of(answer.by, [](const auto& each) { return each.second == smt::Verdict::sat; });
  }

  smt::CnfProof evidence(const Obligations& from, const std::vector<std::uint32_t>& items, smt::Theory theory) {
    if (sat_bytes_ >= options_.most_sat_bytes) return {};
    auto proof = refute_by_sat(program_, from, items, theory);
    if (!proof) return {};
    sat_bytes_ += proof->cnf.size() + proof->drat.size();
    return std::move(*proof);
  }

  bool note(Text text) {
    (text.mode == Mode::steps ? out_.by_steps : out_.by_whole) += text.items.size();
    out_.texts.push_back(std::move(text));
    return true;
  }

  const Program& program_;
  const ProduceOptions& options_;
  smt::Solver& solver_;
  const std::chrono::steady_clock::time_point began_;  ///< the first round
  std::size_t& lost_;                                  ///< over all rounds
  Proof& out_;
  std::size_t sat_bytes_ = 0;
  bool is_refuted_ = false;  ///< the latest attempt ended with an input
  Shape shape_;
  std::optional<Obligations> steps_, whole_;
};

}  // namespace

bool Proof::shows(lower::Property property) const { return !open_structure && !open_property[static_cast<std::size_t>(property)]; }

Graph tidy(Graph graph) {
  std::vector<unsigned> ways(graph.nodes.size(), 0);
  for (const Node& node : graph.nodes)
    for (std::uint32_t to : node.next)
      if (to < ways.size()) ++ways[to];
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    graph.nodes[i].is_cut = i == 0 || (graph.nodes[i].is_cut && (ways[i] > 1 || !graph.nodes[i].atoms.empty()));
  return graph;
}

namespace {

bool speaks_of_cost(const Atom& atom) {
  return atom.x.kind == Quantity::Kind::cost || (atom.kind == Atom::Kind::difference && atom.y.kind == Quantity::Kind::cost);
}

/// Where the longest way is within the bound, nothing rests on what is known of the cost.
Graph without_idle_cost(const Program& program, Graph graph, std::uint64_t bound) {
  auto shape = shape_of(program, graph);
  if (!shape || std::any_of(shape->longest.begin(), shape->longest.end(), [&](std::uint64_t cost) { return cost > bound; })) return graph;
  for (Node& node : graph.nodes) std::erase_if(node.atoms, speaks_of_cost);
  return tidy(std::move(graph));
}

/// The graph without the atoms that stayed open: what rests on them may then stay open in its turn.
Graph without_open_atoms(const Proof& proof) {
  Graph out = proof.graph;
  auto atoms = proof.open_atoms;
  std::sort(atoms.begin(), atoms.end());
  atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
  for (auto at = atoms.rbegin(); at != atoms.rend(); ++at) {
    auto& list = out.nodes[at->first].atoms;
    list.erase(list.begin() + at->second);
  }
  return tidy(std::move(out));
}

constexpr int kRounds = 3;

}  // namespace

/// An atom may be true and yet not follow from those before it: the proof is then tried without it.
Result<Proof> produce(const Program& program, Graph graph, const ProduceOptions& options, smt::Solver& solver) {
  graph = without_idle_cost(program, tidy(std::move(graph)), options.instruction_bound);
  const auto began = std::chrono::steady_clock::now();
  std::size_t lost = 0;
  for (int round = 1;; ++round) {
    Proof out;
    out.graph = std::move(graph);
    out.instruction_bound = options.instruction_bound;
    if (auto done = Producer(program, options, solver, began, lost, out).run(); !done) return std::unexpected(done.error());
    if (out.open_atoms.empty() || round == kRounds || lost >= options.most_lost) return out;
    graph = without_open_atoms(out);
    if (!shape_of(program, graph)) return out;
  }
}

}  // namespace assay::verify::proof
