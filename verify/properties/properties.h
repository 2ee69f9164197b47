#pragma once
// Properties in C++: the task's properties.cpp, beside its contract. One text that is proved (certify.h), fuzzed in the jail
// (verify/properties/fuzz.h) and read by people and models (prompt, report).
//
//   /// Of two objects alike but for hits, the one with more hits is not evicted first.
//   ASSAY_PROPERTY(monotone_in_hits, preferred) {
//     auto a = any<Object>(), b = a;
//     auto cache = any<Cache>();
//     b.hits = any_in(a.hits, kMaxRequests);
//     prove(priority(b, cache) >= priority(a, cache));
//   }
//
// policies/abi/property.h holds the words. The text is trusted, as the contract is: the task's author wrote it.
// A candidate may define an optional function of the contract named `invariant` (bool, over the state records by const
// reference). It is checked, not believed: it must hold of the all-zero state and be kept by every function of the
// contract, and then every other claim may assume it at entry.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "tasks/contract.h"

namespace assay::verify::properties {

enum class Level : std::uint8_t {
  required,   ///< gates: a certificate is proved only with it
  preferred,  ///< counts in the grade
  info,       ///< reported
};
std::string_view name_of(Level level);

/// Which word of policies/abi/table.h a property's own body has, if it has one and only one.
enum class TableWord : std::uint8_t { none, in_table, each_once };

struct Property {
  std::string name;
  Level level = Level::info;
  std::string doc;   ///< the comment above it, as prose
  std::string text;  ///< its own source, from ASSAY_PROPERTY to the closing brace
  int line = 0;      ///< in properties.cpp
  bool is_of_invariant = false;  ///< generated: the candidate's own invariant (verify/properties/invariant.h)
  TableWord table = TableWord::none;
};

/// A place of the text where `any`, `any_in` or `prove` stands.
struct Word {
  int line = 0;
  int column = 0;
  std::string text;  ///< any: what takes the value, "a", "b.hits"; prove: its argument as it is written; a word about a table: "id", the word
  bool operator==(const Word&) const = default;
};

struct PropertySet {
  std::string path;  ///< for messages
  std::string text;  ///< of properties.cpp, verbatim; empty: the task has none
  Digest digest;     ///< of text, of policies/abi/property.h and, where the text includes it, of policies/abi/table.h
  std::vector<Property> properties;  ///< in order of the text
  std::vector<Word> choices, claims;  ///< every any and any_in, every prove
  std::string invariant_text;  ///< generated, after `text`; empty: no invariant is assumed
};

/// A property is a function `assay_property_<name>` of the text.
std::string function_of(const Property& property);

/// An execution of a property runs the candidate several times: past this many times the task's instruction bound it is
/// not examined, and the property is Unknown.
inline constexpr std::uint64_t kBoundFactor = 16;

/// The Error lists every problem, one a line, as "path:line:column: what is wrong; how to mend it".
Result<PropertySet> read_properties(const tasks::Contract& contract, const std::string& text, const std::string& path);
/// properties.cpp beside the contract's policy.h; an empty set where there is none.
Result<PropertySet> load_properties(const tasks::Contract& contract);

/// For the prompt and the report: name, level, doc, text.
std::string describe(const PropertySet& set);

}  // namespace assay::verify::properties
