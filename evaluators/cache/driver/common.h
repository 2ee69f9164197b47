#pragma once
// What both drivers of the cache domain share: arguments, decisions, scratch memory. C++20, freestanding: this text goes
// into the translation unit of every candidate; the domain and the scorer include it as a header.

#include "evaluators/cache/trace_image.h"
#include "sandbox/entry.h"

namespace assay_driver {

using u32 = unsigned int;
using u8 = unsigned char;

/// AssayRun::arguments.
struct CacheArguments {
  u64 capacity;          ///< bytes, or objects where sizes do not count
  u64 size_aware;        ///< 0: every object has size 1
  u64 max_misses;        ///< the run is abandoned once there are more; ~0: never
  u64 max_missed_bytes;  ///< likewise, in bytes (objects where sizes do not count)
};

// Decisions: a stream of u32 words, only for misses of objects that fit into the empty cache, in order of requests.
//   v             (v < 2^26) object v is evicted to make room for the requested one; as many as are needed, no more
//   id | kReject  the requested object `id` is not admitted; then nothing is evicted for it
// A miss that has room needs no word. The stream has one reading: the word `id | kReject` at a miss of `id` cannot belong
// to a later request, because in between `id` would have to be admitted, evicted (a word) and missed again.
// At most one word per request: each victim was admitted by a miss of its own, which had no reject word.
constexpr u32 kReject = 0x80000000u;
constexpr u64 kMaxObjects = 1ull << 26;         ///< ids leave the top bits of a word free, positions fit 32 bits
constexpr u64 kMaxRequests = 0x7fffffffull;  ///< stamps and versions of 32 bits do not wrap

constexpr u32 kNobody = 0xffffffffu;

// Everything on the path of a request is inlined into assay_entry, and nothing takes the address of a whole state: its
// scalars then live in registers. What is indexed by a value (queues, cursors) stands in a struct of its own.

constexpr u64 kPrefetchDistance = 12;  ///< requests

/// Hands out zeroed pieces, each aligned to 64 bytes. With `base` null it only measures.
struct Arena {
  u8* base = nullptr;
  u64 size = 0;
  u64 used = 0;
};

template <class T>
inline T* take(Arena& arena, u64 count) {
  T* piece = reinterpret_cast<T*>(arena.base + arena.used);
  arena.used += (count * sizeof(T) + 63) / 64 * 64;
  return piece;
}

inline bool fits(const Arena& arena) { return arena.base != nullptr && arena.used <= arena.size; }

inline u64 smaller(u64 a, u64 b) { return a < b ? a : b; }
inline u64 power_of_two_from(u64 least) { return least <= 1 ? 1 : 1ull << (64 - __builtin_clzll(least - 1)); }

/// No more objects than this can be in the cache at once.
inline u64 most_residents(u64 objects, u64 capacity, bool size_aware) {
  return size_aware ? objects : smaller(objects, capacity);
}

/// The request being served, and what is the same for both drivers.
struct Stream {
  const TraceImage* image = nullptr;
  const u32* ids = nullptr;
  const u64* sizes = nullptr;          ///< null where sizes do not count
  const u64* request_sizes = nullptr;  ///< null where they never vary, or do not count
  u64 requests = 0, objects = 0;
  CacheArguments arguments{};
  const AssayRun* run = nullptr;
  u32* word = nullptr;      ///< where the next decision goes
  u32* word_end = nullptr;  ///< end of the block
  u64 block = 0;            ///< its number
  u64 seen = 0;         ///< objects requested so far: the next id that is new
  u64 misses = 0, missed_bytes = 0;  ///< so far, and those to come of objects not seen yet: their first request always misses
};

[[gnu::always_inline]] inline u64 size_of(const Stream& stream, u64 request, u32 id) {
  if (stream.sizes == nullptr) return 1;
  return stream.request_sizes == nullptr ? stream.sizes[id] : stream.request_sizes[request];
}

/// False: what the jail handed over does not fit together, which is the harness's defect.
[[gnu::always_inline]] inline bool open(Stream& stream, const AssayRun& run) {
  if (run.input_bytes < sizeof(TraceImage) || run.arguments_bytes != sizeof(CacheArguments)) return false;
  __builtin_memcpy(&stream.arguments, run.arguments, sizeof(CacheArguments));
  stream.image = reinterpret_cast<const TraceImage*>(run.input);
  stream.requests = stream.image->requests;
  stream.objects = stream.image->objects;
  if (stream.image->magic != kTraceImageMagic || stream.image->image_bytes > run.input_bytes) return false;
  if (stream.objects > kMaxObjects || stream.requests > kMaxRequests || stream.arguments.capacity == 0) return false;
  if (run.output_bytes / sizeof(u32) < stream.requests) return false;
  const u64 block_bytes = run.ring != nullptr ? run.block_bytes : run.output_bytes;
  if (block_bytes % sizeof(u32) != 0) return false;
  stream.ids = trace_ids(stream.image);
  if (stream.arguments.size_aware != 0) {
    stream.sizes = trace_sizes(stream.image);
    stream.request_sizes = trace_request_sizes(stream.image);
  }
  stream.run = &run;
  stream.misses = stream.objects;
  stream.missed_bytes = stream.sizes != nullptr ? stream.image->working_set_bytes : stream.objects;
  stream.word = reinterpret_cast<u32*>(run.output);
  stream.word_end = reinterpret_cast<u32*>(run.output + block_bytes);
  return true;
}

/// Counts a miss; true once the run cannot come in under the bound any more. Ids are dense by first appearance
/// (trace_image.h), so one is new when it is the next.
[[gnu::always_inline]] inline bool miss_passes_bound(Stream& stream, u32 id, u64 size) {
  const bool is_new = id == stream.seen;
  stream.seen += is_new ? 1 : 0;
  stream.misses += is_new ? 0 : 1;
  stream.missed_bytes += is_new ? 0 : size;
  return stream.misses > stream.arguments.max_misses || stream.missed_bytes > stream.arguments.max_missed_bytes;
}

[[gnu::always_inline]] inline void decide(Stream& stream, u32 word) {
  if (__builtin_expect(stream.word == stream.word_end, 0)) {
    u8* next = assay_next_block(*stream.run, stream.block++);
    stream.word = reinterpret_cast<u32*>(next);
    stream.word_end = reinterpret_cast<u32*>(next + stream.run->block_bytes);
  }
  *stream.word++ = word;
}

/// Of all blocks.
[[gnu::always_inline]] inline u64 bytes_written(const Stream& stream) {
  const u64 block_bytes = stream.run->ring != nullptr ? stream.run->block_bytes : stream.run->output_bytes;
  return (stream.block + 1) * block_bytes - static_cast<u64>(stream.word_end - stream.word) * sizeof(u32);
}

/// The object that is requested a little later, so that its record can be fetched meanwhile.
[[gnu::always_inline]] inline u32 coming(const Stream& stream, u64 request) {
  const u64 later = request + kPrefetchDistance;
  return stream.ids[later < stream.requests ? later : request];
}

}  // namespace assay_driver
