#pragma once
// All policies of a small grammar, by number: bodies of functions over `v.a`, `v.b` and the table `v.t`, with ranges so
// small that every input can be run. Four families: expressions, guards, assignments and loops.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::verify {

/// Takes digits off a number: the next choice among `count`.
class Choices {
 public:
  explicit Choices(std::uint64_t number) : left_(number) {}
  std::uint64_t below(std::uint64_t count) {
    const std::uint64_t digit = left_ % count;
    left_ /= count;
    return digit;
  }
  template <std::size_t N>
  std::string_view of(const std::array<std::string_view, N>& texts) { return texts[below(N)]; }

 private:
  std::uint64_t left_;
};

namespace grammar {

inline constexpr std::array<std::string_view, 10> kOps{"+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"};
inline constexpr std::array<std::string_view, 3> kLeaves{"v.a", "v.b", "3LL"};
inline constexpr std::uint64_t kShallow = kLeaves.size() + kOps.size() * kLeaves.size() * kLeaves.size();

/// A leaf, or one operator over two leaves.
inline std::string shallow(std::uint64_t number) {
  if (number < kLeaves.size()) return std::string(kLeaves[number]);
  Choices choose(number - kLeaves.size());
  const auto left = choose.of(kLeaves), right = choose.of(kLeaves), op = choose.of(kOps);
  return "(" + std::string(left) + " " + std::string(op) + " " + std::string(right) + ")";
}

/// Nothing for the mirror image of another: a + b for b + a.
inline std::string expression(std::uint64_t number) {
  Choices choose(number);
  const std::uint64_t left = choose.below(kShallow), right = choose.below(kShallow);
  const std::string_view op = choose.of(kOps);
  if (left > right && std::string_view("+*&|^").find(op) != std::string_view::npos) return "";
  return "return " + shallow(left) + " " + std::string(op) + " " + shallow(right) + ";";
}

inline constexpr std::array<std::string_view, 6> kCompare{"<", "<=", ">", ">=", "==", "!="};
inline constexpr std::array<std::string_view, 7> kLeft{"v.a", "v.a", "v.a", "v.a", "v.b", "v.b", "v.b"};
inline constexpr std::array<std::string_view, 7> kRight{"v.b", "-1", "0", "2", "0", "1", "3"};
inline constexpr std::uint64_t kComparisons = kCompare.size() * kLeft.size();
inline constexpr std::array<std::string_view, 9> kDangers{"v.a / v.b",         "v.a % v.b", "7LL << v.b",         "v.a >> v.b", "12 / (v.a + v.b)",
                                                         "12 / (v.a - v.b)", "v.t[v.b]",  "v.t[v.a - v.b]", "v.a * v.b"};

inline std::string comparison(Choices& choose) {
  const std::uint64_t pair = choose.below(kLeft.size());
  return std::string(kLeft[pair]) + " " + std::string(choose.of(kCompare)) + " " + std::string(kRight[pair]);
}

inline constexpr std::uint64_t kGuards = 2 * kComparisons * kComparisons * kDangers.size();
inline std::string guard(std::uint64_t number) {
  Choices choose(number);
  const std::string danger(choose.of(kDangers)), word = choose.below(2) == 0 ? " && " : " || ";
  const std::string first = comparison(choose), second = comparison(choose);
  return "if (" + first + word + second + ") return " + danger + "; return 0;";
}

inline constexpr std::array<std::string_view, 6> kFirst{"v.a", "v.b", "v.a + v.b", "v.a * v.b", "v.a - v.b", "0"};
inline constexpr std::array<std::string_view, 6> kSecond{"x + 1", "-x", "0", "v.b", "x - v.a", "x * 2"};
inline constexpr std::array<std::string_view, 6> kUse{"12 / x", "v.t[x]", "x", "1LL << x", "x % v.b", "v.a / x"};
inline constexpr std::uint64_t kAssignments = 6 * 6 * 6 * kComparisons * 2;
inline std::string assignment(std::uint64_t number) {
  Choices choose(number);
  const std::string first(choose.of(kFirst)), second(choose.of(kSecond)), use(choose.of(kUse)), condition = comparison(choose);
  const bool otherwise = choose.below(2) == 1;
  return "i64 x = " + first + "; if (" + condition + ") x = " + second + (otherwise ? "; else x += v.b" : "") + "; return " + use + ";";
}

inline constexpr std::array<std::string_view, 3> kStart{"0", "v.a", "v.b"}, kEnd{"v.a", "v.b", "3"};
inline constexpr std::array<std::string_view, 4> kStay{"<", "<=", "!=", ">"}, kStep{"1", "2", "-1", "v.b"};
inline constexpr std::array<std::string_view, 8> kBody{"r += i;",
                                                      "r += 6 / (i + 1);",
                                                      "r += v.t[i];",
                                                      "if (i == v.a) break; r += 2;",
                                                      "r = r * 2 + 1; if (r > 9) r = 0;",
                                                      "r -= v.b;",
                                                      "if (i == 1) continue; r = v.t[i & 3];",
                                                      "for (i64 k = 0; k < i; k += 1) r += k; if (r > 7) return r;"};
inline constexpr std::uint64_t kLoops = 3 * 3 * 4 * 4 * 8;
inline std::string loop(std::uint64_t number) {
  Choices choose(number);
  const std::string start(choose.of(kStart)), end(choose.of(kEnd)), stay(choose.of(kStay)), step(choose.of(kStep)), body(choose.of(kBody));
  return "i64 r = 0; for (i64 i = " + start + "; i " + stay + " " + end + "; i += " + step + ") { " + body + " } return r;";
}

}  // namespace grammar

struct Family {
  std::string_view name;
  std::uint64_t count;
  std::string (*body)(std::uint64_t);
};

inline constexpr Family kFamilies[] = {
    {"expressions", grammar::kOps.size() * grammar::kShallow * grammar::kShallow, grammar::expression},
    {"guards", grammar::kGuards, grammar::guard},
    {"assignments", grammar::kAssignments, grammar::assignment},
    {"loops", grammar::kLoops, grammar::loop},
};

}  // namespace assay::verify
