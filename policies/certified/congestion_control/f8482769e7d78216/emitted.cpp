i64 speed(const Memory& memory) {
  return clamp(memory.note[0], 16, kMaxRate);
}

i64 probe_share() {
  const i64 probe_gain = tunable(63, 40, 63);
  return probe_gain;
}

i64 first_hold() {
  const i64 hold_time = tunable(4000000, 500000, 16000000);
  return hold_time;
}

i64 mode(const Memory& memory) {
  return clamp(safe_mod(memory.threshold, 4), 0, 3);
}

i64 queued(const Memory& memory) {
  return clamp(memory.threshold / 4, 0, 200000);
}

void set_mode(Memory& memory, i64 value) {
  memory.threshold = clamp(4 * queued(memory) + clamp(value, 0, 3), 0, 1000000);
}

void tally(const Flow& flow, Memory& memory) {
  const i64 gap = safe_div(1000000, speed(memory));
  if (flow.rtt - flow.min_rtt > gap) {
    const i64 count = queued(memory) + clamp(flow.acked, 0, 1000);
    memory.threshold = clamp(4 * clamp(count, 0, 200000) + mode(memory), 0, 1000000);
  }
}

bool affordable(const Flow& flow, const Memory& memory) {
  const i64 queue_budget = tunable(32, 20, 128);
  const i64 cost = clamp(sat_mul(speed(memory), flow.rtt) / 500000, 1, kMaxCount);
  return (queued(memory) + cost) * queue_budget < flow.total_delivered;
}

void train(const Flow& flow, Memory& memory) {
  if (memory.note[1] <= 0) {
    memory.note[1] = max(flow.now, 1);
    memory.note[2] = flow.total_delivered;
    memory.note[4] = memory.note[1];
  }
  const i64 begin = memory.note[1];
  const i64 elapsed = flow.now - begin;
  if (elapsed <= 0) {
    memory.note[2] = flow.total_delivered;
  } else {
    if (flow.now > memory.note[4]) {
      memory.note[5] = clamp(memory.note[5], 0, 1000) + 1;
      memory.note[4] = flow.now;
    }
    const i64 count = clamp(flow.total_delivered - memory.note[2], 0, kMaxCount);
    if (count >= 4) {
      memory.note[3] = clamp(max(memory.note[3], safe_div(count * 1000000, elapsed)), 0, kMaxRate);
    }
  }
  if (flow.total_delivered >= 10 || flow.now - flow.rtt >= begin) {
    const i64 estimate = clamp(memory.note[3], 0, kMaxRate);
    const bool known = estimate > 0;
    if (known) {
      const i64 steady_share = tunable(61, 56, 63);
      const i64 total = clamp(flow.total_delivered - memory.note[2], 0, kMaxCount);
      const i64 latest = clamp(safe_div(total * 1000000, max(elapsed, 1)), 0, kMaxRate);
      const bool steady = memory.note[5] >= 7 && latest * 64 >= estimate * 62;
      const i64 share = steady ? steady_share : probe_share();
      memory.note[0] = clamp((estimate * share) / 64, 16, kMaxRate);
      memory.threshold = steady ? 3 : 0;
    } else {
      memory.note[0] = clamp(safe_div(8000000, max(flow.min_rtt, 1)), 16, kMaxRate);
    }
    memory.phase = 1;
    if (known && memory.note[5] >= 4) {
      memory.phase = 2;
    }
    memory.note[6] = known ? 0 : 1;
    memory.note[1] = 0;
    memory.note[2] = 0;
    memory.note[3] = first_hold();
    memory.note[4] = 0;
    memory.note[5] = 1;
    memory.note[7] = 0;
    memory.since = flow.now;
  }
}

void drain(const Flow& flow, Memory& memory) {
  const i64 elapsed = flow.now - memory.since;
  if (memory.note[4] == 0) {
    if (flow.now - flow.rtt < memory.since) {
      const i64 count = clamp(flow.total_delivered - memory.note[2], 0, kMaxCount);
      if (elapsed > 0 && count >= 3) {
        memory.note[7] = clamp(safe_div(count * 1000000, elapsed), 1, kMaxRate);
      }
    } else {
      const i64 before = speed(memory);
      const i64 measured = memory.note[7] > 0 ? min(memory.note[7], before) : before;
      const i64 jump_gain = tunable(55, 40, 62);
      i64 gain = clamp(memory.note[5], 8, 64);
      const i64 keep_gain = tunable(60, 45, 63);
      if (mode(memory) == 2) {
        if (measured * 64 >= before * 62) {
          gain = max(gain, keep_gain);
        }
        set_mode(memory, 1);
      }
      if (measured * 8 < before * 5) {
        gain = max(gain, jump_gain);
      }
      i64 next = (measured * gain) / 64;
      if (memory.note[6] == 2) {
        next = max(next, min((before * 5) / 6, (measured * 62) / 64));
      }
      memory.note[6] = 0;
      memory.note[0] = clamp(next, 16, kMaxRate);
      memory.note[4] = 1;
    }
    return;
  }
  const i64 queueing = max(flow.rtt - flow.min_rtt, 0);
  if (queueing <= safe_div(1000000, speed(memory)) || elapsed > 10 * flow.rtt) {
    memory.phase = 2;
    memory.since = flow.now;
    memory.note[1] = 0;
    memory.note[5] = 0;
  }
}

void crawl(const Flow& flow, Memory& memory) {
  if (flow.now - flow.rtt < memory.since) {
    return;
  }
  const i64 gap = safe_div(1000000, speed(memory));
  const i64 last = clamp(memory.note[1], 0, kMaxRtt);
  const bool varies = abs(flow.rtt - last) * 8 > gap;
  memory.note[1] = flow.rtt;
  memory.note[4] = clamp(memory.note[4], 0, 100) + 1;
  if (varies) {
    memory.note[5] = clamp(memory.note[5], 0, 100) + 1;
  }
  if (memory.note[4] < 12) {
    return;
  }
  const bool shared = memory.note[5] >= 5;
  memory.note[4] = 0;
  memory.note[5] = 0;
  if (shared) {
    memory.note[7] = 1;
    return;
  }
  memory.note[0] = clamp((speed(memory) * 3) / 4, 16, kMaxRate);
  memory.note[1] = 0;
  memory.note[3] = first_hold();
  memory.note[6] = 0;
  memory.note[7] = 0;
  set_mode(memory, 1);
  memory.credit = 0;
  memory.phase = 2;
  memory.since = flow.now;
}

void cruise(const Flow& flow, const History& history, Memory& memory) {
  const i64 slack = tunable(32, 8, 256);
  const i64 drop_gain = tunable(45, 16, 62);
  if (flow.now - flow.rtt < memory.since) {
    return;
  }
  const i64 rate = speed(memory);
  const i64 gap = safe_div(1000000, rate);
  const i64 queueing = max(flow.rtt - flow.min_rtt, 0);
  const i64 calm = flow.now - memory.since;
  if (mode(memory) == 3 && calm >= 3 * flow.rtt) {
    set_mode(memory, 1);
  }
  if (mode(memory) == 1 && memory.credit > 0 && flow.rtt > memory.credit + 5 * gap) {
    set_mode(memory, 2);
  }
  memory.credit = flow.rtt;
  if (queueing <= gap + gap / 4 + safe_div(flow.min_rtt, slack)) {
    if (mode(memory) == 2) {
      set_mode(memory, 1);
    }
    memory.note[1] = 0;
    const i64 quick_split = tunable(8, 1, 32);
    const i64 long_hold = clamp(memory.note[3], 500000, 64000000);
    i64 hold = memory.phase == 1 ? 4 * max(flow.smoothed_rtt, flow.rtt) : long_hold;
    bool chase = false;
    if (memory.phase != 1 && affordable(flow, memory)) {
      hold = min(hold, max(long_hold / quick_split, 12 * flow.rtt));
      if (memory.note[6] == 3 && queueing <= gap / 2) {
        const i64 chase_rounds = tunable(6, 4, 24);
        chase = true;
        hold = min(hold, chase_rounds * flow.rtt + 16 * gap);
      }
    }
    if (calm >= hold && history.rate[0] * 4 >= rate * 3) {
      if (memory.note[5] == 1) {
        memory.note[3] = max(long_hold / 2, first_hold());
      }
      const i64 probe_step = tunable(13, 6, 40);
      const i64 chase_step = tunable(20, 8, 64);
      const i64 known_step = (rate * (chase ? chase_step : probe_step)) / 64;
      const i64 step = memory.note[6] == 1 ? rate / 2 : known_step;
      if (memory.note[6] != 1) {
        memory.note[6] = 3;
      }
      memory.note[0] = clamp(rate + max(step, 1), 16, kMaxRate);
      memory.note[5] = 1;
      memory.since = flow.now;
    }
    return;
  }
  if (memory.note[1] <= 0) {
    memory.note[1] = max(flow.now, 1);
    return;
  }
  if (flow.now - memory.note[1] < max(2 * gap, 1)) {
    return;
  }
  if (mode(memory) == 3) {
    set_mode(memory, 1);
    memory.note[1] = 0;
    memory.note[2] = 0;
    memory.note[4] = 0;
    memory.note[5] = 0;
    memory.note[6] = 0;
    memory.note[7] = 0;
    memory.phase = 4;
    memory.since = flow.now;
    return;
  }
  const bool probing = memory.note[5] == 1 && calm < 4 * flow.rtt + 64 * gap;
  const i64 deep_gain = tunable(38, 16, 62);
  const bool overdrawn = queued(memory) * 24 > flow.total_delivered;
  const i64 fall = overdrawn ? deep_gain : drop_gain;
  memory.note[5] = probing ? probe_share() : fall;
  memory.note[1] = 0;
  memory.note[2] = flow.total_delivered;
  memory.note[3] = min(clamp(memory.note[3], 500000, 64000000) * 2, 64000000);
  if (memory.phase == 1) {
    memory.note[3] = first_hold();
  }
  memory.note[4] = 0;
  memory.note[6] = probing ? 2 : 0;
  memory.note[7] = 0;
  memory.phase = 3;
  memory.since = flow.now;
}

void control(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (memory.phase != 0 && memory.phase != 4) {
    tally(flow, memory);
  }
  if (memory.phase == 0) {
    train(flow, memory);
  } else if (memory.phase == 3) {
    drain(flow, memory);
  } else if (memory.phase == 4) {
    crawl(flow, memory);
  } else {
    cruise(flow, history, memory);
  }
  if (memory.phase == 0) {
    const i64 careful = memory.note[3] > 0 ? memory.note[3] / 2 : safe_div(4000000, flow.rtt);
    pacing.rate = clamp(careful, 16, kMaxRate);
  } else if (memory.phase == 3) {
    pacing.rate = clamp(speed(memory) / 4, 8, kMaxRate);
  } else if (memory.phase == 4) {
    const i64 crawl_rate = tunable(2, 1, 16);
    pacing.rate = memory.note[7] > 0 ? crawl_rate : 20 + clamp(memory.note[4], 0, 12);
  } else {
    pacing.rate = speed(memory);
  }
}

i64 cap(const Flow& flow, const Memory& memory) {
  if (memory.phase == 0) {
    return 16;
  }
  const i64 product = sat_mul(speed(memory), flow.min_rtt) / 1000000;
  return clamp(2 * product + 16, kMinWindow, kMaxWindow);
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (flow.rtt == 0) {
    return flow.window;
  }
  const i64 target = cap(flow, memory);
  control(flow, history, memory, pacing);
  const i64 step = flow.window / 8;
  i64 window = clamp(target, flow.window - step, flow.window + step + 1);
  if (flow.window >= 20 && flow.rtt >= 2 * flow.min_rtt) {
    window = min(window, flow.window);
  }
  if (flow.rtt <= flow.min_rtt + flow.min_rtt / 3 && flow.lost == 0 && flow.marked == 0 && flow.recovering == 0) {
    window = max(window, flow.window);
  }
  return clamp(window, kMinWindow, kMaxWindow);
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (flow.rtt > 0) {
    control(flow, history, memory, pacing);
  }
  return clamp(flow.window - flow.window / 10, kMinWindow, kMaxWindow);
}

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  if (memory.phase == 4) {
    return clamp(flow.window, kMinWindow, 10);
  }
  if (memory.phase == 0) {
    memory.phase = 1;
    memory.note[0] = 50;
    memory.note[3] = first_hold();
    memory.note[6] = 1;
  } else {
    memory.phase = 2;
    memory.note[0] = clamp(speed(memory) / 2, 16, kMaxRate);
    memory.note[6] = 0;
  }
  memory.note[1] = 0;
  memory.note[2] = 0;
  memory.note[4] = 0;
  memory.note[5] = 0;
  memory.note[7] = 0;
  memory.since = flow.now;
  pacing.rate = speed(memory);
  return clamp(flow.window, kMinWindow, 10);
}
