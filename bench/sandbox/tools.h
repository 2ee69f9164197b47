#pragma once
// Shared by the benchmarks of the sandbox: values or an end with words, contenders beside each other, jails, images.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/sandbox/report.h"
#include "sandbox/run_jail.h"

namespace assay::bench {

[[noreturn]] void stop(const std::string& what);

template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}
inline void need(Result<void> result) {
  if (!result) stop(result.error().what);
}

double microseconds_since(std::chrono::steady_clock::time_point begin);

struct Contender {
  std::string name;
  std::function<void()> once;
};

/// Every contender once a round, in an order drawn anew each round, so that noise of the machine, and what one leaves for
/// the kernel to tidy, hit all alike. Some rounds first that do not count. Microseconds, in the order of `contenders`.
std::vector<Samples> interleave(int rounds, const std::vector<Contender>& contenders);

/// The same, and a row for each.
std::vector<Samples> interleave_into(Report& report, int rounds, const std::vector<Contender>& contenders);

/// One of tests/sandbox/images.
Binary image(const std::string& name);

std::unique_ptr<sandbox::RunJail> start_jail(const std::vector<std::string>& without = {});
std::vector<std::string> all_layer_names();

/// Runs `one_word` in `jail` and checks that the word came back.
void decide_one_word(sandbox::RunJail& jail, const Binary& one_word, std::size_t output_bytes = 1u << 16);
inline constexpr std::uint64_t kWord = 7;

}  // namespace assay::bench
