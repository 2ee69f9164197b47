#include "verify/network/policy_sender.h"

#include <algorithm>
#include <array>

#include "verify/network/call_terms.h"
#include "verify/network/flow_view.h"
#include "verify/smt/query.h"

namespace assay::verify::network {
namespace {

using lower::kNone;
using lower::Op;
using lower::Program;
using lower::TermId;
using lower::TermPool;

constexpr std::int64_t kSecond = 1'000'000;  ///< microseconds
constexpr std::string_view kPacingRate = "pacing.rate";

bool same_inputs(const Program& a, const Program& b) {
  return std::ranges::equal(a.inputs, b.inputs, [](const lower::Input& x, const lower::Input& y) {
    return x.name == y.name && x.slot == y.slot && x.min == y.min && x.max == y.max && x.is_double == y.is_double;
  });
}

class ThreeFunctions : public PolicySender {
 public:
  struct Calls {
    CallTerms on_ack, on_loss, on_timeout;
  };
  ThreeFunctions(PolicyPrograms programs, TermPool pool, Calls calls)
      : programs_(std::move(programs)), pool_(std::move(pool)), calls_(std::move(calls)) {}

  const PolicyPrograms& programs() const override { return programs_; }

  CallNames act(Script& script, const PacketPath& path, const PacketTrace& trace, const PolicyStart& start, Detail detail) const override {
    TermPool pool = pool_;
    std::vector<Step> steps;
    for (std::size_t t = path.first(); t <= trace.last(); ++t) {
      const Step* before = steps.empty() ? nullptr : &steps.back();
      steps.push_back(step(pool, start, t, before, detail));
    }
    std::vector<TermId> roots;
    for (const Step& at : steps) {
      roots.push_back(at.window);
      if (detail != Detail::answers) roots.push_back(at.pacing);
    }
    const std::set<TermId> used = detail == Detail::answers ? linear_part(pool, roots) : reachable(pool, roots);
    if (detail == Detail::exact) write_terms(script, program(), pool, used);
    else write_loosely(script, program(), pool, used);
    FlowView view(script, path, trace, start.knows_propagation);
    CallNames names;
    names.is_linear = network::is_linear(pool, used);
    for (std::size_t i = 0; i < steps.size(); ++i)
      names.steps.push_back(bind({script, path, trace, view, pool, used}, steps[i], path.first() + i));
    return names;
  }

 private:
  struct Step {
    std::vector<TermId> inputs;  ///< of the call, by index in Program::inputs
    std::vector<TermId> after;   ///< the same with what the call leaves in the state
    TermId timed_out = lower::kNoTerm, in_loss = lower::kNoTerm, in_ack = lower::kNoTerm, window_before = lower::kNoTerm;
    TermId window = lower::kNoTerm, pacing = lower::kNoTerm;
  };
  struct Place {
    Script& script;
    const PacketPath& path;
    const PacketTrace& trace;
    FlowView& view;
    const TermPool& pool;
    const std::set<TermId>& used;
  };

  const Program& program() const { return programs_.on_ack; }

  Step step(TermPool& pool, const PolicyStart& start, std::size_t t, const Step* before, Detail detail) const {
    const std::string when = "@" + std::to_string(t);
    Step out;
    for (auto [truth, name] : {std::pair{&out.timed_out, "timeout"}, {&out.in_loss, "on_loss"}, {&out.in_ack, "on_ack"}})
      *truth = pool.symbol({name + when, 1, 0, 1});
    if (start.begins_with_loss && before == nullptr) {
      out.timed_out = out.in_ack = pool.truth(false);
      out.in_loss = pool.truth(true);
    }
    out.window_before = pool.symbol({"window before" + when, 64, kLeastWindow, kMostWindow});
    out.inputs = inputs_of(pool, start, t, before, detail);
    Instance ack(pool, out.inputs), loss(pool, out.inputs), timeout(pool, out.inputs);
    auto chosen = [&](TermId of_ack, TermId of_loss, TermId of_timeout, TermId otherwise) {
      const unsigned width = pool[of_ack].width;
      TermId value = pool.make(Op::select, width, out.in_ack, ack(of_ack), otherwise);
      value = pool.make(Op::select, width, out.in_loss, loss(of_loss), value);
      return pool.make(Op::select, width, out.timed_out, timeout(of_timeout), value);
    };
    out.window = chosen(calls_.on_ack.result, calls_.on_loss.result, calls_.on_timeout.result, out.window_before);
    out.after = out.inputs;
    for (auto [input, after] : calls_.on_ack.state) {
      out.after[input] = chosen(after, calls_.on_loss.state.at(input), calls_.on_timeout.state.at(input), out.inputs[input]);
      if (program().inputs[input].name == kPacingRate) out.pacing = out.after[input];
    }
    return out;
  }

  std::vector<TermId> inputs_of(TermPool& pool, const PolicyStart& start, std::size_t t, const Step* before, Detail detail) const {
    std::vector<TermId> out;
    for (std::uint32_t i = 0; i < program().inputs.size(); ++i) {
      const lower::Input& input = program().inputs[i];
      const unsigned width = input.value != kNone ? program().values[input.value].width : program().slots[input.slot].bytes * 8;
      const bool is_remembered = calls_.on_ack.state.contains(i);
      const bool is_forgotten = before != nullptr && detail == Detail::answers;  // no call leaves its declared ranges: that was settled
      const bool is_at_start = is_remembered && !is_forgotten && start.state_is_zero;
      if (is_remembered && before != nullptr && !is_forgotten) out.push_back(before->after[i]);
      else if (is_always_zero(input.name) || is_at_start || (is_remembered && is_never_written(i))) out.push_back(pool.constant(0, width));
      else out.push_back(pool.symbol({input.name + "@" + std::to_string(t), width, input.min, input.max}));
    }
    return out;
  }

  /// Then it is 0, as at the start.
  bool is_never_written(std::uint32_t input) const {
    return std::ranges::all_of(std::array{&calls_.on_ack, &calls_.on_loss, &calls_.on_timeout}, [&](const CallTerms* call) {
      const lower::Term& after = pool_[call->state.at(input)];
      return after.kind == lower::TermKind::input && after.value == static_cast<lower::Word>(input);
    });
  }

  CallNames::Step bind(const Place& at, const Step& step, std::size_t t) const {
    auto name = [&](TermId id) { return named(term_name(program(), at.pool, id)); };
    auto tie = [&](TermId id, const Formula& value) {
      if (at.used.contains(id) && !at.pool.is_constant(id)) at.script.claim(equal(name(id), value));
    };
    tie(step.timed_out, at.trace.timed_out[t]);
    tie(step.in_ack, at.trace.in_ack[t]);
    if (at.pool.is_constant(step.in_loss)) at.script.claim(at.trace.in_loss[t]);
    else tie(step.in_loss, at.trace.in_loss[t]);
    tie(step.window_before, at.trace.window[t - 1]);
    CallNames::Step out{{}, name(step.window).text, step.pacing == lower::kNoTerm ? "" : name(step.pacing).text};
    for (std::uint32_t i = 0; i < step.inputs.size(); ++i) {
      const TermId id = step.inputs[i];
      if (!at.used.contains(id)) continue;
      if (t == at.path.first() || !calls_.on_ack.state.contains(i)) out.inputs.emplace_back(i, name(id).text);
      if (calls_.on_ack.state.contains(i) || at.pool[id].kind != lower::TermKind::symbol) continue;
      if (auto value = at.view.value(program().inputs[i].name, t)) at.script.claim(equal(name(id), *value));
    }
    at.script.claim(equal(at.trace.window[t], name(step.window)));
    const bool is_rate_said = step.pacing == lower::kNoTerm || at.used.contains(step.pacing) || at.pool.is_constant(step.pacing);
    if (is_rate_said) pace(at, step, t);
    return out;
  }

  /// Rate 0 is no pacing. Otherwise a step has room for the packets that the rate gives it and, by what was left of the step
  /// before, one more.
  void pace(const Place& at, const Step& step, std::size_t t) const {
    const Formula& budget = at.trace.budget[t];
    const Formula wanted = wanted_by_window(at.trace, t);
    if (step.pacing == lower::kNoTerm) {
      at.script.claim(equal(budget, wanted));
      return;
    }
    const Formula rate = named(term_name(program(), at.pool, step.pacing)), in_step = rate * whole(at.path.step_us);
    const Formula within = whole(kSecond) * budget <= in_step + whole(kSecond) && in_step < whole(kSecond) * (budget + whole(1));
    at.script.claim(choice(equal(rate, whole(0)), equal(budget, wanted), within));
  }

  PolicyPrograms programs_;
  TermPool pool_;
  Calls calls_;
};

/// Exact over integers, else over bit-vectors: "unsat" is a proof.
Settle settle_by(const PolicySenderOptions& options) {
  if (options.solver == nullptr) return {};
  return [&options](const Program& program, const TermPool& pool, const domains::Obligation& open) -> Result<bool> {
    const smt::Question question{program, pool, open.path, open.violation};
    for (smt::Theory theory : {smt::Theory::integers, smt::Theory::bit_vectors}) {
      auto text = smt::write_query(question, theory, open.what);
      if (!text) continue;
      auto answer = options.solver->ask(*text, options.effort, options.deadline);
      if (!answer) return std::unexpected(answer.error());
      if (answer->verdict != smt::Verdict::unknown) return answer->verdict == smt::Verdict::unsat;
    }
    return false;
  };
}

}  // namespace

std::string_view name_of(Detail detail) {
  return detail == Detail::answers ? "answers" : detail == Detail::sketch ? "sketch" : "exact";
}

Result<PolicyPrograms> policy_programs(const std::vector<lower::LoweredFunction>& functions) {
  PolicyPrograms out;
  for (auto [name, program] : {std::pair{"on_ack", &out.on_ack}, {"on_loss", &out.on_loss}, {"on_timeout", &out.on_timeout}}) {
    auto found = std::ranges::find(functions, name, &lower::LoweredFunction::name);
    if (found == functions.end()) return fail(std::string("lemmas speak of on_ack, on_loss and on_timeout; the contract has no ") + name);
    if (!found->program) return fail(std::string("the function ") + name + " as a sender: " + found->program.error().what);
    *program = *found->program;
  }
  return out;
}

Result<std::unique_ptr<PolicySender>> make_policy_sender(PolicyPrograms programs, const PolicySenderOptions& options) {
  if (!same_inputs(programs.on_ack, programs.on_loss) || !same_inputs(programs.on_ack, programs.on_timeout))
    return fail("the functions " + programs.on_ack.function + ", " + programs.on_loss.function + " and " + programs.on_timeout.function +
                " as a sender: they take different inputs");
  TermPool pool;
  ThreeFunctions::Calls calls;
  for (auto [program, call] : {std::pair{&programs.on_ack, &calls.on_ack}, {&programs.on_loss, &calls.on_loss}, {&programs.on_timeout, &calls.on_timeout}}) {
    auto made = one_call(*program, pool, options.instruction_bound, settle_by(options));
    if (!made) return std::unexpected(made.error());
    *call = std::move(*made);
  }
  return std::make_unique<ThreeFunctions>(std::move(programs), std::move(pool), std::move(calls));
}

}  // namespace assay::verify::network
