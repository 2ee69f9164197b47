#include "verify/network/packet_path.h"

namespace assay::verify::network {
namespace {

constexpr std::int64_t kReordering = 3;  ///< packets served past a lost one until the loss is known

std::vector<Formula> counts(Script& script, const std::string& name, std::size_t steps) {
  std::vector<Formula> out;
  for (std::size_t t = 0; t < steps; ++t) out.push_back(script.integer(name + "_" + std::to_string(t)));
  return out;
}

std::vector<Formula> truths(Script& script, const std::string& name, std::size_t steps) {
  std::vector<Formula> out;
  for (std::size_t t = 0; t < steps; ++t) out.push_back(script.truth(name + "_" + std::to_string(t)));
  return out;
}

PacketTrace declare(Script& script, const PacketPath& path) {
  const std::size_t steps = path.last() + 1;
  PacketTrace trace;
  trace.rtt = path.rtt;
  for (auto [series, name] : {std::pair{&trace.sent, "sent"}, {&trace.served, "served"}, {&trace.lost, "lost"}, {&trace.detected, "detected"},
                              {&trace.wasted, "wasted"}, {&trace.window, "window"}, {&trace.budget, "budget"}, {&trace.reacted, "reacted"},
                              {&trace.recovery_end, "recovery_end"}})
    *series = counts(script, name, steps);
  for (auto [series, name] : {std::pair{&trace.timed_out, "timeout"}, {&trace.in_loss, "on_loss"}, {&trace.in_ack, "on_ack"}})
    *series = truths(script, name, steps);
  return trace;
}

void start(Script& script, const PacketPath& path, const PacketTrace& trace) {
  const std::size_t before = path.first() - 1;
  script.claim(equal(trace.served[0], whole(0)));
  script.claim(trace.lost[0] >= whole(0) && trace.detected[0] >= whole(0));
  script.claim(trace.detected[before] <= trace.lost[0]);
  script.claim(trace.sent[before] <= whole(kMostBefore));
  for (std::size_t t = 0; t < before; ++t) script.claim(equal(trace.window[t], trace.window[before]));
  script.claim(whole(kLeastWindow) <= trace.window[before] && trace.window[before] <= whole(kMostWindow));
  script.claim(whole(0) <= trace.reacted[before] && trace.reacted[before] <= trace.lost[before]);
  const Formula accepted_then = trace.recovery_end[before] - trace.reacted[before];
  script.claim(whole(0) <= accepted_then && accepted_then <= trace.accepted(before));
}

void never_decrease(Script& script, const PacketTrace& trace) {
  for (std::size_t t = 1; t <= trace.last(); ++t) {
    for (const auto* totals : {&trace.sent, &trace.served, &trace.lost, &trace.detected, &trace.wasted})
      script.claim((*totals)[t] >= (*totals)[t - 1]);
    script.claim(trace.accepted(t) >= trace.accepted(t - 1));
  }
}

/// A token bucket whose server lags by at most D; tokens are wasted only while they would lie idle. Before the trace none were.
void serve(Script& script, const PacketPath& path, const PacketTrace& trace) {
  for (std::size_t t = 0; t <= trace.last(); ++t) {
    const Formula fluid = fluid_service(path, trace, t);
    script.claim(trace.served[t] <= trace.accepted(t));
    script.claim(trace.served[t] <= fluid);
    const auto then = static_cast<std::int64_t>(t) - static_cast<std::int64_t>(path.jitter);
    script.claim(whole(path.rate * then) - trace.wasted[then < 0 ? 0 : static_cast<std::size_t>(then)] <= trace.served[t]);
    if (t > 0) script.claim(implies(trace.wasted[t] > trace.wasted[t - 1], trace.accepted(t) <= fluid));
  }
}

void drop(Script& script, const PacketPath& path, const PacketTrace& trace) {
  for (std::size_t t = 0; t <= trace.last(); ++t) {
    if (!path.buffer) {
      script.claim(equal(trace.lost[t], trace.lost[0]));
      continue;
    }
    const Formula buffer = whole(*path.buffer);
    if (t > 0)
      script.claim(implies(trace.lost[t] > trace.lost[t - 1], trace.accepted(t) >= fluid_service(path, trace, t - 1) + buffer));
    script.claim(trace.accepted(t) <= fluid_service(path, trace, t) + buffer);
  }
}

/// Losses among what was sent up to step `then` are known once three were served that were sent later.
void know(Script& script, const PacketTrace& trace, std::size_t t) {
  const std::size_t heard = trace.heard(t);
  const Formula normal = !trace.timed_out[t];
  auto at_most = [&](const Formula& total) { return trace.detected[t] <= larger(trace.detected[t - 1], total); };
  script.claim(implies(trace.timed_out[t], equal(trace.detected[t], trace.lost[t - 1])));
  script.claim(implies(normal, at_most(trace.lost[heard])));
  for (std::size_t then = 0; then <= heard; ++then) {
    Formula known = trace.accepted(then) + whole(kReordering) <= trace.served[heard];
    script.claim(implies(normal && known, trace.detected[t] >= trace.lost[then]));
    script.claim(implies(normal && !known, at_most(trace.lost[then])));
  }
}

void time_out(Script& script, const PacketTrace& trace, std::size_t t) {
  const Formula& heard = trace.served[trace.heard(t)];
  script.claim(equal(trace.timed_out[t], equal(trace.acked(t), whole(0)) && equal(heard, trace.accepted(t - 1)) &&
                                             trace.sent[t - 1] > heard + trace.detected[t - 1]));
}

/// A loss of what was sent before the last reaction is of the bout that was reacted to.
void call(Script& script, const PacketTrace& trace, std::size_t t) {
  const Formula is_new = trace.detected[t] > trace.detected[t - 1] && trace.detected[t] > trace.reacted[t - 1];
  script.claim(equal(trace.in_loss[t], !trace.timed_out[t] && is_new));
  script.claim(equal(trace.in_ack[t], !trace.timed_out[t] && !is_new &&
                                          (trace.acked(t) > whole(0) || trace.newly_lost(t) > whole(0))));
  const Formula reacts = trace.timed_out[t] || trace.in_loss[t];
  script.claim(equal(trace.reacted[t], choice(reacts, trace.lost[t - 1], trace.reacted[t - 1])));
  script.claim(equal(trace.recovery_end[t], choice(reacts, trace.sent[t - 1], trace.recovery_end[t - 1])));
}

class FixedWindow : public PacketSender {
 public:
  explicit FixedWindow(std::int64_t window) : window_(window) {}
  void act(Script& script, const PacketPath& path, const PacketTrace& trace) const override {
    for (std::size_t t = path.first(); t <= trace.last(); ++t) script.claim(equal(trace.window[t], whole(window_)));
    send_unpaced(script, path, trace);
  }

 private:
  std::int64_t window_;
};

class Reckless : public PacketSender {
 public:
  void act(Script& script, const PacketPath& path, const PacketTrace& trace) const override {
    for (std::size_t t = path.first(); t <= trace.last(); ++t)
      script.claim(equal(trace.window[t], smaller(trace.window[t - 1] + trace.acked(t), whole(kMostWindow))));
    send_unpaced(script, path, trace);
  }
};

}  // namespace

PacketTrace describe_packets(Script& script, const PacketPath& path) {
  PacketTrace trace = declare(script, path);
  start(script, path, trace);
  never_decrease(script, trace);
  serve(script, path, trace);
  drop(script, path, trace);
  for (std::size_t t = path.first(); t <= trace.last(); ++t) {
    time_out(script, trace, t);
    know(script, trace, t);
    call(script, trace, t);
    script.claim(trace.budget[t] >= whole(0));
    script.claim(equal(trace.sent[t], trace.sent[t - 1] + smaller(trace.budget[t], wanted_by_window(trace, t))));
  }
  return trace;
}

Formula wanted_by_window(const PacketTrace& trace, std::size_t t) {
  return larger(whole(0), trace.window[t] - trace.inflight(t));
}

Formula fluid_service(const PacketPath& path, const PacketTrace& trace, std::size_t t) {
  return whole(path.rate * static_cast<std::int64_t>(t)) - trace.wasted[t];
}

void send_unpaced(Script& script, const PacketPath& path, const PacketTrace& trace) {
  for (std::size_t t = path.first(); t <= trace.last(); ++t) script.claim(equal(trace.budget[t], wanted_by_window(trace, t)));
}

std::unique_ptr<PacketSender> make_fixed_window(std::int64_t window) { return std::make_unique<FixedWindow>(window); }
std::unique_ptr<PacketSender> make_reckless() { return std::make_unique<Reckless>(); }

}  // namespace assay::verify::network
