#include "evaluators/congestion/driver_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "evaluators/congestion/driver_texts.h"
#include "evaluators/congestion/sim/natives.h"
#include "sandbox/driver_mark.h"

namespace assay::evaluators::congestion {
namespace {

using tasks::Contract;
using tasks::Field;
using tasks::Function;
using tasks::Record;

constexpr std::int64_t kTime = 1LL << 40;
constexpr std::int64_t kWord = 4294967295;  // rates, round trips and counts stop there
constexpr std::int64_t kLeast = assay_congestion::kLeastWindow, kMost = assay_congestion::kMostWindow;

/// A field that the driver can fill, and what it fills it with: no value lies outside, whatever the scenario.
struct Feature {
  std::string_view record, field;
  std::string_view source;  ///< of View
  std::int64_t min = 0, max = 0;
};

constexpr Feature kFeatures[] = {
    {"Flow", "now", "now", 0, kTime},
    {"Flow", "window", "window", kLeast, kMost},
    {"Flow", "inflight", "inflight", 0, kWord},
    {"Flow", "acked", "acked", 0, kWord},
    {"Flow", "lost", "lost", 0, kWord},
    {"Flow", "marked", "marked", 0, kWord},
    {"Flow", "rtt", "rtt", 0, kWord},
    {"Flow", "smoothed_rtt", "smoothed_rtt", 0, kWord},
    {"Flow", "min_rtt", "min_rtt", 0, kWord},
    {"Flow", "max_rtt", "max_rtt", 0, kWord},
    {"Flow", "rate", "rate", 0, kWord},
    {"Flow", "max_rate", "max_rate", 0, kWord},
    {"Flow", "total_delivered", "total_delivered", 0, kWord},
    {"Flow", "total_lost", "total_lost", 0, kWord},
    {"Flow", "recovering", "recovering", 0, 1},
    {"Flow", "new_round", "new_round", 0, 1},
    {"Flow", "rounds", "rounds", 0, kWord},
    {"History", "delivered", "round_delivered", 0, kWord},
    {"History", "lost", "round_lost", 0, kWord},
    {"History", "marked", "round_marked", 0, kWord},
    {"History", "rtt", "round_rtt", 0, kWord},
    {"History", "mean_rtt", "round_mean_rtt", 0, kWord},
    {"History", "rate", "round_rate", 0, kWord},
};

constexpr std::string_view kEvents[] = {"on_ack", "on_loss", "on_timeout"};  // in the order of assay_congestion::Event

std::string number(std::int64_t value) {
  if (value == INT64_MIN) return "(-9223372036854775807LL - 1)";
  return std::to_string(value) + "LL";
}

const Feature* feature(const Record& record, const Field& field) {
  for (const Feature& each : kFeatures)
    if (each.record == record.name && each.field == field.name) return &each;
  return nullptr;
}

bool is_shown(std::string_view record) { return record == "Flow" || record == "History"; }
bool is_state(std::string_view record) { return record == "Memory" || record == "Pacing"; }

/// What is wrong with a contract, each with line and mend.
class Fitting {
 public:
  explicit Fitting(const Contract& contract) : contract_(contract) {
    for (std::string_view name : kEvents)
      if (contract.function(name) == nullptr)
        problem(0, "the function \"" + std::string(name) + "\" is missing; declare i64 " + std::string(name) + "(const Flow&, ...)");
    for (const Function& function : contract.functions) check(function);
    for (const Record& record : contract.records) {
      if (is_shown(record.name)) check_shown(record);
      else if (record.name == "Memory") check_memory(record);
      else if (record.name == "Pacing") check_pacing(record);
    }
  }

  std::vector<std::string> take() { return std::move(problems_); }

 private:
  void problem(int line, const std::string& text) {
    problems_.push_back(contract_.path + (line > 0 ? ":" + std::to_string(line) : "") + ": " + text);
  }

  void check(const Function& function) {
    if (std::ranges::find(kEvents, function.name) == std::end(kEvents))
      return problem(function.line, "the driver calls on_ack, on_loss and on_timeout, and never \"" + function.name + "\"; remove it");
    if (function.return_type != "i64") problem(function.line, "\"" + function.name + "\" must return i64, the window");
    else if (function.min < kLeast || function.max > kMost)
      problem(function.line, "\"" + function.name + "\" may answer " + std::to_string(function.min) + " to " + std::to_string(function.max) +
                                 "; a window lies within " + std::to_string(kLeast) + " to " + std::to_string(kMost) + "; narrow its ASSAY_RETURNS");
    const Function& first = contract_.functions.front();
    if (function.min != first.min || function.max != first.max)
      problem(function.line, "\"" + function.name + "\" has another range of windows than \"" + first.name + "\"; give them one");
    for (const auto& parameter : function.parameters) check(function, parameter);
  }

  void check(const Function& function, const tasks::Parameter& parameter) {
    const std::string where = "parameter \"" + parameter.name + "\" of \"" + function.name + "\"";
    if (!is_shown(parameter.type) && !is_state(parameter.type))
      return problem(function.line, where + " is of type " + parameter.type + "; it may take Flow, History, Memory and Pacing, by reference");
    if (parameter.is_state && is_shown(parameter.type))
      problem(function.line, where + " must be a const reference: the driver does not read it back; write `const " + parameter.type + "&`");
  }

  void check_shown(const Record& record) {
    for (const Field& field : record.fields) {
      const Feature* known = feature(record, field);
      if (known == nullptr) {
        problem(field.line, "the driver cannot fill " + record.name + "." + field.name + "; it knows" + known_fields(record.name));
        continue;
      }
      const bool is_array = record.name == "History";
      if (field.type != "i64" || (field.array_length > 0) != is_array || field.array_length > assay_congestion::kRoundsKept)
        problem(field.line, record.name + "." + field.name + " must be " + (is_array ? "an Array<i64, N>, N at most 10" : "an i64"));
      if (field.min > known->min || field.max < known->max)
        problem(field.line, record.name + "." + field.name + " is declared " + std::to_string(field.min) + " to " + std::to_string(field.max) +
                                ", but the driver hands in " + std::to_string(known->min) + " to " + std::to_string(known->max) + "; widen its ASSAY_FIELD");
    }
  }

  static std::string known_fields(std::string_view record) {
    std::string known;
    for (const Feature& each : kFeatures)
      if (each.record == record) known += " " + std::string(each.field);
    return known;
  }

  void check_memory(const Record& record) {
    for (const Field& field : record.fields)
      if (field.type != "i64") problem(field.line, "Memory." + field.name + " must be an i64 or an array of them");
  }

  void check_pacing(const Record& record) {
    const bool fits = record.fields.size() == 1 && record.fields[0].name == "rate" && record.fields[0].type == "i64" && record.fields[0].array_length == 0;
    if (!fits) return problem(record.line, "Pacing must have the one field `i64 rate`");
    if (record.fields[0].min < 0 || record.fields[0].max > kWord)
      problem(record.fields[0].line, "Pacing.rate must lie within 0 to " + std::to_string(kWord));
  }

  const Contract& contract_;
  std::vector<std::string> problems_;
};

/// Prints the adapter: the only text between the contract's names and the driver's.
class Adapter {
 public:
  Adapter(const Contract& contract, const DriverOptions& options) : contract_(contract), options_(options) {}

  std::string text() {
    if (options_.define_reads) define_reads();
    line("namespace assay_congestion {");
    line("constexpr i64 kAnswerMin = " + number(contract_.functions.front().min) + ", kAnswerMax = " + number(contract_.functions.front().max) + ";");
    line("inline i64 shown_value(i64 value, [[maybe_unused]] i64 low, [[maybe_unused]] i64 high, [[maybe_unused]] bool& sound) {");
    if (options_.check_ranges) line("  sound &= low <= value && value <= high;");
    line("  return value;\n}");
    records();
    show("Flow");
    show("History");
    in_range();
    ask();
    line("}  // namespace assay_congestion");
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  /// kReads_ constants are there for what some function takes.
  bool is_taken(std::string_view type) const {
    return std::ranges::any_of(contract_.functions, [&](const Function& function) {
      return std::ranges::find(function.parameters, type, &tasks::Parameter::type) != function.parameters.end();
    });
  }

  void define_reads() {
    for (const Record& record : contract_.records)
      if (is_shown(record.name))
        for (const Field& field : record.fields) line("constexpr bool kReads_" + record.name + "_" + field.name + " = true;");
  }

  void member(const std::string& type) {
    if (contract_.record(type) != nullptr) line("  ::" + type + " " + type + "{};");
  }

  void records() {
    line("struct Shown {");
    member("Flow");
    member("History");
    line("};\nstruct State {");
    member("Memory");
    member("Pacing");
    line("};");
    line(std::string("inline u64 pacing_of([[maybe_unused]] const State& state) { return ") +
         (contract_.record("Pacing") != nullptr ? "static_cast<u64>(state.Pacing.rate); }" : "0; }"));
  }

  void show(const std::string& type) {
    line("inline void show_" + type + "([[maybe_unused]] Shown& shown, [[maybe_unused]] const View& view, [[maybe_unused]] bool& sound) {");
    const Record* record = is_taken(type) ? contract_.record(type) : nullptr;
    for (const Field& field : record != nullptr ? record->fields : std::vector<Field>()) {
      const std::string condition = options_.check_ranges ? "true" : "kReads_" + type + "_" + field.name;
      const std::string target = "shown." + type + "." + field.name, source = "view." + std::string(feature(*record, field)->source);
      const std::string range = ", " + number(field.min) + ", " + number(field.max) + ", sound);";
      line("  if constexpr (" + condition + ")");
      if (field.array_length == 0) line("    " + target + " = shown_value(" + source + range);
      else line("    for (int i = 0; i < " + std::to_string(field.array_length) + "; ++i) " + target + ".items[i] = shown_value(" + source + "[i]" + range);
    }
    line("}");
  }

  void in_range() {
    line("inline bool in_range([[maybe_unused]] const State& state) {\n  bool holds = true;");
    for (const std::string type : {"Memory", "Pacing"}) {
      const Record* record = contract_.record(type);
      for (const Field& field : record != nullptr ? record->fields : std::vector<Field>()) {
        const std::string bounds = number(field.min) + " <= value && value <= " + number(field.max) + ";";
        const std::string source = "state." + type + "." + field.name;
        if (field.array_length == 0) line("  { const i64 value = " + source + "; holds &= " + bounds + " }");
        else line("  for (i64 value : " + source + ".items) holds &= " + bounds);
      }
    }
    line("  return holds;\n}");
  }

  std::string call(std::string_view name) const {
    std::string arguments;
    for (const auto& parameter : contract_.function(name)->parameters)
      arguments += (arguments.empty() ? "" : ", ") + std::string(is_shown(parameter.type) ? "shown." : "state.") + parameter.type;
    return "::" + std::string(name) + "(" + arguments + ")";
  }

  void ask() {
    line("inline i64 ask_policy(Event event, const View& view, Shown& shown, [[maybe_unused]] State& state, bool& sound) {");
    line("  show_Flow(shown, view, sound);");
    line("  if (view.new_round != 0) show_History(shown, view, sound);");
    line("  if (event == Event::ack) return " + call(kEvents[0]) + ";");
    line("  return event == Event::loss ? " + call(kEvents[1]) + " : " + call(kEvents[2]) + ";\n}");
  }

  const Contract& contract_;
  const DriverOptions& options_;
  std::string text_;
};

}  // namespace

Result<void> check_contract(const Contract& contract) {
  std::string text;
  for (const std::string& each : Fitting(contract).take()) text += (text.empty() ? "" : "\n") + each;
  if (!text.empty()) return fail(text);
  return {};
}

Result<std::string> driver_text(const Contract& contract, const DriverOptions& options) {
  if (auto fits = check_contract(contract); !fits) return std::unexpected(fits.error());
  return std::string(sandbox::kCompiledApart) + std::string(kSimulatorText) + Adapter(contract, options).text() + std::string(kRecorderText);
}

std::uint64_t state_bytes(const Contract& contract) {
  std::uint64_t bytes = 256;  // two pieces, each rounded up
  for (const Record& record : contract.records)
    if (is_shown(record.name) || is_state(record.name)) bytes += record.size_bytes + 16;
  return bytes;
}

}  // namespace assay::evaluators::congestion
