#include "evaluators/cache/native/native.h"

#include "evaluators/cache/native/policies.h"

namespace assay::evaluators::cache {
namespace {

struct NativePolicy {
  std::string_view name;
  Counts (*objects)(const NativeRun&);
  Counts (*bytes)(const NativeRun&);
};

constexpr NativePolicy kNativePolicies[] = {
    {"fifo", run_fifo<false>, run_fifo<true>},
    {"lru", run_lru<false>, run_lru<true>},
};

}  // namespace

std::vector<std::string_view> native_names() {
  std::vector<std::string_view> names;
  for (const auto& policy : kNativePolicies) names.push_back(policy.name);
  return names;
}

Result<Counts> run_native(std::string_view name, const Trace& trace, std::uint64_t capacity, Unit unit, std::uint64_t seed) {
  if (capacity == 0) return fail("capacity 0: a cache needs room for at least one object");
  for (const auto& policy : kNativePolicies)
    if (policy.name == name) return (unit == Unit::bytes ? policy.bytes : policy.objects)({trace, capacity, seed});
  std::string known;
  for (const auto& policy : kNativePolicies) known += " " + std::string(policy.name);
  return fail("no native policy \"" + std::string(name) + "\"; known:" + known);
}

}  // namespace assay::evaluators::cache
