#include "verify/lower/sample.h"

#include <algorithm>
#include <array>

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

Word clamped(Word value, const Input& input) { return std::clamp(value, input.min, input.max); }
Word middle(const Input& input) { return input.min + (input.max - input.min) / 2; }

/// Uniform numbers of a range are all huge: pick the magnitude first, then the number.
Word random_value(const Input& input, Random& random) {
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
  return std::all_of(program.inputs.begin(), program.inputs.end(), [](const Input& input) { return input.min <= input.max; });
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
  for (unsigned i = 0; i < random; ++i) add([&](const Input& input) { return random_value(input, source); });
  return out;
}

std::vector<Inputs> neighbours(const Program& program, const Inputs& inputs, unsigned count) {
  std::vector<Inputs> out;
  Random source;
  for (unsigned i = 0; i < count; ++i) {
    Inputs& varied = out.emplace_back(inputs);
    for (std::size_t k = 0; k < varied.size(); ++k)
      if (source.next() % 2 == 0) varied[k] = random_value(program.inputs[k], source);
  }
  return out;
}

Inputs simplify(const Program& program, Inputs inputs, const std::function<bool(std::span<const Word>)>& keeps) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
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
