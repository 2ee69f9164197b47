#pragma once
// One problem of decode attention: a batch of sequences, each with one new query token and a cache of keys and values (bf16, grouped
// queries). The decision is into how many parts the longest sequence's cache is split; partition.h makes any answer correct.
// C++20: nvcc and the host read it.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace assay::kernels::decode_split {

inline constexpr int kBlockTokens = 64;  ///< tokens of one KV block: the grain of a split
inline constexpr int kMostSplits = 128;  ///< actions are 1 .. kMostSplits
inline constexpr int kMostSequences = 256;
inline constexpr int kMostLength = 131072;  ///< tokens

/// How the other lengths of a batch relate to the longest one.
enum class Raggedness : std::uint8_t {
  even,      ///< all the same
  linear,    ///< drawn evenly from 1 .. length
  zipf,      ///< length / rank, shuffled
  one_long,  ///< all others an eighth
};

struct Shape {
  int heads_q = 32;
  int heads_kv = 8;    ///< divides heads_q
  int head_dim = 128;  ///< 64 or 128
  int sequences = 1;
  int length = 4096;  ///< tokens in the cache of the longest sequence
  Raggedness raggedness = Raggedness::even;
  std::uint64_t seed = 0;  ///< of the lengths
  friend bool operator==(const Shape&, const Shape&) = default;
};

inline bool is_valid(const Shape& s) {
  return s.heads_kv >= 1 && s.heads_q >= s.heads_kv && s.heads_q <= 128 && s.heads_q % s.heads_kv == 0 && s.heads_q / s.heads_kv <= 64 &&
         (s.head_dim == 64 || s.head_dim == 128) && s.sequences >= 1 && s.sequences <= kMostSequences && s.length >= 1 &&
         s.length <= kMostLength && s.raggedness <= Raggedness::one_long;
}

/// splitmix64: the same numbers everywhere.
inline std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// Tokens of each sequence, [sequences]; the longest is shape.length, each at least 1.
inline std::vector<int> lengths(const Shape& shape) {
  std::vector<int> all(static_cast<std::size_t>(shape.sequences), shape.length);
  std::uint64_t state = shape.seed;
  const auto count = static_cast<std::uint64_t>(shape.sequences), longest = static_cast<std::uint64_t>(shape.length);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (shape.raggedness == Raggedness::linear) all[i] = static_cast<int>(1 + next_random(state) % longest);
    if (shape.raggedness == Raggedness::zipf) all[i] = std::max(1, shape.length / static_cast<int>(i + 1));
    if (shape.raggedness == Raggedness::one_long) all[i] = std::max(1, shape.length / 8);
  }
  if (shape.raggedness != Raggedness::even)  // the longest is not always the first
    for (std::uint64_t i = count; i > 1; --i) std::swap(all[i - 1], all[next_random(state) % i]);
  return all;
}

/// Lengths that are all the same are so with every seed: then 0 stands for all of them.
inline bool seed_matters(const Shape& s) { return s.raggedness != Raggedness::even && s.sequences > 1 && s.length > 1; }

constexpr int blocks_of(int tokens) { return (tokens + kBlockTokens - 1) / kBlockTokens; }

/// The trusted partition: with `splits` asked for, every part of every sequence holds `chunk` blocks but for the last one, so that the longest
/// sequence has at most `splits` parts, none of them empty. Shorter ones have as many as they need.
constexpr int chunk_of(int longest_blocks, int splits) {
  const int asked = splits < 1 ? 1 : splits > kMostSplits ? kMostSplits : splits;
  const int chunk = (longest_blocks + asked - 1) / asked;
  return chunk < 1 ? 1 : chunk;
}
constexpr int parts_of(int blocks, int chunk) { return (blocks + chunk - 1) / chunk; }

/// Two answers with the same chunk are the same launch. This is the smallest of them: the parts that the longest sequence really has.
constexpr int canonical_splits(int longest_blocks, int splits) { return parts_of(longest_blocks, chunk_of(longest_blocks, splits)); }

/// The least that any kernel moves through device memory: K and V once, queries and outputs once, in bytes.
inline double least_bytes(const Shape& shape) {
  double tokens = 0;
  for (int length : lengths(shape)) tokens += length;
  return 2.0 * 2 * tokens * shape.heads_kv * shape.head_dim + 2.0 * 2 * shape.sequences * shape.heads_q * shape.head_dim;
}
inline double flops(const Shape& shape) {
  double tokens = 0;
  for (int length : lengths(shape)) tokens += length;
  return 4.0 * tokens * shape.heads_q * shape.head_dim;
}

}  // namespace assay::kernels::decode_split
