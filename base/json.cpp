#include "base/json.h"

#include <algorithm>

#include "base/file.h"

#if !defined(ASSAY_FUZZING)
template class nlohmann::basic_json<>;
#endif

namespace assay {
namespace {

/// The library parses any depth, but copies and prints recursively. A policy of the greatest depth stays far below this.
constexpr int kMaxDepth = 2000;

std::string at_line(const std::string& name, std::string_view upto) {
  return name + ":" + std::to_string(1 + std::count(upto.begin(), upto.end(), '\n')) + ": ";
}

/// Where brackets first nest deeper than kMaxDepth; text.size() when they do not.
std::size_t too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') ++i;
    else if (c == '"') quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{') && ++depth > kMaxDepth) return i;
    else if (!quoted && (c == ']' || c == '}')) --depth;
  }
  return text.size();
}

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& name) {
  if (const std::size_t place = too_deep(text); place < text.size())
    return fail(at_line(name, text.substr(0, place)) + "JSON nested deeper than " + std::to_string(kMaxDepth));
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    auto upto = text.substr(0, std::min<std::size_t>(error.byte, text.size()));
    return fail(at_line(name, upto) + "not JSON: " + error.what());
  } catch (const nlohmann::json::exception& error) {  // a number beyond double, for one
    return fail(at_line(name, "") + "not JSON: " + error.what());
  }
}

Result<Json> read_json(const std::filesystem::path& path) {
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_json(*text, path.string());
}

}  // namespace assay
