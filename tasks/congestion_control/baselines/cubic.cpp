// CUBIC (RFC 9438) as the kernel has it, without HyStart: beta 0.7, C 0.4, fast convergence, the Reno-friendly region. A congestion mark counts as a loss, once a round.
// note[0]: the window before the last cut, note[1]: Reno's window, note[2]: the plateau, all in 1/1024 packets; note[3]: milliseconds
// to the plateau; note[4]: the round after which a mark counts again. phase 1: since the moment `since` it climbs.
#include "policy.h"

i64 cube_root(i64 value) {
  i64 root = 0;
  for (i64 bit = 0; bit < 20; bit += 1) {
    const i64 wider = root + (1LL << (19 - bit));
    if (wider * wider * wider <= value) root = wider;
  }
  return root;
}

i64 cut(const Flow& flow, Memory& memory) {
  const i64 window = flow.window * 1024;
  const i64 most = clamp(memory.note[0], 0, kMaxWindow * 1024);
  memory.note[0] = window < most ? window * 17 / 20 : window;
  memory.threshold = max(flow.window * 7 / 10, kMinWindow);
  memory.phase = 0;
  memory.credit = 0;
  memory.note[4] = flow.rounds + 1;
  return memory.threshold;
}

void begin(const Flow& flow, Memory& memory) {
  const i64 window = flow.window * 1024;
  memory.phase = 1;
  memory.since = flow.now;
  memory.note[1] = window;
  memory.note[2] = clamp(memory.note[0], window, kMaxWindow * 1024);
  memory.note[3] = cube_root((memory.note[2] - window) * 2441406);
}

i64 target(const Flow& flow, const Memory& memory) {
  const i64 at = min(max(flow.now + flow.min_rtt - memory.since, 0) / 1000, 1000000);
  const i64 plateau = clamp(memory.note[3], 0, 1000000), origin = clamp(memory.note[2], 0, kMaxWindow * 1024);
  const i64 distance = min(abs(at - plateau), 200000);
  const i64 rise = distance * distance * distance / 2441406;
  return at >= plateau ? origin + rise : max(origin - rise, 0);
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (flow.recovering == 1) return flow.window;
  if (flow.marked > 0 && flow.rounds > memory.note[4]) return cut(flow, memory);
  if (memory.threshold == 0) return min(flow.window + flow.acked, kMaxWindow);
  if (flow.window < memory.threshold) return min(flow.window + flow.acked, memory.threshold);
  if (memory.phase == 0) begin(flow, memory);
  const i64 window = flow.window * 1024;
  const i64 gain = flow.acked * 1048576 * 9 / 17 / window;
  memory.note[1] = min(max(memory.note[1], 0) + gain, kMaxNote);
  const i64 wanted = min(max(memory.note[1], min(target(flow, memory), window + window / 2)), kMaxWindow * 1024);
  if (wanted <= window) return flow.window;
  const i64 credit = memory.credit + flow.acked * (wanted - window);
  memory.credit = credit % window;
  return min(flow.window + credit / window, kMaxWindow);
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return cut(flow, memory); }

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  cut(flow, memory);
  return kMinWindow;
}
