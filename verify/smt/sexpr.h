#pragma once
// SMT-LIB text as s-expressions, strictly: what is not of the grammar is an Error, never a guess.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay::verify::smt {

/// An atom or a list. Atoms are views into the text, which must outlive them; |quoted| symbols lose their bars.
struct Sexpr {
  enum class Kind : std::uint8_t { symbol, numeral, decimal, binary, hexadecimal, keyword, list };
  Kind kind = Kind::list;
  std::string_view atom;  ///< of "#b01" the digits alone
  std::vector<Sexpr> items;

  bool is(std::string_view symbol) const { return kind == Kind::symbol && atom == symbol; }
  bool is_list() const { return kind == Kind::list; }
  /// A list of `count` items whose first is this symbol.
  bool is_call(std::string_view head, std::size_t count) const { return is_list() && items.size() == count && items[0].is(head); }
};

/// All expressions of the text. Nesting deeper than `kDeepestNesting` is an Error, so that readers may recurse.
inline constexpr int kDeepestNesting = 2000;
Result<std::vector<Sexpr>> read_sexprs(std::string_view text);

}  // namespace assay::verify::smt
