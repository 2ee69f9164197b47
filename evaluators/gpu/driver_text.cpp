#include "evaluators/gpu/driver_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "evaluators/gpu/driver_texts.h"

namespace assay::evaluators::gpu {
namespace {

using tasks::Contract;
using tasks::Field;
using tasks::Function;
using tasks::Record;

/// What a contract of a kind declares: these functions, each with answers within these ends.
struct Form {
  Kind kind;
  std::vector<std::string_view> functions;
  std::int64_t min, max;
};

/// A tile may be named by any number: what is out of the grid is the policy's fault, and said by the scorer.
constexpr std::int64_t kMostTile = 1LL << 40, kMostId = tile_order::kMostRows * tile_order::kMostColumns - 1;

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {{Kind::decode_split, {"splits"}, 1, decode_split::kMostSplits},
                                        {Kind::moe_select, {"variant"}, 0, moe_select::kVariantCount - 1},
                                        {Kind::tile_order, {"row", "column"}, -kMostTile, kMostTile}};
  return all;
}

const Form& form_of(Kind kind) { return forms()[static_cast<std::size_t>(kind)]; }

/// The one record that the driver itself counts through.
bool is_block(Kind kind, std::string_view record) { return kind == Kind::tile_order && record == "Block"; }

std::string number(std::int64_t value) {
  if (value == INT64_MIN) return "(-9223372036854775807LL - 1)";
  return std::to_string(value) + "LL";
}

const Feature* feature(Kind kind, const Record& record, const Field& field) {
  static constexpr Feature kId{"Block", "id", 0, kMostId, 0};
  if (is_block(kind, record.name) && field.name == kId.field) return &kId;
  for (const Feature& each : catalogue(kind))
    if (each.record == record.name && each.field == field.name) return &each;
  return nullptr;
}

bool is_shown(Kind kind, std::string_view record) {
  return is_block(kind, record) || std::ranges::any_of(catalogue(kind), [&](const Feature& each) { return each.record == record; });
}

/// What is wrong with a contract, each with line and mend.
class Fitting {
 public:
  Fitting(const Contract& contract, const Form& form) : contract_(contract), form_(form) {
    for (std::string_view name : form.functions)
      if (contract.function(name) == nullptr) problem(0, "the function \"" + std::string(name) + "\" is missing; declare i64 " + std::string(name) + "(...)");
    for (const Function& function : contract.functions) check(function);
    for (const Record& record : contract.records)
      if (is_shown(form.kind, record.name)) check(record);
  }

  std::vector<std::string> take() { return std::move(problems_); }

 private:
  void problem(int line, const std::string& text) {
    problems_.push_back(contract_.path + (line > 0 ? ":" + std::to_string(line) : "") + ": " + text);
  }

  void check(const Function& function) {
    if (std::ranges::find(form_.functions, function.name) == form_.functions.end())
      return problem(function.line, "the driver never calls \"" + function.name + "\"; remove it");
    if (function.return_type != "i64") problem(function.line, "\"" + function.name + "\" must return i64");
    else if (function.min < form_.min || function.max > form_.max)
      problem(function.line, "\"" + function.name + "\" may answer " + std::to_string(function.min) + " to " + std::to_string(function.max) + "; answers lie within " +
                                 std::to_string(form_.min) + " to " + std::to_string(form_.max) + "; narrow its ASSAY_RETURNS");
    for (const auto& parameter : function.parameters) {
      const std::string where = "parameter \"" + parameter.name + "\" of \"" + function.name + "\"";
      if (!is_shown(form_.kind, parameter.type)) problem(function.line, where + " is of type " + parameter.type + "; it may take" + records() + ", by const reference");
      else if (parameter.is_state) problem(function.line, where + " must be a const reference: a decision leaves nothing behind; write `const " + parameter.type + "&`");
    }
  }

  std::string records() const {
    std::vector<std::string_view> names;
    for (const Feature& each : catalogue(form_.kind))
      if (std::ranges::find(names, each.record) == names.end()) names.push_back(each.record);
    if (form_.kind == Kind::tile_order) names.push_back("Block");
    std::string text;
    for (std::string_view name : names) text += " " + std::string(name);
    return text;
  }

  void check(const Record& record) {
    for (const Field& field : record.fields) {
      const std::string name = record.name + "." + field.name;
      const Feature* known = feature(form_.kind, record, field);
      if (known == nullptr) {
        problem(field.line, "the driver cannot fill " + name + "; it knows" + fields(record.name));
        continue;
      }
      if (field.type != "i64" || field.array_length != static_cast<std::uint32_t>(known->count))
        problem(field.line, name + " must be an " + (known->count > 0 ? "Array<i64, " + std::to_string(known->count) + ">" : "i64"));
      if (field.min > known->min || field.max < known->max)
        problem(field.line, name + " is declared " + std::to_string(field.min) + " to " + std::to_string(field.max) + ", but the driver hands in " +
                                std::to_string(known->min) + " to " + std::to_string(known->max) + "; widen its ASSAY_FIELD");
    }
  }

  std::string fields(std::string_view record) const {
    if (is_block(form_.kind, record)) return " id";
    std::string known;
    for (const Feature& each : catalogue(form_.kind))
      if (each.record == record) known += " " + std::string(each.field);
    return known;
  }

  const Contract& contract_;
  const Form& form_;
  std::vector<std::string> problems_;
};

/// Prints the adapter: the only text between the contract's names and the driver's.
class Adapter {
 public:
  Adapter(const Contract& contract, Kind kind, const DriverOptions& options) : contract_(contract), kind_(kind), options_(options) {}

  std::string text() {
    if (options_.define_reads) define_reads();
    line("namespace assay_gpu {");
    line("struct Writer;");
    line("constexpr u64 kWords = " + std::to_string(row_words(kind_)) + ";");
    line("inline i64 shown_value(i64 value, [[maybe_unused]] i64 low, [[maybe_unused]] i64 high, [[maybe_unused]] bool& sound) {");
    if (options_.check_ranges) line("  sound &= low <= value && value <= high;");
    line("  return value;\n}");
    line("struct Shown {");
    for (const Record& record : contract_.records)
      if (is_shown(kind_, record.name)) line("  ::" + record.name + " " + record.name + ";");
    line("};");
    show();
    line("template <class Out> inline u64 decide([[maybe_unused]] Shown& shown, [[maybe_unused]] const i64* row, Out& out) {");
    if (kind_ == Kind::tile_order) decide_order();
    else decide_number();
    line("}\n}  // namespace assay_gpu");
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  void define_reads() {
    for (const Record& record : contract_.records)
      if (is_shown(kind_, record.name))
        for (const Field& field : record.fields) line("constexpr bool kReads_" + record.name + "_" + field.name + " = true;");
  }

  /// kReads_ constants are there for what some function takes.
  bool is_taken(std::string_view type) const {
    return std::ranges::any_of(contract_.functions, [&](const Function& function) {
      return std::ranges::find(function.parameters, type, &tasks::Parameter::type) != function.parameters.end();
    });
  }

  void show() {
    line("inline void show([[maybe_unused]] Shown& shown, [[maybe_unused]] const i64* row, [[maybe_unused]] bool& sound) {");
    for (const Record& record : contract_.records) {
      if (!is_shown(kind_, record.name) || is_block(kind_, record.name) || !is_taken(record.name)) continue;
      for (const Field& field : record.fields) show(record, field);
    }
    line("}");
  }

  void show(const Record& record, const Field& field) {
    const Feature& known = *feature(kind_, record, field);
    const std::string target = "shown." + record.name + "." + field.name, slot = std::to_string(known.slot);
    const std::string range = ", " + number(field.min) + ", " + number(field.max) + ", sound);";
    line("  if constexpr (" + (options_.check_ranges ? std::string("true") : "kReads_" + record.name + "_" + field.name) + ")");
    if (known.count == 0) line("    " + target + " = shown_value(row[" + slot + "]" + range);
    else line("    for (int i = 0; i < " + std::to_string(known.count) + "; ++i) " + target + ".items[i] = shown_value(row[" + slot + " + i]" + range);
  }

  std::string call(std::string_view name) const {
    std::string arguments;
    for (const auto& parameter : contract_.function(name)->parameters) arguments += (arguments.empty() ? "" : ", ") + ("shown." + parameter.type);
    return "::" + std::string(name) + "(" + arguments + ")";
  }

  std::string outside(const std::string& value, std::string_view function) const {
    const Function& declared = *contract_.function(function);
    return value + " < " + number(declared.min) + " || " + value + " > " + number(declared.max);
  }

  void decide_number() {
    const std::string_view name = form_of(kind_).functions[0];
    line("  const i64 answer = " + call(name) + ";");
    line("  if (" + outside("answer", name) + ") return kAssayBrokeContract;");
    line("  return out.write(static_cast<unsigned>(answer)) ? 0 : kAssayOutputFull;");
  }

  void decide_order() {
    const bool has_block = contract_.record("Block") != nullptr && contract_.record("Block")->field("id") != nullptr;
    line("  const i64 rows = row[0], columns = row[1];");
    line("  for (i64 id = 0; id < rows * columns; ++id) {");
    if (has_block) line("    shown.Block.id = id;");
    line("    const i64 r = " + call("row") + ", c = " + call("column") + ";");
    line("    if (" + outside("r", "row") + " || " + outside("c", "column") + ") return kAssayBrokeContract;");
    line("    const bool inside = r >= 0 && r < rows && c >= 0 && c < columns;");
    line("    if (!out.write(inside ? static_cast<unsigned>(r * columns + c) : kNotInGrid)) return kAssayOutputFull;");
    line("  }\n  return 0;");
  }

  const Contract& contract_;
  Kind kind_;
  const DriverOptions& options_;
  std::string text_;
};

}  // namespace

std::optional<Kind> kind_of(const Contract& contract) {
  for (const Form& form : forms())
    if (std::ranges::any_of(form.functions, [&](std::string_view name) { return contract.function(name) != nullptr; })) return form.kind;
  return std::nullopt;
}

Result<Kind> check_contract(const Contract& contract) {
  const auto kind = kind_of(contract);
  if (!kind)
    return fail(contract.path + ": no contract of the gpu domain; it declares i64 splits(...) of decode_split, i64 variant(...) of moe_select, or i64 row(...) and "
                                "i64 column(...) of tile_order");
  std::string text;
  for (const std::string& each : Fitting(contract, form_of(*kind)).take()) text += (text.empty() ? "" : "\n") + each;
  if (!text.empty()) return fail(text);
  return *kind;
}

Result<std::string> driver_text(const Contract& contract, const DriverOptions& options) {
  auto kind = check_contract(contract);
  if (!kind) return std::unexpected(kind.error());
  return std::string(kImageText) + Adapter(contract, *kind, options).text() + std::string(kDriverText);
}

}  // namespace assay::evaluators::gpu
