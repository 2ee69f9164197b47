#include "verify/network/program_sender.h"

#include <algorithm>
#include <map>

#include "verify/domains/summary.h"
#include "verify/smt/printer.h"

namespace assay::verify::network {
namespace {

using domains::Exploration;
using lower::kNone;
using lower::kNoTerm;
using lower::Program;
using lower::Term;
using lower::TermId;
using lower::TermKind;
using lower::TermPool;

/// One call of the policy as terms over Program::inputs.
struct Call {
  TermId result = kNoTerm;
  std::map<std::uint32_t, TermId> state;  ///< by index in Program::inputs: what the slot holds afterwards
};

/// Everything in the pool can be said over integers.
bool is_arithmetic(const Program& program, const TermPool& pool) {
  smt::Question question{program, pool, {}, lower::TermId{0}};
  auto printer = smt::make_printer(smt::Theory::integers, question);
  for (TermId id = 0; id < pool.size(); ++id)
    if (pool[id].kind == TermKind::operation && !printer->operation(id)) return false;
  return true;
}

bool is_state(const Program& program, std::uint32_t slot) {
  return std::ranges::any_of(program.objects, [&](const lower::Object& object) {
    return object.is_state && slot >= object.first_slot && slot < object.first_slot + object.slot_count;
  });
}

Result<Call> one_call(const Program& program, TermPool& pool, std::uint64_t bound) {
  domains::ExploreOptions options;
  options.instruction_bound = bound;
  options.sum_up_loops = false;  // outcomes must be exact
  Exploration explored = domains::explore(program, pool, options);
  if (explored.gave_up) return fail("the function " + program.function + " as a sender: " + *explored.gave_up);
  if (!explored.open.empty())
    return fail("the function " + program.function + " as a sender: it is not safe for every input (" + explored.open[0].what +
                "); prove its safety first");
  if (explored.outcomes.empty() || program.return_width == 0) return fail("the function " + program.function + " as a sender: it answers no window");
  domains::Summary merged = domains::summarise(explored, pool);
  Call out{merged.result, {}};
  for (std::uint32_t i = 0; i < program.inputs.size(); ++i)
    if (std::uint32_t slot = program.inputs[i].slot; slot != kNone && is_state(program, slot))
      out.state[i] = merged.memory[slot];
  if (!is_arithmetic(program, pool)) return fail("the function " + program.function + " as a sender: it mixes the bits of two variables");
  return out;
}

/// Copies a term with every input replaced.
class Instance {
 public:
  Instance(TermPool& pool, const std::vector<TermId>& inputs) : pool_(pool), inputs_(inputs) {}

  TermId operator()(TermId id) {
    if (id == kNoTerm) return id;
    if (auto found = done_.find(id); found != done_.end()) return found->second;
    const Term term = pool_[id];
    if (term.kind == TermKind::input) return inputs_[static_cast<std::size_t>(term.value)];
    if (term.kind != TermKind::operation) return id;
    TermId a = (*this)(term.a), b = (*this)(term.b), c = (*this)(term.c);
    return done_[id] = pool_.make(term.op, term.width, a, b, c, term.exact);
  }

 private:
  TermPool& pool_;
  const std::vector<TermId>& inputs_;
  std::map<TermId, TermId> done_;
};

class ProgramSender : public Sender {
 public:
  ProgramSender(Program program, ProgramSenderOptions options, TermPool pool, Call call)
      : program_(std::move(program)), options_(std::move(options)), pool_(std::move(pool)), call_(std::move(call)) {}

  void act(Script& script, const PathOptions& path, const Trace& trace) const override {
    script.claim(equal(trace.reordering, number(3) * trace.segment));
    for (std::size_t t = 0; t <= trace.last(); ++t) script.claim(equal(trace.pacing[t], number(100 * path.rate)));
    TermPool pool = pool_;
    std::vector<TermId> windows, inputs;
    std::vector<std::pair<TermId, Formula>> bound;
    for (std::size_t t = 1; t <= trace.last(); ++t) {
      inputs = inputs_of(pool, path, trace, t, inputs, bound);
      Instance at(pool, inputs);
      windows.push_back(at(call_.result));
      for (auto [input, after] : call_.state) inputs[input] = at(after);
    }
    write(script, pool);
    smt::Question question{program_, pool, {}, pool.truth(true)};
    auto printer = smt::make_printer(smt::Theory::integers, question);
    for (const auto& [symbol, value] : bound) script.claim(equal(named(printer->name(symbol)), value));
    for (std::size_t t = 1; t <= trace.last(); ++t)
      script.claim(equal(trace.window[t], named("(to_real " + printer->name(windows[t - 1]) + ")") / number(options_.window_scale)));
  }

 private:
  /// `before`: what the state inputs hold after the last call; empty at the first.
  std::vector<TermId> inputs_of(TermPool& pool, const PathOptions& path, const Trace& trace, std::size_t t,
                                const std::vector<TermId>& before, std::vector<std::pair<TermId, Formula>>& bound) const {
    std::vector<TermId> out;
    for (std::uint32_t i = 0; i < program_.inputs.size(); ++i) {
      const lower::Input& input = program_.inputs[i];
      if (!before.empty() && call_.state.contains(i)) {
        out.push_back(before[i]);
        continue;
      }
      unsigned width = input.value != kNone ? program_.values[input.value].width : program_.slots[input.slot].bytes * 8;
      out.push_back(pool.symbol({input.name + "@" + std::to_string(t), width, input.min, input.max}));
      for (const Binding& binding : options_.inputs)
        if (binding.input == input.name) bound.emplace_back(out.back(), confined(binding.value(path, trace, t), input));
    }
    return out;
  }

  static Formula integer(lower::Word value) {
    return named(value < 0 ? "(- " + lower::text_of(-value) + ")" : lower::text_of(value));
  }

  static Formula confined(const Formula& value, const lower::Input& input) {
    return larger(smaller(named("(to_int " + value.text + ")"), integer(input.max)), integer(input.min));
  }

  /// Every symbol and operation of the pool, in order: operands come first.
  void write(Script& script, const TermPool& pool) const {
    smt::Question question{program_, pool, {}, lower::TermId{0}};
    auto printer = smt::make_printer(smt::Theory::integers, question);
    script.raw(printer->prelude());
    for (TermId id = static_cast<TermId>(pool_.size()); id < pool.size(); ++id) {
      const Term& term = pool[id];
      std::string name = printer->name(id), sort = printer->sort(term.width);
      if (term.kind == TermKind::symbol) {
        const lower::Symbol& symbol = pool.symbol_of(id);
        script.raw("(declare-const " + name + " " + sort + ")\n");
        if (term.width > 1) script.raw("(assert " + printer->between(name, symbol.min, symbol.max, term.width) + ")\n");
      } else if (term.kind == TermKind::operation) {
        script.raw("(define-fun " + name + " () " + sort + " " + *printer->operation(id) + ")\n");
      }
    }
  }

  Program program_;
  ProgramSenderOptions options_;
  TermPool pool_;
  Call call_;
};

}  // namespace

Result<std::unique_ptr<Sender>> make_program_sender(const Program& program, ProgramSenderOptions options) {
  for (const Binding& binding : options.inputs)
    if (std::ranges::none_of(program.inputs, [&](const lower::Input& input) { return input.name == binding.input; }))
      return fail("the function " + program.function + " as a sender: it has no input " + binding.input);
  TermPool pool;
  auto call = one_call(program, pool, options.instruction_bound);
  if (!call) return std::unexpected(call.error());
  return std::make_unique<ProgramSender>(program, std::move(options), std::move(pool), std::move(*call));
}

}  // namespace assay::verify::network
