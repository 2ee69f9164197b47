// The verifier's log as data. The logs are of Linux 6.18, shortened.

#include <gtest/gtest.h>

#include "evaluators/congestion/kernel/bpf_inspect.h"
#include "evaluators/congestion/kernel/bpf_verdict.h"

namespace assay::evaluators::congestion {
namespace {

constexpr char kTooLong[] =
    "0: R1=ctx() R10=fp0\n"
    "; struct tcp_sock* tp = (struct tcp_sock*)context[0]; @ bpf_sender.c:170\n"
    "0: (79) r7 = *(u64 *)(r1 +0)\n"
    "; for (i64 i = 0; i < flow.inflight; i += 1) { @ policy.cpp:7\n"
    "611: (07) r3 += 1                     ; frame1: R3=9\n"
    "; return assay_within(window, 2LL, 1048576LL); @ bpf_call.cpp:50\n"
    "613: (bf) r0 = r4\n"
    "BPF program is too large. Processed 1000001 insn\n"
    "processed 1000001 insns (limit 1000000) max_states_per_insn 4 total_states 9 peak_states 9 mark_read 0\n";

TEST(BpfVerdict, TheLastPlaceInThePolicyBeforeTheComplaintIsItsPlace) {
  const Refused refused = refused_of("assay_cong_control", kTooLong);
  EXPECT_EQ(refused.program, "assay_cong_control");
  EXPECT_EQ(refused.line, 7);
  EXPECT_EQ(refused.complaint, "BPF program is too large. Processed 1000001 insn");
  EXPECT_NE(refused.mend.find("million"), std::string::npos);
  EXPECT_EQ(processed_of(kTooLong), 1000001u);
}

TEST(BpfVerdict, AComplaintThatNobodyKnowsKeepsItsWords) {
  const Refused refused = refused_of("p", "; x @ bpf_sender.c:3\n12: (85) call 5#r\nsomething new is wrong\nprocessed 3 insns (limit 1000000)\n");
  EXPECT_EQ(refused.line, 0);
  EXPECT_EQ(refused.complaint, "something new is wrong");
  EXPECT_EQ(refused.mend, "");
}

TEST(BpfVerdict, AComplaintInTheMiddleOfALineIsFound) {
  const Refused refused = refused_of("p", "; x @ policy.cpp:5\n802: (6d) if r7 s> r8 goto pc-17 BPF program is too large. Processed 1000001 insn\nprocessed 1000001 insns (limit 1000000)\n");
  EXPECT_EQ(refused.complaint, "BPF program is too large. Processed 1000001 insn");
  EXPECT_EQ(refused.line, 5);
  const Refused endless = refused_of("p", "; x @ policy.cpp:5\ninfinite loop detected at insn 7\ncur state: R1=0\nold state: R1=0\nprocessed 3 insns\n");
  EXPECT_EQ(endless.complaint, "infinite loop detected at insn 7");
  EXPECT_NE(endless.mend, "");
  const Refused cut = refused_of("p", " frame1: R1=0\n(55) if r9 != 0x1 goto pc+7\nbad\n frame1: R2=0\nprocessed 3 insns\n");
  EXPECT_EQ(cut.complaint, "bad");
}

TEST(BpfVerdict, ALogWithoutAComplaintHasNone) {
  EXPECT_EQ(refused_of("p", "processed 25 insns (limit 1000000) max_states_per_insn 0\n").complaint, "");
  EXPECT_EQ(refused_of("p", "").complaint, "");
  EXPECT_EQ(processed_of(""), 0u);
}

TEST(BpfVerdict, APlaceIsReadFromLinesOfSourceOnly) {
  EXPECT_EQ(refused_of("p", "x @ policy.cpp:9\n; y @ policy.cpp:12x\nbad\n").line, 12);
  EXPECT_EQ(refused_of("p", "x @ policy.cpp:9\nbad\n").line, 0);
  EXPECT_EQ(refused_of("p", "; y @ policy.cpp:\nbad\n").line, 0);
}

TEST(BpfInspect, WhatIsNoObjectIsRefused) {
  for (const std::string& bytes : {std::string(), std::string("\x7f""ELF"), std::string(4096, '\0'), std::string("\x7f""ELF") + std::string(4096, '\xff')})
    EXPECT_FALSE(inspect_object(bytes).has_value());
}

}  // namespace
}  // namespace assay::evaluators::congestion
