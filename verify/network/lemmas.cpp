#include "verify/network/lemmas.h"

#include <utility>

namespace assay::verify::network {
namespace {

std::string text(std::int64_t value) { return std::to_string(value); }

/// No loss yet, nothing waits, and no more is out than the window allows.
void orderly(Script& script, const PacketPath& path, const PacketTrace& trace) {
  const std::size_t before = path.first() - 1;
  script.claim(equal(trace.lost[before], whole(0)));
  script.claim(equal(trace.recovery_end[before], whole(0)));
  for (std::size_t t = 0; t <= before; ++t) script.claim(equal(trace.queue(t), whole(0)));
  script.claim(trace.sent[before] - trace.served[0] <= trace.window[before]);
}

Formula at_start(const PacketPath& path, const PacketTrace& trace) { return trace.window[path.first() - 1]; }

template <class Holds>
Formula at_every_call(const PacketPath& path, const PacketTrace& trace, Holds holds) {
  std::vector<Formula> out;
  for (std::size_t t = path.first(); t <= trace.last(); ++t) out.push_back(holds(t));
  return all_of(out);
}

/// At least `percent` of what the link can carry from the first call on, less what its lag may hide.
Formula carries(const PacketPath& path, const PacketTrace& trace, std::int64_t percent) {
  const std::int64_t room = path.rate * (static_cast<std::int64_t>(path.steps) - path.jitter);
  return whole(100) * (trace.served[trace.last()] - trace.served[path.first() - 1]) >= whole(percent * room);
}

PacketPath a_path(const LemmaScale& scale, unsigned steps, unsigned jitter, std::optional<std::int64_t> products_of_buffer) {
  PacketPath path;
  path.steps = scale.steps != 0 ? scale.steps : steps * scale.rtt;
  path.rtt = scale.rtt;
  path.jitter = jitter;
  path.rate = scale.rate;
  if (products_of_buffer) path.buffer = *products_of_buffer * path.product();
  return path;
}

/// Windows are whole: what is left may be the next whole number above nine tenths.
Formula a_tenth_less(const Formula& after, const Formula& before) { return whole(10) * after < whole(9) * before + whole(10); }

PacketLemma loss_answered(const LemmaScale& scale) {
  PacketPath path = a_path(scale, 1, 1, 1);
  path.steps = 1;
  PacketLemma lemma{"loss_answered", "new losses with a window of 20 packets or more: a tenth less at once, to within a packet", path, {}, {}, {}, make_reckless};
  lemma.start.begins_with_loss = true;
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    script.claim(trace.in_loss[at.first()] && at_start(at, trace) >= whole(20));
  };
  lemma.holds = [](const PacketPath& at, const PacketTrace& trace) { return a_tenth_less(trace.window[at.first()], at_start(at, trace)); };
  return lemma;
}

PacketLemma timeout_answered(const LemmaScale& scale) {
  PacketPath path = a_path(scale, 1, 0, std::nullopt);
  path.steps = 1;
  PacketLemma lemma{"timeout_answered", "a timeout with a window of 20 packets or more: at most half of it", path, {}, {}, {}, make_reckless};
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    script.claim(trace.timed_out[at.first()] && at_start(at, trace) >= whole(20));
  };
  lemma.holds = [](const PacketPath& at, const PacketTrace& trace) { return whole(2) * trace.window[at.first()] <= at_start(at, trace); };
  return lemma;
}

PacketLemma loss_respected(const LemmaScale& scale) {
  PacketLemma lemma{"loss_respected", "new losses with a window of 20 packets or more: a tenth less at once, to within a packet, and at the next step still",
                    a_path(scale, 3, 1, 1), {}, {}, {}, make_reckless};
  lemma.assume = [](Script& script, const PacketPath& path, const PacketTrace& trace) {
    std::vector<Formula> some;
    for (std::size_t t = path.first(); t <= trace.last(); ++t) some.push_back(trace.in_loss[t] && trace.window[t - 1] >= whole(20));
    script.claim(any_of(some));
  };
  lemma.holds = [](const PacketPath& path, const PacketTrace& trace) {
    return at_every_call(path, trace, [&](std::size_t t) {
      Formula less = a_tenth_less(trace.window[t], trace.window[t - 1]);
      if (t < trace.last()) less = less && a_tenth_less(trace.window[t + 1], trace.window[t - 1]);
      return implies(trace.in_loss[t] && trace.window[t - 1] >= whole(20), less);
    });
  };
  return lemma;
}

/// CCAC's first lemma of AIMD, with a buffer of one bandwidth-delay product.
PacketLemma overload_ends(const LemmaScale& scale) {
  const PacketPath path = a_path(scale, 10, 1, 1);
  const std::int64_t flight = path.rate * (path.rtt + path.jitter), most = flight + *path.buffer + 1, hidden = flight + 1;
  PacketLemma lemma{"overload_ends", "a window above " + text(most) + " packets, all that path and buffer hold, with at most " + text(hidden) +
                    " hidden losses: smaller at the end", path, {}, {}, {}, make_reckless};
  lemma.assume = [=](Script& script, const PacketPath& at, const PacketTrace& trace) {
    script.claim(at_start(at, trace) > whole(most) && trace.undetected(at.first() - 1) <= whole(hidden));
  };
  lemma.holds = [](const PacketPath& at, const PacketTrace& trace) { return trace.window[trace.last()] < at_start(at, trace); };
  return lemma;
}

PacketLemma window_bounded(const LemmaScale& scale) {
  const PacketPath path = a_path(scale, 8, 1, 1);
  const std::int64_t most = path.rate * (path.rtt + path.jitter) + *path.buffer;
  PacketLemma lemma{"window_bounded", "from an orderly start with a window of at most " + text(path.product()) + " packets: never above " + text(3 * most),
                    path, {.knows_propagation = true}, {}, {}, make_reckless};
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    orderly(script, at, trace);
    script.claim(at_start(at, trace) <= whole(at.product()));
  };
  lemma.holds = [=](const PacketPath& at, const PacketTrace& trace) {
    return at_every_call(at, trace, [&](std::size_t t) { return trace.window[t] <= whole(3 * most); });
  };
  return lemma;
}

PacketLemma delay_bounded(const LemmaScale& scale) {
  const PacketPath path = a_path(scale, 6, 0, 3);
  PacketLemma lemma{"delay_bounded", "ideal link, buffer of " + text(*path.buffer) + " packets, from an orderly start with a window of at most " + text(path.product()) +
                    " packets: never more than " + text(2 * path.product()) + " packets wait (two propagation delays)", path, {.knows_propagation = true}, {}, {}, make_reckless};
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    orderly(script, at, trace);
    script.claim(at_start(at, trace) <= whole(at.product()));
  };
  lemma.holds = [](const PacketPath& at, const PacketTrace& trace) {
    return at_every_call(at, trace, [&](std::size_t t) { return trace.queue(t) <= whole(2 * at.product()); });
  };
  return lemma;
}

PacketLemma no_own_loss(const LemmaScale& scale) {
  const PacketPath path = a_path(scale, 6, 0, 2);
  PacketLemma lemma{"no_own_loss", "ideal link, buffer of " + text(*path.buffer) + " packets, from an orderly start with a window of at most " +
                    text(path.product()) + ": nothing is lost", path, {.knows_propagation = true}, {}, {}, make_reckless};
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    orderly(script, at, trace);
    script.claim(at_start(at, trace) <= whole(at.product()));
  };
  lemma.holds = [](const PacketPath&, const PacketTrace& trace) { return equal(trace.lost[trace.last()], whole(0)); };
  return lemma;
}

PacketLemma link_filled(const LemmaScale& scale, const std::string& name, unsigned jitter, std::optional<std::int64_t> buffer, std::int64_t percent,
                        const std::string& link) {
  const PacketPath path = a_path(scale, 6, jitter, buffer);
  PacketLemma lemma{name, link + ", from an orderly start with a window of " + text(path.product()) + " to " + text(2 * path.product()) +
                    " packets: at least " + text(percent) + " % of what the link can carry", path, {.knows_propagation = true}, {}, {}, [] { return make_fixed_window(kLeastWindow); }};
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    orderly(script, at, trace);
    script.claim(whole(at.product()) <= at_start(at, trace) && at_start(at, trace) <= whole(2 * at.product()));
  };
  lemma.holds = [=](const PacketPath& at, const PacketTrace& trace) { return carries(at, trace, percent); };
  return lemma;
}

PacketLemma grows(const LemmaScale& scale) {
  const PacketPath path = a_path(scale, 6, 0, std::nullopt);
  PacketLemma lemma{"grows", "ideal link, no loss, no queue before, the smallest window: at least twice as large at the end",
                    path, {.knows_propagation = true}, {}, {}, [] { return make_fixed_window(kLeastWindow); }};
  lemma.assume = [](Script& script, const PacketPath& at, const PacketTrace& trace) {
    orderly(script, at, trace);
    script.claim(equal(at_start(at, trace), whole(kLeastWindow)));
  };
  lemma.holds = [](const PacketPath&, const PacketTrace& trace) { return trace.window[trace.last()] >= whole(2 * kLeastWindow); };
  return lemma;
}

}  // namespace

std::vector<PacketLemma> packet_lemmas(const LemmaScale& scale) {
  return {loss_answered(scale), timeout_answered(scale), loss_respected(scale), overload_ends(scale), window_bounded(scale), delay_bounded(scale), no_own_loss(scale), grows(scale),
          link_filled(scale, "link_filled", 0, std::nullopt, 90, "ideal link, buffer without end"),
          link_filled(scale, "link_filled_lossy", 0, 1, 30, "ideal link, buffer of one bandwidth-delay product"),
          link_filled(scale, "link_filled_jitter", 1, std::nullopt, 50, "service lags by up to a step, buffer without end")};
}

}  // namespace assay::verify::network
