#include "verify/lower/sample.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::verify::lower {
namespace {

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014), the mixing of SplitMix64.
class Random {
 public:
  std::uint64_t next() {
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_ = 1;
};

// ---- doubles: the range is finite, or every double ----

double clamped_double(double value, const Input& input) { return std::clamp(value, double_of(input.min), double_of(input.max)); }

double middle_double(const Input& input) {
  if (input.min == kMinusInfinity) return 0;
  return clamped_double(double_of(input.min) / 2 + double_of(input.max) / 2, input);  // halves of subnormals round
}

/// The doubles that the program itself names.
std::vector<double> double_constants(const Program& program) {
  std::vector<double> out;
  for (const Value& value : program.values)
    if (value.is_constant && value.is_double) out.push_back(double_of(value.constant));
  return out;
}

/// Where arithmetic changes its ways, where the program does, then even spread, then every magnitude alike.
Word random_double(const Input& input, Random& random, const std::vector<double>& constants) {
  constexpr double kTurns[] = {0.0, -0.0, 1.0, -1.0, 0.5, 0.1, 3.0, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-9, 1e9, -1e9, 9007199254740993.0,
                               9223372036854775808.0, -9223372036854775808.0, 1e300, 1.7976931348623157e308};
  const double lo = double_of(input.min), hi = double_of(input.max);
  const bool is_any = input.min == kMinusInfinity;
  const std::uint64_t choice = random.next() % 16, bits = random.next();
  if (choice == 0) return is_any ? kNaN : input.min;
  if (choice == 1) return input.max;
  if (choice == 2) return word_of(std::nextafter(hi, lo));
  if (choice == 3) return word_of(std::nextafter(lo, hi));
  if (choice < 6 && !constants.empty()) {
    const double known = constants[bits / 3 % constants.size()], step = bits % 3 == 0 ? known : bits % 3 == 1 ? lo : hi;
    return word_of(clamped_double(std::nextafter(known, step), input));
  }
  if (choice < 8) return word_of(clamped_double(kTurns[bits % std::size(kTurns)], input));
  const double share = std::ldexp(static_cast<double>(bits >> 11), -53);
  if (choice < 12 && !is_any) return word_of(clamped_double(lo * (1 - share) + hi * share, input));
  double anything = double_of(wrap(random.next(), 64));
  if (std::isnan(anything)) anything = 1;
  if (choice < 14) anything = std::ldexp(share, static_cast<int>(bits % 64)) * (bits % 2 == 0 ? 1 : -1);
  return word_of(clamped_double(anything, input));
}

// ---- both ----

Word clamped(Word value, const Input& input) {
  return input.is_double ? word_of(clamped_double(static_cast<double>(value), input)) : std::clamp(value, input.min, input.max);
}

Word middle(const Input& input) {
  return input.is_double ? word_of(middle_double(input)) : input.min + (input.max - input.min) / 2;
}

/// Uniform numbers of a range are all huge: pick the magnitude first, then the number.
Word random_value(const Input& input, Random& random, const std::vector<double>& constants) {
  if (input.is_double) return random_double(input, random, constants);
  std::array<Word, 6> fixed{input.min, input.max, middle(input), simplest(input), clamped(1, input), clamped(-1, input)};
  std::uint64_t choice = random.next() % 12;
  if (choice < fixed.size()) return fixed[choice];
  Word offset = static_cast<Word>(random.next() >> (random.next() % 64));
  if (choice < 8) return clamped(simplest(input) + offset, input);
  if (choice < 10) return clamped(simplest(input) - offset, input);
  return clamped(choice == 10 ? input.max - offset : input.min + offset, input);
}

}  // namespace

Word simplest(const Input& input) { return clamped(0, input); }

bool has_inputs(const Program& program) {
  return std::all_of(program.inputs.begin(), program.inputs.end(), [](const Input& input) {
    return input.is_double ? double_of(input.min) <= double_of(input.max) : input.min <= input.max;
  });
}

std::vector<Inputs> sample_inputs(const Program& program, unsigned random) {
  std::vector<Inputs> out;
  auto add = [&](auto value_of) {
    Inputs& inputs = out.emplace_back();
    for (const Input& input : program.inputs) inputs.push_back(value_of(input));
  };
  add([](const Input& input) { return middle(input); });
  add([](const Input& input) { return simplest(input); });
  add([](const Input& input) { return input.max; });
  add([](const Input& input) { return input.min; });
  for (Word small : {1, 2, 7, -1}) add([small](const Input& input) { return clamped(small, input); });
  Random source;
  const std::vector<double> constants = double_constants(program);
  for (unsigned i = 0; i < random; ++i) add([&](const Input& input) { return random_value(input, source, constants); });
  return out;
}

std::vector<Inputs> neighbours(const Program& program, const Inputs& inputs, unsigned count) {
  std::vector<Inputs> out;
  Random source;
  const std::vector<double> constants = double_constants(program);
  for (unsigned i = 0; i < count; ++i) {
    Inputs& varied = out.emplace_back(inputs);
    for (std::size_t k = 0; k < varied.size(); ++k)
      if (source.next() % 2 == 0) varied[k] = random_value(program.inputs[k], source, constants);
  }
  return out;
}

namespace {

/// The first of zero, one, a whole number and a few binary digits after the point that will do.
void simplify_double(const Input& input, Word& value, const std::function<bool(Word)>& keeps) {
  const double now = double_of(value);
  for (double tried : {double_of(simplest(input)), 1.0, -1.0, std::trunc(now), std::trunc(now * 8) / 8, std::trunc(now * 1024) / 1024}) {
    const Word word = word_of(clamped_double(tried, input));
    if (word == value) return;
    if (!std::isnan(tried) && keeps(word)) return void(value = word);
  }
}

}  // namespace

Inputs simplify(const Program& program, Inputs inputs, const std::function<bool(std::span<const Word>)>& keeps) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (program.inputs[i].is_double) {
      Word value = inputs[i];
      simplify_double(program.inputs[i], value, [&](Word word) {
        Inputs tried = inputs;
        tried[i] = word;
        return keeps(tried);
      });
      inputs[i] = value;
      continue;
    }
    Word goal = simplest(program.inputs[i]);
    for (Word step = goal - inputs[i]; step != 0; step /= 2) {  // the whole way, then half of it, ...
      Inputs tried = inputs;
      tried[i] += step;
      if ((step > 0) == (goal > inputs[i]) && keeps(tried)) inputs = std::move(tried), step = (goal - inputs[i]) * 2;
    }
  }
  return inputs;
}

}  // namespace assay::verify::lower
