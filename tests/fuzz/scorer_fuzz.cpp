// The trusted scorer over any decisions, against the rules as evaluators/cache/driver/common.h states them, done slowly.

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "evaluators/cache/scorer.h"
#include "tests/fuzz/trace_laws.h"

namespace assay::evaluators::cache {
namespace {

using fuzz::must;

constexpr std::uint32_t kReject = 1u << 31;

struct Case {
  Trace trace;
  std::uint64_t capacity = 1;
  Unit unit = Unit::objects;
  std::uint64_t size(std::size_t request) const { return unit == Unit::bytes ? trace.request_size(request) : 1; }
};

/// The cache as the rules see it: objects with the size at which each was admitted.
using Cache = std::map<std::uint32_t, std::uint64_t>;

std::uint64_t total(const Cache& cache) {
  std::uint64_t sum = 0;
  for (auto [id, size] : cache) sum += size;
  return sum;
}

/// What is wrong with the decisions, and at which request; or the counts.
struct Verdict {
  std::optional<std::size_t> broken_at;
  Counts counts;
};

Verdict by_the_rules(const Case& c, std::deque<std::uint32_t> words) {
  Cache cache;
  Verdict verdict;
  for (std::size_t i = 0; i < c.trace.ids.size(); ++i) {
    const auto id = c.trace.ids[i];
    ++verdict.counts.requests;
    verdict.counts.bytes += c.size(i);
    if (cache.contains(id)) continue;
    ++verdict.counts.misses;
    verdict.counts.missed_bytes += c.size(i);
    if (c.size(i) > c.capacity) continue;
    if (!words.empty() && words.front() == (id | kReject)) {
      words.pop_front();
      continue;
    }
    while (c.capacity - total(cache) < c.size(i)) {
      if (words.empty() || !cache.erase(words.front())) return verdict.broken_at = i, verdict;
      words.pop_front();
    }
    cache[id] = c.size(i);
  }
  if (!words.empty()) verdict.broken_at = c.trace.ids.size();
  return verdict;
}

Case read_case(fuzz::Input& input) {
  Case c;
  const auto how = input.byte();
  c.unit = how & 1 ? Unit::bytes : Unit::objects;
  c.capacity = 1 + input.byte() % (how & 2 ? 16 : 64);
  if ((how & 0xf0) == 0xf0) c.capacity = input.number<std::uint64_t>() | 1;
  const auto requests = 1 + input.byte() % 96;
  std::vector<bool> seen;
  for (int i = 0; i < requests; ++i) {
    const auto byte = input.byte();
    const auto id = std::min<std::uint32_t>(byte & 15, c.trace.objects());
    const std::uint64_t size = 1 + (byte >> 4) * (how & 4 ? 1 : 5);
    if (id == c.trace.objects()) c.trace.sizes.push_back(size);
    c.trace.ids.push_back(id);
    c.trace.request_sizes.push_back(how & 8 ? size : c.trace.sizes[id]);
  }
  c.trace = sealed(std::move(c.trace));
  return c;
}

/// Decisions that keep the rules, chosen by the input: whom to evict, and whom to turn away.
std::vector<std::uint32_t> honest(const Case& c, fuzz::Input& input) {
  std::vector<std::uint32_t> words;
  Cache cache;
  for (std::size_t i = 0; i < c.trace.ids.size(); ++i) {
    const auto id = c.trace.ids[i];
    if (cache.contains(id) || c.size(i) > c.capacity) continue;
    if (input.byte() % 8 == 7) {
      words.push_back(id | kReject);
      continue;
    }
    while (c.capacity - total(cache) < c.size(i)) {
      auto victim = std::next(cache.begin(), input.byte() % static_cast<int>(cache.size()));
      words.push_back(victim->first);
      cache.erase(victim);
    }
    cache[id] = c.size(i);
  }
  return words;
}

Attempt<Counts> replay(const Case& c, const std::vector<std::uint32_t>& words) {
  // At an odd address: the stream need not be aligned.
  std::vector<std::byte> bytes(words.size() * 4 + 1);
  if (!words.empty()) std::memcpy(bytes.data() + 1, words.data(), words.size() * 4);
  return replay_decisions(c.trace, c.capacity, c.unit, std::span(bytes).subspan(1));
}

void check(const Case& c, const std::vector<std::uint32_t>& words) {
  const auto verdict = by_the_rules(c, {words.begin(), words.end()});
  const auto scored = replay(c, words);
  must(scored.has_value() == !verdict.broken_at, "the scorer takes what keeps the rules, and nothing else");
  if (!scored) {
    must(scored.error().kind == OutcomeKind::protocol_violation, "what breaks a rule is a protocol violation");
    return must(scored.error().detail.starts_with("request " + std::to_string(*verdict.broken_at) + ": "), "the first broken request is named");
  }
  must(*scored == verdict.counts, "the counts are those of the rules");
  must(scored->misses >= c.trace.objects() && scored->misses <= c.trace.requests(), "every object is missed once at least");
  must(words.size() <= scored->misses, "at most one decision for a miss");
}

}  // namespace
}  // namespace assay::evaluators::cache

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  using namespace assay::evaluators::cache;
  fuzz::Input input(data, size);
  const Case c = read_case(input);
  const auto how = input.byte();
  if (how % 4 == 0) {
    const auto bytes = std::as_bytes(std::span(input.rest()));
    if (bytes.size() % 4 != 0) {
      fuzz::must(!replay_decisions(c.trace, c.capacity, c.unit, bytes), "a part of a word is refused");
      return 0;
    }
    std::vector<std::uint32_t> words(bytes.size() / 4);
    if (!words.empty()) std::memcpy(words.data(), bytes.data(), bytes.size());
    check(c, words);
    return 0;
  }
  auto words = honest(c, input);
  fuzz::must(replay(c, words).has_value(), "honest decisions are taken");
  check(c, words);
  if (how % 4 == 1) return 0;
  // One word changed, added or left out.
  const std::size_t at = words.empty() ? 0 : input.byte() % words.size();
  const std::uint32_t word = input.byte() % 4 == 0 ? input.number<std::uint32_t>() : (input.byte() % 17u) | (input.byte() % 2 ? kReject : 0);
  if (how % 4 == 2 && !words.empty()) words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  else if (how % 8 == 3 && !words.empty()) words[at] = word;
  else words.insert(words.begin() + static_cast<std::ptrdiff_t>(at), word);
  check(c, words);
  return 0;
}
