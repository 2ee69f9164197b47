#include "evaluators/domain.h"

namespace assay::evaluators {

std::string_view kind_of_provenance(std::string_view provenance) { return provenance.substr(0, provenance.find_first_of(" ,")); }

bool is_modelled(std::string_view provenance) { return kind_of_provenance(provenance) == "modelled"; }

std::string shown_objective(const std::string& objective, std::string_view provenance) {
  return is_modelled(provenance) && objective == "speedup" ? "modelled_ratio" : objective;
}

Result<std::string> common_provenance(std::span<const std::unique_ptr<Instance>> instances) {
  const Instance* first = nullptr;
  for (const auto& instance : instances) {
    if (first == nullptr) first = instance.get();
    if (instance->provenance() != first->provenance())
      return fail("the figures of \"" + first->name() + "\" are: " + first->provenance() + ", those of \"" + instance->name() + "\" are: " + instance->provenance() +
                  "; figures of different origin are not averaged");
  }
  return first == nullptr ? "" : first->provenance();
}

}  // namespace assay::evaluators
