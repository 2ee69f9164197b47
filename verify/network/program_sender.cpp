#include "verify/network/program_sender.h"

#include <algorithm>

#include "verify/network/call_terms.h"
#include "verify/smt/printer.h"

namespace assay::verify::network {
namespace {

using lower::kNone;
using lower::Program;
using lower::TermId;
using lower::TermPool;

class ProgramSender : public Sender {
 public:
  ProgramSender(Program program, ProgramSenderOptions options, TermPool pool, CallTerms call)
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
    std::vector<TermId> all;
    for (auto id = static_cast<TermId>(pool_.size()); id < pool.size(); ++id) all.push_back(id);
    write_terms(script, program_, pool, reachable(pool, all));
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

  Program program_;
  ProgramSenderOptions options_;
  TermPool pool_;
  CallTerms call_;
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
