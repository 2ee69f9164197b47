// Copa (Arun and Balakrishnan 2018), its default mode with delta 1/2: steers to 1 / (delta * queueing delay) packets a second, in steps
// that double while the direction stays. Not here: the mode that competes with loss-based flows.
// note[0], note[1]: least round trip of the quarter of a smoothed round trip under way and of the one before, `since`: when the present one
// began; note[2]: step; note[3]: 1 up, -1 down; note[4]: rounds in that direction. phase 1: slow start is over.
#include "policy.h"

i64 standing_rtt(const Flow& flow, Memory& memory) {
  if (memory.note[0] == 0 || flow.now - memory.since > flow.smoothed_rtt / 4) {
    memory.note[1] = memory.note[0] == 0 ? flow.rtt : memory.note[0];
    memory.note[0] = flow.rtt;
    memory.since = flow.now;
  }
  memory.note[0] = min(memory.note[0], flow.rtt);
  return clamp(min(memory.note[0], memory.note[1]), 1, kMaxRtt);
}

void adapt_step(const Flow& flow, bool below, Memory& memory) {
  const i64 way = below ? 1 : -1;
  if (way != memory.note[3]) {
    memory.note[2] = 1;
    memory.note[3] = way;
    memory.note[4] = 0;
  } else if (flow.new_round == 1) {
    memory.note[4] = clamp(memory.note[4], 0, 100) + 1;
    if (memory.note[4] > 3) memory.note[2] = clamp(clamp(memory.note[2], 1, 1 << 16) * 2, 1, 1 << 16);
  }
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (flow.rtt == 0) return flow.window;
  const i64 standing = standing_rtt(flow, memory);
  const i64 queueing = max(standing - flow.min_rtt, 0);
  const bool below = queueing == 0 || flow.window * queueing <= 2 * standing;
  adapt_step(flow, below, memory);
  i64 window = flow.window;
  if (memory.phase == 0 && below) window = min(window + flow.acked, kMaxWindow);
  else {
    memory.phase = 1;
    const i64 credit = memory.credit + min(flow.acked, 1 << 20) * 2 * clamp(memory.note[2], 1, 1 << 16);
    memory.credit = credit % window;
    const i64 steps = credit / window;
    window = clamp(below ? window + steps : window - steps, kMinWindow, kMaxWindow);
  }
  pacing.rate = clamp(2000000 * window / standing, 1, kMaxRate);
  return window;
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  memory.phase = 1;
  memory.note[2] = 1;
  return max(flow.window / 2, kMinWindow);
}

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  memory.phase = 1;
  memory.note[2] = 1;
  pacing.rate = 0;
  return kMinWindow;
}
