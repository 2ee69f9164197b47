// A model's answer to a candidate's text, and the completion that is kept of it.

#include "evolve/completion.h"

#include "evolve/edit.h"
#include "tests/fuzz/fuzz.h"

namespace assay::evolve {
namespace {

using fuzz::must;

void check_code(std::string_view answer) {
  auto code = extract_code(answer);
  if (!code) return;
  must(code->find_first_not_of(" \t\r\n") != std::string::npos, "code is not blank");
  must(code->size() <= answer.size() + 1, "code is a part of the answer");
  must(code->empty() || code->back() == '\n', "code ends with its line");
  std::size_t from = 0;
  for (std::size_t at = 0; at < code->size();) {
    const auto end = code->find('\n', at);
    const std::string line = code->substr(at, end - at);
    const auto word = line.find_first_not_of(" \t\r\n");
    must(word == std::string::npos || !line.substr(word).starts_with("#include"), "no include is left");
    // In order: each line stands in the answer, not before the last one.
    from = answer.find(line, from);
    must(from != std::string_view::npos, "each line of the code is a line of the answer");
    at = end + 1;
  }
}

/// The first half of the input is the policy that the other half edits.
void check_edit(std::string_view text) {
  const std::string_view parent = text.substr(0, text.size() / 2), answer = text.substr(text.size() / 2);
  auto proposed = read_answer(answer, parent);
  if (!proposed) return must(!proposed.error().detail.empty(), "a failure says why");
  if (proposed->operation == "rewrite") return must(extract_code(answer) == proposed->text, "a rewrite is the answer's code");
  must(proposed->text != parent, "an edit changes something");
  for (std::size_t at = 0; at < proposed->text.size();) {
    const auto end = proposed->text.find('\n', at);
    const std::string line = proposed->text.substr(at, end - at);
    must(parent.find(line) != parent.npos || answer.find(line) != answer.npos, "each line is one of the policy or of the answer");
    at = end + 1;
  }
}

void check_kept(std::string_view text) {
  auto json = parse_json(text, "completion");
  if (!json) return must(!json.error().what.empty(), "an Error says why");
  auto completion = completion_from_json(*json);
  if (!completion) return must(!completion.error().what.empty(), "an Error says why");
  const Json kept = to_json(*completion);
  auto again = completion_from_json(kept);
  must(again.has_value() && to_json(*again) == kept, "a completion that is kept comes back the same");
  must(completion->tokens_in == (*json)["tokens"][0] && completion->tokens_out == (*json)["tokens"][1], "tokens are what was written");
}

}  // namespace
}  // namespace assay::evolve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::Input input(data, size);
  const auto which = input.byte() % 4;
  if (which == 3) assay::evolve::check_edit(input.rest());
  else if (which) assay::evolve::check_code(input.rest());
  else assay::evolve::check_kept(input.rest());
  return 0;
}
