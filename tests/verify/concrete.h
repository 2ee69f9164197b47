#pragma once
// What a program does, found out by running it: every input where there are few, many chosen ones where there are not.
// The oracle of the corpus, of the engines and of the mutants. It shares nothing with the certifier but the interpreter,
// which is compared with the compiled candidate (differential_test.cpp).

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "verify/lower/interpret.h"
#include "verify/lower/sample.h"

namespace assay::verify {

/// The claim that an execution breaks, if any.
inline std::optional<lower::Property> broken_claim(const lower::Program& program, const lower::Execution& execution) {
  using lower::Property, lower::Stop;
  if (execution.stop == Stop::violated) return program.checks[execution.check].property;
  if (execution.stop == Stop::exceeded) return Property::terminates;
  if (execution.stop == Stop::returned && !lower::output_in_range(program, execution)) return Property::output_range;
  return std::nullopt;
}

/// Inputs where programs go wrong: ends of ranges, small numbers, powers of two, the program's own constants, numbers that
/// another input has just got, each also one up and one down; and numbers of every magnitude.
class BoundaryInputs {
 public:
  BoundaryInputs(const lower::Program& program, std::uint64_t seed) : program_(program), random_(seed) {
    for (const lower::Value& value : program.values)
      if (value.is_constant && value.width > 1) constants_.push_back(value.constant);
  }

  /// Changes some inputs of the last list, or all of them.
  const lower::Inputs& next() {
    const bool fresh = last_.empty() || below(4) == 0;
    if (last_.empty()) last_.resize(program_.inputs.size());
    const std::size_t one = last_.empty() ? 0 : below(last_.size());
    for (std::size_t i = 0; i < last_.size(); ++i)
      if (fresh || i == one || below(4) == 0) last_[i] = value_for(program_.inputs[i]);
    return last_;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  double unit() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }

  lower::Word value_for(const lower::Input& input) {
    if (input.is_double) return double_for(input);
    lower::Word base = base_for(input) + static_cast<lower::Word>(below(3)) - 1;
    return base < input.min || base > input.max ? end_of(input) : base;
  }

  lower::Word end_of(const lower::Input& input) { return below(2) == 0 ? input.min : input.max; }

  lower::Word base_for(const lower::Input& input) {
    switch (below(8)) {
      case 0: return end_of(input);
      case 1: return static_cast<lower::Word>(below(9)) - 4;
      case 2: return power();
      case 3: return constants_.empty() ? 0 : constants_[below(constants_.size())];
      case 4: return last_.empty() ? 0 : last_[below(last_.size())];
      case 5: return input.min + static_cast<lower::Word>(random_() % span_of(input));
      case 6: return end_of(input) == input.min ? input.min + magnitude() : input.max - magnitude();
      default: return below(2) == 0 ? magnitude() : -magnitude();
    }
  }

  lower::Word power() {
    const lower::Word value = lower::Word{1} << below(64);
    return below(2) == 0 ? value : -value;
  }
  lower::Word magnitude() { return static_cast<lower::Word>(random_() >> below(64)); }
  static lower::UnsignedWord span_of(const lower::Input& input) { return static_cast<lower::UnsignedWord>(input.max - input.min) + 1; }

  static double double_of(lower::Word word) { return std::bit_cast<double>(static_cast<std::uint64_t>(word)); }
  static lower::Word word_of(double value) { return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(value)); }

  lower::Word double_for(const lower::Input& input) {
    const double low = double_of(input.min), high = double_of(input.max);
    double value = 0;
    switch (below(8)) {
      case 0: value = low; break;
      case 1: value = high; break;
      case 2: value = static_cast<double>(below(9)) - 4; break;
      case 3: value = std::ldexp(unit(), static_cast<int>(below(2000)) - 1060); break;
      case 4: value = std::ldexp(unit() - 0.5, static_cast<int>(below(80)) - 40); break;
      case 5: value = last_.empty() ? 0.5 : double_of(last_[below(last_.size())]); break;
      default: value = low + unit() * (high - low); break;
    }
    if (below(4) == 0) value = std::nextafter(value, below(2) == 0 ? low : high);
    if (!(value >= low)) value = low;
    return word_of(value > high ? high : value);
  }

  const lower::Program& program_;
  std::mt19937_64 random_;
  std::vector<lower::Word> constants_;
  lower::Inputs last_;
};

/// For each claim an input that breaks it, if one was found.
struct Truth {
  std::array<std::optional<lower::Inputs>, 6> breaks;
  std::uint64_t runs = 0, returned = 0, cost = 0;
  bool every_input = false;

  bool broken(lower::Property property) const { return breaks[static_cast<std::size_t>(property)].has_value(); }
  bool any_broken() const {
    return std::ranges::any_of(breaks, [](const auto& found) { return found.has_value(); });
  }
};

struct RunPlan {
  std::uint64_t samples = 2000;
  std::uint64_t most_exhaustive = 20000;  ///< run every input where there are at most so many
  std::uint64_t most_cost = 1'000'000;     ///< instructions of all samples together: long loops get fewer samples
  std::uint64_t bound = 4096;
  std::uint64_t seed = 1;
};

inline void run_one(const lower::Program& program, const lower::Inputs& inputs, std::uint64_t bound, Truth& truth) {
  const lower::Execution execution = lower::interpret(program, inputs, bound);
  ++truth.runs;
  truth.cost += execution.cost;
  truth.returned += execution.stop == lower::Stop::returned;
  if (auto broken = broken_claim(program, execution)) {
    auto& found = truth.breaks[static_cast<std::size_t>(*broken)];
    if (!found) found = inputs;
  }
}

/// How many inputs there are, or nothing where they are more than `most`.
inline std::optional<std::uint64_t> input_count(const lower::Program& program, std::uint64_t most) {
  lower::UnsignedWord count = 1;
  for (const lower::Input& input : program.inputs) {
    if (input.is_double || input.min > input.max) return std::nullopt;
    count *= static_cast<lower::UnsignedWord>(input.max - input.min) + 1;
    if (count > most) return std::nullopt;
  }
  return static_cast<std::uint64_t>(count);
}

/// Steps to the next list of inputs, as an odometer does. False: that was the last.
inline bool advance(const lower::Program& program, lower::Inputs& inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (++inputs[i] <= program.inputs[i].max) return true;
    inputs[i] = program.inputs[i].min;
  }
  return false;
}

inline Truth find_out(const lower::Program& program, const RunPlan& plan) {
  Truth truth;
  if (input_count(program, plan.most_exhaustive)) {
    truth.every_input = true;
    lower::Inputs inputs;
    for (const lower::Input& input : program.inputs) inputs.push_back(input.min);
    do run_one(program, inputs, plan.bound, truth);
    while (advance(program, inputs));
    return truth;
  }
  auto may_go_on = [&] { return truth.cost < plan.most_cost; };
  for (const lower::Inputs& inputs : lower::sample_inputs(program, 100))
    if (may_go_on()) run_one(program, inputs, plan.bound, truth);
  BoundaryInputs source(program, plan.seed);
  for (std::uint64_t i = 0; i < plan.samples && may_go_on(); ++i) run_one(program, source.next(), plan.bound, truth);
  return truth;
}

}  // namespace assay::verify
