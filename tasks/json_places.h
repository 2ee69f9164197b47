#pragma once
// Where each value of a JSON text stands, so that a message about it can name the line.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::tasks {

struct JsonPlaces {
  std::map<std::string, int> lines;     ///< JSON pointer ("/instances/train/0/name") -> 1-based line of its key or value
  std::vector<std::string> duplicates;  ///< pointers of keys that stand twice in one object

  /// Of `pointer`, or of the nearest enclosing value.
  int line(std::string pointer) const;
};

/// Requires: parse_json has taken `text`. Keys with escapes are taken as they are spelled.
JsonPlaces json_places(std::string_view text);

}  // namespace assay::tasks
