// The host's side of the CUDA device, over a runtime that the host plays (fake.h). What a GPU does with it, only a GPU shows.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kernels/worker/cuda_device.h"
#include "kernels/worker/measuring.h"
#include "kernels/worker/request.h"
#include "tests/kernels/fake_cuda/fake.h"

namespace assay::kernels::worker {
namespace {

using fake_cuda::Fake;
using fake_cuda::fake;

class CudaHost : public testing::Test {
 protected:
  void SetUp() override { fake() = {}; }
  /// Nothing is left behind, whatever happened.
  void TearDown() override {
    EXPECT_EQ(fake().allocations, 0);
    EXPECT_EQ(fake().events, 0);
    EXPECT_EQ(fake().streams, 0);
    EXPECT_EQ(fake().graphs, 0);
  }

  static std::vector<Json> serve(const std::string& line) {
    std::string why;
    const auto device = make_cuda_device(0, why);
    EXPECT_NE(device, nullptr) << why;
    Json id;
    const auto request = read_request(line, id);
    EXPECT_TRUE(request) << request.error().what;
    std::vector<Json> events;
    serve_request(*device, *request, make_workload, [&](Json event) {
      events.push_back(std::move(event));
      return true;
    });
    return events;
  }
  static Json first_error(const std::string& line) {
    for (const Json& event : serve(line))
      if (event["event"] == "error") return event["kind"];
    return nullptr;
  }
};

constexpr const char* kDecode = R"({"id":1,"do":"measure","task":"decode_split","shape":{"heads_q":4,"heads_kv":4,"length":300},"actions":[1,3],"rounds":1})";

TEST_F(CudaHost, MeasuresAllThreeTasks) {
  for (const char* line : {kDecode, R"({"id":1,"do":"measure","task":"moe_select","shape":{"experts":2,"tokens":9,"n":128,"k":576},"actions":[0,23],"rounds":1})",
                           R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":136,"n":128,"k":256},"actions":["a","b"],"orders":{"a":[0,1],"b":[1,0]},"rounds":1})"}) {
    const auto events = serve(line);
    ASSERT_EQ(events.size(), 4u + 2 + 1) << Json(events);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(events[i]["event"], "sample");
      EXPECT_NEAR(events[i]["clock_mhz"], 1500, 1);
    }
    EXPECT_EQ(events.back()["complete"], true);
  }
}

TEST_F(CudaHost, EachTimedRunBeginsAfterReadsSoThatNoWriteBackFallsIntoIt) {
  ASSERT_EQ(serve(kDecode).back()["complete"], true);
  EXPECT_EQ(fake().begun_after_reads, 2 + 4) << "each action once beforehand, and the samples";
}

TEST_F(CudaHost, SaysWhatTheDeviceIs) {
  std::string why;
  const auto device = make_cuda_device(0, why);
  ASSERT_NE(device, nullptr) << why;
  const DeviceFacts facts = device->facts();
  EXPECT_EQ(facts.kind, "cuda");
  EXPECT_NEAR(facts.bandwidth_gb_s, 4917, 1) << "an H200's clock and width";
  EXPECT_NEAR(facts.bf16_tflops, 1070.5, 0.1);
  EXPECT_EQ(facts.clock_mhz, 1980);
  EXPECT_EQ(facts.runtime, "13.0");
}

TEST_F(CudaHost, ADeviceThatIsNotThereIsSaid) {
  std::string why;
  EXPECT_EQ(make_cuda_device(1, why), nullptr);
  EXPECT_NE(why.find("there are 1"), why.npos) << why;
  fake().devices = 0;
  EXPECT_EQ(make_cuda_device(0, why), nullptr);
  EXPECT_NE(why.find("error 35"), why.npos) << why;
}

TEST_F(CudaHost, ADeviceThatTheKernelsAreNotBuiltForIsRefused) {
  std::string why;
  fake().major = 8;
  EXPECT_EQ(make_cuda_device(0, why), nullptr);
  EXPECT_NE(why.find("8.0"), why.npos) << why;
}

TEST_F(CudaHost, WithoutClocksThereAreNoFloorsAndNoFigures) {
  std::string why;
  fake().clock_khz = 0;
  EXPECT_EQ(make_cuda_device(0, why), nullptr);
  EXPECT_NE(why.find("clocks"), why.npos) << why;
}

TEST_F(CudaHost, MemoryThatIsNotThereAndLaunchesThatFailAreSaid) {
  fake().memory = 1 << 20;
  EXPECT_EQ(first_error(kDecode), "out_of_memory");
  fake().memory = std::size_t{1} << 30;
  fake().launch_error = 719;  // cudaErrorLaunchFailure
  EXPECT_EQ(first_error(kDecode), "device_lost");
}

TEST_F(CudaHost, AGraphThatDoesNothingIsNoFigure) {
  fake().drops_writes = true;
  EXPECT_EQ(first_error(kDecode), "wrong_result");
}

}  // namespace
}  // namespace assay::kernels::worker
