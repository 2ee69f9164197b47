#include "verify/table/count.h"

#include <algorithm>
#include <cstring>
#include <future>
#include <map>
#include <tuple>

#include "verify/lower/property_reader.h"
#include "verify/table/fold.h"
#include "verify/table/table_driver.h"

namespace assay::verify::table {
namespace {

using Clock = std::chrono::steady_clock;
using properties::TableWord;
using Words = std::vector<std::uint32_t>;

/// Of one run; a table of the largest size fits.
constexpr std::uint64_t kOutputBytes = 32u << 20;
static_assert(kOutputBytes / 4 >= kMostPlacesOfTable + kHeadWords);
/// A run writes some million places: this is a hundred times what it takes.
constexpr std::chrono::milliseconds kRunDeadline{60'000};
constexpr std::chrono::milliseconds kBetweenWords{200};
/// Of what is known of the tables so far: past it its digest stands for it.
constexpr std::size_t kMostFolded = 1u << 20;
/// Assignments that are tried until one gets to its table.
constexpr std::uint64_t kMostTried = 1000;

bool is_read(const lower::Program& program, const lower::Input& input) {
  using lower::kNone;
  if (input.value == kNone) return true;
  for (const lower::Block& block : program.blocks) {
    if (block.condition == input.value) return true;
    for (const lower::Phi& phi : block.phis)
      for (auto [predecessor, value] : phi.incoming)
        if (value == input.value) return true;
    for (const lower::Instruction& at : block.instructions)
      if (at.a == input.value || at.b == input.value || at.c == input.value || at.overflow_flag == input.value) return true;
  }
  return false;
}

const lower::Input* named(const lower::Program& program, const std::string& name) {
  auto found = std::ranges::find(program.inputs, name, &lower::Input::name);
  return found == program.inputs.end() ? nullptr : &*found;
}

std::string why(Status status) {
  switch (status) {
    case Status::failed: return "a `prove` before the table does not hold";
    case Status::no_table: return "the property ends without its table on some way";
    case Status::unwritable: return "a table is empty, or larger than can be written out";
    case Status::broken_off: return "the property's `any`s are not the same on every way, or it goes on after its table";
    default: return "the tables came in another order than was asked for";
  }
}

/// The image, and what it answers.
class Writer {
 public:
  Writer(const Subject& subject, Toolchain& toolchain, sandbox::RunJail& jail) : subject_(subject), toolchain_(toolchain), jail_(jail) {}

  /// Unsettled: no code.
  Result<std::optional<Unsettled>> compile() {
    const std::string driver = table_driver(subject_.contract, subject_.set);
    auto made = toolchain_.compile_trapped({subject_.contract, subject_.screened, driver});
    if (!made) return std::unexpected(made.error());
    if (!*made) return Unsettled{"there is no code that writes the tables: " + made->error().detail};
    binary_ = std::move(**made);
    return std::nullopt;
  }
  const Digest& digest() const { return binary_->digest(); }

  Result<std::variant<Words, Unsettled>> run(const Task& task, std::chrono::milliseconds deadline, std::stop_token stop) {
    sandbox::RunRequest request{.binary = *binary_, .arguments = arguments_of(task)};
    request.arena_bytes = kArenaBytes;
    request.output_bytes = kOutputBytes;
    request.deadline = std::min(deadline, kRunDeadline);
    request.stop = std::move(stop);
    auto report = jail_.run(request);
    if (!report) return std::unexpected(report.error());
    if (report->outcome.kind != OutcomeKind::ok)
      return Unsettled{std::string(name_of(report->outcome.kind)) + " while tables were written out" + (report->outcome.detail.empty() ? "" : ": " + report->outcome.detail)};
    if (report->output.size() % 4 != 0) return Unsettled{"the driver wrote what it never writes"};
    Words words(report->output.size() / 4);
    if (!words.empty()) std::memcpy(words.data(), report->output.data(), words.size() * 4);
    return words;
  }

  struct Told {
    Head head;
    std::vector<Choice> choices;
    std::int64_t row = 0, column = 0;  ///< of the id that was asked for
  };
  Result<std::variant<Told, Unsettled>> choices_at(std::uint64_t index, const std::vector<Choice>& choices = {}, std::int64_t id = -1) {
    auto words = run({subject_.property, index, index + 1, true, id, choices}, kRunDeadline, {});
    if (!words) return std::unexpected(words.error());
    if (auto* unsettled = std::get_if<Unsettled>(&*words)) return *unsettled;
    std::span<const std::uint32_t> all = std::get<Words>(*words);
    if (all.size() < kHeadWords) return Unsettled{"the driver wrote no table"};
    Told out{head_of(all), {}};
    if (out.head.status != Status::table) return out;
    constexpr std::size_t kFirst = kHeadWords + 2;
    const std::size_t count = all.size() < kFirst ? kMostChoices + 1 : all[kHeadWords], of_place = id >= 0 ? kPlaceWords : 0;
    if (count <= kMostChoices && all.size() == kFirst + kChoiceWords * count + of_place + kHeadWords) return Unsettled{why(head_of(all.last(kHeadWords)).status)};
    if (count > kMostChoices || all.size() != kFirst + kChoiceWords * count + of_place) return Unsettled{"the driver wrote what it never writes"};
    for (std::size_t i = 0; i < count; ++i) out.choices.push_back(choice_of(all.subspan(kFirst + kChoiceWords * i, kChoiceWords)));
    if (of_place != 0) std::tie(out.row, out.column) = place_of(all.last(kPlaceWords));
    return out;
  }

  /// The first assignment that gets to its table, with what it chose.
  Result<std::variant<Told, Unsettled>> first_table() {
    for (std::uint64_t index = 0; index < kMostTried; ++index) {
      auto told = choices_at(index);
      if (!told || std::holds_alternative<Unsettled>(*told)) return told;
      const Status status = std::get<Told>(*told).head.status;
      if (status == Status::table) return told;
      if (status != Status::dismissed) return Unsettled{why(status)};
    }
    return Unsettled{"no assignment was found that leads to a table"};
  }

  /// By the names of the program's inputs.
  std::vector<std::string> names_of(const std::vector<Choice>& choices) const {
    std::vector<std::string> out;
    std::map<std::string, int> times;
    for (const Choice& each : choices) {
      std::string name = lower::choice_name(subject_.contract, subject_.set, each.place.line, each.place.column, each.place.record, each.place.leaf);
      if (const int count = ++times[name]; count > 1) name += "#" + std::to_string(count);
      out.push_back(std::move(name));
    }
    return out;
  }

 private:
  const Subject& subject_;
  Toolchain& toolchain_;
  sandbox::RunJail& jail_;
  std::optional<Binary> binary_;
};

Fault fault_of(const Counted& counted, std::span<const std::uint32_t> codes, const Head& head, bool is_twice) {
  Fault out;
  out.rows = head.rows, out.columns = head.columns;
  if (!is_twice) {
    out.first = out.second = static_cast<std::int64_t>(*counted.outside);
    return out;
  }
  const std::uint32_t code = codes[*counted.twice];
  out.second = static_cast<std::int64_t>(*counted.twice);
  out.first = std::ranges::find(codes, code) - codes.begin();
  out.row = code / head.columns, out.column = code % head.columns;
  return out;
}

/// Goes over what one run wrote.
class Reader {
 public:
  explicit Reader(TableWord word) : word_(word) {}

  /// False: more assignments than can be numbered.
  bool expect(const std::vector<Choice>& choices) {
    box = 1;
    for (const Choice& each : choices) {
      const std::uint64_t span = each.is_unread ? 1 : static_cast<std::uint64_t>(each.high) - static_cast<std::uint64_t>(each.low) + 1;
      if (span == 0 || __builtin_mul_overflow(box, span, &box)) return false;
    }
    return true;
  }

  struct Wrong {
    std::uint64_t index = 0;
    Fault fault;
  };
  /// True: all of it is as it must be so far.
  bool take(const Words& words) {
    std::span<const std::uint32_t> rest = words;
    while (!rest.empty() && take_next(rest)) {
    }
    return rest.empty() && !wrong && !unsettled;
  }

  Count count;
  std::uint64_t next = 0;              ///< the assignment that comes next
  std::uint64_t box = 0;               ///< how many assignments there are
  std::optional<Wrong> wrong;
  std::optional<std::string> unsettled;
  std::string folded;                  ///< of each table: index, rows, columns, Counted::folded; of earlier ones a digest

 private:
  bool take_next(std::span<const std::uint32_t>& rest) {
    if (rest.size() < kHeadWords) return doubt("the driver wrote what it never writes");
    const Head head = head_of(rest);
    if (head.status != Status::table && head.status != Status::dismissed) return doubt(why(head.status));
    if (head.index != next || (head.status == Status::table && head.box != box)) return doubt(why(Status::table));
    rest = rest.subspan(kHeadWords);
    ++next;
    ++count.assignments;
    if (head.status == Status::dismissed) return true;
    const std::uint64_t places = std::uint64_t{head.rows} * head.columns;
    if (places == 0 || places > kMostPlacesOfTable || rest.size() < places) return doubt("the driver wrote what it never writes");
    const auto codes = rest.first(places);
    rest = rest.subspan(places);
    ++count.tables;
    count.places += places;
    return take_table(counter_.count(codes), codes, head);
  }

  bool take_table(const Counted& counted, std::span<const std::uint32_t> codes, const Head& head) {
    const std::uint64_t record[] = {head.index, head.rows, head.columns, counted.folded};
    folded.append(reinterpret_cast<const char*>(record), sizeof record);
    if (folded.size() >= kMostFolded) folded = sha256(folded).hex();
    const bool is_twice = word_ == TableWord::each_once && counted.twice;
    if (is_twice || (word_ == TableWord::in_table && counted.outside)) {
      wrong = Wrong{head.index, fault_of(counted, codes, head, is_twice)};
      return false;
    }
    return !counted.outside || doubt("a place lies outside of its table, and such are not told apart");
  }

  bool doubt(std::string reason) {
    unsettled = std::move(reason);
    return false;
  }

  const TableWord word_;
  Counter counter_;
};

class Exhaustion {
 public:
  Exhaustion(const Subject& subject, const Options& options, Toolchain& toolchain, sandbox::RunJail& jail)
      : subject_(subject), options_(options), writer_(subject, toolchain, jail), reader_(subject.set.properties[subject.property].table) {}

  Result<Found> run() {
    auto problem = writer_.compile();
    if (!problem) return std::unexpected(problem.error());
    if (*problem) return **problem;
    auto prepared = look_ahead();
    if (!prepared) return std::unexpected(prepared.error());
    if (*prepared) return **prepared;
    auto counted = count_all();
    if (!counted) return std::unexpected(counted.error());
    if (reader_.wrong) return with_choices();
    if (*counted) return **counted;
    if (reader_.count.tables == 0) return Unsettled{"no assignment leads to a table"};
    reader_.count.codes = sha256(reader_.folded);
    reader_.count.code = writer_.digest();
    return reader_.count;
  }

 private:
  /// Which `any`s there are, and which of them are not read.
  Result<std::optional<Unsettled>> look_ahead() {
    auto first = writer_.first_table();
    if (!first) return std::unexpected(first.error());
    if (auto* unsettled = std::get_if<Unsettled>(&*first)) return *unsettled;
    choices_ = std::move(std::get<Writer::Told>(*first).choices);
    const auto names = writer_.names_of(choices_);
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      Choice& each = choices_[i];
      const lower::Input* input = named(subject_.program, names[i]);
      const bool is_one = std::ranges::count(choices_, each.place, &Choice::place) == 1;  // else its name may mean another one
      each.is_unread = is_one && input != nullptr && !is_read(subject_.program, *input);
      if (each.is_unread) reader_.count.unread.push_back(names[i]);
    }
    return reader_.expect(choices_) ? std::nullopt : std::optional(Unsettled{"the box of its `any`s is too large to be counted through"});
  }

  /// What one run wrote is counted while the next one writes.
  Result<std::optional<Unsettled>> count_all() {
    std::future<bool> counting;
    for (std::uint64_t from = 0; from < reader_.box;) {
      auto written = write_from(from);
      if (counting.valid() && !counting.get()) return reason();
      if (!written) return std::unexpected(written.error());
      if (auto* unsettled = std::get_if<Unsettled>(&*written)) return *unsettled;
      const std::uint64_t before = std::exchange(from, after(std::get<Words>(*written), from));
      if (from == before) return Unsettled{"a table does not fit a run's output"};
      counting = std::async(std::launch::async, [this, words = std::move(std::get<Words>(*written))] { return reader_.take(words); });
      tell(from);
    }
    return counting.valid() && counting.get() ? check_end() : reason();
  }

  std::optional<Unsettled> check_end() const {
    return reader_.next == reader_.box ? std::nullopt : std::optional(Unsettled{"not all tables were written"});
  }
  std::optional<Unsettled> reason() const { return Unsettled{reader_.unsettled.value_or("a table breaks the claim")}; }

  Result<std::variant<Words, Unsettled>> write_from(std::uint64_t from) {
    using std::chrono::milliseconds;
    const auto left = options_.budget - std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
    if (options_.stop.stop_requested()) return Unsettled{"it was stopped after " + progress(from)};
    if (left <= milliseconds{0}) return Unsettled{"its " + std::to_string(options_.budget.count()) + " ms were over after " + progress(from)};
    return writer_.run({subject_.property, from, reader_.box, false, -1, choices_}, left, options_.stop);
  }

  std::string progress(std::uint64_t done) const { return std::to_string(done) + " of " + std::to_string(reader_.box) + " assignments"; }

  /// Where the next run starts, by the heads alone; what else they say is the reader's affair.
  static std::uint64_t after(const Words& words, std::uint64_t from) {
    std::span<const std::uint32_t> rest = words;
    while (rest.size() >= kHeadWords) {
      const Head head = head_of(rest);
      const std::uint64_t places = head.status == Status::table ? std::uint64_t{head.rows} * head.columns : 0;
      ++from;
      if (rest.size() < kHeadWords + places) break;
      rest = rest.subspan(kHeadWords + places);
    }
    return from;
  }

  void tell(std::uint64_t done) {
    if (!options_.progress || (done < reader_.box && Clock::now() - told_ < kBetweenWords)) return;
    told_ = Clock::now();
    options_.progress(done, reader_.box);
  }

  Result<Found> with_choices() {
    auto told = writer_.choices_at(reader_.wrong->index, choices_);
    if (!told) return std::unexpected(told.error());
    Fault out = reader_.wrong->fault;
    if (auto* choices = std::get_if<Writer::Told>(&*told)) {
      const auto names = writer_.names_of(choices->choices);
      for (std::size_t i = 0; i < names.size(); ++i) out.chosen.emplace_back(names[i], choices->choices[i].value);
    }
    return out;
  }

  const Subject& subject_;
  const Options& options_;
  Writer writer_;
  Reader reader_;
  std::vector<Choice> choices_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point told_ = began_;
};

/// The number of the assignment that gives these values; nullopt: some value is out of its range.
std::optional<std::uint64_t> index_of(const std::vector<Choice>& choices, const std::vector<std::string>& names, const lower::Program& program,
                                      const lower::Inputs& inputs) {
  std::uint64_t index = 0, weight = 1;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const lower::Input* input = named(program, names[i]);
    if (input == nullptr) return std::nullopt;
    const auto value = static_cast<std::int64_t>(inputs[static_cast<std::size_t>(input - program.inputs.data())]);
    if (value < choices[i].low || value > choices[i].high) return std::nullopt;
    const std::uint64_t span = static_cast<std::uint64_t>(choices[i].high) - static_cast<std::uint64_t>(choices[i].low) + 1;
    index += weight * (static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(choices[i].low));
    weight *= span;
  }
  return index;
}

}  // namespace

Result<Found> count_tables(const Subject& subject, const Options& options, Toolchain& toolchain, sandbox::RunJail& jail) {
  if (subject.set.properties[subject.property].table == TableWord::none) return Found(Unsettled{"the property is not about a table"});
  return Exhaustion(subject, options, toolchain, jail).run();
}

Result<std::optional<Fault>> fault_at(const Subject& subject, const lower::Inputs& inputs, Toolchain& toolchain, sandbox::RunJail& jail) {
  Writer writer(subject, toolchain, jail);
  auto problem = writer.compile();
  if (!problem) return std::unexpected(problem.error());
  if (*problem) return std::nullopt;
  auto told = writer.first_table();
  if (!told) return std::unexpected(told.error());
  auto* first = std::get_if<Writer::Told>(&*told);
  if (first == nullptr) return std::nullopt;
  const auto names = writer.names_of(first->choices);
  auto index = index_of(first->choices, names, subject.program, inputs);
  if (!index) return std::nullopt;
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (std::ranges::find(names, subject.program.inputs[i].name) == names.end()) ids.push_back(static_cast<std::int64_t>(inputs[i]));
  if (ids.empty() || ids.size() > 2) return std::nullopt;
  auto there = writer.choices_at(*index, first->choices, ids.back());
  if (!there) return std::unexpected(there.error());
  auto* place = std::get_if<Writer::Told>(&*there);
  if (place == nullptr || place->head.status != Status::table) return std::nullopt;
  return Fault{{}, place->head.rows, place->head.columns, ids.front(), ids.back(), place->row, place->column};
}

/// Ids 0 and 1 of the first table that has as many.
Result<std::optional<lower::Inputs>> witness_of(const Subject& subject, Toolchain& toolchain, sandbox::RunJail& jail) {
  Writer writer(subject, toolchain, jail);
  auto problem = writer.compile();
  if (!problem) return std::unexpected(problem.error());
  if (*problem) return std::nullopt;
  for (std::uint64_t index = 0; index < kMostTried; ++index) {
    auto told = writer.choices_at(index);
    if (!told) return std::unexpected(told.error());
    auto* found = std::get_if<Writer::Told>(&*told);
    if (found == nullptr) return std::nullopt;
    if (found->head.status != Status::table || std::uint64_t{found->head.rows} * found->head.columns < 2) continue;
    Fault ids{.second = 1};
    const auto names = writer.names_of(found->choices);
    for (std::size_t i = 0; i < names.size(); ++i) ids.chosen.emplace_back(names[i], found->choices[i].value);
    return inputs_of(subject.program, ids);
  }
  return std::nullopt;
}

std::string told(const Fault& fault) {
  const std::string table = "of " + std::to_string(fault.rows) + " rows and " + std::to_string(fault.columns) + " columns";
  const std::string place = "row " + std::to_string(fault.row) + ", column " + std::to_string(fault.column);
  if (fault.first == fault.second) return table + ", id " + std::to_string(fault.first) + " gets " + place;
  return table + ", ids " + std::to_string(fault.first) + " and " + std::to_string(fault.second) + " both get " + place;
}

std::optional<lower::Inputs> inputs_of(const lower::Program& program, const Fault& fault) {
  lower::Inputs out;
  std::size_t given = 0, ids = 0;
  for (const lower::Input& input : program.inputs) {
    auto found = std::ranges::find(fault.chosen, input.name, &std::pair<std::string, std::int64_t>::first);
    if (found != fault.chosen.end()) ++given;
    out.push_back(found != fault.chosen.end() ? found->second : ids++ == 0 ? fault.first : fault.second);
  }
  return given == fault.chosen.size() && ids >= 1 && ids <= 2 ? std::optional(out) : std::nullopt;
}

bool are_equal(const Count& a, const Count& b) {
  return a.assignments == b.assignments && a.tables == b.tables && a.places == b.places && a.unread == b.unread && a.codes == b.codes;
}

Json to_json(const Count& count) {
  return {{"assignments", count.assignments}, {"tables", count.tables}, {"places", count.places}, {"unread", count.unread},
          {"codes", count.codes.hex()}, {"code", count.code.hex()}};
}

std::optional<Count> count_of(const Json& json) {
  const std::string where = "a count of tables";
  auto assignments = member<std::uint64_t>(json, "assignments", where), tables = member<std::uint64_t>(json, "tables", where), places = member<std::uint64_t>(json, "places", where);
  auto unread = member<std::vector<std::string>>(json, "unread", where);
  auto codes = member<std::string>(json, "codes", where), code = member<std::string>(json, "code", where);
  if (!json.is_object() || json.size() != 6 || !assignments || !tables || !places || !unread || !codes || !code) return std::nullopt;
  auto digest = Digest::from_hex(*codes), image = Digest::from_hex(*code);
  if (!digest || !image) return std::nullopt;
  return Count{*assignments, *tables, *places, *unread, *digest, *image};
}

}  // namespace assay::verify::table
