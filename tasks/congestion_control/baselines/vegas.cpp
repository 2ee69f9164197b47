// Vegas (Brakmo and Peterson 1995): holds 2 to 4 packets in the queue, by the least round trip of each round; in slow start it
// doubles every other round until one packet waits. note[0]: the round after which a mark counts again.
#include "policy.h"

i64 halve(const Flow& flow, Memory& memory) {
  memory.threshold = max(flow.window / 2, kMinWindow);
  memory.note[0] = flow.rounds + 1;
  return memory.threshold;
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (flow.recovering == 1) return flow.window;
  if (flow.marked > 0 && flow.rounds > memory.note[0]) return halve(flow, memory);
  const i64 rtt = history.rtt[0];
  if (flow.new_round == 0 || rtt == 0) return flow.window;
  const i64 queued = rtt <= flow.min_rtt ? 0 : flow.window * (rtt - flow.min_rtt) / rtt;
  if (memory.threshold == 0 || flow.window < memory.threshold) {
    const i64 ceiling = memory.threshold == 0 ? kMaxWindow : memory.threshold;
    if (queued <= 1) return flow.rounds % 2 == 0 ? min(flow.window * 2, ceiling) : flow.window;
    memory.threshold = max(flow.window - 1, kMinWindow);
    return max(flow.window * 7 / 8, kMinWindow);
  }
  if (queued < 2) return min(flow.window + 1, kMaxWindow);
  return queued > 4 ? max(flow.window - 1, kMinWindow) : flow.window;
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return halve(flow, memory); }

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  halve(flow, memory);
  return kMinWindow;
}
