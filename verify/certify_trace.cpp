#include "verify/certify_trace.h"

#include <map>

#include "verify/certify_story.h"
#include "verify/lower/interpret.h"

namespace assay::verify {
namespace {

using lower::Instruction;
using lower::Note;
using lower::Program;
using lower::Word;

constexpr std::size_t kMostRecorded = 100'000;  ///< of a run without end

class Teller {
 public:
  explicit Teller(const TraceRequest& request) : request_(request), program_(request.told) {
    for (const Note& note : program_.notes) notes_[{note.block, note.at}].push_back(&note);
  }

  std::vector<TraceStep> run() {
    const lower::Observer observer = [&](std::uint32_t block, std::size_t at, std::span<const Word> values) { see(block, at, values); };
    auto execution = interpret(program_, request_.inputs, request_.bound, &observer);
    conclude(execution);
    return std::move(steps_);
  }

 private:
  void see(std::uint32_t block, std::size_t at, std::span<const Word> values) {
    if (steps_.size() >= kMostRecorded) return;
    if (auto found = notes_.find({block, static_cast<std::uint32_t>(at)}); found != notes_.end())
      for (const Note* note : found->second) steps_.push_back({line_of(*note), name_of(*note), shown_as(values[note->value], note->kind)});
    const auto& instructions = program_.blocks[block].instructions;
    if (at < instructions.size() && instructions[at].action == lower::Action::store) see_store(instructions[at], values);
  }

  void see_store(const Instruction& at, std::span<const Word> values) {
    const lower::Value& stored = program_.values[at.b];
    for (std::uint32_t i = 0; program_.objects[at.object].is_state && i < program_.objects[at.object].slot_count; ++i) {
      const lower::Slot& slot = program_.slots[program_.objects[at.object].first_slot + i];
      if (slot.offset == values[at.a] && slot.bytes * 8 == stored.width)
        steps_.push_back({candidate_line(program_.checks[at.check].line), slot.name, shown(values[at.b], slot.is_double)});
    }
  }

  void conclude(const lower::Execution& execution) {
    if (execution.stop == lower::Stop::violated)
      steps_.push_back({candidate_line(program_.checks[execution.check].line), "fails", program_.checks[execution.check].what});
    if (execution.stop == lower::Stop::exceeded) steps_.push_back({0, "fails", "still running"});
    if (execution.stop == lower::Stop::returned && program_.return_width != 0)
      steps_.push_back({0, "answer", shown(execution.result, program_.return_is_double)});
  }

  int candidate_line(int emitted) const {
    bool known = emitted > 0 && static_cast<std::size_t>(emitted) < request_.places.size();
    return known ? request_.places[static_cast<std::size_t>(emitted)].line : 0;
  }
  int line_of(const Note& note) const { return note.in_properties ? 0 : candidate_line(note.line); }
  static std::string name_of(const Note& note) {
    return note.in_properties ? note.name + " (properties.cpp, line " + std::to_string(note.line) + ")" : note.name;
  }
  static std::string shown_as(Word value, Note::Kind kind) {
    if (kind == Note::Kind::truth) return value != 0 ? "true" : "false";
    return shown(value, kind == Note::Kind::real);
  }

  const TraceRequest& request_;
  const Program& program_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<const Note*>> notes_;
  std::vector<TraceStep> steps_;
};

/// Leaves out what `keep` denies, with a step in its place that says how many.
template <class Keep>
std::vector<TraceStep> thinned(const std::vector<TraceStep>& steps, Keep keep) {
  std::vector<TraceStep> out;
  std::size_t left_out = 0;
  auto close = [&] {
    if (left_out > 0) out.push_back({0, "...", std::to_string(left_out) + (left_out == 1 ? " step" : " steps")});
    left_out = 0;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!keep(i)) {
      ++left_out;
      continue;
    }
    close();
    out.push_back(steps[i]);
  }
  close();
  return out;
}

std::vector<TraceStep> without_rounds(const std::vector<TraceStep>& steps) {
  std::map<std::pair<int, std::string>, std::size_t> times, seen;
  for (const TraceStep& step : steps) ++times[{step.line, step.name}];
  return thinned(steps, [&](std::size_t i) {
    std::pair key{steps[i].line, steps[i].name};
    std::size_t round = ++seen[key];
    return round <= 2 || round == times[key];
  });
}

}  // namespace

std::vector<TraceStep> trace_of(const TraceRequest& request) {
  auto steps = without_rounds(Teller(request).run());
  if (steps.size() <= kTraceSteps) return steps;
  constexpr std::size_t kHead = kTraceSteps * 2 / 3, kTail = kTraceSteps - kHead - 1;
  return thinned(steps, [&](std::size_t i) { return i < kHead || i + kTail >= steps.size(); });
}

}  // namespace assay::verify
