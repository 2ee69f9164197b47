#include "bench/sandbox/tools.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <random>

#include "base/file.h"
#include "sandbox/layers.h"

namespace assay::bench {

using Clock = std::chrono::steady_clock;

void stop(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(2);
}

double microseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

std::vector<Samples> interleave(int rounds, const std::vector<Contender>& contenders) {
  std::vector<Samples> samples(contenders.size());
  std::vector<std::size_t> order(contenders.size());
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(1);
  for (int round = -std::min(50, rounds / 10 + 1); round < rounds; ++round) {
    std::ranges::shuffle(order, random);
    for (std::size_t which : order) {
      const auto begin = Clock::now();
      contenders[which].once();
      if (round >= 0) samples[which].add(microseconds_since(begin));
    }
  }
  return samples;
}

std::vector<Samples> interleave_into(Report& report, int rounds, const std::vector<Contender>& contenders) {
  auto samples = interleave(rounds, contenders);
  for (std::size_t i = 0; i < contenders.size(); ++i) report.times(contenders[i].name, samples[i]);
  return samples;
}

Binary image(const std::string& name) {
  return Binary::trusted(need(read_file(std::string(ASSAY_IMAGE_FOLDER) + "/" + name + ".bin")), 0x20000000, 0);
}

std::unique_ptr<sandbox::RunJail> start_jail(const std::vector<std::string>& without) {
  return need(sandbox::RunJail::start({without}));
}

std::vector<std::string> all_layer_names() {
  std::vector<std::string> names;
  for (const auto& layer : sandbox::kLayerNames) names.emplace_back(layer.name);
  return names;
}

void decide_one_word(sandbox::RunJail& jail, const Binary& one_word, std::size_t output_bytes) {
  auto report = need(jail.run({.binary = one_word, .arena_bytes = 1u << 20, .output_bytes = output_bytes}));
  std::uint64_t word = 0;
  if (report.output.size() == sizeof word) std::memcpy(&word, report.output.data(), sizeof word);
  if (word != kWord) stop("a run did not decide its word: " + report.outcome.detail);
}

}  // namespace assay::bench
