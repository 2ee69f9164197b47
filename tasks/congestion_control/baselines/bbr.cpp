// BBR v1 (Cardwell, Cheng, Gunn, Yeganeh and Jacobson 2016): paces at the largest delivery rate of the last ten rounds, with twice
// the bandwidth-delay product in flight. Simplified: no long-term (policer) model, no packet conservation after a loss, the
// cycle of gains begins at its start and not by chance, and the window follows the model at once.
// phase: 0 startup, 1 drain, 2 cycle of gains, 3 look for the least round trip; `since`: when the phase or the gain began.
// note[0], note[1]: least round trip and when it was seen; note[2]: the rate that startup has to beat, note[3]: rounds in which
// it did not; note[4]: place in the cycle.
#include "policy.h"

i64 bandwidth(const Flow& flow, const History& history) {
  i64 most = flow.rate;
  for (i64 i = 0; i < kRounds; i += 1) most = max(most, history.rate[i]);
  return min(most, 1LL << 30);
}

/// Packets; `gain` in thousandths.
i64 in_flight_for(i64 rate, i64 rtt, i64 gain) { return clamp(rate * clamp(rtt, 0, 1 << 22) / 1000000 * gain / 1000 + 3, 4, kMaxWindow); }

void look_at_rtt(const Flow& flow, Memory& memory) {
  const bool is_old = flow.now > memory.note[1] + 10000000;
  if (memory.note[0] == 0 || flow.rtt <= memory.note[0] || (is_old && memory.phase == 3)) {
    memory.note[0] = flow.rtt;
    memory.note[1] = flow.now;
  } else if (is_old && memory.phase == 2) {
    memory.phase = 3;
    memory.since = flow.now;
  }
}

void enter_cycle(const Flow& flow, Memory& memory) {
  memory.phase = 2;
  memory.since = flow.now;
  memory.note[4] = 2;
}

void move_on(const Flow& flow, i64 rate, Memory& memory) {
  const i64 product = in_flight_for(rate, memory.note[0], 1000) - 3;
  if (memory.phase == 0 && flow.new_round == 1) {
    const bool grows = rate >= clamp(memory.note[2], 0, kMaxRate) * 5 / 4;
    memory.note[3] = grows ? 0 : clamp(memory.note[3], 0, 3) + 1;
    if (grows) memory.note[2] = rate;
    if (memory.note[3] >= 3) memory.phase = 1;
  } else if (memory.phase == 1) {
    if (flow.inflight <= product) enter_cycle(flow, memory);
  } else if (memory.phase == 2) {
    const bool is_over = flow.now - memory.since > memory.note[0];
    if (is_over || (memory.note[4] == 1 && flow.inflight <= product)) {
      memory.note[4] = (clamp(memory.note[4], 0, 7) + 1) % 8;
      memory.since = flow.now;
    }
  } else if (memory.phase == 3 && flow.now - memory.since > 200000 + memory.note[0]) {
    memory.note[1] = flow.now;
    enter_cycle(flow, memory);
  }
}

i64 pacing_gain(const Memory& memory) {
  if (memory.phase == 0) return 2885;
  if (memory.phase == 1) return 347;
  if (memory.phase == 3 || memory.note[4] > 1) return 1000;
  return memory.note[4] == 0 ? 1250 : 750;
}

i64 follow(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  const i64 rate = bandwidth(flow, history);
  if (flow.rtt == 0 || rate == 0) return flow.window;
  look_at_rtt(flow, memory);
  move_on(flow, rate, memory);
  pacing.rate = clamp(rate * pacing_gain(memory) / 1000, 1, kMaxRate);
  if (memory.phase == 3) return 4;
  const i64 window = in_flight_for(rate, memory.note[0], memory.phase == 2 ? 2000 : 2885);
  return memory.phase == 0 ? max(window, flow.window) : window;
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return follow(flow, history, memory, pacing); }

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return follow(flow, history, memory, pacing); }

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return 4; }
