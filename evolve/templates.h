#pragma once
// Prompts as files: evolve/prompts/*.md, each of which a task folder may replace by prompts/NAME.md.
//
// A template is text with slots, {{name}}. Slots are filled in one pass: what is put in is never read again, so that a policy
// that says {{problem}} says just that. Which slots a template has, and which of them it must use, is fixed here.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace assay::evolve {

using SlotValues = std::vector<std::pair<std::string_view, std::string>>;

class Templates {
 public:
  /// Those of the program.
  static Templates builtin();
  /// With those of `folder`/prompts in their place. The Error lists each unknown file, unknown slot and required slot that is not
  /// used, with file and line.
  static Result<Templates> load(const std::filesystem::path& folder);

  /// Requires: `name` is a template and `values` are its slots.
  std::string fill(std::string_view name, const SlotValues& values) const;
  /// For a campaign that tunes marked constants (evolve/tune.h): `form` is followed by `tuning`.
  void tell_of_marks() { tells_of_marks_ = true; }
  /// What an answer looks like: the last part of each prompt, without its line end.
  std::string form() const;
  /// Of all names and texts that are used: two campaigns with the same one asked with the same words.
  Digest digest() const;

 private:
  bool tells_of_marks_ = false;
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace assay::evolve
