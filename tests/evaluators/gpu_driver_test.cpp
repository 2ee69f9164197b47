// The driver's text with the contracts of the three tasks: what a policy is shown, what it may answer, what is recorded; and the baselines
// in the policy language against their native twins.

#include <gtest/gtest.h>

#include "gpu_making.h"

namespace assay::evaluators::gpu {
namespace {

std::size_t shapes_for(Kind kind) { return kind == Kind::tile_order ? 100 : kind == Kind::moe_select ? 250 : 2500; }

/// Devices of all sizes: one with more processors than there may be is shown as the end of the range.
std::vector<Device> devices() {
  Device small = made_up_device(), odd = made_up_device(), huge = *device_named("nvidia-h200");
  small.sms = 1, small.kind = "cpu", small.bandwidth_gb_s = 0.2;
  odd.sms = 77;
  huge.sms = 60000, huge.l2_bytes = 1ull << 50;
  return {small, odd, *device_named("nvidia-h200"), huge};
}

TEST(GpuDriver, EveryBaselineStaysInItsRangesAndDecidesAsItsNativeTwin) {
  for (Kind kind : kKinds) {
    const Workload workload = random_workload(kind, 1000, shapes_for(kind));
    for (const std::string& name : natives_of(kind)) {
      const DrivenPolicy policy(contract_of(kind), baseline_text(kind, name));
      for (const Device& device : devices()) {
        const auto run = policy.run(workload, device);
        ASSERT_EQ(run.code, 0u) << name << " " << std::hex << run.code;
        const auto actions = read_actions(workload, run.decisions);
        ASSERT_TRUE(actions) << name << ": " << actions.error().detail;
        for (std::size_t i = 0; i < actions->size(); ++i)
          ASSERT_EQ((*actions)[i].key, native_action(name, workload.subjects[i].shape, device)->key)
              << name << " on " << workload.subjects[i].text << " with " << device.sms << " processors";
        if (kind == Kind::tile_order) break;  // sees no device
      }
    }
  }
}

/// FlashAttention-3 dropped FlashAttention-2's check: of 16 blocks of 128 keys it asks for 14 parts, which are 8 launched.
TEST(GpuDriver, FlashAttention3AsksForPartsThatAreEmpty) {
  const decode_split::Shape shape{.heads_q = 8, .heads_kv = 1, .head_dim = 128, .sequences = 1, .length = 2048};
  const Device h200 = *device_named("nvidia-h200");
  EXPECT_EQ(native_action("flash_attention_2", shape, h200)->number, 16);
  const DrivenPolicy policy(contract_of(Kind::decode_split), baseline_text(Kind::decode_split, "flash_attention_3"));
  const auto run = policy.run(workload_of({shape}), h200);
  std::uint32_t asked = 0;
  ASSERT_EQ(run.decisions.size(), 4u);
  std::memcpy(&asked, run.decisions.data(), 4);
  EXPECT_EQ(asked, 14u);
  EXPECT_EQ(native_action("flash_attention_3", shape, h200)->number, 11);  // of 32 blocks of 64 tokens: 3 each
}

/// Whatever the shape, no value leaves the range that the driver's catalogue claims.
TEST(GpuDriver, FeaturesLieInTheirRanges) {
  for (Kind kind : kKinds)
    for (std::uint64_t seed = 0; seed < (kind == Kind::moe_select ? 150u : 3000u); ++seed) {
      const Shape shape = random_shape(kind, seed);
      for (const Device& device : devices()) {
        const auto row = row_of(shape, device);
        ASSERT_EQ(row.size(), static_cast<std::size_t>(row_words(kind)));
        for (const Feature& each : catalogue(kind))
          for (int i = 0; i < std::max(each.count, 1); ++i) {
            const std::int64_t value = row[static_cast<std::size_t>(each.slot + i)];
            ASSERT_TRUE(each.min <= value && value <= each.max) << each.record << "." << each.field << " = " << value << " of " << to_json(shape).dump();
          }
      }
    }
}

TEST(GpuDriver, LargestShapesLieInTheirRanges) {
  const decode_split::Shape decode{.heads_q = 128, .heads_kv = 128, .head_dim = 64, .sequences = 256, .length = 131072};
  const moe_select::Shape moe{.experts = 256, .top_k = 16, .tokens = 16384, .n = 32768, .k = 32768, .skew = moe_select::Skew::even};
  for (const Shape& shape : {Shape(decode), Shape(moe)}) {
    const auto row = row_of(shape, *device_named("nvidia-h200"));
    for (const Feature& each : catalogue(kind_of(shape)))
      EXPECT_LE(row[static_cast<std::size_t>(each.slot)], each.max) << each.record << "." << each.field;
  }
}

TEST(GpuDriver, AnswersOutsideTheContractEndTheRun) {
  const DrivenPolicy policy(contract_of(Kind::decode_split), R"(
i64 splits(const Heads& heads, const Batch& batch, const Device& device) { return batch.sequences == 7 ? 0 : batch.sequences == 9 ? 129 : 128; })");
  const auto code = [&](int sequences) { return policy.run(workload_of({decode_split::Shape{.sequences = sequences}}), made_up_device()).code; };
  EXPECT_EQ(code(1), 0u);
  EXPECT_EQ(code(7), kAssayBrokeContract);
  EXPECT_EQ(code(9), kAssayBrokeContract);
}

TEST(GpuDriver, TooSmallAnOutputEndsTheRun) {
  const DrivenPolicy policy(contract_of(Kind::tile_order), baseline_text(Kind::tile_order, "row_major"));
  const Workload workload = random_workload(Kind::tile_order, 3, 2);
  EXPECT_EQ(policy.run(workload, made_up_device()).code, 0u);
  EXPECT_EQ(policy.run(workload, made_up_device(), 4).code, kAssayOutputFull);
}

/// Declared narrower than what is handed in: a contract that check_contract refuses, met by the driver all the same.
TEST(GpuDriver, AValueOutsideItsDeclaredRangeIsAHarnessDefect) {
  tasks::Contract contract = contract_of(Kind::decode_split);
  const Workload workload = workload_of({decode_split::Shape{.sequences = 200}});
  const std::string policy = "i64 splits(const Heads& heads, const Batch& batch, const Device& device) { return 1; }";
  EXPECT_EQ(DrivenPolicy(contract, policy).run(workload, made_up_device()).code, 0u);
  for (auto& record : contract.records)
    for (auto& field : record.fields)
      if (field.name == "sequences") field.max = 100;
  EXPECT_FALSE(check_contract(contract));
}

std::string refusal(const std::string& contract) {
  auto read = tasks::read_contract_text("#pragma once\n#include \"policies/abi/assay.h\"\n" + contract, "policy.h");
  if (!read) return "unreadable: " + read.error().what;
  auto fits = check_contract(*read);
  return fits ? "" : fits.error().what;
}

TEST(GpuDriver, ContractsThatItCannotServeAreRefusedWithLineAndMend) {
  const std::string device = "struct Device { i64 sms ASSAY_FIELD(\"\", 1, 1024); };\n", ends = " ASSAY_RETURNS(\"\", 1, 128);";
  EXPECT_EQ(refusal(device + "i64 splits(const Device& device)" + ends), "");
  EXPECT_NE(refusal("struct A { i64 x ASSAY_FIELD(\"\", 0, 1); };\ni64 f(const A& a) ASSAY_RETURNS(\"\", 0, 1);").find("no contract of the gpu domain"), std::string::npos);
  EXPECT_NE(refusal("struct Device { i64 l2_bytes ASSAY_FIELD(\"\", 0, 1LL << 40); };\ni64 splits(Device& device)" + ends).find("must be a const reference"), std::string::npos);
  EXPECT_NE(refusal(device + "i64 splits(const Device& device) ASSAY_RETURNS(\"\", 0, 128);").find("narrow its ASSAY_RETURNS"), std::string::npos);
  EXPECT_NE(refusal(device + "i64 splits(const Device& device, i64 x)" + ends).find("is of type i64"), std::string::npos);
  EXPECT_NE(refusal("struct Device { i64 sms ASSAY_FIELD(\"\", 1, 100); };\ni64 splits(const Device& d)" + ends).find("widen its ASSAY_FIELD"), std::string::npos);
  EXPECT_NE(refusal("struct Device { i64 price ASSAY_FIELD(\"\", 1, 100); };\ni64 splits(const Device& d)" + ends).find("cannot fill Device.price"), std::string::npos);
  EXPECT_NE(refusal("struct Routing { Array<i64, 8> histogram ASSAY_FIELD(\"\", 0, 256); };\ni64 variant(const Routing& r) ASSAY_RETURNS(\"\", 0, 23);").find("Array<i64, 16>"),
            std::string::npos);
  EXPECT_NE(refusal("struct Grid { i64 rows ASSAY_FIELD(\"\", 1, 256); };\ni64 row(const Grid& g) ASSAY_RETURNS(\"\", 0, 255);").find("\"column\" is missing"), std::string::npos);
}

}  // namespace
}  // namespace assay::evaluators::gpu
