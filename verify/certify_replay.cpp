#include "verify/certify_replay.h"

#include <cstring>

#include "base/file.h"

namespace assay::verify {
namespace {

using lower::Program;
using lower::Property;
using lower::Stop;
using tasks::Contract;
using tasks::Field;
using tasks::Record;

constexpr std::chrono::milliseconds kDeadline{1000};

/// Visits the leaves of a record in the order of the layout (lower/layout.h): "cache.hits.p10", "queues.length[2]".
template <class Visit>
void each_leaf(const Contract& contract, const Record& record, const std::string& prefix, Visit visit) {
  for (const Field& field : record.fields) {
    std::uint32_t count = field.array_length == 0 ? 1 : field.array_length;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string name = prefix + "." + field.name + (field.array_length == 0 ? "" : "[" + std::to_string(i) + "]");
      if (const Record* nested = contract.record(field.type)) each_leaf(contract, *nested, name, visit);
      else visit(name, field.type);
    }
  }
}

std::string read_leaf(const std::string& name, const std::string& type, std::size_t index) {
  std::string value = "in[" + std::to_string(index) + "]";
  return "      " + name + " = " + (type == "bool" ? value + " != 0" : value) + ";\n";
}

std::string driver_case(const Contract& contract, std::size_t number) {
  const tasks::Function& function = contract.functions[number];
  std::string body = "    case " + std::to_string(number) + ": {\n", arguments;
  std::size_t index = 1;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const tasks::Parameter& parameter = function.parameters[i];
    std::string name = "argument_" + std::to_string(i);
    arguments += (i == 0 ? "" : ", ") + name;
    body += "      " + parameter.type + " " + name + "{};\n";
    auto read = [&](const std::string& leaf, const std::string& type) { body += read_leaf(leaf, type, index++); };
    if (const Record* record = contract.record(parameter.type)) each_leaf(contract, *record, name, read);
    else read(name, parameter.type);
  }
  std::string call = function.name + "(" + arguments + ")";
  body += function.return_type == "void" ? "      " + call + ";\n      out[0] = 0;\n" : "      out[0] = " + call + ";\n";
  std::size_t written = 1;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const tasks::Parameter& parameter = function.parameters[i];
    auto write = [&](const std::string& leaf, const std::string&) { body += "      out[" + std::to_string(written++) + "] = " + leaf + ";\n"; };
    if (parameter.is_state) each_leaf(contract, *contract.record(parameter.type), "argument_" + std::to_string(i), write);
  }
  return body + "      return " + std::to_string(written * 8) + ";\n    }\n";
}

std::string input_bytes(std::size_t function, const lower::Inputs& inputs) {
  std::string out(8 * (inputs.size() + 1), '\0');
  auto put = [&](std::size_t index, std::int64_t value) { std::memcpy(out.data() + 8 * index, &value, 8); };
  put(0, static_cast<std::int64_t>(function));
  for (std::size_t i = 0; i < inputs.size(); ++i) put(i + 1, static_cast<std::int64_t>(inputs[i]));
  return out;
}

/// What the interpreter says the driver must write.
std::vector<std::int64_t> expected_output(const Program& program, const lower::Execution& execution) {
  std::vector<std::int64_t> out{static_cast<std::int64_t>(execution.result)};
  for (const lower::Object& object : program.objects)
    for (std::uint32_t i = 0; object.is_state && i < object.slot_count; ++i)
      out.push_back(static_cast<std::int64_t>(execution.slots[object.first_slot + i]));
  return out;
}

bool same_output(const std::vector<std::int64_t>& expected, std::span<const std::byte> output) {
  return output.size() == expected.size() * 8 && std::memcmp(output.data(), expected.data(), output.size()) == 0;
}

}  // namespace

std::string replay_driver(const Contract& contract) {
  std::string out = "extern \"C\" u64 assay_entry(const AssayRun* run) {\n"
                    "  const i64* in = reinterpret_cast<const i64*>(run->input);\n"
                    "  i64* out = reinterpret_cast<i64*>(run->output);\n"
                    "  switch (in[0]) {\n";
  for (std::size_t i = 0; i < contract.functions.size(); ++i) out += driver_case(contract, i);
  return out + "    default: return kAssayBadArguments;\n  }\n}\n";
}

/// A check must end in the trap. A value out of range, and a run that is too long, must show the very output that the
/// interpreter computed; a run without end must still be going at the deadline.
bool run_agrees(const Program& program, const Counterexample& counterexample, Property property, const sandbox::RunReport& report) {
  if (property <= Property::in_bounds) return report.outcome.kind == OutcomeKind::signal;
  if (counterexample.execution.stop == Stop::exceeded) return report.outcome.kind == OutcomeKind::timeout;
  return report.outcome.kind == OutcomeKind::ok && same_output(expected_output(program, counterexample.execution), report.output);
}

Result<const Binary*> Replayer::binary() {
  if (!compiled_) {
    std::string driver = replay_driver(contract_);
    auto made = toolchain_.compile_checked({contract_, screened_, driver});
    if (!made) return std::unexpected(made.error());
    compiled_ = std::move(*made);
  }
  return compiled_->has_value() ? &**compiled_ : nullptr;
}

Result<void> Replayer::run(std::size_t function, const Program& program, Property property, ExaminedClaim& examined) {
  auto code = binary();
  if (!code) return std::unexpected(code.error());
  std::string told = "counterexample did not reproduce: our defect";
  if (*code == nullptr) {
    examined.claim.verdict = Unknown{told + " (the driver did not compile: " + compiled_->error().detail + ")"};
    return {};
  }
  std::string input = input_bytes(function, examined.counterexample->inputs);
  auto memory = make_sealed_memfd("counterexample", input);
  if (!memory) return std::unexpected(memory.error());
  sandbox::RunRequest request{.binary = **code, .input_fd = memory->get(), .input_bytes = input.size(), .arguments = {}};
  request.output_bytes = 8 * (1 + program.slots.size());
  request.deadline = kDeadline;
  auto report = jail_.run(request);
  if (!report) return std::unexpected(report.error());
  examined.claim.reproduced = run_agrees(program, *examined.counterexample, property, *report);
  if (!examined.claim.reproduced)
    examined.claim.verdict = Unknown{told + " (" + std::get<Refuted>(examined.claim.verdict).counterexample + "; the run ended with " +
                                     std::string(name_of(report->outcome.kind)) + ")"};
  return {};
}

}  // namespace assay::verify
