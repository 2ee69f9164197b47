#pragma once
// The nondeterministic network of CCAC (Arun, Arashloo, Saeed, Alizadeh, Balakrishnan, "Toward formally verifying congestion
// control behavior", SIGCOMM 2021, sections 4 and 5): one flow over a path that may delay, batch and drop as it likes
// within bounds. Time is in steps, bytes in units of C * R; everything is a real number.
//
// A sender adds what it does with its window; a lemma adds what must not happen; "unsat" is then a proof for every
// behaviour of the path over T steps, and a model is a trace. What is left open is open: T, D and the buffer are part of
// the claim and are recorded with it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verify/network/script.h"

namespace assay::verify::network {

/// A rational number of units.
struct Ratio {
  std::int64_t numerator = 0, denominator = 1;
};

struct PathOptions {
  unsigned steps = 10;  ///< T
  unsigned rtt = 1;     ///< R, propagation delay in steps, >= 1
  unsigned jitter = 1;  ///< D: service may lag behind the fluid link by so many steps
  std::int64_t rate = 1;             ///< C, units per step
  std::optional<Ratio> buffer_min;   ///< nothing is dropped while the queue is below; absent: nothing is dropped
  std::optional<Ratio> buffer_max;   ///< the queue never exceeds it; absent: no bound
  bool composing = true;             ///< a path of several boxes; otherwise service is wasted only on an empty queue
};

/// The unknowns of one trace, by step: cumulative, in units.
struct Trace {
  std::vector<Formula> sent;           ///< A: arrived at the path
  std::vector<Formula> served;         ///< S: acknowledged after another R steps
  std::vector<Formula> lost;           ///< L
  std::vector<Formula> detected;       ///< Ld: losses that the sender knows of
  std::vector<Formula> wasted;         ///< W: service that had nothing to serve
  std::vector<Formula> window;         ///< c, after the events of the step
  std::vector<Formula> pacing;         ///< r, most that may be sent in the step
  std::vector<Formula> timed_out;      ///< truth
  Formula segment;                     ///< alpha > 0, the size of one segment
  Formula reordering;                  ///< how much must be served past a lost byte until the loss is known

  std::size_t last() const { return sent.size() - 1; }
  Formula undetected(std::size_t t) const { return lost[t] - detected[t]; }
};

/// What decides window and pacing rate at each step.
class Sender {
 public:
  virtual ~Sender() = default;
  virtual void act(Script& script, const PathOptions& path, const Trace& trace) const = 0;
};

/// Additive increase by one segment per acknowledged window, halving at a loss that was not reacted to yet, one segment
/// after a timeout; not paced.
std::unique_ptr<Sender> make_aimd();
/// A constant window of one segment: the simplest sender that must starve.
std::unique_ptr<Sender> make_constant();

/// The path, the sender and nothing else: satisfiable, or the model is empty (a proof over it would be vacuous).
Trace describe_path(Script& script, const PathOptions& path, const Sender& sender);

/// Each step serves nothing or at least one segment: rules out losses that stay hidden behind tiny packets.
void serve_whole_segments(Script& script, const Trace& trace);

/// A claim over all traces: `assumptions` hold, then `conclusion` holds.
struct Lemma {
  std::string name;
  PathOptions path;
  std::string premises;  ///< script without the negated conclusion: must be satisfiable
  std::string refutation;  ///< with it: must be unsatisfiable
};

/// Bounds on the segment under which the lemmas are claimed, in units; CCAC's own by default.
struct SegmentBounds {
  Ratio overshoot{1, 4}, hidden{1, 5}, steady{1, 3};
};

/// The three lemmas from which CCAC concludes that AIMD's window and its undetected losses stay bounded, with a buffer of one
/// unit (section 6; with M = C(R+D) + buffer + segment and U = C(R+D) + segment):
///   overshoot: a window above M with at most U hidden has fallen by more than a segment at the last step;
///   hidden:    more than U hidden falls by at least C with the window within M, or the window was above M and falls;
///   steady:    at most U hidden and a window within M stay so.
std::vector<Lemma> aimd_lemmas(const Sender& sender, const SegmentBounds& bounds = {});

/// A loss while the window is within C * R + buffer, from an orderly start (no loss yet, a small segment, no timeout): with a
/// buffer of 2 and 5 steps there is such a trace for AIMD, for a burst of acknowledgements meets what a detected loss
/// lets out. The refutation asks for the trace: satisfiable means that the claim "no loss before the buffer fills" fails.
Lemma no_premature_loss(const Sender& sender, const Ratio& buffer, unsigned steps);

/// No loss ever while the window is at most `threshold`, from a start without loss whose queue is what the window explains.
Lemma no_loss_below(const Sender& sender, const PathOptions& path, const Ratio& threshold);

}  // namespace assay::verify::network
