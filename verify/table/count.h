#pragma once
// Native exhaustion: every table that a property speaks of is written out by the compiled candidate, in the run jail with its traps on,
// and counted here. For properties that end in a word of policies/abi/table.h.
//
// Why it is a proof. The driver enumerates the box of the property's `any`s (table_driver.h), which are the same with the same bounds on
// every way or the count ends: number k of the box is one choice for each of them, and every choice has its number. So every
// execution of the property up to its word is run.
// What it writes is what the compiled policy answers, which is what the policy says as far as nothing is undefined: a trap ends the
// count, and who calls this one proved beforehand that the policy's functions are safe over their declared ranges. The codes of one
// table are counted in a bitmap: all below rows * columns is prove_in_table, none twice is prove_each_once. An `any` whose value
// the lowered program reads nowhere changes nothing: one value stands for all.
//
// What it rests on besides: LLVM's optimiser and code generator, which the measured code rests on, too; not on a solver.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "sandbox/run_jail.h"
#include "tasks/contract.h"
#include "verify/lower/program.h"
#include "verify/lower/sample.h"
#include "verify/toolchain.h"

namespace assay::verify::table {

/// All was counted, and the claim holds.
struct Count {
  std::uint64_t assignments = 0;    ///< of the property's `any`s
  std::uint64_t tables = 0;         ///< that is, without those which an assumption excludes
  std::uint64_t places = 0;         ///< of all tables
  std::vector<std::string> unread;  ///< `any`s of which one value was taken
  Digest codes;                     ///< of all codes in order, by way of a number for each table (fold.h): finds changes, not forgers
  Digest code;                      ///< of the image that ran: a record; another build of this program makes another image of the same policy
};
/// The same tables were counted, whatever code wrote them.
bool are_equal(const Count& a, const Count& b);
Json to_json(const Count& count);
/// nullopt: not what to_json writes.
std::optional<Count> count_of(const Json& json);

/// One table breaks the claim.
struct Fault {
  std::vector<std::pair<std::string, std::int64_t>> chosen;  ///< what the property's `any`s took
  std::int64_t rows = 0, columns = 0;
  std::int64_t first = 0, second = 0;  ///< ids that share a place; the same: this one's place is not in the table
  std::int64_t row = 0, column = 0;    ///< of both; in a fault of count_tables only where it is in the table
};

/// "of 3 rows and 5 columns, ids 4 and 7 both get row 1, column 2"
std::string told(const Fault& fault);

/// Neither: why. A candidate that traps here breaks another claim.
struct Unsettled {
  std::string reason;
};
using Found = std::variant<Count, Fault, Unsettled>;

struct Options {
  std::chrono::milliseconds budget{120'000};  ///< by the clock; past it Unsettled
  std::stop_token stop;
  /// How many of how many assignments are done, a few times a second at most. May be empty.
  std::function<void(std::uint64_t, std::uint64_t)> progress;
};

/// Borrowed.
struct Subject {
  const tasks::Contract& contract;
  const Screened& screened;
  const properties::PropertySet& set;
  std::size_t property;          ///< of the set; has a word about a table
  const lower::Program& program; ///< the property, lowered
};

/// The Error is the harness's.
Result<Found> count_tables(const Subject& subject, const Options& options, Toolchain& toolchain, sandbox::RunJail& jail);

/// What inputs of the property that break it say of their table; nullopt: none can be told.
Result<std::optional<Fault>> fault_at(const Subject& subject, const lower::Inputs& inputs, Toolchain& toolchain, sandbox::RunJail& jail);

/// Inputs of the property that choose what the fault has chosen, with its ids. nullopt: a name is not one of the program's.
std::optional<lower::Inputs> inputs_of(const lower::Program& program, const Fault& fault);

/// Inputs that get to the claim: the first table with two places or more, ids 0 and 1.
Result<std::optional<lower::Inputs>> witness_of(const Subject& subject, Toolchain& toolchain, sandbox::RunJail& jail);

}  // namespace assay::verify::table
