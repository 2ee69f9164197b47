#include "verify/table/table_driver.h"

#include <cstring>

#include "sandbox/zygote_protocol.h"
#include "verify/properties/any_text.h"
#include "verify/properties/invariant.h"

namespace assay::verify::table {
namespace {

/// State lies at the arena's fixed address: an image has nothing writable of its own. A word that ends an assignment leaves it by a jump.
constexpr char kWords[] = R"(
using AssayWord = unsigned int;
struct AssayAny {
  int line, column, record, leaf;
  i64 low, high, value;
};
struct AssayTables {
  const AssayRun* run;
  AssayWord *at, *end;
  u64 block, words_left;
  u64 index, rest, box;
  i64 rows, columns;
  u64 tells, has_table, status, expected_count, choice_count;
  const i64* expected;
  void* jump[5];
  AssayAny choices[64];
};
enum : u64 { kAssayTable, kAssayDismissed, kAssayFailed, kAssayNoTable, kAssayUnwritable, kAssayBrokenOff, kAssayFull };
inline AssayTables& assay_tables() { return *reinterpret_cast<AssayTables*>(kAssayArena); }

inline void assay_put(AssayWord word) {
  AssayTables& tables = assay_tables();
  if (__builtin_expect(tables.at == tables.end, 0)) {
    tables.at = reinterpret_cast<AssayWord*>(assay_next_block(*tables.run, tables.block++));
    tables.end = tables.at + tables.run->block_bytes / 4;
  }
  *tables.at++ = word;
}
inline void assay_put_wide(u64 value) {
  assay_put((AssayWord)value);
  assay_put((AssayWord)(value >> 32));
}
[[gnu::noinline]] inline void assay_put_head(u64 status, u64 rows, u64 columns) {
  AssayTables& tables = assay_tables();
  assay_put((AssayWord)status);
  assay_put_wide(tables.index);
  assay_put_wide(tables.box);
  assay_put((AssayWord)rows);
  assay_put((AssayWord)columns);
  assay_put(0);
}
[[noreturn]] inline void assay_leave(u64 status) {
  assay_tables().status = status;
  __builtin_longjmp(assay_tables().jump, 1);
}
/// The `any` that is to come next, by its place and bounds; null: whichever comes.
inline const i64* assay_expected(i64 low, i64 high, int line, int column, int record, int leaf) {
  const AssayTables& tables = assay_tables();
  if (tables.expected_count == 0) return nullptr;
  if (tables.choice_count >= tables.expected_count) assay_leave(kAssayBrokenOff);
  const i64* at = tables.expected + 7 * tables.choice_count;
  if (at[0] != line || at[1] != column || at[2] != record || at[3] != leaf || at[4] != low || at[5] != high) assay_leave(kAssayBrokenOff);
  return at;
}

extern "C" {
i64 assay_choose(i64 low, i64 high, int line, int column, int record, int leaf) {
  AssayTables& tables = assay_tables();
  if (tables.has_table != 0 || tables.choice_count == 64) assay_leave(kAssayBrokenOff);
  if (low > high) assay_leave(kAssayBrokenOff);
  const i64* expected = assay_expected(low, high, line, column, record, leaf);
  const u64 span = expected != nullptr && expected[6] != 0 ? 1 : (u64)high - (u64)low + 1;
  if (span == 0 || __builtin_mul_overflow(tables.box, span, &tables.box)) assay_leave(kAssayBrokenOff);
  const i64 value = (i64)((u64)low + tables.rest % span);
  tables.rest /= span;
  tables.choices[tables.choice_count++] = {line, column, record, leaf, low, high, value};
  return value;
}
f64 assay_choose_double(f64, f64, int, int, int, int) { assay_leave(kAssayBrokenOff); }
void assay_assume(bool holds) {
  if (assay_tables().has_table != 0) assay_leave(kAssayBrokenOff);
  if (!holds) assay_leave(kAssayDismissed);
}
void assay_prove(bool holds, int, int) {
  if (assay_tables().has_table != 0) assay_leave(kAssayBrokenOff);
  if (!holds) assay_leave(kAssayFailed);
}
}

inline void assay_tell_choices() {
  AssayTables& tables = assay_tables();
  for (u64 i = 0; i < tables.choice_count; ++i) {
    const AssayAny& each = tables.choices[i];
    assay_put((AssayWord)each.line), assay_put((AssayWord)each.column), assay_put((AssayWord)each.record), assay_put((AssayWord)each.leaf);
    assay_put_wide((u64)each.low), assay_put_wide((u64)each.high), assay_put_wide((u64)each.value);
    assay_put(0), assay_put(0);
  }
}

/// The ids whose places are to be written: from `first` up to what is returned.
[[gnu::noinline]] inline i64 assay_begin_table(i64 rows, i64 columns, i64 most, i64& first) {
  AssayTables& tables = assay_tables();
  if (tables.has_table != 0 || (tables.expected_count != 0 && tables.choice_count != tables.expected_count)) assay_leave(kAssayBrokenOff);
  i64 places = 0;
  if (rows < 1 || columns < 1 || __builtin_mul_overflow(rows, columns, &places) || places > most || places > kAssayMostPlaces) assay_leave(kAssayUnwritable);
  if (tables.tells == 0 && (u64)places + 8 > tables.words_left) assay_leave(kAssayFull);
  tables.has_table = 1;
  tables.rows = rows, tables.columns = columns;
  assay_put_head(kAssayTable, (u64)rows, (u64)columns);
  if (tables.tells != 0) {
    assay_put_wide(tables.choice_count);
    assay_tell_choices();
    first = (i64)tables.tells - 2;
    return first < 0 || first >= places ? first : first + 1;
  }
  tables.words_left -= 8 + (u64)places;
  first = 0;
  return places;
}

inline void assay_write_place(i64 row, i64 column) {
  const AssayTables& tables = assay_tables();
  if (__builtin_expect(tables.tells != 0, 0)) {
    assay_put_wide((u64)row);
    assay_put_wide((u64)column);
    return;
  }
  const bool inside = (u64)row < (u64)tables.rows && (u64)column < (u64)tables.columns;
  assay_put(inside ? (AssayWord)((u64)row * (u64)tables.columns + (u64)column) : ~0u);
}
)";

/// The words of table.h stand before this, and the property's text after the words.
constexpr char kEntry[] = R"(
/// False where the output has no room for the assignment.
[[gnu::noinline]] inline bool assay_one(u64 property, u64 index) {
  AssayTables& tables = assay_tables();
  tables.index = tables.rest = index;
  tables.box = 1;
  tables.has_table = tables.choice_count = 0;
  tables.status = kAssayTable;
  if (__builtin_setjmp(tables.jump) == 0) assay_run_property(property);
  AssayTables& after = assay_tables();
  if (after.status == kAssayTable && after.has_table != 0) return true;
  if (after.status == kAssayFull || after.words_left < 8) return false;
  after.words_left -= 8;
  assay_put_head(after.status == kAssayTable ? (u64)kAssayNoTable : after.status, 0, 0);
  return true;
}

extern "C" u64 assay_entry(const AssayRun* run) {
  const u64* arguments = (const u64*)run->arguments;
  if (run->arena != (unsigned char*)kAssayArena || run->arena_bytes < sizeof(AssayTables) || run->arguments_bytes < 40 ||
      run->arguments_bytes != 40 + 56 * arguments[4])
    return kAssayBadArguments;
  AssayTables& tables = assay_tables();
  tables.run = run;
  tables.at = (AssayWord*)run->output;
  tables.end = tables.at + run->block_bytes / 4;
  tables.block = 0;
  tables.words_left = run->output_bytes / 4;
  tables.tells = arguments[3];
  tables.expected_count = arguments[4];
  tables.expected = (const i64*)(arguments + 5);
  for (u64 index = arguments[1]; index < arguments[2]; ++index)
    if (!assay_one(arguments[0], index)) break;
  return tables.block * run->block_bytes + run->block_bytes - (u64)(tables.end - tables.at) * 4;
}
)";

std::uint64_t wide(std::span<const std::uint32_t> words, std::size_t at) { return words[at] | static_cast<std::uint64_t>(words[at + 1]) << 32; }

}  // namespace

Head head_of(std::span<const std::uint32_t> words) {
  return {static_cast<Status>(words[0]), wide(words, 1), wide(words, 3), words[5], words[6]};
}

Choice choice_of(std::span<const std::uint32_t> words) {
  auto narrow = [&](std::size_t at) { return static_cast<std::int32_t>(words[at]); };
  auto number = [&](std::size_t at) { return static_cast<std::int64_t>(wide(words, at)); };
  return {{narrow(0), narrow(1), narrow(2), narrow(3)}, number(4), number(6), number(8)};
}

std::pair<std::int64_t, std::int64_t> place_of(std::span<const std::uint32_t> words) {
  return {static_cast<std::int64_t>(wide(words, 0)), static_cast<std::int64_t>(wide(words, 2))};
}

std::string arguments_of(const Task& task) {
  std::vector<std::int64_t> words{static_cast<std::int64_t>(task.property), static_cast<std::int64_t>(task.first), static_cast<std::int64_t>(task.end),
                                  task.tells_choices ? task.told_id + 2 : 0, static_cast<std::int64_t>(task.choices.size())};
  for (const auto& [at, low, high, value, is_unread] : task.choices) words.insert(words.end(), {at.line, at.column, at.record, at.leaf, low, high, is_unread});
  return {reinterpret_cast<const char*>(words.data()), words.size() * 8};
}

std::string table_driver(const tasks::Contract& contract, const properties::PropertySet& set) {
  std::string out = "#include \"policies/abi/property.h\"\nconstexpr u64 kAssayArena = " + std::to_string(sandbox::kArenaAt) +
                    "ull;\nconstexpr i64 kAssayMostPlaces = " + std::to_string(kMostPlacesOfTable) + ";\n" + kWords +
                    "#define ASSAY_WRITE_TABLES\n" + properties::any_text(contract) +
                    properties::assume_invariant_text(contract, !set.invariant_text.empty()) + "#line 1 \"properties.cpp\"\n" + set.text +
                    "\n#line 1 \"tables.cpp\"\n" + set.invariant_text + "\ninline void assay_run_property(u64 number) {\n  switch (number) {\n";
  for (std::size_t i = 0; i < set.properties.size(); ++i)
    out += "    case " + std::to_string(i) + ": return " + function_of(set.properties[i]) + "();\n";
  return out + "  }\n}\n" + kEntry;
}

}  // namespace assay::verify::table
