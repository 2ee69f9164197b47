#include "verify/certify_replay.h"

#include <algorithm>
#include <cstring>

#include "base/file.h"
#include "verify/certify_property_driver.h"
#include "verify/certify_trace.h"

namespace assay::verify {
namespace {

using lower::Program;
using lower::Property;
using lower::Stop;
using tasks::Contract;
using tasks::Field;
using tasks::Record;

constexpr std::chrono::milliseconds kDeadline{1000};
/// What the interpreter gave up after kEndless instructions is expected to be still running at any deadline: it need not be long.
constexpr std::chrono::milliseconds kEndlessDeadline{200};

std::chrono::milliseconds deadline_of(const Counterexample& counterexample) {
  return counterexample.execution.stop == lower::Stop::exceeded ? kEndlessDeadline : kDeadline;
}

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
  if (type == "f64") value = "__builtin_bit_cast(f64, " + value + ")";
  return "      " + name + " = " + (type == "bool" ? value + " != 0" : value) + ";\n";
}

/// The word that the interpreter compares with: of a double its bits, where every NaN is one (verify/lower/ops.h).
std::string as_word(const std::string& value, const std::string& type) {
  if (type != "f64") return value;
  return "(" + value + " != " + value + " ? 0x7ff8000000000000LL : __builtin_bit_cast(i64, " + value + "))";
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
  if (function.return_type == "void") body += "      " + call + ";\n      out[0] = 0;\n";
  else body += "      const " + function.return_type + " answer = " + call + ";\n      out[0] = " + as_word("answer", function.return_type) + ";\n";
  std::size_t written = 1;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const tasks::Parameter& parameter = function.parameters[i];
    auto write = [&](const std::string& leaf, const std::string& type) {
      body += "      out[" + std::to_string(written++) + "] = " + as_word(leaf, type) + ";\n";
    };
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

std::size_t output_bytes(const Program& program) { return std::max(kPropertyOutputBytes, 8 * (1 + program.slots.size())); }

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

std::string run_story(const Program& program, const sandbox::RunReport& report) {
  switch (report.outcome.kind) {
    case OutcomeKind::signal: return "stopped: " + report.outcome.detail;
    case OutcomeKind::timeout: return "still running at its deadline";
    case OutcomeKind::ok: break;
    default: return std::string(name_of(report.outcome.kind)) + ": " + report.outcome.detail;
  }
  std::int64_t answer = 0;
  if (report.output.size() >= sizeof answer) std::memcpy(&answer, report.output.data(), sizeof answer);
  return program.return_width == 0 ? "returns" : "the answer is " + std::to_string(answer);
}

Result<const Attempt<Binary>*> Replayer::binary(Image image) {
  auto& kept = images_[static_cast<std::size_t>(image)];
  if (kept) return &*kept;
  std::string driver = set_ != nullptr ? property_driver(contract_, *set_) : replay_driver(contract_);
  if (image == Image::checked) {
    auto made = toolchain_.compile_checked({contract_, screened_, driver});
    if (!made) return std::unexpected(made.error());
    kept = std::move(*made);
  } else {
    auto made = toolchain_.compile({contract_, screened_, driver, Effort::full});
    if (!made) return std::unexpected(made.error());
    if (*made) kept = Attempt<Binary>(std::move((*made)->binary));
    else kept = Attempt<Binary>(std::unexpected(made->error()));
  }
  return &*kept;
}

Result<sandbox::RunReport> Replayer::execute(const Binary& binary, const std::string& input, std::size_t output_bytes,
                                             std::chrono::milliseconds deadline) {
  auto memory = make_sealed_memfd("counterexample", input);
  if (!memory) return std::unexpected(memory.error());
  sandbox::RunRequest request{.binary = binary, .input_fd = memory->get(), .input_bytes = input.size(), .arguments = {}};
  request.output_bytes = output_bytes;
  request.deadline = deadline;
  return jail_.run(request);
}

Result<void> Replayer::settle(std::size_t function, ExaminedFunction& examined, const CertifyOptions& options) {
  auto began = std::chrono::steady_clock::now();
  for (ExaminedClaim& each : examined.claims) {
    if (!each.counterexample) continue;
    if (!options.run_counterexamples) {
      each.claim.verdict = Unknown{"breaks in the interpreter, not run on compiled code: " + std::get<Refuted>(each.claim.verdict).counterexample};
    } else if (auto ran = run(function, *examined.program, each.property, each); !ran) {
      return ran;
    }
  }
  if (options.run_counterexamples)
    if (auto done = tell(function, examined, options); !done) return done;
  spent_ += std::chrono::steady_clock::now() - began;
  return {};
}

Result<const Replayer::Told*> Replayer::told() {
  if (told_) return &*told_;
  auto ir = set_ != nullptr ? toolchain_.lower_properties(contract_, screened_, *set_, Detail::variables)
                            : toolchain_.lower(contract_, screened_, Detail::variables);
  if (!ir) return std::unexpected(ir.error());
  told_.emplace();
  if (!*ir) return &*told_;
  auto functions = set_ != nullptr ? lower::lower_properties((*ir)->bitcode, contract_, *set_) : lower::lower_functions((*ir)->bitcode, contract_);
  if (!functions) return std::unexpected(functions.error());
  told_->functions = std::move(*functions);
  told_->places = std::move((*ir)->places);
  return &*told_;
}

/// A trace is for reading: where the told program does not end as the proved one does, there is none.
Result<void> Replayer::tell(std::size_t function, ExaminedFunction& examined, const CertifyOptions& options) {
  for (ExaminedClaim& each : examined.claims) {
    if (!each.claim.reproduced) continue;
    auto with_names = told();
    if (!with_names) return std::unexpected(with_names.error());
    if (function >= (*with_names)->functions.size() || !(*with_names)->functions[function].program) return {};
    const Program& program = *(*with_names)->functions[function].program;
    const std::uint64_t bound = each.property == Property::terminates ? options.instruction_bound : kEndless;
    if (lower::interpret(program, each.counterexample->inputs, kEndless).stop != each.counterexample->execution.stop) continue;
    each.claim.trace = trace_of({program, each.counterexample->inputs, (*with_names)->places, bound});
  }
  return {};
}

Result<void> Replayer::run(std::size_t function, const Program& program, Property property, ExaminedClaim& examined) {
  auto code = binary(Image::checked);
  if (!code) return std::unexpected(code.error());
  std::string told = "counterexample did not reproduce: our defect";
  if (!**code) {
    examined.claim.verdict = Unknown{told + " (the driver did not compile: " + (*code)->error().detail + ")"};
    return {};
  }
  std::string input = input_bytes(function, examined.counterexample->inputs);
  const auto deadline = deadline_of(*examined.counterexample);
  auto report = execute(***code, input, output_bytes(program), deadline);
  if (!report) return std::unexpected(report.error());
  examined.claim.reproduced = agrees(program, property, *examined.counterexample, *report);
  examined.claim.checked_run = story(program, *report);
  if (examined.claim.reproduced) return run_optimised(input, program, deadline, examined.claim);
  examined.claim.verdict = Unknown{told + " (" + std::get<Refuted>(examined.claim.verdict).counterexample + "; the run ended with " +
                                   std::string(name_of(report->outcome.kind)) + ")"};
  return {};
}

bool Replayer::agrees(const Program& program, Property property, const Counterexample& counterexample, const sandbox::RunReport& report) const {
  if (set_ == nullptr) return run_agrees(program, counterexample, property, report);
  if (counterexample.execution.stop != Stop::violated) return false;
  const lower::Check& check = program.checks[counterexample.execution.check];
  return claim_failed(report, check.in_properties ? check.line : 0);
}

std::string Replayer::story(const Program& program, const sandbox::RunReport& report) const {
  if (set_ == nullptr || report.outcome.kind != OutcomeKind::ok) return run_story(program, report);
  return claim_failed(report, 0) ? "the claim does not hold" : "the claim holds";
}

/// Says nothing about the verdict: where the checked code traps, this code may do anything.
Result<void> Replayer::run_optimised(const std::string& input, const Program& program, std::chrono::milliseconds deadline, Claim& claim) {
  auto code = binary(Image::optimised);
  if (!code) return std::unexpected(code.error());
  if (!**code) {
    claim.optimised_run = "no code: " + (*code)->error().detail;
    return {};
  }
  auto report = execute(***code, input, output_bytes(program), deadline);
  if (!report) return std::unexpected(report.error());
  claim.optimised_run = story(program, *report);
  return {};
}

}  // namespace assay::verify
