#include "evolve/edit.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "evolve/completion.h"

namespace assay::evolve {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kBlocks = 64;         ///< in one answer; a rewrite is shorter than more
constexpr std::size_t kQuoted = 120;        ///< bytes of a line that a message quotes
constexpr std::size_t kCompared = 200;      ///< bytes of a line that enter its distance to another
constexpr std::size_t kWantedLimit = 4096;  ///< bytes kept of edits that failed

/// Lines without their ends and trailing blanks.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    lines.push_back(line.substr(0, line.find_last_not_of(" \t\r") + 1));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

std::string joined(std::span<const std::string_view> lines) {
  std::string text;
  for (std::string_view line : lines) text.append(line) += '\n';
  return text;
}

std::string quoted(std::string_view line) {
  return "`" + std::string(line.substr(0, kQuoted)) + (line.size() > kQuoted ? "..." : "") + "`";
}

/// Seven or more of `sign`, then a word that may be missing: "<<<<<<< SEARCH".
bool is_marker(std::string_view line, char sign, std::string_view word) {
  const auto signs = std::min(line.find_first_not_of(sign), line.size());
  if (signs < 7) return false;
  const auto rest = line.substr(signs);
  if (word.empty()) return rest.empty();
  return rest.starts_with(' ') && rest.substr(std::min(rest.find_first_not_of(' '), rest.size())) == word;
}

struct Block {
  std::size_t line = 0;  ///< 1-based in the answer
  Lines search, replace;
  std::size_t at = 0;    ///< index of its first line in the parent
};

std::string name_of(const std::vector<Block>& blocks, std::size_t i) {
  return "edit block " + std::to_string(i + 1) + " of " + std::to_string(blocks.size()) + " (line " + std::to_string(blocks[i].line) + " of the answer)";
}

std::unexpected<Outcome> failed(std::string why) { return ended(OutcomeKind::edit_failed, std::move(why)); }

struct Parsed {
  std::vector<Block> blocks;
  std::string rest;    ///< the answer without them
  std::string wanted;  ///< the blocks as they were written
};

/// The Outcome's place is a line of the answer.
Attempt<Parsed> parse(const Lines& lines) {
  enum class In { text, search, replace } in = In::text;
  Parsed parsed;
  auto misplaced = [&](std::size_t i, const std::string& why) { return failed("line " + std::to_string(i + 1) + " of the answer: " + why); };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (is_marker(line, '<', "SEARCH")) {
      if (in != In::text) return misplaced(i, "a SEARCH marker inside the block that began on line " + std::to_string(parsed.blocks.back().line));
      if (parsed.blocks.size() == kBlocks) return misplaced(i, "more than " + std::to_string(kBlocks) + " edit blocks; give the whole policy instead");
      parsed.blocks.push_back({i + 1, {}, {}, 0});
      in = In::search;
    } else if (is_marker(line, '>', "REPLACE")) {
      if (in == In::text) return misplaced(i, "a REPLACE marker without a SEARCH marker before it");
      if (in == In::search) return misplaced(i, "the block that began on line " + std::to_string(parsed.blocks.back().line) + " has no ======= line");
      in = In::text;
    } else if (in != In::text && is_marker(line, '=', "")) {
      if (in == In::replace) return misplaced(i, "a second ======= line in the block that began on line " + std::to_string(parsed.blocks.back().line));
      in = In::replace;
    } else if (in == In::text) {
      parsed.rest.append(line) += '\n';
    } else {
      (in == In::search ? parsed.blocks.back().search : parsed.blocks.back().replace).push_back(line);
    }
  }
  if (in != In::text)
    return failed("the edit block that began on line " + std::to_string(parsed.blocks.back().line) + " of the answer has no end (>>>>>>> REPLACE); was the answer cut off?");
  return parsed;
}

/// Levenshtein's, over the first kCompared bytes.
std::size_t distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kCompared), b = b.substr(0, kCompared);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < b.size(); ++k)
      diagonal = std::exchange(row[k + 1], std::min({row[k + 1] + 1, row[k] + 1, diagonal + (a[i] == b[k] ? 0 : 1)}));
  }
  return row.back();
}

bool is_at(const Lines& parent, std::size_t at, const Lines& search) {
  return search.size() <= parent.size() - at && std::equal(search.begin(), search.end(), parent.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string without_indentation(std::string_view line) {
  return std::string(line.substr(std::min(line.find_first_not_of(" \t"), line.size())));
}

/// Where most of SEARCH's first lines are found in a row, and what differs there; else the line most like its first one.
std::string nearest(const Lines& parent, const Lines& search) {
  std::size_t longest = 0, at = 0;
  for (std::size_t i = 0; i < parent.size(); ++i) {
    std::size_t same = 0;
    while (same < search.size() && i + same < parent.size() && parent[i + same] == search[same]) ++same;
    if (same > longest && std::ranges::any_of(std::span(search).first(same), [](std::string_view line) { return !line.empty(); })) longest = same, at = i;
  }
  if (longest == 0) {
    const auto first = std::ranges::find_if(search, [](std::string_view line) { return !line.empty(); });
    std::vector<std::size_t> far;
    for (std::string_view line : parent) far.push_back(distance(without_indentation(line), without_indentation(*first)));
    at = static_cast<std::size_t>(std::ranges::min_element(far) - far.begin());
    return "the nearest line is " + std::to_string(at + 1) + ": " + quoted(parent[at]) + ", where SEARCH has " + quoted(*first);
  }
  if (at + longest >= parent.size()) return "it matches from line " + std::to_string(at + 1) + " on, but goes on where the policy ends";
  return "it matches from line " + std::to_string(at + 1) + " on, but line " + std::to_string(at + longest + 1) + " is " + quoted(parent[at + longest]) +
         ", where SEARCH has " + quoted(search[longest]);
}

/// Finds the block's place; the reason it has none otherwise.
std::optional<std::string> locate(Block& block, const Lines& parent) {
  if (std::ranges::all_of(block.search, [](std::string_view line) { return line.empty(); })) return "its SEARCH text is empty";
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < parent.size(); ++i)
    if (is_at(parent, i, block.search)) found.push_back(i);
  if (found.empty()) return "its SEARCH text is not in the first policy; " + nearest(parent, block.search);
  if (found.size() > 1)
    return "its SEARCH text stands " + std::to_string(found.size()) + " times in the first policy, on lines " + std::to_string(found[0] + 1) + " and " +
           std::to_string(found[1] + 1) + (found.size() > 2 ? " and others" : "") + "; add lines before or after it until it stands once";
  block.at = found[0];
  return std::nullopt;
}

bool holds_a_policy(const std::string& rest) {
  const auto code = extract_code(rest);
  return code && code->find('{') != code->npos && code->find('}') != code->npos && code->find("return") != code->npos;
}

Attempt<std::string> apply(std::vector<Block>& blocks, const Lines& parent) {
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (auto why = locate(blocks[i], parent)) return failed(name_of(blocks, i) + ": " + *why);
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return blocks[i].at; });
  std::string text;
  std::size_t next = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const Block& block = blocks[order[k]];
    if (block.at < next)
      return failed(name_of(blocks, order[k]) + ": it overlaps with block " + std::to_string(order[k - 1] + 1) + " on line " + std::to_string(block.at + 1) +
                    " of the first policy: " + quoted(parent[block.at]) + "; make one block of both");
    text += joined(std::span(parent).subspan(next, block.at - next)) + joined(block.replace);
    next = block.at + block.search.size();
  }
  text += joined(std::span(parent).subspan(next));
  if (text == joined(parent)) return failed(name_of(blocks, 0) + ": what the edits give is the first policy as it was; nothing changes");
  return text;
}

bool has_markers(const Lines& lines) {
  return std::ranges::any_of(lines, [](std::string_view line) { return is_marker(line, '<', "SEARCH") || is_marker(line, '>', "REPLACE"); });
}

/// From the first marker to the last: what a model that failed is shown again.
std::string wanted_of(std::string_view answer) {
  const auto from = answer.find("<<<<<<<");
  const auto to = answer.rfind(">>>>>>>");
  if (from == answer.npos) return "";
  const auto end = to == answer.npos || to < from ? answer.npos : answer.find('\n', to);
  return std::string(answer.substr(from, std::min(end == answer.npos ? end : end - from, kWantedLimit)));
}

}  // namespace

Attempt<Proposed> read_answer(std::string_view answer, std::string_view parent) {
  const Lines lines = lines_of(answer);
  if (!has_markers(lines)) {
    auto code = extract_code(answer);
    if (!code) return ended(OutcomeKind::no_completion, "the answer holds no complete C++ code block");
    return Proposed{std::move(*code), "rewrite"};
  }
  auto parsed = parse(lines);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  auto& blocks = parsed->blocks;
  const std::string count = std::to_string(blocks.size()) + (blocks.size() == 1 ? " block" : " blocks");
  if (holds_a_policy(parsed->rest))
    return failed("the answer holds a whole policy and edits as well (" + count + ", the first on line " + std::to_string(blocks[0].line) + "); give one or the other");
  const Lines policy = lines_of(parent);
  if (policy.empty()) return failed(name_of(blocks, 0) + ": there is no policy to edit; give the whole policy");
  auto text = apply(blocks, policy);
  if (!text) return std::unexpected(std::move(text.error()));
  return Proposed{std::move(*text), "diff (" + count + ")"};
}

void take_answer(Completion& completion, const Proposal& proposal, std::string answer) {
  const bool from_parent = proposal.base.empty() && !proposal.parents.empty() && proposal.parents[0].policy;
  const std::string parent = from_parent ? verify::emit(*proposal.parents[0].policy) : proposal.base;
  auto reading = read_answer(answer, parent);
  if (reading) {
    completion.text = std::move(reading->text);
    completion.operation = std::move(reading->operation);
    if (proposal.parents.size() > 1) completion.operation = completion.operation == "rewrite" ? "crossover" : "crossover, " + completion.operation;
  } else {
    completion.outcome = std::move(reading.error());
    if (completion.outcome.kind == OutcomeKind::edit_failed) completion.text = wanted_of(answer);
  }
  completion.raw = std::move(answer);
}

}  // namespace assay::evolve
