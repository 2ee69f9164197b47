#pragma once
// What an exported policy is shown and what it answers: C where the kernel fills it (bpf_sender.c), C++ where the policy is called
// (bpf_texts.cpp prints that text). The values are those of the simulator's View (sim/sender.h), in the same units. Of 32 bits, so that
// the kernel's verifier and the compiler know their range without a branch each.

enum { kAssayRounds = 10 };
enum { kAssayAck, kAssayLoss, kAssayTimeout };

struct AssayView {
  unsigned long long now;
  unsigned window, inflight, acked, lost, marked, rtt, smoothed_rtt, min_rtt, max_rtt, rate, max_rate;
  unsigned total_delivered, total_lost, recovering, new_round, rounds;
  unsigned round_delivered[kAssayRounds], round_lost[kAssayRounds], round_marked[kAssayRounds], round_rtt[kAssayRounds];
  unsigned round_mean_rtt[kAssayRounds], round_rate[kAssayRounds];
  unsigned pacing;  ///< the answer beside the window: packets a second; 0: none
  unsigned unused;
};
