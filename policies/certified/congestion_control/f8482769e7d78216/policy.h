#pragma once
#include "policies/abi/assay.h"

/// The smallest window that may be answered.
constexpr i64 kMinWindow = 2;
/// The largest one; a gigabyte in packets of 1 KiB, which is all that TCP's window scaling can express.
constexpr i64 kMaxWindow = 1LL << 20;
/// Bound of the clock.
constexpr i64 kMaxTime = 1LL << 40;
/// Bound of a round-trip time: the kernel keeps 32 bits.
constexpr i64 kMaxRtt = 4294967295;
/// Bound of a number of packets: the kernel keeps 32 bits.
constexpr i64 kMaxCount = 4294967295;
/// Bound of every rate; what is faster is shown as this.
constexpr i64 kMaxRate = 4294967295;
/// Rounds that are remembered.
constexpr i64 kRounds = 10;
/// Items of Memory::note.
constexpr i64 kNotes = 8;
/// A note lies between -kMaxNote and kMaxNote.
constexpr i64 kMaxNote = 1LL << 40;

/// One connection that always has data to send, as its sender sees it at an event. Times are microseconds.
struct Flow {
  i64 now ASSAY_FIELD("us", 0, kMaxTime);                     ///< since the connection began
  i64 window ASSAY_FIELD("packets", kMinWindow, kMaxWindow);  ///< in force: the last answer; 10 before the first
  i64 inflight ASSAY_FIELD("packets", 0, kMaxCount);          ///< sent, and neither acknowledged nor known to be lost
  i64 acked ASSAY_FIELD("packets", 0, kMaxCount);             ///< acknowledged by this event
  i64 lost ASSAY_FIELD("packets", 0, kMaxCount);              ///< found to be lost by this event
  i64 marked ASSAY_FIELD("packets", 0, kMaxCount);            ///< of `acked`, those with a congestion mark (ECN)
  i64 rtt ASSAY_FIELD("us", 0, kMaxRtt);                      ///< the newest sample; this and the next three are 0 before there is one
  i64 smoothed_rtt ASSAY_FIELD("us", 0, kMaxRtt);             ///< moving average, of one eighth
  i64 min_rtt ASSAY_FIELD("us", 0, kMaxRtt);                  ///< over the whole connection
  i64 max_rtt ASSAY_FIELD("us", 0, kMaxRtt);                  ///< over the whole connection
  i64 rate ASSAY_FIELD("packets/s", 0, kMaxRate);             ///< of delivery, newest sample over about one round trip; 0 before there is one
  i64 max_rate ASSAY_FIELD("packets/s", 0, kMaxRate);         ///< over the whole connection
  i64 total_delivered ASSAY_FIELD("packets", 0, kMaxCount);   ///< so far
  i64 total_lost ASSAY_FIELD("packets", 0, kMaxCount);        ///< so far
  i64 recovering ASSAY_FIELD("", 0, 1);                       ///< 1: packets sent before the last on_loss are still out
  i64 new_round ASSAY_FIELD("", 0, 1);                        ///< 1: this event ended a round, which is now item 0 of the History
  i64 rounds ASSAY_FIELD("rounds", 0, kMaxCount);             ///< ended so far
};

/// The last rounds, newest first. A round ends when a packet that was sent after its beginning is acknowledged: it takes one
/// round trip. All 0 where there was none yet.
struct History {
  Array<i64, kRounds> delivered ASSAY_FIELD("packets", 0, kMaxCount);  ///< acknowledged in the round
  Array<i64, kRounds> lost ASSAY_FIELD("packets", 0, kMaxCount);       ///< found to be lost in the round
  Array<i64, kRounds> marked ASSAY_FIELD("packets", 0, kMaxCount);     ///< acknowledged with a congestion mark
  Array<i64, kRounds> rtt ASSAY_FIELD("us", 0, kMaxRtt);               ///< smallest sample of the round; 0: none
  Array<i64, kRounds> mean_rtt ASSAY_FIELD("us", 0, kMaxRtt);          ///< mean of its samples; 0: none
  Array<i64, kRounds> rate ASSAY_FIELD("packets/s", 0, kMaxRate);      ///< largest delivery rate of the round
};

/// What the policy itself remembers of its connection. All 0 at the start.
struct Memory {
  i64 threshold ASSAY_FIELD("packets", 0, kMaxWindow);  ///< where slow start ends, say; 0 may stand for "nowhere yet"
  i64 credit ASSAY_FIELD("packets", 0, kMaxCount);      ///< acknowledged but not yet turned into window, say
  i64 phase ASSAY_FIELD("", 0, 255);
  i64 since ASSAY_FIELD("us", 0, kMaxTime);             ///< when the phase began, say
  Array<i64, kNotes> note ASSAY_FIELD("", -kMaxNote, kMaxNote);
};

/// How packets are spaced. Lasts from event to event; 0 at the start.
struct Pacing {
  i64 rate ASSAY_FIELD("packets/s", 0, kMaxRate);  ///< at most so fast; 0: as fast as the window allows
};

/// What holds of the state whenever no call is under way.
bool invariant(const Memory& memory ASSAY_ONE, const Pacing& pacing ASSAY_ONE) ASSAY_OPTIONAL;

/// An acknowledgement: the window from now on. In recovery, too.
i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) ASSAY_RETURNS("packets", kMinWindow, kMaxWindow);

/// An acknowledgement shows that packets were lost which were sent after the last such event: called in place of on_ack, once for
/// each bout of losses. Losses later in the same bout come with on_ack, in Flow::lost.
i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) ASSAY_RETURNS("packets", kMinWindow, kMaxWindow);

/// Nothing was acknowledged for so long (200 ms and more beyond the smoothed RTT) that all that was out counts as lost.
i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) ASSAY_RETURNS("packets", kMinWindow, kMaxWindow);
