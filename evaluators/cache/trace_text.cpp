#include "evaluators/cache/trace_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "evaluators/cache/trace_builder.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::size_t kMaxLine = 1 << 20;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\v\f";
  auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Lines of a source, without their end. A view lasts until the next call.
class Lines {
 public:
  Lines(ByteSource& source, const std::string& name) : source_(source), name_(name) {}

  /// False at the end. Error: a line over 1 MiB.
  Result<bool> next(std::string_view& line) {
    source_.consume(pending_);
    pending_ = 0;
    for (std::size_t want = 1;;) {
      auto bytes = source_.peek(want);
      if (!bytes) return std::unexpected(bytes.error());
      if (bytes->empty()) return false;
      auto end = bytes->find('\n');
      bool last = bytes->size() < want;
      if (end == std::string_view::npos && !last) {
        if (bytes->size() > kMaxLine) return fail(name_ + ":" + std::to_string(number_ + 1) + ": a line of over 1 MiB: is this text?");
        want = bytes->size() + 1;
        continue;
      }
      ++number_;
      line = bytes->substr(0, end);
      pending_ = line.size() + (end != std::string_view::npos);
      return true;
    }
  }
  std::string here() const { return name_ + ":" + std::to_string(number_); }

 private:
  ByteSource& source_;
  const std::string& name_;
  std::size_t pending_ = 0;
  std::uint64_t number_ = 0;
};

void split(std::string_view line, char delimiter, std::vector<std::string_view>& fields) {
  fields.clear();
  for (;;) {
    auto end = line.find(delimiter);
    auto field = trimmed(line.substr(0, end));
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
    fields.push_back(field);
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

bool is_number(std::string_view text) {
  double value;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Whole seconds or bytes. A fraction ("12.5" seconds) is rounded down.
Result<std::int64_t> whole_number(std::string_view text, std::string_view what) {
  std::int64_t value = 0;
  const char* stop = text.data() + text.size();
  if (auto [end, error] = std::from_chars(text.data(), stop, value); error == std::errc() && end == stop) return value;
  double real = 0;
  auto [end, error] = std::from_chars(text.data(), stop, real);
  if (error != std::errc() || end != stop) return fail(std::string(what) + " \"" + std::string(text.substr(0, 40)) + "\" is no number");
  if (!(std::abs(real) < 9e18)) return fail(std::string(what) + " " + std::string(text.substr(0, 40)) + " is too large");
  return static_cast<std::int64_t>(std::floor(real));
}

struct Columns {
  std::size_t id = 0;
  std::optional<std::size_t> time, size;
};

using Fields = std::vector<std::string_view>;

std::optional<std::size_t> column_among(const Fields& header, std::initializer_list<std::string_view> names) {
  for (auto name : names)
    for (std::size_t i = 0; i < header.size(); ++i)
      if (std::equal(name.begin(), name.end(), header[i].begin(), header[i].end(),
                     [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); }))
        return i;
  return std::nullopt;
}

/// A column that the user named: by its header first, then as a number from 1.
Result<std::size_t> chosen_column(const std::string& choice, const Fields& first, bool header) {
  if (header)
    for (std::size_t i = 0; i < first.size(); ++i)
      if (first[i] == choice) return i;
  std::size_t number = 0;
  auto [end, error] = std::from_chars(choice.data(), choice.data() + choice.size(), number);
  if (error == std::errc() && end == choice.data() + choice.size() && number >= 1 && number <= first.size()) return number - 1;
  std::string known;
  if (header)
    for (auto field : first) known += (known.empty() ? "" : ", ") + std::string(field);
  return fail("no column \"" + choice + "\"; there are " + std::to_string(first.size()) +
              (header ? ": " + known : " and no header"));
}

Result<std::optional<std::size_t>> column(const std::string& choice, const Fields& first, bool header,
                                          std::initializer_list<std::string_view> names) {
  if (choice == "-") return std::nullopt;
  if (choice.empty()) return header ? column_among(first, names) : std::nullopt;
  auto found = chosen_column(choice, first, header);
  if (!found) return std::unexpected(found.error());
  return *found;
}

/// Without names: one column is the id; two are id, size; three and more are time, id, size.
Columns columns_by_position(std::size_t count) {
  if (count == 1) return {.id = 0};
  if (count == 2) return {.id = 0, .size = 1};
  return {.id = 1, .time = 0, .size = 2};
}

Result<Columns> choose_columns(const Fields& first, bool header, const CsvOptions& options) {
  bool chosen = !options.id.empty() || !options.time.empty() || !options.size.empty();
  if (!header && !chosen) return columns_by_position(first.size());
  auto id = column(options.id, first, header, {"id", "obj_id", "object_id", "object", "key"});
  auto time = column(options.time, first, header, {"time", "timestamp", "ts"});
  auto size = column(options.size, first, header, {"size", "obj_size", "object_size", "bytes"});
  for (auto* found : {&id, &time, &size})
    if (!*found) return std::unexpected(found->error());
  if (!*id) return fail("which column holds the object's id? Name it (by header, or by number from 1)");
  return Columns{.id = **id, .time = *time, .size = *size};
}

char delimiter_of(std::string_view line) {
  for (char c : {',', ';', '\t', '|', ' '})
    if (trimmed(line).find(c) != std::string_view::npos) return c;
  return ',';
}

Result<void> add_row(TraceBuilder& builder, const Fields& fields, const Columns& columns) {
  std::size_t needed = std::max({columns.id, columns.time.value_or(0), columns.size.value_or(0)}) + 1;
  if (fields.size() < needed)
    return fail("has " + std::to_string(fields.size()) + " columns, " + std::to_string(needed) + " are needed");
  std::optional<std::int64_t> time;
  if (columns.time) {
    auto value = whole_number(fields[*columns.time], "time");
    if (!value) return std::unexpected(value.error());
    time = *value;
  }
  std::int64_t size = 1;
  if (columns.size) {
    auto value = whole_number(fields[*columns.size], "size");
    if (!value) return std::unexpected(value.error());
    size = *value;
  }
  if (fields[columns.id].empty()) return fail("the id is empty");
  return builder.add(fields[columns.id], size, time);
}

Result<Trace> finished(TraceBuilder builder, const std::string& name) {
  auto trace = std::move(builder).finish();
  if (!trace) return fail(name + ": " + trace.error().what);
  return trace;
}

}  // namespace

Result<Trace> read_csv(ByteSource& source, const std::string& name, const CsvOptions& options, bool allow_unsorted) {
  Lines lines(source, name);
  TraceBuilder builder(allow_unsorted);
  std::string_view line;
  Fields fields;
  std::optional<Columns> columns;
  char delimiter = options.delimiter;
  for (;;) {
    auto more = lines.next(line);
    if (!more) return std::unexpected(more.error());
    if (!*more) return finished(std::move(builder), name);
    if (trimmed(line).empty()) continue;
    if (delimiter == 0) delimiter = delimiter_of(line);
    split(line, delimiter, fields);
    if (!columns) {
      bool header = options.header.value_or(!std::all_of(fields.begin(), fields.end(), is_number));
      auto chosen = choose_columns(fields, header, options);
      if (!chosen) return fail(lines.here() + ": " + chosen.error().what);
      columns = *chosen;
      if (header) continue;
    }
    if (auto added = add_row(builder, fields, *columns); !added) return fail(lines.here() + ": " + added.error().what);
  }
}

Result<Trace> read_ids(ByteSource& source, const std::string& name) {
  Lines lines(source, name);
  TraceBuilder builder(false);
  std::string_view line;
  for (;;) {
    auto more = lines.next(line);
    if (!more) return std::unexpected(more.error());
    if (!*more) return finished(std::move(builder), name);
    std::string_view id = trimmed(line);
    if (id.empty()) continue;
    if (auto added = builder.add(id, 1, std::nullopt); !added) return fail(lines.here() + ": " + added.error().what);
  }
}

}  // namespace assay::evaluators::cache
