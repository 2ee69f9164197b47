#include "evolve/completion.h"

#include <algorithm>
#include <array>
#include <vector>

#include "evolve/provider.h"

namespace assay::evolve {
namespace {

constexpr std::array<std::string_view, 8> kLanguages = {"", "cpp", "c++", "cc", "cxx", "c", "hpp", "h"};

std::string_view trim(std::string_view text) {
  auto start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_fence(std::string_view line) { return line.starts_with("```") || line.starts_with("~~~"); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// "cpp" of "```cpp title=x".
bool is_cpp(std::string_view fence) {
  std::string_view tag = trim(fence.substr(3));
  return std::ranges::find(kLanguages, lower(tag.substr(0, tag.find_first_of(" \t{")))) != kLanguages.end();
}

std::string without_includes(std::string_view code) {
  std::string kept;
  for (std::string_view line : lines_of(code)) {
    std::string_view word = trim(line);
    if (word.starts_with("#include") || word.starts_with("#pragma once")) kept += "\n";  // line numbers stay
    else kept.append(line) += "\n";
  }
  return kept;
}

bool looks_like_code(std::string_view text) {
  return text.find('{') != text.npos && text.find('}') != text.npos && text.find("return") != text.npos;
}

}  // namespace

std::optional<std::string> extract_code(std::string_view answer) {
  std::string best, block;
  bool open = false, fenced = false, wanted = false;
  for (std::string_view line : lines_of(answer)) {
    if (!is_fence(trim(line))) {
      if (open && wanted) block.append(line) += "\n";
      continue;
    }
    fenced = true;
    if (open && wanted && block.size() >= best.size()) best = block;
    open = !open;
    wanted = open && is_cpp(trim(line));
    block.clear();
  }
  if (open && wanted && best.empty()) return std::nullopt;
  if (!fenced && looks_like_code(answer)) best = std::string(answer);
  std::string code = without_includes(best);
  if (trim(code).empty()) return std::nullopt;
  return code;
}

Json to_json(const Completion& c) {
  Json json{{"text", c.text}, {"operation", c.operation}, {"tokens", {c.tokens_in, c.tokens_out}}, {"usd", c.usd}};
  if (!c.raw.empty()) json["raw"] = c.raw;
  if (!c.model.empty()) json["model"] = c.model;
  if (!c.member.empty()) json["member"] = c.member;
  if (c.outcome.kind != OutcomeKind::ok) json["refused"] = c.outcome.detail;
  if (c.outcome.kind == OutcomeKind::edit_failed) json["kind"] = name_of(c.outcome.kind);
  return json;
}

Result<Completion> completion_from_json(const Json& json) {
  Completion c;
  auto text = member<std::string>(json, "text", "completion");
  auto operation = member<std::string>(json, "operation", "completion");
  auto tokens = member<std::vector<std::uint64_t>>(json, "tokens", "completion");
  auto usd = member<double>(json, "usd", "completion");
  auto raw = member_or<std::string>(json, "raw", "", "completion");
  auto refused = member_or<std::string>(json, "refused", "", "completion");
  auto model = member_or<std::string>(json, "model", "", "completion");
  auto asked = member_or<std::string>(json, "member", "", "completion");
  auto kind = member_or<std::string>(json, "kind", std::string(name_of(OutcomeKind::no_completion)), "completion");
  if (!text || !operation || !tokens || tokens->size() != 2 || !usd || !raw || !refused || !model || !asked || !kind)
    return fail("a kept completion is damaged");
  c.text = *text;
  c.operation = *operation;
  c.tokens_in = (*tokens)[0];
  c.tokens_out = (*tokens)[1];
  c.usd = *usd;
  c.raw = *raw;
  c.model = *model;
  c.member = *asked;
  const auto named = outcome_kind_named(*kind);
  if (named != OutcomeKind::no_completion && named != OutcomeKind::edit_failed) return fail("a kept completion is damaged");
  if (!refused->empty()) c.outcome = {*named, *refused, {}};
  return c;
}

}  // namespace assay::evolve
