// Never run on a machine without a GPU beyond the answer that there is none. Plain C++ over the runtime's C interface.

#include "kernels/worker/cuda_device.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "kernels/measure/statistics.h"
#include "kernels/worker/nvml.h"
#include "kernels/worker/probes.h"

namespace assay::kernels::worker {
namespace {

constexpr std::size_t kLargestPitch = std::size_t{1} << 30;  ///< of 2D copies; beyond it pieces go one by one
constexpr std::size_t kScrubTimes = 4;  ///< the second-level cache
constexpr std::uint64_t kSpinNs = 100'000, kSpinNsPerLaunch = 400;
constexpr double kFlopsPerClock = 4096;  ///< dense bf16, of one multiprocessor of capability 9.0

std::string text_of(cudaError_t error) { return std::string(cudaGetErrorName(error)) + " (" + cudaGetErrorString(error) + ")"; }

/// What a call's error means. All but memory that is not there is taken for the end of the device: most such errors stay.
Done<void> check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return {};
  cudaGetLastError();  // or the next call would answer with it
  return failed(error == cudaErrorMemoryAllocation ? Kind::out_of_memory : Kind::device_lost, std::string(what) + ": " + text_of(error));
}

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  return cudaDeviceGetAttribute(&value, which, device) == cudaSuccess ? value : 0;
}

std::string pci_address(int device) {
  std::array<char, 32> text{};
  return cudaDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), device) == cudaSuccess ? text.data() : "";
}

std::string version_text(int version) { return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10); }

struct Graph : Prepared {
  ~Graph() override {
    if (executable != nullptr) cudaGraphExecDestroy(executable);
  }
  cudaGraphExec_t executable = nullptr;
  std::size_t launches = 0;
};

/// The clock between two series of stamps, in MHz: of the multiprocessors that both found, the median.
int clock_between(const std::vector<Stamp>& before, const std::vector<Stamp>& after) {
  std::map<std::uint32_t, Stamp> first;
  for (const Stamp& stamp : before) first[stamp.multiprocessor] = stamp;
  std::vector<double> mhz;
  for (const Stamp& stamp : after)
    if (const auto found = first.find(stamp.multiprocessor); found != first.end() && stamp.nanoseconds > found->second.nanoseconds)
      mhz.push_back(1e3 * static_cast<double>(stamp.cycles - found->second.cycles) / static_cast<double>(stamp.nanoseconds - found->second.nanoseconds));
  return mhz.empty() ? 0 : static_cast<int>(measure::median(mhz) + 0.5);
}

class CudaDevice : public Device {
 public:
  explicit CudaDevice(int index) : index_(index) {}
  ~CudaDevice() override {
    for (void* memory : {scrub_, static_cast<void*>(stamps_)})
      if (memory != nullptr) cudaFree(memory);
    if (begin_ != nullptr) cudaEventDestroy(begin_);
    if (end_ != nullptr) cudaEventDestroy(end_);
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
  }

  Done<void> open() {
    if (auto done = check(cudaSetDevice(index_), "cudaSetDevice"); !done) return done;
    cudaDeviceProp properties{};
    if (auto done = check(cudaGetDeviceProperties(&properties, index_), "cudaGetDeviceProperties"); !done) return done;
    if (properties.major != 9 || properties.minor != 0)
      return failed(Kind::no_device, std::string(properties.name) + " has compute capability " + std::to_string(properties.major) + "." + std::to_string(properties.minor) +
                                         "; the kernels are built for 9.0 (sm_90a)");
    describe(properties.name);
    if (facts_.bandwidth_gb_s <= 0 || facts_.bf16_tflops <= 0) return failed(Kind::no_device, "the driver does not say the device's clocks, which floors are made of");
    if (auto done = check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreate"); !done) return done;
    if (auto done = check(cudaEventCreate(&begin_), "cudaEventCreate"); !done) return done;
    if (auto done = check(cudaEventCreate(&end_), "cudaEventCreate"); !done) return done;
    const auto scrub = allocate(scrub_bytes()), stamps = allocate(2 * stamp_count() * sizeof(Stamp));
    if (!scrub || !stamps) return std::unexpected(scrub ? stamps.error() : scrub.error());
    scrub_ = *scrub;
    stamps_ = static_cast<Stamp*>(*stamps);
    return fill(scrub_, 0x5a, {scrub_bytes()});
  }

  const DeviceFacts& facts() const override { return facts_; }
  std::string clock_source() const override { return "%clock64 against %globaltimer on the same multiprocessors, from just before the spin to just after the run"; }
  bool is_gpu() const override { return true; }

  Done<void*> allocate(std::size_t bytes) override {
    void* memory = nullptr;
    if (auto done = check(cudaMalloc(&memory, std::max<std::size_t>(bytes, 256)), "cudaMalloc"); !done) return std::unexpected(done.error());
    return memory;
  }
  void release(void* memory) override { cudaFree(memory); }
  Done<void> upload(void* to, const void* from, std::size_t bytes) override {
    // On the stream: a plain cudaMemcpy returns when the bytes are staged, and kernels of this stream would not wait for the rest.
    if (bytes == 0) return {};
    if (auto done = check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "cudaMemcpy to the device"); !done) return done;
    return wait("a copy to the device");
  }
  Done<void> copy(void* to, const void* from, std::size_t bytes) override {
    return check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "cudaMemcpy on the device");
  }
  Done<void> fill(void* to, unsigned char byte, const Pieces& pieces) override {
    if (pieces.count > 1 && pieces.stride <= kLargestPitch)
      return check(cudaMemset2DAsync(to, pieces.stride, byte, pieces.bytes, pieces.count, stream_), "cudaMemset2D");
    for (std::size_t i = 0; i < pieces.count; ++i)
      if (auto done = check(cudaMemsetAsync(static_cast<char*>(to) + i * pieces.stride, byte, pieces.bytes, stream_), "cudaMemset"); !done) return done;
    return {};
  }
  Done<void> download(void* to, const void* from, const Pieces& pieces) override {
    if (auto done = wait("before a copy"); !done) return done;
    if (pieces.count > 1 && pieces.stride <= kLargestPitch)
      return check(cudaMemcpy2D(to, pieces.bytes, from, pieces.stride, pieces.bytes, pieces.count, cudaMemcpyDeviceToHost), "cudaMemcpy2D from the device");
    for (std::size_t i = 0; i < pieces.count; ++i)
      if (auto done = check(cudaMemcpy(static_cast<char*>(to) + i * pieces.bytes, static_cast<const char*>(from) + i * pieces.stride, pieces.bytes, cudaMemcpyDeviceToHost),
                            "cudaMemcpy from the device");
          !done)
        return done;
    return {};
  }

  Done<void> run(const Launch& launch) override {
    if (auto done = check(static_cast<cudaError_t>(launch(stream_)), "a launch"); !done) return done;
    return wait("a kernel");
  }

  Done<std::unique_ptr<Prepared>> prepare(std::vector<Launch> launches) override {
    if (auto done = check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeRelaxed), "cudaStreamBeginCapture"); !done) return std::unexpected(done.error());
    int error = 0;
    for (const Launch& launch : launches)
      if (error == 0) error = launch(stream_);
    cudaGraph_t graph = nullptr;
    const cudaError_t ended = cudaStreamEndCapture(stream_, &graph);
    auto prepared = std::make_unique<Graph>();
    prepared->launches = launches.size();
    Done<void> done = check(static_cast<cudaError_t>(error), "a launch in a graph");
    if (done) done = check(ended, "cudaStreamEndCapture");
    if (done) done = check(cudaGraphInstantiate(&prepared->executable, graph, 0), "cudaGraphInstantiate");
    if (done) done = check(cudaGraphUpload(prepared->executable, stream_), "cudaGraphUpload");
    if (graph != nullptr) cudaGraphDestroy(graph);
    if (!done) return std::unexpected(done.error());
    return prepared;
  }

  Done<Timing> time(Prepared& prepared) override {
    const Graph& graph = static_cast<Graph&>(prepared);
    const int blocks = static_cast<int>(stamp_count());
    // What was poisoned just before is in the cache: it goes, and so does what somebody marked to stay. It goes by reading: what is written here
    // would be written back from the cache while the clock runs.
    Done<void> done = check(cudaCtxResetPersistingL2Cache(), "cudaCtxResetPersistingL2Cache");
    if (done) done = check(static_cast<cudaError_t>(read_through(scrub_, scrub_bytes(), facts_.sms, stream_)), "the reads");
    if (done) done = check(static_cast<cudaError_t>(stamp(stamps_, blocks, stream_)), "the first stamps");
    if (done) done = check(static_cast<cudaError_t>(spin(kSpinNs + kSpinNsPerLaunch * graph.launches, stream_)), "the spin");
    if (done) done = check(cudaEventRecord(begin_, stream_), "cudaEventRecord");
    if (done) done = check(cudaGraphLaunch(graph.executable, stream_), "cudaGraphLaunch");
    if (done) done = check(cudaEventRecord(end_, stream_), "cudaEventRecord");
    if (done) done = check(static_cast<cudaError_t>(stamp(stamps_ + blocks, blocks, stream_)), "the last stamps");
    if (done) done = wait("a timed run");
    float milliseconds = 0;
    if (done) done = check(cudaEventElapsedTime(&milliseconds, begin_, end_), "cudaEventElapsedTime");
    std::vector<Stamp> before(stamp_count()), after(stamp_count());
    if (done) done = download(before.data(), stamps_, {before.size() * sizeof(Stamp)});
    if (done) done = download(after.data(), stamps_ + blocks, {after.size() * sizeof(Stamp)});
    if (!done) return std::unexpected(done.error());
    return Timing{1e3 * static_cast<double>(milliseconds) / static_cast<double>(graph.launches), clock_between(before, after)};
  }

 private:
  void describe(const char* name) {
    const Nvml nvml = ask_nvml(pci_address(index_));
    const auto or_else = [](int value, int other) { return value > 0 ? value : other; };
    const int clock_mhz = or_else(attribute(cudaDevAttrClockRate, index_) / 1000, nvml.clock_mhz);
    const int memory_clock_mhz = or_else(attribute(cudaDevAttrMemoryClockRate, index_) / 1000, nvml.memory_clock_mhz);
    const int bus_bits = or_else(attribute(cudaDevAttrGlobalMemoryBusWidth, index_), nvml.memory_bus_bits);
    facts_.kind = "cuda";
    facts_.name = name;
    facts_.sms = attribute(cudaDevAttrMultiProcessorCount, index_);
    facts_.l2_bytes = static_cast<std::uint64_t>(attribute(cudaDevAttrL2CacheSize, index_));
    facts_.bandwidth_gb_s = 2.0 * memory_clock_mhz * bus_bits / 8 / 1e3;  // double data rate
    facts_.bf16_tflops = kFlopsPerClock * facts_.sms * clock_mhz / 1e6;
    facts_.shared_bytes_per_sm = static_cast<std::uint64_t>(attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor, index_));
    int driver = 0, runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    facts_.driver = nvml.driver.empty() ? "CUDA " + version_text(driver) : nvml.driver;
    facts_.runtime = version_text(runtime);
    facts_.clock_mhz = clock_mhz;
  }
  /// More than the cache holds, for a line may survive as many reads as the cache has lines.
  std::size_t scrub_bytes() const { return kScrubTimes * static_cast<std::size_t>(facts_.l2_bytes) / 256 * 256; }
  std::size_t stamp_count() const { return static_cast<std::size_t>(facts_.sms); }
  Done<void> wait(const char* what) { return check(cudaStreamSynchronize(stream_), what); }

  int index_;
  DeviceFacts facts_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
  void* scrub_ = nullptr;
  Stamp* stamps_ = nullptr;
};

}  // namespace

std::unique_ptr<Device> make_cuda_device(int index, std::string& why) {
  int count = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&count); error != cudaSuccess) {
    why = "cudaGetDeviceCount: error " + std::to_string(static_cast<int>(error)) + ", " + text_of(error);
    return nullptr;
  }
  if (index >= count) {
    why = "there are " + std::to_string(count) + " CUDA devices; number " + std::to_string(index) + " is not one of them";
    return nullptr;
  }
  auto device = std::make_unique<CudaDevice>(index);
  if (auto done = device->open(); !done) {
    why = done.error().what;
    return nullptr;
  }
  return device;
}

}  // namespace assay::kernels::worker
