#pragma once
// The driver that writes tables out: how the words of policies/abi/table.h run in the jail, and what comes back.
//
// The `any`s before the word, the same with the same bounds on every way, span a box of whole numbers. Assignment number k of the box
// gives each `any` in turn its digit of k (the first one's is the lowest). What comes back are 32-bit words: for every assignment a head, then the table's codes in the order of
// ids: row * columns + column, or kOutside for a place that is not in the table.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tasks/contract.h"
#include "verify/properties/properties.h"

namespace assay::verify::table {

inline constexpr std::uint32_t kOutside = 0xffffffff;
inline constexpr std::size_t kHeadWords = 8, kChoiceWords = 12, kPlaceWords = 4;
inline constexpr std::size_t kMostChoices = 64;
inline constexpr std::uint64_t kArenaBytes = 1u << 16;
inline constexpr std::uint64_t kMostPlacesOfTable = 1u << 22;

enum class Status : std::uint32_t {
  table,       ///< `rows` and `columns`, then the codes
  dismissed,   ///< an assumption does not hold
  failed,      ///< a `prove` before the word does not hold
  no_table,    ///< the property ended without the word
  unwritable,  ///< empty, or larger than the word's bound or kMostPlacesOfTable
  broken_off,  ///< an `any` that is not the one to come, or a word of the property after the table
};

struct Head {
  Status status = Status::no_table;
  std::uint64_t index = 0, box = 0;  ///< the assignment, and how many there are
  std::uint32_t rows = 0, columns = 0;
};
Head head_of(std::span<const std::uint32_t> words);  ///< Requires: kHeadWords of them

/// Which `any`: as in assay_choose.
struct Place {
  std::int32_t line = 0, column = 0, record = 0, leaf = 0;
  bool operator==(const Place&) const = default;
};
/// What one `any` took.
struct Choice {
  Place place;
  std::int64_t low = 0, high = 0, value = 0;
  bool is_unread = false;  ///< counts as one value: the lowest
};
Choice choice_of(std::span<const std::uint32_t> words);  ///< Requires: kChoiceWords of them
/// Row and column.
std::pair<std::int64_t, std::int64_t> place_of(std::span<const std::uint32_t> words);  ///< Requires: kPlaceWords of them

struct Task {
  std::uint64_t property = 0;
  std::uint64_t first = 0, end = 1;  ///< assignments; those from `end` on, or that do not fit the output, are left
  bool tells_choices = false;        ///< instead of the codes: how many there are, as two words, and then they; one assignment
  std::int64_t told_id = -1;         ///< and after them the row and column that this id gets, two words each; -1: of none
  std::vector<Choice> choices;       ///< the `any`s that are to come, all of them; empty: whichever come
};
std::string arguments_of(const Task& task);

/// Trusted text that runs after the policy.
std::string table_driver(const tasks::Contract& contract, const properties::PropertySet& set);

}  // namespace assay::verify::table
