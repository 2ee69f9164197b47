#include "verify/network/execute.h"

#include <algorithm>

#include "verify/lower/interpret.h"
#include "verify/network/call_terms.h"

namespace assay::verify::network {
namespace {

using lower::Program;
using lower::Word;

std::string at(const char* name, std::size_t t) { return std::string(name) + "_" + std::to_string(t); }

bool is_plain(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '!'; });
}

Word number(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  Word value = 0;
  for (char c : digits.substr(negative ? 1 : 0)) value = 10 * value + (c - '0');
  return negative ? -value : value;
}

class Executor {
 public:
  Executor(const PolicySender& sender, const CallNames& names, const PacketPath& path, Values values, std::uint64_t bound)
      : sender_(sender), names_(names), path_(path), values_(std::move(values)), bound_(bound) {}

  Result<PacketRun> run(const Script& script) {
    for (std::size_t i = 0; i < names_.steps.size(); ++i)
      if (auto called = call(path_.first() + i, names_.steps[i]); !called) return std::unexpected(called.error());
    for (const Formula& claim : script.claims()) {
      auto holds = evaluate(claim, values_);
      if (!holds) return std::unexpected(holds.error());
      if (*holds == 0) return fail("a law of the path does not hold of the executed trace: " + claim.text.substr(0, 200));
    }
    for (std::size_t t = 0; t <= path_.last(); ++t) note(t);
    return std::move(run_);
  }

 private:
  Word get(const std::string& name) const {
    auto found = values_.find(name);
    return found == values_.end() ? 0 : found->second;
  }

  const Program* program_at(std::size_t t) const {
    const PolicyPrograms& programs = sender_.programs();
    if (get(at("timeout", t)) != 0) return &programs.on_timeout;
    if (get(at("on_loss", t)) != 0) return &programs.on_loss;
    return get(at("on_ack", t)) != 0 ? &programs.on_ack : nullptr;
  }

  /// What nobody looks at is 0, or what comes nearest in its range.
  std::vector<Word> first_inputs() const {
    std::vector<Word> out;
    for (const lower::Input& input : sender_.programs().on_ack.inputs) out.push_back(std::clamp<Word>(0, input.min, input.max));
    return out;
  }

  Result<void> call(std::size_t t, const CallNames::Step& step) {
    const Program* program = program_at(t);
    const auto& inputs = sender_.programs().on_ack.inputs;
    if (inputs_.empty()) inputs_ = first_inputs();
    shown_.emplace_back();
    for (const auto& [index, name] : step.inputs) {
      inputs_[index] = get(name);
      if (inputs_[index] < inputs[index].min || inputs_[index] > inputs[index].max) return fail("step " + std::to_string(t) + ": " + inputs[index].name + " is out of its range");
      shown_.back().emplace_back(inputs[index].name, lower::text_of(inputs_[index]));
    }
    Word window = get(at("window", t - 1));
    if (program != nullptr) {
      lower::Execution done = lower::interpret(*program, inputs_, bound_);
      if (done.stop != lower::Stop::returned) return fail("step " + std::to_string(t) + ": " + program->function + " does not return");
      window = done.result;
      for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].slot != lower::kNone && is_state(*program, inputs[i].slot)) inputs_[i] = done.slots[program->inputs[i].slot];
    }
    if (window != get(at("window", t)))
      return fail("step " + std::to_string(t) + ": the interpreter answers " + lower::text_of(window) + ", the trace has " + lower::text_of(get(at("window", t))));
    pacing_.push_back(rate());
    if (auto same = agree(step.window, window); !same) return same;
    return agree(step.pacing, pacing_.back());
  }

  Word rate() const {
    const auto& inputs = sender_.programs().on_ack.inputs;
    auto found = std::ranges::find(inputs, "pacing.rate", &lower::Input::name);
    return found == inputs.end() ? 0 : inputs_[static_cast<std::size_t>(found - inputs.begin())];
  }

  /// What the solver says of a term must be the interpreter's value.
  Result<void> agree(const std::string& name, Word value) {
    if (name.empty()) return {};
    if (auto known = evaluate({name}, values_); known && *known != value) return fail(name + " is " + lower::text_of(*known) + " in the trace and " + lower::text_of(value) + " in the interpreter");
    values_[name] = value;
    return {};
  }

  void note(std::size_t t) {
    auto count = [&](const char* name) { return static_cast<std::int64_t>(get(at(name, t))); };
    PacketStep step{count("sent"), count("served"), count("lost"), count("detected"), 0, count("window"), 0, 0, "", {}};
    step.queue = step.sent - step.lost - step.served;
    if (t >= path_.first()) {
      const std::size_t call = t - path_.first();
      step.inflight = static_cast<std::int64_t>(get(at("sent", t - 1)) - get(at("served", t - path_.rtt))) - step.detected;
      step.pacing = static_cast<std::int64_t>(pacing_[call]);
      if (const Program* program = program_at(t)) step.called = program->function;
      step.shown = shown_[call];
    }
    run_.first = path_.first();
    run_.steps.push_back(std::move(step));
  }

  const PolicySender& sender_;
  const CallNames& names_;
  const PacketPath& path_;
  Values values_;
  std::uint64_t bound_;
  std::vector<Word> inputs_, pacing_;
  std::vector<std::vector<std::pair<std::string, std::string>>> shown_;
  PacketRun run_;
};

}  // namespace

Values values_of(const std::vector<std::pair<std::string, std::string>>& model) {
  Values out;
  for (const auto& [name, value] : model) out[is_plain(name) ? name : "|" + name + "|"] = number(value);
  return out;
}

Result<PacketRun> execute(const Script& script, const PolicySender& sender, const CallNames& names, const PacketPath& path, Values values,
                          std::uint64_t instruction_bound) {
  return Executor(sender, names, path, std::move(values), instruction_bound).run(script);
}

Json to_json(const PacketRun& run) {
  Json steps = Json::array();
  for (const PacketStep& step : run.steps) {
    Json shown = Json::object();
    for (const auto& [name, value] : step.shown) shown[name] = value;
    steps.push_back({{"sent", step.sent}, {"served", step.served}, {"lost", step.lost}, {"detected", step.detected}, {"queue", step.queue},
                     {"window", step.window}, {"inflight", step.inflight}, {"pacing", step.pacing}, {"called", step.called}, {"shown", shown}});
  }
  return {{"first_call", run.first}, {"steps", steps}};
}

std::string to_csv(const PacketRun& run) {
  std::string out = "step,sent,served,lost,detected,queue,window,inflight,pacing,called\n";
  for (std::size_t t = 0; t < run.steps.size(); ++t) {
    const PacketStep& step = run.steps[t];
    out += std::to_string(t);
    for (std::int64_t value : {step.sent, step.served, step.lost, step.detected, step.queue, step.window, step.inflight, step.pacing}) out += "," + std::to_string(value);
    out += "," + step.called + "\n";
  }
  return out;
}

}  // namespace assay::verify::network
