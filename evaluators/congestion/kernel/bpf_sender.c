// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
// The kernel's side of an exported policy: a congestion control by struct_ops. Trusted text, compiled with Clang for BPF and linked
// with the policy. It is to the policy what sim/sender.h is in the simulator: the same values, the same events.
//
// Everything is kept in the socket's own storage: nothing is shared between connections. Kernel structs are declared with the
// fields that are used, and found by name when the program is loaded (CO-RE), so that no header of the kernel is needed.
// Needs before it: bpf_view.h, ASSAY_WORDS (what the policy remembers, in words), ASSAY_NAME.

typedef unsigned char u8;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long i64;

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sock {
  u32 sk_pacing_status;
  unsigned long sk_pacing_rate;
};
struct tcp_sock {
  u32 mss_cache, snd_cwnd, snd_cwnd_clamp, snd_ssthresh, srtt_us;
  u32 packets_out, sacked_out, lost_out, retrans_out;
  u32 delivered, delivered_ce, lost;
  u64 tcp_mstamp;
};
struct rate_sample {
  u32 prior_delivered;
  s32 delivered;
  long interval_us, rtt_us;
  _Bool is_app_limited;
};
struct tcp_congestion_ops {
  u32 (*ssthresh)(struct sock*);
  void (*set_state)(struct sock*, u8);
  void (*cong_control)(struct sock*, u32, int, const struct rate_sample*);
  u32 (*undo_cwnd)(struct sock*);
  char name[16];
  void (*init)(struct sock*);
};
#pragma clang attribute pop

enum { kRecovery = 3, kLossState = 4 };             // enum tcp_ca_state
enum { kPacingNone, kPacingNeeded };                // enum sk_pacing
enum { kSkStorage = 24, kNoPrealloc = 1, kCreate = 1 };  // enum bpf_map_type, BPF_F_NO_PREALLOC, BPF_SK_STORAGE_GET_F_CREATE
static void* (*const bpf_sk_storage_get)(void* map, void* sk, void* value, u64 flags) = (void*)107;
static long (*const bpf_sk_storage_delete)(void* map, void* sk) = (void*)108;

/// Of the round under way.
struct Round {
  u64 rtt_sum, rtts;
  u32 delivered, lost, marked, rtt_least, rate;
  u32 end;  ///< it is over once a packet is acknowledged that was sent when so many were delivered
};

struct Connection {
  struct AssayView view;
  i64 words[ASSAY_WORDS];  ///< Flow, History, Memory and Pacing of the contract
  struct Round round;
  u64 began_us;
  u32 delivered_before, lost_before;                ///< the counts of the socket when this began
  u32 delivered_seen, lost_seen, marked_seen;       ///< ... at the last event
  u8 state, bout;
};

struct {
  int (*type)[kSkStorage];
  int (*map_flags)[kNoPrealloc];
  int* key;
  struct Connection* value;
} assay_sockets SECTION(".maps");

i64 assay_ask(u64 event, struct AssayView* view, void* words);

INLINE struct Connection* connection_of(void* sk, u64 flags) { return bpf_sk_storage_get(&assay_sockets, sk, 0, flags); }

#define kMost 4294967295u  // a count, a time or a rate stops there
INLINE u64 smaller(u64 a, u64 b) { return a < b ? a : b; }
INLINE u64 larger(u64 a, u64 b) { return a > b ? a : b; }

INLINE void note_rtt(struct AssayView* view, struct Round* round, long sample) {
  if (sample <= 0) return;
  const u32 rtt = smaller(sample, kMost);
  view->rtt = rtt;
  if (view->min_rtt == 0 || rtt < view->min_rtt) view->min_rtt = rtt;
  if (rtt > view->max_rtt) view->max_rtt = rtt;
  round->rtt_least = round->rtts == 0 ? rtt : smaller(round->rtt_least, rtt);
  round->rtt_sum += rtt;
  ++round->rtts;
}

/// A sample that the application's pauses made small says nothing of the path.
INLINE void note_rate(struct AssayView* view, struct Round* round, const struct rate_sample* rs) {
  const s32 delivered = rs->delivered;
  const long interval = rs->interval_us;
  if (delivered <= 0 || interval <= 0) return;
  const u32 rate = smaller((u64)(u32)delivered * 1000000 / (u64)interval, kMost);
  if (rs->is_app_limited && rate < view->rate) return;
  view->rate = rate;
  if (rate > view->max_rate) view->max_rate = rate;
  round->rate = larger(round->rate, rate);
}

INLINE void shift_in(u32* items, u32 newest) {
#pragma clang loop unroll(full)
  for (int i = kAssayRounds - 1; i > 0; --i) items[i] = items[i - 1];
  items[0] = newest;
}

INLINE void end_round(struct AssayView* view, struct Round* round, u32 delivered) {
  shift_in(view->round_delivered, round->delivered);
  shift_in(view->round_lost, round->lost);
  shift_in(view->round_marked, round->marked);
  shift_in(view->round_rtt, round->rtt_least);
  shift_in(view->round_mean_rtt, round->rtts == 0 ? 0 : round->rtt_sum / round->rtts);
  shift_in(view->round_rate, round->rate);
  ++view->rounds;
  round->delivered = round->lost = round->marked = 0;
  round->rtt_sum = round->rtts = round->rtt_least = round->rate = 0;
  round->end = delivered;
}

/// Where the policy sets no pace the rate is only a hint of how large the kernel's bursts may be; twice the window in a round
/// trip is the kernel's own (tcp_update_pacing_rate).
INLINE void pace(struct tcp_sock* tp, struct sock* sk, const struct AssayView* view) {
  const u64 mss = tp->mss_cache;
  const u32 status = sk->sk_pacing_status;
  if (view->pacing > 0) {
    if (status == kPacingNone) sk->sk_pacing_status = kPacingNeeded;
    sk->sk_pacing_rate = larger((u64)view->pacing * mss, 1);
    return;
  }
  if (status == kPacingNeeded) sk->sk_pacing_status = kPacingNone;
  const u64 srtt = view->smoothed_rtt;
  sk->sk_pacing_rate = srtt == 0 ? ~0ul : larger(2000000 * (u64)view->window * mss / srtt, 1);
}

INLINE void ask(struct tcp_sock* tp, struct Connection* one, u64 event) {
  struct AssayView* view = &one->view;
  view->now = tp->tcp_mstamp - one->began_us;
  view->inflight = (u32)(tp->packets_out - tp->sacked_out - tp->lost_out + tp->retrans_out);
  view->smoothed_rtt = tp->srtt_us >> 3;
  view->total_delivered = (u32)(tp->delivered - one->delivered_before);
  view->total_lost = (u32)(tp->lost - one->lost_before);
  view->recovering = one->state == kRecovery;
  const u32 window = larger(smaller(assay_ask(event, view, one->words), tp->snd_cwnd_clamp), 1);
  view->window = window;
  tp->snd_cwnd = window;
  pace(tp, (struct sock*)tp, view);
}

SECTION("struct_ops/assay_init") void assay_init(u64* context) {
  struct tcp_sock* tp = (struct tcp_sock*)context[0];
  bpf_sk_storage_delete(&assay_sockets, tp);  // of an earlier use of this socket
  struct Connection* one = connection_of(tp, kCreate);
  if (!one) return;
  one->view.window = tp->snd_cwnd;
  one->began_us = tp->tcp_mstamp;
  one->delivered_before = one->delivered_seen = one->round.end = tp->delivered;
  one->lost_before = one->lost_seen = tp->lost;
  one->marked_seen = tp->delivered_ce;
}

/// Nothing is asked before something was delivered, as in the simulator: a duplicate acknowledgement adds to the next event.
SECTION("struct_ops/assay_cong_control") void assay_cong_control(u64* context) {
  struct tcp_sock* tp = (struct tcp_sock*)context[0];
  const struct rate_sample* rs = (const struct rate_sample*)context[3];
  struct Connection* one = connection_of(tp, 0);
  if (!one) return;
  struct AssayView* view = &one->view;
  struct Round* round = &one->round;
  const u32 delivered = tp->delivered, lost = tp->lost, marked = tp->delivered_ce;
  if (delivered == one->delivered_seen) return;
  view->acked = delivered - one->delivered_seen;
  view->lost = lost - one->lost_seen;
  view->marked = smaller(marked - one->marked_seen, view->acked);
  one->delivered_seen = delivered;
  one->lost_seen = lost;
  one->marked_seen = marked;
  round->delivered += view->acked;
  round->lost += view->lost;
  round->marked += view->marked;
  note_rtt(view, round, rs->rtt_us);
  note_rate(view, round, rs);
  view->new_round = 0;
  if (rs->delivered > 0 && (s32)(rs->prior_delivered - round->end) >= 0) {
    end_round(view, round, delivered);
    view->new_round = 1;
  }
  // A recovery after a timeout may be about what the timeout counted already: no news, as in the simulator.
  const u64 event = one->bout && view->lost > 0 ? kAssayLoss : kAssayAck;
  one->bout = 0;
  ask(tp, one, event);
}

/// Recovery begins a bout of losses, which the acknowledgement that showed them reports; the loss state is a timeout, each time.
SECTION("struct_ops/assay_set_state") void assay_set_state(u64* context) {
  struct tcp_sock* tp = (struct tcp_sock*)context[0];
  const u8 state = (u8)context[1];
  struct Connection* one = connection_of(tp, 0);
  if (!one) return;
  one->state = state;
  if (state == kRecovery) one->bout = 1;
  if (state != kLossState) return;
  one->bout = 0;
  const u32 lost = tp->lost;
  one->view.acked = one->view.marked = one->view.new_round = 0;
  one->view.lost = lost - one->lost_seen;
  one->round.lost += one->view.lost;
  one->lost_seen = lost;
  ask(tp, one, kAssayTimeout);
}

/// The window is set above; what the kernel would do with a threshold or with an undone loss is not the policy's.
SECTION("struct_ops/assay_ssthresh") u32 assay_ssthresh(u64* context) { return ((struct tcp_sock*)context[0])->snd_ssthresh; }
SECTION("struct_ops/assay_undo_cwnd") u32 assay_undo_cwnd(u64* context) { return ((struct tcp_sock*)context[0])->snd_cwnd; }

SECTION(".struct_ops") struct tcp_congestion_ops assay_policy = {
    .init = (void*)assay_init,
    .cong_control = (void*)assay_cong_control,
    .set_state = (void*)assay_set_state,
    .ssthresh = (void*)assay_ssthresh,
    .undo_cwnd = (void*)assay_undo_cwnd,
    .name = ASSAY_NAME,
};

// The kernel lets no other program be a congestion control.
SECTION("license") char assay_license[] = "GPL";
