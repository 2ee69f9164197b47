// DCTCP (RFC 8257): Reno whose cut follows the share of marked packets, averaged over rounds with a sixteenth. Without marks it is
// Reno. note[0]: the average, in 1/1024; it starts at 1, as the RFC says; phase 1: it has started.
#include "policy.h"

void average(const Flow& flow, const History& history, Memory& memory) {
  if (memory.phase == 0) memory.note[0] = 1024;
  memory.phase = 1;
  if (flow.new_round == 0) return;
  const i64 share = safe_div(history.marked[0] * 1024, history.delivered[0]);
  memory.note[0] = clamp((clamp(memory.note[0], 0, 1024) * 15 + share) / 16, 0, 1024);
}

i64 cut(const Flow& flow, i64 share, Memory& memory) {
  memory.threshold = clamp(flow.window - flow.window * share / 2048, kMinWindow, kMaxWindow);
  memory.credit = 0;
  return memory.threshold;
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  average(flow, history, memory);
  if (flow.recovering == 1) return flow.window;
  if (flow.new_round == 1 && history.marked[0] > 0) return cut(flow, clamp(memory.note[0], 0, 1024), memory);
  if (memory.threshold == 0 && flow.marked > 0) return cut(flow, clamp(memory.note[0], 0, 1024), memory);
  if (memory.threshold == 0) return min(flow.window + flow.acked, kMaxWindow);
  if (flow.window < memory.threshold) return min(flow.window + flow.acked, memory.threshold);
  memory.credit = min(memory.credit + flow.acked, kMaxCount);
  if (memory.credit < flow.window) return flow.window;
  memory.credit -= flow.window;
  return min(flow.window + 1, kMaxWindow);
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return cut(flow, 1024, memory); }

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  cut(flow, 1024, memory);
  return kMinWindow;
}
