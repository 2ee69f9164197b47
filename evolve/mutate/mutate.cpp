#include "evolve/mutate/mutate.h"

#include "evolve/mutate/operators.h"
#include "evolve/mutate/tidy.h"
#include "verify/rules.h"

namespace assay::evolve::mutate {
namespace {

const Operator& pick_operator(Random& random) {
  double total = 0;
  for (const Operator& op : operators()) total += op.weight;
  double at = random.unit() * total;
  for (const Operator& op : operators())
    if ((at -= op.weight) < 0) return op;
  return operators().back();
}

void add_name(std::string& operation, std::string_view name) {
  if (!operation.empty()) operation += "+";
  operation += name;
}

/// How many changes at once: mostly one, seldom more than three.
int changes(Random& random) { return random.chance(0.55) ? 1 : random.chance(0.65) ? 2 : static_cast<int>(random.between(3, 5)); }

std::string tune(Edit& edit) {
  std::string operation;
  for (int i = edit.random.chance(0.7) ? 1 : 2; i > 0; --i)
    if (tweak_constant(edit)) add_name(operation, "constant");
  return operation;
}

std::string change(Edit& edit, const Policy* donor) {
  std::string operation;
  int left = changes(edit.random);
  if (donor && cross(edit, *donor)) {
    add_name(operation, "crossover");
    left = edit.random.chance(0.5) ? 0 : 1;
  }
  for (; left > 0; --left) {
    const Operator& op = pick_operator(edit.random);
    if (op.apply(edit)) add_name(operation, op.name);
  }
  return operation;
}

}  // namespace

std::optional<Child> mutate(const tasks::Contract& contract, const Policy& parent, const Policy* donor, Wish wish,
                            const Limits& limits, Random& random, const std::function<bool(const Digest&)>& seen) {
  const Digest before = verify::digest(parent);
  for (int attempt = 0; attempt < limits.attempts; ++attempt) {
    Child child{parent, ""};
    Edit edit{child.policy, contract, random};
    bool tunes = wish == Wish::tune && attempt * 2 < limits.attempts;  // a policy may have no constant
    child.operation = tunes ? tune(edit) : change(edit, donor);
    if (child.operation.empty()) continue;
    if (verify::size_of(child.policy) > 4 * limits.nodes) continue;
    tidy(child.policy, contract);
    if (verify::size_of(child.policy) > limits.nodes || !verify::check(child.policy, contract).empty()) continue;
    Digest digest = verify::digest(child.policy);
    if (digest != before && !(seen && seen(digest))) return child;
  }
  return std::nullopt;
}

}  // namespace assay::evolve::mutate
