#pragma once
// A trace as one flat block of memory: what the jail maps, what a cache file holds. C++20, freestanding: the driver's
// text embeds it.
//
// Little-endian. The header lies at offset 0; every array starts at a multiple of 64 bytes from the start of the image.
// An array that is absent has offset 0.

struct TraceImage {
  unsigned long long magic;                  ///< kTraceImageMagic
  unsigned long long requests;               ///< < 2^32 - 1
  unsigned long long objects;                ///< < 2^32 - 1
  unsigned long long ids_offset;             ///< u32[requests]: object of each request, dense from 0 by first appearance
  unsigned long long sizes_offset;           ///< u64[objects]: bytes, at first sight
  unsigned long long request_sizes_offset;   ///< u64[requests]: bytes; absent when every request agrees with `sizes`
  unsigned long long times_offset;           ///< i64[requests]: seconds; absent when the source has none
  unsigned long long labels_offset;          ///< u64[objects]: id in the source; absent in the jail and for text ids
  unsigned long long requested_bytes;        ///< over all requests
  unsigned long long working_set_bytes;      ///< over all objects, at first sight
  unsigned long long image_bytes;            ///< header and arrays
  unsigned long long reserved[5];            ///< 0
};

constexpr unsigned long long kTraceImageMagic = 0x3165636172547341ULL;  // "AsTrace1"

inline const unsigned int* trace_ids(const TraceImage* image) {
  return reinterpret_cast<const unsigned int*>(reinterpret_cast<const unsigned char*>(image) + image->ids_offset);
}
inline const unsigned long long* trace_sizes(const TraceImage* image) {
  return reinterpret_cast<const unsigned long long*>(reinterpret_cast<const unsigned char*>(image) + image->sizes_offset);
}
/// Null when sizes never vary.
inline const unsigned long long* trace_request_sizes(const TraceImage* image) {
  if (image->request_sizes_offset == 0) return nullptr;
  return reinterpret_cast<const unsigned long long*>(reinterpret_cast<const unsigned char*>(image) +
                                                     image->request_sizes_offset);
}
