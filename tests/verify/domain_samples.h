#pragma once
// Abstract values to test the domains of words with: all of them at small widths, or for the product a spread.

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "verify/domains/integer.h"

namespace assay::verify::domains {

/// ASSAY_DOMAIN_ROUNDS=50 asks of fifty times as many samples.
inline int test_rounds(int usual) {
  const char* factor = std::getenv("ASSAY_DOMAIN_ROUNDS");
  return usual * (factor ? std::max(1, std::atoi(factor)) : 1);
}

inline std::vector<Word> all_words(unsigned width) {
  std::vector<Word> out;
  for (Word word = lower::smallest(width); word <= lower::largest(width); ++word) out.push_back(word);
  return out;
}

template <class D>
struct Samples;

template <>
struct Samples<Interval> {
  static std::vector<Interval> all(unsigned width) {
    std::vector<Interval> out;
    for (Word lo : all_words(width))
      for (Word hi = lo; hi <= lower::largest(width); ++hi) out.push_back({lo, hi});
    return out;
  }
};

template <>
struct Samples<UnsignedRange> {
  static std::vector<UnsignedRange> all(unsigned width) {
    std::vector<UnsignedRange> out;
    const auto end = UnsignedWord{1} << width;
    for (UnsignedWord lo = 0; lo < end; ++lo)
      for (UnsignedWord hi = lo; hi < end; ++hi) out.push_back({lower::wrap(lo, width), lower::wrap(hi, width)});
    return out;
  }
};

template <>
struct Samples<KnownBits> {
  static std::vector<KnownBits> all(unsigned width) {
    std::vector<KnownBits> out;
    for (Word zeros : all_words(width))
      for (Word ones : all_words(width))
        if ((zeros & ones) == 0) out.push_back({zeros, ones});
    return out;
  }
};

template <>
struct Samples<Congruence> {
  static std::vector<Congruence> all(unsigned width) {
    std::vector<Congruence> out;
    for (Word word : all_words(width)) out.push_back(Congruence::of(word, width));
    for (Word modulus = 1; modulus <= Word{1} << width; ++modulus)
      for (Word residue = 0; residue < modulus; ++residue) out.push_back({modulus, residue});
    return out;
  }
};

/// One component each, at a width where all of them would be too many.
template <class D>
D random_of(std::mt19937_64& random, unsigned width);

inline Word random_word(std::mt19937_64& random, unsigned width) {
  switch (random() % 4) {  // ends and small words are where transformers go wrong
    case 0: return lower::wrap(static_cast<UnsignedWord>(lower::smallest(width)) + random() % 3, width);
    case 1: return lower::wrap(static_cast<UnsignedWord>(lower::largest(width)) - random() % 3, width);
    case 2: return lower::wrap(static_cast<UnsignedWord>(random() % 9) - 4, width);
    default: return lower::wrap(static_cast<UnsignedWord>(random()) << 64 | random(), width);
  }
}

template <>
inline Interval random_of<Interval>(std::mt19937_64& random, unsigned width) {
  Word a = random_word(random, width), b = random() % 5 == 0 ? a : random_word(random, width);
  return {std::min(a, b), std::max(a, b)};
}

template <>
inline UnsignedRange random_of<UnsignedRange>(std::mt19937_64& random, unsigned width) {
  Word a = random_word(random, width), b = random() % 5 == 0 ? a : random_word(random, width);
  return UnsignedRange::ordered(a, b) ? UnsignedRange{a, b} : UnsignedRange{b, a};
}

template <>
inline KnownBits random_of<KnownBits>(std::mt19937_64& random, unsigned width) {
  Word known = random_word(random, width), bits = random_word(random, width);
  return {known & ~bits, known & bits};
}

template <>
inline Congruence random_of<Congruence>(std::mt19937_64& random, unsigned width) {
  if (random() % 4 == 0) return Congruence::of(random_word(random, width), width);
  Word most = width >= 64 ? (Word{1} << 40) : Word{1} << width;
  Word modulus = random() % 2 == 0 ? static_cast<Word>(random() % 12) + 1 : static_cast<Word>(random() % static_cast<std::uint64_t>(most)) + 1;
  return Congruence::modulo(modulus, random_word(random, width));
}

/// Reduced: what the engine works with. Mostly with one or two components that say something.
template <>
inline Integer random_of<Integer>(std::mt19937_64& random, unsigned width) {
  for (;;) {
    Integer out = Integer::top(width);
    if (random() % 2) out.range = random_of<Interval>(random, width);
    if (random() % 2) out.unsigned_range = random_of<UnsignedRange>(random, width);
    if (random() % 2) out.bits = random_of<KnownBits>(random, width);
    if (random() % 2) out.congruence = random_of<Congruence>(random, width);
    if (auto reduced = reduce(out)) return *reduced;
  }
}

template <>
struct Samples<Integer> {
  static std::vector<Integer> all(unsigned width) {
    std::vector<Integer> out;
    std::mt19937_64 random(width);
    for (int i = 0; i < 250; ++i) out.push_back(random_of<Integer>(random, width));
    return out;
  }
};

}  // namespace assay::verify::domains
