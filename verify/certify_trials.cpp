#include "verify/certify_trials.h"

namespace assay::verify {
namespace {

constexpr unsigned kRandomSamples = 48;
/// Instructions that all samples together may run, once one of them is a witness: a loop of 100,000 rounds is run a few
/// times, not sixty. Beyond what a task's usual bound of 4096 allows, so that only long loops feel it.
constexpr std::uint64_t kSampledCost = 2'000'000;

}  // namespace

std::optional<lower::Property> broken_by(const lower::Program& program, const lower::Execution& execution) {
  switch (execution.stop) {
    case lower::Stop::violated: return program.checks[execution.check].property;
    case lower::Stop::exceeded: return lower::Property::terminates;
    case lower::Stop::dismissed: return std::nullopt;
    case lower::Stop::returned: break;
  }
  if (!output_in_range(program, execution)) return lower::Property::output_range;
  return std::nullopt;
}

void Trials::sample() {
  for (const lower::Inputs& inputs : sample_inputs(program_, kRandomSamples)) {
    if (reached_any_ && spent_ > kSampledCost) return;
    consider(inputs);
  }
}

bool Trials::is_witness(const lower::Execution& execution) const {
  return execution.stop == lower::Stop::returned && (!reach_ || execution.points[index_of(*reach_)] > 0);
}

std::optional<lower::Property> Trials::consider(const lower::Inputs& inputs) {
  lower::Execution execution = interpret(program_, inputs, bound_);
  spent_ += execution.cost;
  auto broken = broken_by(program_, execution);
  if (broken && !refuted(*broken)) refute(*broken, inputs, execution.check);
  if (!reached_any_ && is_witness(execution)) {
    reached_any_ = true;
    witness_ = inputs;
    reached_ = std::move(execution);
  }
  return broken;
}

/// The claim and, for checks, the very check stay broken while the input is made simpler.
void Trials::refute(lower::Property property, const lower::Inputs& inputs, std::uint32_t check) {
  lower::Inputs simple = simplify(program_, inputs, [&](std::span<const lower::Word> tried) {
    lower::Execution execution = interpret(program_, tried, bound_);
    return broken_by(program_, execution) == property && execution.check == check;
  });
  checks_[index_of(property)] = check;
  counterexamples_[index_of(property)] = Counterexample{simple, interpret(program_, simple, kEndless)};
}

}  // namespace assay::verify
