#pragma once
// How long a decision takes: the one question that a scorer asks of the outside. Implementations: a table of what a device measured
// (table_figures.h), a worker that measures now (live/live_figures.h), and a model (model.h), which is never called a measurement.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "evaluators/gpu/device.h"
#include "evaluators/gpu/problem.h"

namespace assay::evaluators::gpu {

struct Figure {
  double us = 0;
  double floor_us = 0;  ///< nothing can be faster; <= us
};

/// Immutable from outside: it may measure and remember. Safe to share between threads.
class Figures {
 public:
  virtual ~Figures() = default;
  /// "table", "live" or "modelled", then of what: "table 0123456789ab, NVIDIA H200, 2026-11-28, noise 0.4 %".
  virtual std::string provenance() const = 0;
  /// What the figures are of, in all that can change them.
  virtual Digest digest() const = 0;
  virtual const Device& device() const = 0;
  /// One for each action, all measured alike; none where this source has none. The Error is the harness's: a device that went away.
  virtual Result<std::vector<std::optional<Figure>>> times(const Subject& subject, std::span<const Action> actions) const = 0;
  /// Every action that it has a figure for without measuring anything; empty where that is not known.
  virtual std::vector<Action> known(const Subject& subject) const = 0;
  /// May `times` be asked of every action of a shape in passing?
  virtual bool is_cheap() const { return true; }
};

/// The best of what is there for a shape, by time. None: nothing is known. An Error is passed on.
Result<std::optional<Figure>> best_of(const Figures& figures, const Subject& subject);

}  // namespace assay::evaluators::gpu
