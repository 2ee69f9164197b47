// What an exported policy is shown by the kernel: policies that check it themselves, and answer a window that tells.

#include "tests/kernel/kernel_support.h"

#include "evaluators/congestion/kernel/bpf_loopback.h"

namespace assay::cli {
namespace {

/// Answers 64 + 1 (there was a loss) + 2 (a timeout) + 4 (a new round) + 8 (some value was not as the contract says).
constexpr char kWitness[] = R"(#include "policy.h"

i64 answer(const Flow& flow, Memory& memory, i64 seen) {
  memory.phase = (memory.phase | seen) & 15;
  if (seen != 2 && seen != 10) memory.note[0] = flow.total_delivered;
  memory.note[1] = flow.now;
  memory.note[2] = flow.rounds;
  memory.note[3] = flow.total_lost;
  memory.note[4] = 64 + memory.phase;
  return memory.note[4];
}

bool is_sound(const Flow& flow, const Memory& memory) {
  if (flow.total_delivered < memory.note[0] || flow.now < memory.note[1] || flow.rounds < memory.note[2] || flow.total_lost < memory.note[3]) return false;
  if (memory.note[4] != 0 && flow.window != memory.note[4]) return false;
  if (flow.rtt > 0 && (flow.rtt < flow.min_rtt || flow.rtt > flow.max_rtt)) return false;
  return flow.rate <= flow.max_rate && flow.marked <= flow.acked && flow.total_lost - memory.note[3] == flow.lost;
}

i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  i64 seen = is_sound(flow, memory) ? 0 : 8;
  if (flow.acked < 1 || flow.total_delivered - memory.note[0] != flow.acked || flow.rounds - memory.note[2] != flow.new_round) seen = 8;
  if (flow.new_round == 1) {
    seen = seen | 4;
    if (history.delivered[0] < 1 || (history.rtt[0] > 0 && history.mean_rtt[0] < history.rtt[0]) || history.rate[0] > flow.max_rate) seen = seen | 8;
  }
  return answer(flow, memory, seen);
}

i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  return answer(flow, memory, is_sound(flow, memory) && flow.lost > 0 && flow.acked > 0 ? 1 : 9);
}

i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {
  return answer(flow, memory, is_sound(flow, memory) && flow.acked == 0 && flow.recovering == 0 ? 2 : 10);
}
)";

class KernelEvents : public Kernel {
 protected:
  static congestion::Carried carry(const std::string& policy, std::uint64_t bytes, double loss) {
    auto judged = Kernel::judged({policy, "witness.cpp"});
    EXPECT_TRUE(judged.control);
    if (!judged.control) return {};
    auto carried = congestion::carry_over_loopback({.congestion_control = judged.control->name(), .bytes = bytes, .loss = loss, .deadline = std::chrono::seconds{3}});
    EXPECT_TRUE(carried.has_value()) << (carried ? "" : carried.error().what);
    return carried.value_or(congestion::Carried{});
  }
};

TEST_F(KernelEvents, WithoutLossThereAreAcknowledgementsAndRoundsOnly) {
  const auto carried = carry(kWitness, 8u << 20, 0);
  EXPECT_EQ(carried.received, 8u << 20);
  EXPECT_EQ(carried.window, 64u + 4u);
}

TEST_F(KernelEvents, ALossIsABout) {
  const auto carried = carry(kWitness, 8u << 20, 0.02);
  EXPECT_GT(carried.retransmitted, 0u);
  EXPECT_EQ(carried.window & 5u, 5u) << carried.window;
  EXPECT_EQ(carried.window & 8u, 0u) << carried.window;
}

TEST_F(KernelEvents, WhereNearlyAllIsLostThereAreTimeouts) {
  const auto carried = carry(kWitness, 256u << 10, 0.6);
  EXPECT_EQ(carried.window & 2u, 2u) << carried.window;
  EXPECT_EQ(carried.window & 8u, 0u) << carried.window;
}

TEST_F(KernelEvents, APacingRateIsTheSocketsAndItsEndToo) {
  const std::string text = "#include \"policy.h\"\n"
                           "i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {\n  pacing.rate = RATE;\n  return 100;\n}\n"
                           "i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return 100; }\n"
                           "i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return 100; }\n";
  auto with = [&](const std::string& rate) { return std::string(text).replace(text.find("RATE"), 4, rate); };
  const auto paced = carry(with("5000"), 1u << 20, 0);
  EXPECT_EQ(paced.window, 100u);
  EXPECT_EQ(paced.pacing_bytes_per_second % 5000, 0u);
  EXPECT_GE(paced.pacing_bytes_per_second / 5000, 500u);    // an MSS
  EXPECT_LE(paced.pacing_bytes_per_second / 5000, 65535u);
  const auto free = carry(with("0"), 1u << 20, 0);
  EXPECT_NE(free.pacing_bytes_per_second, paced.pacing_bytes_per_second);
}

}  // namespace
}  // namespace assay::cli
