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
    {"clock", run_clock<false>, run_clock<true>},
    {"lfu", run_lfu<false>, run_lfu<true>},
    {"lfuda", run_lfuda<false>, run_lfuda<true>},
    {"gdsf", run_gdsf<false>, run_gdsf<true>},
    {"slru", run_slru<false>, run_slru<true>},
    {"2q", run_two_q<false>, run_two_q<true>},
    {"sieve", run_sieve<false>, run_sieve<true>},
    {"s3fifo", run_s3fifo<false>, run_s3fifo<true>},
    {"arc", run_arc<false>, run_arc<true>},
    {"lirs", run_lirs<false>, run_lirs<true>},
    {"wtinylfu", run_wtinylfu<false>, run_wtinylfu<true>},
    {"hyperbolic", run_hyperbolic<false>, run_hyperbolic<true>},
    {"lecar", run_lecar<false>, run_lecar<true>},
    {"lhd", run_lhd<false>, run_lhd<true>},
    {"belady", run_belady<false>, run_belady<true>},
    {"beladysize", run_belady_size<false>, run_belady_size<true>},
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
