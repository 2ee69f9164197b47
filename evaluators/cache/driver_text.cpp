#include "evaluators/cache/driver_text.h"

#include <algorithm>
#include <map>
#include <optional>

#include "evaluators/cache/driver_catalogue.h"
#include "evaluators/cache/driver_texts.h"

namespace assay::evaluators::cache {
namespace {

using tasks::Contract;
using tasks::Field;
using tasks::Function;
using tasks::Parameter;
using tasks::Record;

/// An i64 that C++ reads back as itself, the smallest one included.
std::string number(std::int64_t value) {
  if (value == INT64_MIN) return "(-9223372036854775807LL - 1)";
  return std::to_string(value) + "LL";
}

std::string underscored(std::string path) {
  std::ranges::replace(path, '.', '_');
  return path;
}

/// A scalar, or an array of scalars, somewhere in a record.
struct Leaf {
  std::string record;
  std::string path;
  Field field;
  const Feature* feature = nullptr;  ///< null: a ghost's mark
  std::size_t mark = 0;
};

/// Reads one contract against one vocabulary: what is wrong with it, and what there is to fill.
class Fitting {
 public:
  Fitting(const Contract& contract, Machine machine) : contract_(contract), words_(vocabulary(machine)) {
    if (const auto* declared = constant("kQueues")) queues_ = declared->value;
    if (words_.machine == Machine::queues) check_queue_count();
    for (const auto& function : contract_.functions) check_function(function);
    for (const auto& call : words_.calls) check_declared(call);
    for (const auto& record : contract_.records)
      if (filled(record.name)) walk(record, record.name, "");
    if (words_.machine == Machine::queues) check_state();
  }

  const std::vector<std::string>& problems() const { return problems_; }
  const std::vector<Leaf>& leaves() const { return leaves_; }
  const Vocabulary& words() const { return words_; }
  std::int64_t queues() const { return queues_; }
  const Record* marks() const { return contract_.record("Mark"); }

  bool filled(std::string_view record) const {
    return std::ranges::any_of(words_.features, [&](const Feature& feature) { return feature.record == record; });
  }

 private:
  const tasks::Constant* constant(std::string_view name) const {
    auto found = std::ranges::find(contract_.constants, name, &tasks::Constant::name);
    return found == contract_.constants.end() ? nullptr : &*found;
  }

  void problem(int line, const std::string& text) {
    problems_.push_back(contract_.path + (line > 0 ? ":" + std::to_string(line) : "") + ": " + text);
  }

  void check_queue_count() {
    if (queues_ < 1 || queues_ > kMostQueuesOfContract)
      problem(constant("kQueues")->line, "kQueues is " + std::to_string(queues_) + "; the queue machine has 1 to " +
                     std::to_string(kMostQueuesOfContract) + " queues");
  }

  void check_declared(const Call& call) {
    if (call.required && contract_.function(call.name) == nullptr)
      problem(contract_.functions.front().line, "the function \"" + std::string(call.name) + "\" is missing; declare it");
  }

  void check_function(const Function& function) {
    auto call = std::ranges::find(words_.calls, function.name, &Call::name);
    if (call == words_.calls.end()) {
      std::string known;
      for (const auto& each : words_.calls) known += (known.empty() ? "" : ", ") + std::string(each.name);
      return problem(function.line, "no driver calls \"" + function.name + "\"; it calls " + known + "; remove it");
    }
    if (function.return_type != "i64") problem(function.line, "\"" + function.name + "\" must return i64");
    if (words_.machine == Machine::queues) check_answers(function, queues_ + call->above_queues);
    std::string seen = " ";
    for (const auto& parameter : function.parameters) check_parameter(function, *call, parameter, seen);
  }

  void check_answers(const Function& function, std::int64_t max) {
    if (function.min >= 0 && function.max <= max) return;
    problem(function.line, "\"" + function.name + "\" may answer " + std::to_string(function.min) + " to " +
                               std::to_string(function.max) + "; the driver understands 0 to " + std::to_string(max) +
                               "; narrow its ASSAY_RETURNS");
  }

  void check_parameter(const Function& function, const Call& call, const Parameter& parameter, std::string& seen) {
    const std::string padded = " " + parameter.type + " ";
    const std::string where = "parameter \"" + parameter.name + "\" of \"" + function.name + "\"";
    if (call.records.find(padded) == std::string_view::npos || contract_.record(parameter.type) == nullptr)
      return problem(function.line, where + " is of type " + parameter.type + "; it may take" +
                                        std::string(call.records.substr(0, call.records.size() - 1)) +
                                        ", each once, by reference");
    if (seen.find(padded) != std::string::npos) problem(function.line, where + " repeats " + parameter.type);
    seen += parameter.type + " ";
    const bool writable = parameter.type == "Mark" || parameter.type == "Memory";
    if (parameter.is_state && !writable)
      problem(function.line, where + " must be a const reference: the driver does not read it back; write `const " +
                                 parameter.type + "&`");
  }

  void walk(const Record& record, const std::string& root, const std::string& prefix) {
    for (const auto& field : record.fields) {
      const std::string path = prefix.empty() ? field.name : prefix + "." + field.name;
      const Record* nested = contract_.record(field.type);
      if (nested == nullptr) add_leaf({root, path, field});
      else if (field.array_length > 0) problem(field.line, root + "." + path + ": the driver fills no arrays of records");
      else walk(*nested, root, path);
    }
  }

  void add_leaf(Leaf leaf) {
    for (const auto& feature : words_.features)
      if (feature.record == leaf.record && feature.path == leaf.path) leaf.feature = &feature;
    if (leaf.feature != nullptr) check_feature(leaf);
    else if (!is_ghost_mark(leaf)) return unknown_field(leaf);
    leaves_.push_back(std::move(leaf));
  }

  bool is_ghost_mark(Leaf& leaf) {
    if (leaf.record != "Ghost" || marks() == nullptr) return false;
    const Field* mark = marks()->field(leaf.path);
    if (mark == nullptr || leaf.field.array_length != 0) return false;
    leaf.mark = static_cast<std::size_t>(mark - marks()->fields.data());
    check_range(leaf, std::min<std::int64_t>(0, mark->min), mark->max);
    return true;
  }

  void check_feature(const Leaf& leaf) {
    const auto wanted = leaf.feature->per_queue ? static_cast<std::uint64_t>(queues_) : 0;
    if (leaf.field.array_length != wanted)
      problem(leaf.field.line, leaf.record + "." + leaf.path + " must be " +
                                   (wanted == 0 ? "a single i64" : "Array<i64, " + std::to_string(wanted) + ">"));
    std::int64_t min = leaf.feature->min, max = leaf.feature->max;
    if (leaf.feature->path == "queue") max = queues_ - 1;
    if (const auto* priority = contract_.function("priority"); priority != nullptr && leaf.path == "last_evicted_priority") {
      min = std::min<std::int64_t>(0, priority->min);
      max = std::max<std::int64_t>(0, priority->max);
    }
    check_range(leaf, min, max);
  }

  void check_range(const Leaf& leaf, std::int64_t min, std::int64_t max) {
    if (leaf.field.min <= min && leaf.field.max >= max) return;
    problem(leaf.field.line, leaf.record + "." + leaf.path + " is declared " + std::to_string(leaf.field.min) + " to " +
                                 std::to_string(leaf.field.max) + ", but the driver hands in " + std::to_string(min) +
                                 " to " + std::to_string(max) + "; widen its ASSAY_FIELD");
  }

  void unknown_field(const Leaf& leaf) {
    std::string known;
    for (const auto& feature : words_.features)
      if (feature.record == leaf.record) known += (known.empty() ? "" : ", ") + std::string(feature.path);
    if (leaf.record == "Ghost" && marks() != nullptr) known += ", and the fields of Mark";
    problem(leaf.field.line, "the driver cannot fill " + leaf.record + "." + leaf.path + "; it knows " + known);
  }

  void check_state() {
    if (marks() != nullptr) {
      if (marks()->fields.size() > kMostMarksOfContract)
        problem(marks()->line, "Mark has " + std::to_string(marks()->fields.size()) + " fields; at most " +
                                   std::to_string(kMostMarksOfContract) + " are kept with an object");
      for (const auto& field : marks()->fields) check_mark(field);
    }
    if (const Record* memory = contract_.record("Memory"))
      for (const auto& field : memory->fields) check_memory(field);
  }

  void check_mark(const Field& field) {
    if (field.type != "i64" || field.array_length != 0) problem(field.line, "Mark." + field.name + " must be a single i64");
    if (field.min != 0 || field.max > 255) problem(field.line, "Mark." + field.name + " must lie within 0 to 255, 0 included");
  }

  void check_memory(const Field& field) {
    if (field.type != "i64") problem(field.line, "Memory." + field.name + " must be an i64 or an array of them");
    if (field.min > 0 || field.max < 0) problem(field.line, "Memory." + field.name + " starts at 0, which its range must hold");
  }

  const Contract& contract_;
  const Vocabulary& words_;
  std::int64_t queues_ = 4;
  std::vector<std::string> problems_;
  std::vector<Leaf> leaves_;
};

/// Prints the adapter: the only text between the contract's names and the driver's.
class Adapter {
 public:
  Adapter(const Contract& contract, const Fitting& fitting, const DriverOptions& options)
      : contract_(contract), fitting_(fitting), options_(options) {}

  std::string text() {
    if (options_.define_reads) define_reads();
    line("namespace assay_driver {");
    line("constexpr bool kCheckRanges = " + std::string(options_.check_ranges ? "true;" : "false;"));
    line("inline i64 shown(i64 value, i64 low, i64 high, bool& sound) {");
    line("  if constexpr (kCheckRanges) sound &= low <= value && value <= high;");
    line("  return value;\n}");
    uses();
    if (fitting_.words().machine == Machine::queues) {
      state();
      kept_up();
    }
    for (const auto& call : fitting_.words().calls) ask(call);
    line("}  // namespace assay_driver");
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  std::string reads(const Leaf& leaf) const {
    return options_.check_ranges ? "true" : "kReads_" + leaf.record + "_" + underscored(leaf.path);
  }

  void define_reads() {
    for (const auto& leaf : fitting_.leaves())
      line("constexpr bool kReads_" + leaf.record + "_" + underscored(leaf.path) + " = true;");
  }

  void uses() {
    std::map<std::string, std::string> uses;
    for (const auto& feature : fitting_.words().features) uses.emplace(feature.use, "false");
    if (fitting_.words().machine == Machine::queues) uses.emplace("ghost_marks", "false");
    std::map<std::string, std::string> expressions;
    for (const auto& leaf : fitting_.leaves()) {
      uses[leaf.feature != nullptr ? std::string(leaf.feature->use) : "ghost_marks"] += " || " + reads(leaf);
      if (leaf.feature != nullptr) expressions[std::string(leaf.feature->expression)] = reads(leaf);
    }
    for (const auto& [name, value] : uses) line("constexpr bool kUse_" + name + " = " + value + ";");
    if (fitting_.words().machine == Machine::queues)
      line("constexpr u32 kQueueCount = " + std::to_string(fitting_.queues()) + ";");
    else
      for (const std::string spread : {"cache_hits", "cache_ages", "cache_sizes"}) percentiles(spread, expressions);
  }

  void percentiles(const std::string& spread, const std::map<std::string, std::string>& expressions) {
    std::string text = "constexpr bool kUsePercent_" + spread + "[] = {";
    for (int i = 0; i < 5; ++i) {
      auto found = expressions.find(spread + "[" + std::to_string(i) + "]");
      text += (i == 0 ? "" : ", ") + (found == expressions.end() ? "false" : found->second);
    }
    line(text + "};");
  }

  /// Marks and Memory, in the contract's own types where it has them.
  void state() {
    const Record* marks = fitting_.marks();
    const Record* memory = contract_.record("Memory");
    line(marks != nullptr ? "using Marks = ::Mark;" : "struct Marks {};");
    line(memory != nullptr ? "using Memory = ::Memory;" : "struct Memory {};");
    const std::vector<Field> none;
    const auto& fields = marks != nullptr ? marks->fields : none;
    line("inline Marks marks_from([[maybe_unused]] const u8* kept) {\n  Marks marks{};");
    for (std::size_t i = 0; i < fields.size(); ++i) line("  marks." + fields[i].name + " = kept[" + std::to_string(i) + "];");
    line("  return marks;\n}");
    line("inline void keep([[maybe_unused]] const Marks& marks, [[maybe_unused]] u8* kept) {");
    for (std::size_t i = 0; i < fields.size(); ++i)
      line("  kept[" + std::to_string(i) + "] = static_cast<u8>(marks." + fields[i].name + ");");
    line("}");
    in_range("Marks", fields);
    in_range("Memory", memory != nullptr ? memory->fields : none);
  }

  void in_range(const std::string& type, const std::vector<Field>& fields) {
    line("inline bool in_range([[maybe_unused]] const " + type + "& state) {\n  bool holds = true;");
    for (const auto& field : fields) {
      const std::string bounds = number(field.min) + " <= value && value <= " + number(field.max);
      if (field.array_length == 0) line("  { const i64 value = state." + field.name + "; holds &= " + bounds + "; }");
      else line("  for (i64 value : state." + field.name + ".items) holds &= " + bounds + ";");
    }
    line("  return holds;\n}");
  }

  /// What a policy is shown of the queues stands ready at each call; only plain numbers are filled in then.
  bool is_kept_up(const std::string& record) const {
    return record == "Queues" && fitting_.words().machine == Machine::queues;
  }

  void kept_up() {
    line(std::string("struct Shown {") + (contract_.record("Queues") != nullptr ? " ::Queues Queues{}; };" : "};"));
    line("inline void show_queue([[maybe_unused]] const QueueArrays& kept, [[maybe_unused]] Shown& shown, [[maybe_unused]] u32 i) {");
    for (const auto& leaf : fitting_.leaves()) {
      if (!is_kept_up(leaf.record) || leaf.field.array_length == 0) continue;
      const std::string source = std::string(leaf.feature->expression).substr(std::string_view("queues->").size());
      line("  if constexpr (" + reads(leaf) + ") shown.Queues." + leaf.path + ".items[i] = kept." + source + ";");
    }
    line("}");
  }

  void ask(const Call& call) {
    const Function* function = contract_.function(call.name);
    const bool queues = fitting_.words().machine == Machine::queues;
    const std::string name(call.name);
    const bool takes_marks = call.records.find(" Mark ") != std::string_view::npos;
    line("constexpr i64 kAnswer_" + name + "_min = " + number(function ? function->min : 0) + ";");
    line("constexpr i64 kAnswer_" + name + "_max = " + number(function ? function->max : fitting_.queues()) + ";");
    line("inline i64 ask_" + name + "([[maybe_unused]] const " + std::string(fitting_.words().view_type) + "& view, " +
         (takes_marks ? "[[maybe_unused]] Marks& marks, " : "") + (queues ? "[[maybe_unused]] Memory& memory, " : "") +
         "[[maybe_unused]] bool& sound) {");
    if (function == nullptr) line("  return " + std::string(call.fallback) + ";");
    else forward(*function);
    line("}");
  }

  void forward(const Function& function) {
    std::string arguments;
    for (const auto& parameter : function.parameters) {
      arguments += arguments.empty() ? "" : ", ";
      if (parameter.type == "Mark") arguments += "marks";
      else if (parameter.type == "Memory") arguments += "memory";
      else arguments += (is_kept_up(parameter.type) ? "view.shown->" : "shown_") + parameter.type;
      if (parameter.type != "Mark" && parameter.type != "Memory") show(parameter.type);
    }
    line("  return ::" + function.name + "(" + arguments + ");");
  }

  void show(const std::string& record) {
    if (!is_kept_up(record)) line("  ::" + record + " shown_" + record + "{};");
    for (const auto& leaf : fitting_.leaves())
      if (leaf.record == record) show(leaf);
  }

  void show(const Leaf& leaf) {
    const bool kept = is_kept_up(leaf.record);
    const std::string target = (kept ? "view.shown->" : "shown_") + leaf.record + "." + leaf.path;
    const std::string source = "view." + (leaf.feature != nullptr ? std::string(leaf.feature->expression)
                                                                  : "ghost_marks[" + std::to_string(leaf.mark) + "]");
    const std::string range = ", " + number(leaf.field.min) + ", " + number(leaf.field.max) + ", sound)";
    line("  if constexpr (" + reads(leaf) + ")");
    if (leaf.field.array_length > 0 && kept)
      line("    if constexpr (kCheckRanges)\n      for (u32 i = 0; i < kQueueCount; ++i) sound &= " + target + ".items[i] == shown(" + source + range + ";");
    else if (leaf.field.array_length > 0)
      line("    for (u32 i = 0; i < kQueueCount; ++i) " + target + ".items[i] = shown(" + source + range + ";");
    else
      line("    " + target + " = shown(" + source + range + (leaf.field.type == "bool" ? " != 0;" : ";"));
  }

  const Contract& contract_;
  const Fitting& fitting_;
  const DriverOptions& options_;
  std::string text_;
};

std::optional<Machine> chosen(const Contract& contract) {
  if (contract.function("priority") != nullptr) return Machine::priority;
  for (const auto& call : vocabulary(Machine::queues).calls)
    if (contract.function(call.name) != nullptr) return Machine::queues;
  return std::nullopt;
}

std::unexpected<Error> no_driver(const Contract& contract) {
  const std::string line = contract.functions.empty() ? "" : ":" + std::to_string(contract.functions.front().line);
  return fail(contract.path + line +
              ": no driver of the cache domain fits; declare \"priority\" (the smallest is evicted), or \"on_insert\" "
              "with any of \"on_hit\", \"pick_queue\" and \"on_head\" (FIFO queues)");
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& each : lines) text += (text.empty() ? "" : "\n") + each;
  return text;
}

}  // namespace

Result<Machine> machine_for(const Contract& contract) {
  const auto machine = chosen(contract);
  if (!machine) return no_driver(contract);
  const Fitting fitting(contract, *machine);
  if (!fitting.problems().empty()) return fail(joined(fitting.problems()));
  return *machine;
}

Result<std::string> driver_text(const Contract& contract, const DriverOptions& options) {
  auto machine = machine_for(contract);
  if (!machine) return std::unexpected(machine.error());
  const Fitting fitting(contract, *machine);
  const std::string adapter = Adapter(contract, fitting, options).text();
  const bool priority = *machine == Machine::priority;
  return std::string(driver_state_text(priority)) + adapter + std::string(driver_loop_text(priority));
}

}  // namespace assay::evaluators::cache
