#pragma once
// Concrete inputs to try: witnesses and quick counterexamples, before any solver is asked.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "verify/lower/interpret.h"
#include "verify/lower/program.h"

namespace assay::verify::lower {

using Inputs = std::vector<Word>;

/// False: some declared range is empty, so no input exists at all.
bool has_inputs(const Program& program);

/// Middles, ends, small numbers, then `random` mixtures of all of those; the same list every time.
/// Requires: has_inputs(program).
std::vector<Inputs> sample_inputs(const Program& program, unsigned random);

/// Variations of an input: each number kept, or replaced as the samples are.
std::vector<Inputs> neighbours(const Program& program, const Inputs& inputs, unsigned count);

/// Moves inputs one by one to zero (or the bound nearest to it), or halves their distance from it, while `keeps` holds.
Inputs simplify(const Program& program, Inputs inputs, const std::function<bool(std::span<const Word>)>& keeps);

/// The value that says least: zero, or the bound nearest to it.
Word simplest(const Input& input);

}  // namespace assay::verify::lower
