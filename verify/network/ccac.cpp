#include "verify/network/ccac.h"

namespace assay::verify::network {
namespace {

Formula of(const Ratio& ratio) { return number(ratio.numerator, ratio.denominator); }

std::vector<Formula> series(Script& script, const std::string& name, unsigned steps) {
  std::vector<Formula> out;
  for (unsigned t = 0; t < steps; ++t) out.push_back(script.real(name + "_" + std::to_string(t)));
  return out;
}

Trace declare(Script& script, const PathOptions& path) {
  Trace trace;
  trace.sent = series(script, "sent", path.steps);
  trace.served = series(script, "served", path.steps);
  trace.lost = series(script, "lost", path.steps);
  trace.detected = series(script, "detected", path.steps);
  trace.wasted = series(script, "wasted", path.steps);
  trace.window = series(script, "window", path.steps);
  trace.pacing = series(script, "pacing", path.steps);
  for (unsigned t = 0; t < path.steps; ++t) trace.timed_out.push_back(script.truth("timeout_" + std::to_string(t)));
  trace.segment = script.real("segment");
  trace.reordering = script.real("reordering");
  return trace;
}

/// What has arrived and was not dropped.
Formula accepted(const Trace& trace, std::size_t t) { return trace.sent[t] - trace.lost[t]; }

/// What the link could have served at most by step t (t may be negative: before the trace nothing was wasted).
Formula offered(const PathOptions& path, const Trace& trace, int t) {
  return number(path.rate * t) - trace.wasted[t < 0 ? 0 : static_cast<std::size_t>(t)];
}

void start(Script& script, const Trace& trace) {
  script.claim(trace.segment > number(0));
  script.claim(trace.reordering >= number(0));
  script.claim(trace.window[0] > number(0));
  script.claim(trace.pacing[0] > number(0));
  script.claim(trace.lost[0] >= number(0));
  script.claim(trace.detected[0] >= number(0));
  script.claim(equal(trace.served[0], number(0)));
}

void never_decrease(Script& script, const Trace& trace) {
  for (std::size_t t = 1; t <= trace.last(); ++t) {
    for (const auto* totals : {&trace.sent, &trace.served, &trace.lost, &trace.detected, &trace.wasted})
      script.claim((*totals)[t] >= (*totals)[t - 1]);
    script.claim(accepted(trace, t) >= accepted(trace, t - 1));
  }
}

/// A token bucket whose server lags by at most D; tokens are wasted only while they would lie idle.
void serve(Script& script, const PathOptions& path, const Trace& trace) {
  for (std::size_t t = 0; t <= trace.last(); ++t) {
    const int now = static_cast<int>(t);
    script.claim(trace.served[t] <= accepted(trace, t));
    script.claim(trace.served[t] <= offered(path, trace, now));
    script.claim(offered(path, trace, now - static_cast<int>(path.jitter)) <= trace.served[t]);
    if (t == 0) continue;
    Formula idle = path.composing ? accepted(trace, t) <= offered(path, trace, now) : accepted(trace, t) <= trace.served[t];
    script.claim(implies(trace.wasted[t] > trace.wasted[t - 1], idle));
  }
}

void drop(Script& script, const PathOptions& path, const Trace& trace) {
  for (std::size_t t = 0; t <= trace.last(); ++t) {
    const int now = static_cast<int>(t);
    if (!path.buffer_min) script.claim(equal(trace.lost[t], trace.lost[0]));
    else if (t > 0)
      script.claim(implies(trace.lost[t] > trace.lost[t - 1],
                           accepted(trace, t) >= offered(path, trace, now - 1) + of(*path.buffer_min)));
    if (path.buffer_max) script.claim(accepted(trace, t) <= offered(path, trace, now) + of(*path.buffer_max));
  }
}

/// A loss is known once enough was served past it; or by a timeout, when nothing that is outstanding can be served any more.
void detect(Script& script, const PathOptions& path, const Trace& trace) {
  for (std::size_t t = 0; t <= trace.last(); ++t) {
    script.claim(implies(trace.timed_out[t], equal(trace.detected[t], trace.lost[t])));
    if (t < path.rtt) {
      script.claim(!trace.timed_out[t]);
      continue;
    }
    const std::size_t heard = t - path.rtt;
    script.claim(equal(trace.timed_out[t],
                       trace.served[heard] < trace.sent[t - 1] && equal(trace.served[heard], accepted(trace, heard))));
    script.claim(trace.detected[t] <= trace.lost[heard]);
    for (std::size_t then = 0; then <= heard; ++then) {
      Formula known = accepted(trace, then) + trace.reordering <= trace.served[heard];
      script.claim(implies(!trace.timed_out[t] && known, trace.detected[t] >= trace.lost[then]));
      script.claim(implies(!trace.timed_out[t] && !known, trace.detected[t] <= trace.lost[then]));
    }
  }
}

void send(Script& script, const PathOptions& path, const Trace& trace) {
  for (std::size_t t = path.rtt; t <= trace.last(); ++t) {
    Formula by_window = larger(trace.sent[t - 1], trace.served[t - path.rtt] + trace.detected[t] + trace.window[t]);
    script.claim(equal(trace.sent[t], smaller(trace.sent[t - 1] + trace.pacing[t], by_window)));
  }
}

class Aimd : public Sender {
 public:
  void act(Script& script, const PathOptions& path, const Trace& trace) const override {
    std::vector<Formula> reacted = series(script, "reacted", path.steps);  // up to here a loss was answered already
    script.claim(equal(trace.reordering, number(3) * trace.segment));
    script.claim(equal(reacted[0], trace.served[0]));
    for (std::size_t t = 0; t <= trace.last(); ++t) {
      script.claim(equal(trace.pacing[t], number(100 * path.rate)));
      if (t > 0) step(script, path, trace, reacted, t);
    }
  }

 private:
  static void step(Script& script, const PathOptions& path, const Trace& trace, const std::vector<Formula>& reacted, std::size_t t) {
    Formula decrease = trace.detected[t] > trace.detected[t - 1];
    if (t > path.rtt + 1) decrease = decrease && reacted[t - 1] <= trace.served[t - path.rtt - 1];
    const Formula& before = trace.window[t - 1];
    Formula grown = choice(window_acknowledged(trace, t), before + trace.segment, before);
    script.claim(implies(trace.timed_out[t], equal(trace.window[t], trace.segment)));
    script.claim(implies(!trace.timed_out[t] && decrease, equal(trace.window[t], before / number(2)) &&
                                                             equal(reacted[t], accepted(trace, t) + trace.reordering)));
    script.claim(implies(!trace.timed_out[t] && !decrease, equal(trace.window[t], grown) && equal(reacted[t], reacted[t - 1])));
  }

  /// Since the window took its present value, a window's worth was served. It may have had the same value before and changed
  /// in between: allowing the increase then too only adds behaviours.
  static Formula window_acknowledged(const Trace& trace, std::size_t t) {
    std::vector<Formula> ways;
    for (std::size_t since = 0; since < t; ++since) {
      Formula way = equal(trace.window[since], trace.window[t]) && trace.served[t] - trace.served[since] >= trace.window[since];
      ways.push_back(since == 0 ? way : way && !equal(trace.window[since - 1], trace.window[since]));
    }
    return any_of(ways);
  }
};

class Constant : public Sender {
 public:
  void act(Script& script, const PathOptions& path, const Trace& trace) const override {
    for (std::size_t t = 0; t <= trace.last(); ++t) {
      script.claim(equal(trace.window[t], trace.segment));
      script.claim(equal(trace.pacing[t], number(100 * path.rate)));
    }
  }
};

PathOptions with_buffer(const Ratio& buffer, unsigned steps) {
  PathOptions path;
  path.steps = steps;
  path.buffer_min = path.buffer_max = buffer;
  return path;
}

/// Premises and conclusion over one trace, as a lemma.
class LemmaBuilder {
 public:
  LemmaBuilder(std::string name, const PathOptions& path, const Sender& sender) : name_(std::move(name)), path_(path) {
    trace_ = describe_path(script_, path, sender);
  }
  const Trace& trace() const { return trace_; }
  Script& script() { return script_; }
  void assume(const Formula& premise) { script_.claim(premise); }
  Lemma conclude(const Formula& conclusion) {
    Script refutation = script_;
    refutation.claim(!conclusion);
    return {name_, path_, script_.text(kLogic), refutation.text(kLogic)};
  }

 private:
  static constexpr std::string_view kLogic = "ALL";
  std::string name_;
  PathOptions path_;
  Script script_;
  Trace trace_;
};

}  // namespace

std::unique_ptr<Sender> make_aimd() { return std::make_unique<Aimd>(); }
std::unique_ptr<Sender> make_constant() { return std::make_unique<Constant>(); }

Trace describe_path(Script& script, const PathOptions& path, const Sender& sender) {
  Trace trace = declare(script, path);
  start(script, trace);
  never_decrease(script, trace);
  serve(script, path, trace);
  drop(script, path, trace);
  detect(script, path, trace);
  send(script, path, trace);
  sender.act(script, path, trace);
  return trace;
}

void serve_whole_segments(Script& script, const Trace& trace) {
  for (std::size_t t = 1; t <= trace.last(); ++t)
    script.claim(equal(trace.served[t - 1], trace.served[t]) || trace.served[t - 1] + trace.segment <= trace.served[t]);
}

std::vector<Lemma> aimd_lemmas(const Sender& sender, const SegmentBounds& bounds) {
  const PathOptions path = with_buffer({1, 1}, 10);
  const auto flight = static_cast<std::int64_t>(path.rtt + path.jitter) * path.rate;
  auto most_window = [&](const Trace& trace) { return number(flight) + of(*path.buffer_min) + trace.segment; };
  auto most_hidden = [&](const Trace& trace) { return number(flight) + trace.segment; };
  auto falls = [](const Trace& trace) { return trace.window[trace.last()] < trace.window[0] - trace.segment; };

  LemmaBuilder overshoot("overshoot", path, sender);
  const Trace& a = overshoot.trace();
  overshoot.assume(a.segment < of(bounds.overshoot));
  overshoot.assume(a.window[0] > most_window(a) && a.undetected(0) <= most_hidden(a));

  LemmaBuilder hidden("hidden", path, sender);
  const Trace& b = hidden.trace();
  serve_whole_segments(hidden.script(), b);
  hidden.assume(b.segment < of(bounds.hidden));
  hidden.assume(b.undetected(0) > most_hidden(b));
  Formula found = b.undetected(b.last()) <= b.undetected(0) - number(path.rate) && b.window[b.last()] <= most_window(b);

  LemmaBuilder steady("steady", path, sender);
  const Trace& c = steady.trace();
  steady.assume(c.segment < of(bounds.steady));
  steady.assume(c.undetected(0) <= most_hidden(c) && c.window[0] <= most_window(c));
  Formula stays = c.undetected(c.last()) <= most_hidden(c) && c.window[c.last()] <= most_window(c);

  return {overshoot.conclude(falls(a)), hidden.conclude(found || (b.window[0] > most_window(b) && falls(b))), steady.conclude(stays)};
}

Lemma no_premature_loss(const Sender& sender, const Ratio& buffer, unsigned steps) {
  LemmaBuilder lemma("no premature loss", with_buffer(buffer, steps), sender);
  const Trace& trace = lemma.trace();
  lemma.assume(equal(trace.lost[0], number(0)));
  lemma.assume(trace.segment <= number(1, 10));
  std::vector<Formula> none;
  for (std::size_t t = 1; t <= trace.last(); ++t) {
    lemma.assume(!trace.timed_out[t]);
    none.push_back(!(trace.window[t] <= number(1) + of(buffer) && trace.lost[t] > trace.lost[t - 1]));
  }
  lemma.assume(trace.window[0] <= number(1) + of(buffer));
  return lemma.conclude(all_of(none));
}

Lemma no_loss_below(const Sender& sender, const PathOptions& path, const Ratio& threshold) {
  LemmaBuilder lemma("no loss below a window", path, sender);
  const Trace& trace = lemma.trace();
  lemma.assume(equal(trace.lost[0], number(0)));
  const Formula spare = trace.window[0] - number(static_cast<std::int64_t>(path.rtt) * path.rate);
  lemma.assume(accepted(trace, 0) - offered(path, trace, 0) <= larger(spare, number(0)));
  std::vector<Formula> none;
  for (std::size_t t = 1; t <= trace.last(); ++t)
    none.push_back(!(trace.lost[t] > trace.lost[t - 1] && trace.window[t] <= of(threshold)));
  return lemma.conclude(all_of(none));
}

}  // namespace assay::verify::network
