#include "bench/verify/policies.h"

#include <cmath>
#include <set>

#include "evolve/mutate/mutate.h"
#include "evolve/random.h"
#include "tests/verify/subject_mutants.h"
#include "verify/rules.h"

namespace assay::bench {
namespace {

constexpr std::string_view kHead = "#include \"policy.h\"\n\ni64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n";
constexpr std::size_t kPool = 400;  ///< parents that are kept

/// The worker may refuse what the grammar makes, a child that is a policy twice; such a child is passed over.
Result<bool> add(std::vector<verify::Screened>& to, const tasks::Task& task, verify::Toolchain& toolchain, const Source& source) {
  auto screened = toolchain.screen(task.contract, source);
  if (!screened) return std::unexpected(screened.error());
  if (*screened) to.push_back(std::move(**screened));
  return screened->has_value();
}

verify::Policy with_mistake(const tasks::Contract& contract, const verify::Policy& policy, evolve::Random& random) {
  auto mutants = verify::mutants_of(policy);
  std::erase_if(mutants, [&](const auto& mutant) { return !verify::check(mutant.policy, contract).empty(); });
  return mutants.empty() ? policy : random.pick(mutants).policy;
}

}  // namespace

Result<std::vector<verify::Screened>> random_policies(const tasks::Task& task, verify::Toolchain& toolchain, std::size_t count,
                                                      std::uint64_t seed, Make make) {
  std::vector<verify::Screened> out;
  for (const Source& baseline : task.baselines)
    if (auto added = add(out, task, toolchain, baseline); !added) return std::unexpected(added.error());
  std::vector<verify::Policy> pool;
  for (const verify::Screened& each : out) pool.push_back(each.policy());
  if (pool.empty()) return fail(task.name + " has no baseline to start from");
  out.clear();
  evolve::Random random(seed, 1);
  std::set<Digest> seen;
  for (std::size_t tries = 0; out.size() < count; ++tries) {
    if (tries > 100 * count + 1000) return fail(task.name + ": the grammar gives no more policies that differ");
    const verify::Policy& donor = random.pick(pool);
    auto child = evolve::mutate::mutate(task.contract, random.pick(pool), random.chance(0.4) ? &donor : nullptr, evolve::mutate::Wish::any, {}, random);
    if (!child || !seen.insert(verify::digest(child->policy)).second) continue;
    const std::string text = verify::emit(make == Make::as_grown ? child->policy : with_mistake(task.contract, child->policy, random));
    auto added = add(out, task, toolchain, {text, "random"});
    if (!added) return std::unexpected(added.error());
    if (!*added) continue;
    if (pool.size() < kPool) pool.push_back(std::move(child->policy));
    else random.pick(pool) = std::move(child->policy);
  }
  return out;
}

/// Five lines at a time: `sum` stays within 2^40 of zero, so that the next five find it as these did.
Source policy_of_lines(int lines) {
  static constexpr const char* kFields[] = {"object.age", "object.hits", "object.lifetime", "cache.ages.p50", "cache.objects", "cache.hits.p90"};
  std::string text(kHead);
  text += "  i64 sum = object.size;\n";
  auto field = [](int at) { return std::string(kFields[static_cast<std::size_t>(at) % std::size(kFields)]); };
  for (int line = 1, block = 0; line + 1 < lines; line += 5, ++block) {
    text += "  sum = (sum + " + field(block) + ") / 2;\n";
    text += "  if (sum > " + field(block + 1) + ") {\n    sum = sum - " + field(block + 2) + ";\n  }\n";
    text += "  sum = min(" + std::to_string(block % 7 + 2) + " * " + field(block + 3) + " / max(sum, 1), kMaxSize);\n";
  }
  return {text + "  return sum;\n}\n", std::to_string(lines) + " lines"};
}

std::string_view name_of(Loop loop) {
  static constexpr std::string_view kNames[] = {"kept", "growing", "nested"};
  return kNames[static_cast<std::size_t>(loop)];
}

Source policy_of_rounds(Loop loop, std::int64_t rounds) {
  const std::string inner = std::to_string(loop == Loop::nested ? std::llround(std::sqrt(static_cast<double>(rounds))) : rounds);
  std::string text(kHead);
  text += "  i64 sum = 0;\n";
  switch (loop) {
    case Loop::kept:
      text += "  for (i64 i = 0; i < " + inner + "; i += 1) {\n    if (i < object.hits) {\n      sum = min(sum + object.age, kMaxSize);\n    }\n  }\n";
      break;
    case Loop::growing: text += "  for (i64 i = 0; i < " + inner + "; i += 1) {\n    sum += object.age % 1024;\n  }\n"; break;
    case Loop::nested:
      text += "  for (i64 i = 0; i < " + inner + "; i += 1) {\n    for (i64 j = 0; j < " + inner + "; j += 1) {\n      sum = min(sum + i * j, kMaxSize);\n    }\n  }\n";
      break;
  }
  return {text + "  return sum;\n}\n", std::string(name_of(loop)) + ", " + std::to_string(rounds) + " rounds"};
}

}  // namespace assay::bench
