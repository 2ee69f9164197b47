#include "kernels/shape_json.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "kernels/members.h"

namespace assay::kernels {
namespace {

constexpr std::array kRaggedness{"even", "linear", "zipf", "one_long"};
constexpr std::array kSkews{"even", "random", "zipf", "hot"};
constexpr std::array kKernels{"prefill", "gemm"};

/// Members of a shape: whole numbers, and names that stand for an enumeration.
class Reader {
 public:
  explicit Reader(const Json& json) : members_(json, "a shape") {}

  template <class Number>
  void number(std::string_view key, Number& value) {
    members_.may_have(key, value);
  }

  template <class Enum, std::size_t N>
  void name(std::string_view key, const std::array<const char*, N>& names, Enum& value) {
    std::string name = names[static_cast<std::size_t>(value)], known;
    members_.may_have(key, name);
    for (std::size_t i = 0; i < N; ++i) {
      if (name == names[i]) return void(value = static_cast<Enum>(i));
      known += std::string(i == 0 ? "" : ", ") + names[i];
    }
    members_.must(false, "has a \"" + std::string(key) + "\" that is none of " + known);
  }

  template <class Shape>
  std::expected<Shape, std::string> end(const Shape& shape, const char* limits) {
    std::string problem = members_.end();
    if (problem.empty() && !is_valid(shape)) problem = std::string("a shape outside the limits (") + limits + ")";
    if (!problem.empty()) return std::unexpected(std::move(problem));
    return shape;
  }

 private:
  Members members_;
};

/// One seed for all that make the same shape: a figure of it is found whichever is asked for.
template <class Shape>
std::uint64_t seed_of(const Shape& shape) {
  return seed_matters(shape) ? shape.seed : 0;
}

}  // namespace

Json to_json(const decode_split::Shape& s) {
  return {{"heads_q", s.heads_q},     {"heads_kv", s.heads_kv}, {"head_dim", s.head_dim},
          {"sequences", s.sequences}, {"length", s.length},     {"raggedness", kRaggedness[static_cast<std::size_t>(s.raggedness)]},
          {"seed", seed_of(s)}};
}

Json to_json(const tile_order::Shape& s) {
  if (s.kernel == tile_order::Kernel::gemm) return {{"kernel", "gemm"}, {"m", s.m}, {"n", s.n}, {"k", s.k}};
  return {{"kernel", "prefill"}, {"sequences", s.sequences}, {"heads_q", s.heads_q}, {"heads_kv", s.heads_kv}, {"length", s.length}};
}

Json to_json(const moe_select::Shape& s) {
  return {{"experts", s.experts}, {"top_k", s.top_k}, {"tokens", s.tokens}, {"n", s.n},
          {"k", s.k},             {"skew", kSkews[static_cast<std::size_t>(s.skew)]}, {"seed", seed_of(s)}};
}

template <>
std::expected<decode_split::Shape, std::string> shape_from(const Json& json) {
  decode_split::Shape s;
  Reader read(json);
  read.number("heads_q", s.heads_q);
  read.number("heads_kv", s.heads_kv);
  read.number("head_dim", s.head_dim);
  read.number("sequences", s.sequences);
  read.number("length", s.length);
  read.name("raggedness", kRaggedness, s.raggedness);
  read.number("seed", s.seed);
  s.seed = seed_of(s);
  return read.end(s, "heads_kv divides heads_q <= 128, at most 64 query heads each; head_dim 64 or 128; sequences 1 to 256; length 1 to 131072");
}

template <>
std::expected<tile_order::Shape, std::string> shape_from(const Json& json) {
  tile_order::Shape s;
  Reader read(json);
  read.name("kernel", kKernels, s.kernel);
  if (s.kernel == tile_order::Kernel::gemm) {
    read.number("m", s.m);
    read.number("n", s.n);
    read.number("k", s.k);
  } else {
    read.number("sequences", s.sequences);
    read.number("heads_q", s.heads_q);
    read.number("heads_kv", s.heads_kv);
    read.number("length", s.length);
  }
  return read.end(s, "at most 256 x 256 tiles; prefill: heads_kv divides heads_q; gemm: m and n multiples of 8, k of 64");
}

template <>
std::expected<moe_select::Shape, std::string> shape_from(const Json& json) {
  moe_select::Shape s;
  Reader read(json);
  read.number("experts", s.experts);
  read.number("top_k", s.top_k);
  read.number("tokens", s.tokens);
  read.number("n", s.n);
  read.number("k", s.k);
  read.name("skew", kSkews, s.skew);
  read.number("seed", s.seed);
  s.seed = seed_of(s);
  return read.end(s, "experts 1 to 256, top_k 1 to 16, tokens 1 to 16384; n a multiple of 128, k of 64, both up to 32768");
}

}  // namespace assay::kernels
