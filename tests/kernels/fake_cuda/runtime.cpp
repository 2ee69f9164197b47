#include <cuda_runtime_api.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include "kernels/decode_split/launch.h"
#include "kernels/moe_select/launch.h"
#include "kernels/tile_order/launch.h"
#include "kernels/worker/probes.h"
#include "tests/kernels/fake_cuda/fake.h"

namespace assay::kernels {
namespace fake_cuda {

Fake& fake() {
  static Fake one;
  return one;
}

}  // namespace fake_cuda

namespace {

using fake_cuda::fake;
using Step = std::function<void()>;
using Steps = std::vector<Step>;

struct Stream {
  Steps waiting, captured;
  bool capturing = false;
};
std::vector<Stream*> streams;

struct Moment {
  std::uint64_t nanoseconds = 0;
};

std::uint64_t now() { return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()); }

/// CUDA would answer with an error or go wrong on some runs: here it ends the test.
void must(bool holds) {
  if (!holds) std::abort();
}

cudaError_t put(void* stream, Step step) {
  must(stream != nullptr);  // the worker has a stream of its own; the default one would not wait for it
  auto& on = *static_cast<Stream*>(stream);
  (on.capturing ? on.captured : on.waiting).push_back(std::move(step));
  return cudaSuccess;
}

void run_all(Stream& stream) {
  must(!stream.capturing);
  for (const Step& step : std::exchange(stream.waiting, {})) step();
}

int launch(void* stream, Step step) {
  if (fake().launch_error != 0) return fake().launch_error;
  const bool dropped = fake().drops_writes && static_cast<Stream*>(stream)->capturing;
  return dropped ? cudaSuccess : put(stream, [step = std::move(step)] {
    fake().read_last = false;
    step();
  });
}

}  // namespace

int decode_split::launch(const Arguments& a, int splits, void* stream) {
  return kernels::launch(stream, [=] { run_twin(a, splits, 2, Twin::fast); });
}
int moe_select::launch(const Arguments& a, int action, void* stream) {
  return kernels::launch(stream, [=] { run_twin(a, action, 2, Twin::fast); });
}
int tile_order::launch(const Arguments& a, Kernel kernel, void* stream) {
  return kernels::launch(stream, [=] { run_twin(a, kernel, 2, Twin::fast); });
}
/// A clock of 1.5 GHz on each of 132 multiprocessors, in another order each time.
int worker::stamp(Stamp* stamps, int blocks, void* stream) {
  return put(stream, [=] {
    for (int i = 0; i < blocks; ++i) {
      const std::uint64_t at = now();
      stamps[i] = {static_cast<std::uint32_t>((i * 7 + at) % 132), 0, at + at / 2, at};
    }
  });
}
int worker::read_through(void* memory, std::size_t bytes, int, void* stream) {
  must(reinterpret_cast<std::uintptr_t>(memory) % 16 == 0 && bytes % 16 == 0);
  return put(stream, [=] {
    for (std::size_t i = 0; i < bytes; ++i) must(static_cast<const unsigned char*>(memory)[i] == 0x5a);
    fake().read_last = true;
  });
}
int worker::spin(std::uint64_t, void* stream) {
  return put(stream, [] {});
}

}  // namespace assay::kernels

using namespace assay::kernels;

#undef cudaGetDeviceProperties

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) { return *count = fake().devices, fake().devices > 0 ? cudaSuccess : cudaErrorInsufficientDriver; }
cudaError_t cudaSetDevice(int) { return cudaSuccess; }
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  std::memset(properties, 0, sizeof *properties);
  std::strcpy(properties->name, "a GPU of no make");
  properties->major = fake().major;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int) {
  *value = which == cudaDevAttrClockRate               ? fake().clock_khz
           : which == cudaDevAttrMemoryClockRate       ? 3201000
           : which == cudaDevAttrGlobalMemoryBusWidth  ? 6144
           : which == cudaDevAttrMultiProcessorCount   ? 132
           : which == cudaDevAttrL2CacheSize           ? 1 << 18
                                                       : 233472;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetPCIBusId(char* text, int, int) { return std::strcpy(text, "none"), cudaSuccess; }
cudaError_t cudaDriverGetVersion(int* version) { return *version = 13000, cudaSuccess; }
cudaError_t cudaRuntimeGetVersion(int* version) { return *version = 13000, cudaSuccess; }
const char* cudaGetErrorName(cudaError_t) { return "an error's name"; }
const char* cudaGetErrorString(cudaError_t) { return "an error's text"; }
cudaError_t cudaGetLastError() { return cudaSuccess; }
cudaError_t cudaCtxResetPersistingL2Cache() { return cudaSuccess; }
cudaError_t cudaGetDriverEntryPointByVersion(const char*, void**, unsigned, unsigned long long, cudaDriverEntryPointQueryResult*) { return cudaErrorInvalidValue; }

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  if (bytes > fake().memory) return cudaErrorMemoryAllocation;
  *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  std::memset(*memory, 0x77, bytes);
  return ++fake().allocations, cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  for (auto* stream : streams) run_all(*stream);
  if (memory != nullptr) --fake().allocations;
  return std::free(memory), cudaSuccess;
}
// At once: what a stream of its own has not done yet, these do not see.
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  must(kind == cudaMemcpyDeviceToHost);
  return std::memcpy(to, from, bytes), cudaSuccess;
}
cudaError_t cudaMemcpy2D(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch, std::size_t width, std::size_t height, cudaMemcpyKind kind) {
  must(kind == cudaMemcpyDeviceToHost && width <= to_pitch && width <= from_pitch);
  for (std::size_t i = 0; i < height; ++i) std::memcpy(static_cast<char*>(to) + i * to_pitch, static_cast<const char*>(from) + i * from_pitch, width);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  return put(stream, [=] { std::memcpy(to, from, bytes); });
}
cudaError_t cudaMemsetAsync(void* to, int byte, std::size_t bytes, cudaStream_t stream) {
  return put(stream, [=] {
    fake().read_last = false;
    std::memset(to, byte, bytes);
  });
}
cudaError_t cudaMemset2DAsync(void* to, std::size_t pitch, int byte, std::size_t width, std::size_t height, cudaStream_t stream) {
  must(width <= pitch);
  return put(stream, [=] {
    fake().read_last = false;
    for (std::size_t i = 0; i < height; ++i) std::memset(static_cast<char*>(to) + i * pitch, byte, width);
  });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  streams.push_back(new Stream);
  *stream = reinterpret_cast<cudaStream_t>(streams.back());
  return ++fake().streams, cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  std::erase(streams, reinterpret_cast<Stream*>(stream));
  delete reinterpret_cast<Stream*>(stream);
  return --fake().streams, cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return run_all(*reinterpret_cast<Stream*>(stream)), cudaSuccess; }
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  auto& on = *reinterpret_cast<Stream*>(stream);
  must(!on.capturing);
  on.capturing = true;
  return on.captured.clear(), cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  auto& on = *reinterpret_cast<Stream*>(stream);
  must(on.capturing);
  on.capturing = false;
  *graph = reinterpret_cast<cudaGraph_t>(new Steps(std::move(on.captured)));
  return ++fake().graphs, cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  *executable = reinterpret_cast<cudaGraphExec_t>(new Steps(*reinterpret_cast<Steps*>(graph)));
  return ++fake().graphs, cudaSuccess;
}
cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) { return cudaSuccess; }
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  return put(stream, [steps = reinterpret_cast<Steps*>(executable)] {
    for (const Step& step : *steps) step();
  });
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete reinterpret_cast<Steps*>(graph);
  return --fake().graphs, cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  delete reinterpret_cast<Steps*>(executable);
  return --fake().graphs, cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = reinterpret_cast<cudaEvent_t>(new Moment);
  return ++fake().events, cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete reinterpret_cast<Moment*>(event);
  return --fake().events, cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return put(stream, [=] {
    fake().begun_after_reads += fake().read_last ? 1 : 0;
    reinterpret_cast<Moment*>(event)->nanoseconds = now();
  });
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  *milliseconds = static_cast<float>(reinterpret_cast<Moment*>(to)->nanoseconds - reinterpret_cast<Moment*>(from)->nanoseconds) / 1e6f;
  return cudaSuccess;
}
}
