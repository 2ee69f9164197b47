i64 halve(const Flow& flow, Memory& memory) {
  memory.threshold = max(flow.window / 2, kMinWindow);
  memory.credit = 0;
  memory.note[0] = flow.rounds + 1;
  return memory.threshold;
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (flow.recovering == 1) {
    return flow.window;
  }
  if (flow.marked > 0 && flow.rounds > memory.note[0]) {
    return halve(flow, memory);
  }
  if (memory.threshold == 0) {
    return min(flow.window + flow.acked, kMaxWindow);
  }
  if (flow.window < memory.threshold) {
    return min(flow.window + flow.acked, memory.threshold);
  }
  memory.credit = min(memory.credit + flow.acked, kMaxCount);
  if (memory.credit < flow.window) {
    return flow.window;
  }
  memory.credit -= flow.window;
  return min(flow.window + 1, kMaxWindow);
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  return halve(flow, memory);
}

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  halve(flow, memory);
  return kMinWindow;
}
