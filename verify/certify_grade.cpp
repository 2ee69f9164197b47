#include "verify/certify_grade.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <unordered_set>

#include "verify/certify_story.h"
#include "verify/domains/explore.h"

namespace assay::verify {
namespace {

using lower::Input;
using lower::Program;
using lower::Property;
using lower::TermId;
using lower::Word;

constexpr std::size_t kTried = 4;           ///< inputs whose split is tried at a cell
constexpr unsigned kCellSamples = 8;        ///< besides the fixed ones, in a cell that fails
constexpr std::size_t kWitnessesTold = 4;   ///< in the certificate

struct Cell {
  std::vector<std::pair<Word, Word>> ranges;  ///< per input
  std::vector<unsigned> cuts;                 ///< per input, on the way here
  unsigned depth = 0;
  bool proved = false, spoken_of = true;
  std::size_t open = 0;                       ///< obligations left; how far it is from a proof
  std::vector<std::uint32_t> inputs;          ///< those that what is open mentions, the most mentioned first
};

/// Inputs in what is open, the ones in the violation counted twice.
std::vector<std::uint32_t> mentioned(const lower::TermPool& pool, const std::vector<domains::Obligation>& open, std::size_t inputs) {
  std::vector<std::uint64_t> weight(inputs);
  auto visit = [&](std::vector<TermId> stack, std::uint64_t each) {
    std::unordered_set<TermId> seen;
    while (!stack.empty()) {
      TermId id = stack.back();
      stack.pop_back();
      if (id == lower::kNoTerm || !seen.insert(id).second) continue;
      const lower::Term& term = pool[id];
      if (term.kind == lower::TermKind::input) weight[static_cast<std::size_t>(term.value)] += each;
      stack.insert(stack.end(), {term.a, term.b, term.c});
    }
  };
  for (const domains::Obligation& obligation : open) {
    visit({obligation.violation}, 2);
    visit(obligation.path, 1);
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < inputs; ++i)
    if (weight[i] > 0) out.push_back(i);
  std::ranges::stable_sort(out, [&](std::uint32_t a, std::uint32_t b) { return weight[a] > weight[b]; });
  return out;
}

class Grader {
 public:
  Grader(const Program& program, Property claim, const GradeOptions& options)
      : program_(program), claim_(claim), options_(options), depth_(static_cast<unsigned>(std::bit_width(std::max(1u, options.cells)) - 1)) {}

  Graded run() {
    out_.grade.cells = std::uint64_t{1} << depth_;
    Cell all;
    for (const Input& input : program_.inputs) all.ranges.emplace_back(input.min, input.max);
    all.cuts.assign(all.ranges.size(), 0);
    examine(all);
    waiting_.push_back(std::move(all));
    while (!waiting_.empty()) {  // the largest first, so that effort that runs out is missed where it weighs least
      Cell cell = std::move(waiting_.front());
      waiting_.pop_front();
      settle(std::move(cell));
    }
    return std::move(out_);
  }

 private:
  std::uint64_t weight(const Cell& cell) const { return std::uint64_t{1} << (depth_ - cell.depth); }

  void settle(Cell cell) {
    if (!cell.spoken_of) {
      out_.grade.cells -= weight(cell);
    } else if (cell.proved) {
      out_.grade.proved += weight(cell);
    } else if (auto parts = cell.depth == depth_ ? std::nullopt : split(cell)) {
      waiting_.push_back(std::move(parts->first));
      waiting_.push_back(std::move(parts->second));
    } else {
      refute(cell);
    }
  }

  Program narrowed(const Cell& cell) const {
    Program out = program_;  // declared ranges of slots stay: a state must be back in those, not in the cell
    for (std::size_t i = 0; i < out.inputs.size(); ++i) std::tie(out.inputs[i].min, out.inputs[i].max) = cell.ranges[i];
    return out;
  }

  /// Fills what is known of a cell. Sound: explore() holds for every input in the ranges of the program that it is given.
  void examine(Cell& cell) {
    if (terms_ >= options_.most_terms) return;
    domains::ExploreOptions limits;
    limits.instruction_bound = options_.instruction_bound;
    limits.most_terms = options_.most_terms - terms_;
    limits.most_work = 20 * options_.most_terms;
    limits.most_instances = options_.most_terms / 4;
    lower::TermPool pool;
    Program program = narrowed(cell);
    auto found = explore(program, pool, limits);
    terms_ += pool.size();
    cell.spoken_of = !found.returns.empty() || !found.open.empty() || found.gave_up;
    std::erase_if(found.open, [&](const domains::Obligation& each) {
      return claim_ != Property::claim && each.property != claim_ && each.property != Property::terminates;
    });
    cell.open = found.open.size() + (found.gave_up ? 1000 : 0);
    cell.proved = cell.open == 0 && !found.returns.empty();
    cell.inputs = mentioned(pool, found.open, program.inputs.size());
  }

  Cell part(const Cell& of, std::uint32_t input, Word lo, Word hi) {
    Cell out = of;
    out.ranges[input] = {lo, hi};
    ++out.cuts[input];
    ++out.depth;
    out.proved = false;
    examine(out);
    return out;
  }

  /// Better is: more halves proved, fewer obligations open, an input that was cut less often, one that is mentioned more.
  static bool is_better(const std::pair<Cell, Cell>& a, const std::pair<Cell, Cell>& b, unsigned cuts_a, unsigned cuts_b) {
    auto proved = [](const std::pair<Cell, Cell>& of) { return int{of.first.proved} + int{of.second.proved}; };
    auto open = [](const std::pair<Cell, Cell>& of) { return of.first.open + of.second.open; };
    if (proved(a) != proved(b)) return proved(a) > proved(b);
    if (open(a) != open(b)) return open(a) < open(b);
    return cuts_a < cuts_b;
  }

  std::optional<std::pair<Cell, Cell>> split(const Cell& cell) {
    std::optional<std::pair<Cell, Cell>> best;
    unsigned best_cuts = 0;
    std::size_t tried = 0;
    for (std::uint32_t input : cell.inputs) {
      if (tried == kTried || terms_ >= options_.most_terms) break;
      Input range = program_.inputs[input];
      std::tie(range.min, range.max) = cell.ranges[input];
      auto halves = halve(range);
      if (!halves) continue;
      ++tried;
      std::pair parts{part(cell, input, halves->low_min, halves->low_max), part(cell, input, halves->high_min, halves->high_max)};
      if (best && !is_better(parts, *best, cell.cuts[input], best_cuts)) continue;
      best_cuts = cell.cuts[input];
      best = std::move(parts);
      if (best->first.proved && best->second.proved) break;
    }
    return best;
  }

  /// A concrete input of the cell that breaks the claim, if one is found.
  void refute(const Cell& cell) {
    Program program = narrowed(cell);
    for (const lower::Inputs& inputs : sample_inputs(program, kCellSamples)) {
      if (broken_by(program, interpret(program, inputs, options_.instruction_bound)) != claim_) continue;
      out_.grade.refuted += weight(cell);
      if (out_.grade.witnesses.size() < kWitnessesTold) out_.grade.witnesses.push_back(inputs_json(program_, inputs));
      out_.witnesses.push_back(inputs);
      return;
    }
  }

  const Program& program_;
  Property claim_;
  const GradeOptions& options_;
  unsigned depth_;
  Graded out_;
  std::deque<Cell> waiting_;
  std::uint64_t terms_ = 0;
};

constexpr double kShort = 1024;  ///< a range of fewer members, or of a smaller width, is cut in its middle

/// The first member of the upper half of [lo, hi], 0 <= lo < hi.
Word middle_of(Word lo, Word hi) {
  if (hi - lo < static_cast<Word>(kShort) || hi / 4 <= lo) return lo + (hi - lo) / 2 + 1;
  auto bits = [](Word value) { return std::bit_width(static_cast<std::uint64_t>(value)); };
  return std::clamp(Word{1} << (bits(lo) + bits(hi)) / 2, lo + 1, hi);
}

Word cut_of(Word lo, Word hi) {
  if (lo < 0 && hi >= 0) return 0;
  if (hi < 0) return -middle_of(-hi, -lo) + 1;
  return middle_of(lo, hi);
}

/// Doubles in their order as whole numbers, and back: the bits of a negative one count down.
Word ordered(Word bits) { return bits >= 0 ? bits : lower::smallest(64) - bits - 1; }
Word bits_of(double value) { return std::bit_cast<std::int64_t>(value); }
double double_of(Word bits) { return std::bit_cast<double>(static_cast<std::int64_t>(bits)); }

/// Of 0 <= lo < hi, in the order of `ordered`.
Word middle_of_doubles(double lo, double hi) {
  double middle = hi - lo < kShort || hi / 4 <= lo ? lo + (hi - lo) / 2 : std::exp2((std::log2(std::max(lo, 1.0)) + std::log2(hi)) / 2);
  return std::clamp(bits_of(middle), bits_of(lo) + 1, bits_of(hi));
}

Word cut_of_doubles(Word lo, Word hi) {
  if (lo < 0 && hi >= 0) return 0;
  if (hi < 0) return -1 - middle_of_doubles(double_of(-1 - hi), double_of(-1 - lo)) + 1;
  return middle_of_doubles(double_of(lo), double_of(hi));
}

}  // namespace

std::optional<Halves> halve(const Input& input) {
  if (!input.is_double) {
    if (input.min >= input.max) return std::nullopt;
    Word cut = cut_of(input.min, input.max);
    return Halves{input.min, cut - 1, cut, input.max};
  }
  Word lo = ordered(input.min), hi = ordered(input.max);
  if (lo >= hi) return std::nullopt;
  Word cut = cut_of_doubles(lo, hi);
  return Halves{input.min, ordered(cut - 1), ordered(cut), input.max};
}

Graded grade(const Program& program, Property claim, const GradeOptions& options) {
  if (!has_inputs(program)) return {};
  return Grader(program, claim, options).run();
}

}  // namespace assay::verify
