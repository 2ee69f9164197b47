#pragma once
// Requests in source order to a dense Trace. The one place where a request is checked, whatever the format.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// Numbers to dense ids: open addressing, linear probing, at most half full.
class IdTable {
 public:
  IdTable();
  /// The dense id of `key`, `fresh` where it has none yet.
  std::uint32_t find_or_insert(std::uint64_t key, std::uint32_t fresh);

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t dense = kNever;
  };
  void grow();
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

class TraceBuilder {
 public:
  explicit TraceBuilder(bool allow_unsorted) : allow_unsorted_(allow_unsorted) {}

  /// Times are given for all requests or for none. The Error is a clause ("size -1 is negative"); the reader says where.
  Result<void> add(std::uint64_t id, std::int64_t size, std::optional<std::int64_t> time);
  /// Ids as text: a canonical decimal ("7", not "07") below 2^64 is that number, anything else a name of its own.
  /// Different texts are different objects, always.
  Result<void> add(std::string_view id, std::int64_t size, std::optional<std::int64_t> time);

  std::uint64_t skipped() const { return trace_.skipped; }
  /// Error: no request.
  Result<Trace> finish() &&;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  /// False: to be skipped.
  Result<bool> accept(std::int64_t size, std::optional<std::int64_t> time);
  void append(std::uint32_t dense, std::uint64_t label, std::int64_t size, std::optional<std::int64_t> time);
  std::uint32_t dense_of(std::string_view name);

  bool allow_unsorted_;
  Trace trace_;
  IdTable numbers_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> names_;
  std::uint64_t total_ = 0;
};

}  // namespace assay::evaluators::cache
