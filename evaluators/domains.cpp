#include "evaluators/cache/cache_domain.h"
#include "evaluators/congestion/congestion_domain.h"
#include "evaluators/domain.h"
#include "evaluators/gpu/gpu_domain.h"

namespace assay::evaluators {
namespace {

struct DomainEntry {
  std::string_view name;
  const Domain& (*get)();
};

constexpr DomainEntry kDomains[] = {
    {"cache", cache::cache_domain},
    {"congestion", congestion::congestion_domain},
    {"gpu", gpu::gpu_domain},
};

}  // namespace

Result<const Domain*> domain_named(std::string_view name) {
  std::string known;
  for (const auto& entry : kDomains) {
    if (entry.name == name) return &entry.get();
    known += " " + std::string(entry.name);
  }
  return fail("no domain \"" + std::string(name) + "\"; known:" + known);
}

}  // namespace assay::evaluators
