#include "cli/kernel/soak.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "cli/kernel/exported.h"
#include "evaluators/congestion/kernel/bpf_census.h"
#include "evaluators/congestion/kernel/bpf_control.h"
#include "evaluators/congestion/kernel/bpf_loopback.h"
#include "evolve/mutate/mutate.h"

namespace assay::cli {
namespace {

namespace congestion = evaluators::congestion;

constexpr int kMostSteps = 8;
constexpr int kPatience = 100;  // times 50 ms: the kernel takes things away when nobody looks at them any more

class Soak {
 public:
  Soak(verify::Toolchain& toolchain, const SoakPlan& plan) : toolchain_(toolchain), plan_(plan) {}

  Result<SoakReport> run(const std::function<void(const SoakReport&)>& watch) {
    auto ancestors = read_ancestors();
    if (!ancestors) return std::unexpected(ancestors.error());
    evolve::Random random(plan_.seed, 0);
    const congestion::Census before = congestion::take_census();
    while (report_.tried < plan_.count && report_.unavailable.empty()) {
      ++report_.tried;
      if (auto done = one(stray_policy(plan_.contract, *ancestors, random)); !done) return std::unexpected(done.error());
      if (watch) watch(report_);
    }
    report_.left_over = settle(before);
    return std::move(report_);
  }

 private:
  Result<std::vector<verify::Policy>> read_ancestors() {
    std::vector<verify::Policy> policies;
    for (const Source& source : plan_.ancestors) {
      auto screened = toolchain_.screen(plan_.contract, source);
      if (!screened) return std::unexpected(screened.error());
      if (!*screened) return fail("the policy " + source.name + " is refused: " + screened->error().detail);
      policies.push_back((*screened)->policy());
    }
    if (policies.empty()) return fail("the task has no baselines to begin from");
    return policies;
  }

  void note(std::map<std::string, std::uint64_t>& reasons, const std::string& reason, const std::string& text) {
    ++reasons[reason];
    report_.example.try_emplace(reason, text);
  }

  Result<void> one(const verify::Policy& policy) {
    const Source source{verify::emit(policy), "stray.cpp"};
    auto screened = toolchain_.screen(plan_.contract, source);
    if (!screened) return std::unexpected(screened.error());
    if (!*screened) return note(report_.not_made, screened->error().detail, source.text), Result<void>();
    auto exported = export_policy(toolchain_, plan_.contract, **screened);
    if (!exported) return std::unexpected(exported.error());
    if (!*exported) return note(report_.not_made, exported->error().detail, source.text), Result<void>();
    auto judged = congestion::load_control((*exported)->object.bytes);
    if (!judged) return std::unexpected(judged.error());
    if (auto* unavailable = std::get_if<congestion::Unavailable>(&judged->judgement)) return report_.unavailable = unavailable->reason, Result<void>();
    if (auto* refused = std::get_if<congestion::Refused>(&judged->judgement))
      return note(report_.refused, refused->complaint.substr(0, 80), "// line " + std::to_string(source_line(**exported, *refused)) + "\n" + source.text), Result<void>();
    ++report_.accepted;
    for (const auto& program : std::get<congestion::Accepted>(judged->judgement).programs)
      report_.most_instructions = std::max(report_.most_instructions, program.instructions);
    return carry(judged->control->name());
  }

  Result<void> carry(const std::string& name) {
    congestion::LoopbackPlan plan{.congestion_control = name, .bytes = plan_.bytes, .loss = plan_.loss, .deadline = std::chrono::milliseconds{1500}};
    auto carried = congestion::carry_over_loopback(plan);
    if (!carried) return std::unexpected(carried.error());
    if (carried->congestion_control != name) return fail("a socket that asked for " + name + " has " + carried->congestion_control);
    ++(carried->received == plan_.bytes ? report_.carried : report_.stalled);
    return {};
  }

  /// Sockets, maps and namespaces end in their own time.
  static std::string settle(const congestion::Census& before) {
    std::string left;
    for (int i = 0; i < kPatience; ++i) {
      left = congestion::left_over(before, congestion::take_census());
      if (left.empty()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return left;
  }

  verify::Toolchain& toolchain_;
  const SoakPlan& plan_;
  SoakReport report_;
};

}  // namespace

verify::Policy stray_policy(const tasks::Contract& contract, std::vector<verify::Policy>& ancestors, evolve::Random& random) {
  verify::Policy policy = random.pick(ancestors);
  for (auto steps = random.between(1, kMostSteps); steps > 0; --steps) {
    const verify::Policy& donor = random.pick(ancestors);
    if (auto child = evolve::mutate::mutate(contract, policy, &donor, evolve::mutate::Wish::any, {}, random)) policy = std::move(child->policy);
  }
  return policy;
}

Result<SoakReport> soak(verify::Toolchain& toolchain, const SoakPlan& plan, const std::function<void(const SoakReport&)>& watch) {
  return Soak(toolchain, plan).run(watch);
}

}  // namespace assay::cli
