#include "kernels/members.h"

#include <set>

namespace assay::kernels {
namespace {

constexpr int kMostLevels = 8;

}  // namespace

std::expected<Json, std::string> parse_line(std::string_view line) {
  std::string problem;
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const Json::parser_callback_t watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (!problem.empty()) return true;
    if (depth > kMostLevels) problem = "more than " + std::to_string(kMostLevels) + " levels of brackets";
    else if (event == Json::parse_event_t::object_start) keys.emplace_back();
    else if (event == Json::parse_event_t::object_end) keys.pop_back();
    else if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      problem = "the key \"" + parsed.get<std::string>() + "\" twice in one object";
    return problem.empty() || depth <= kMostLevels;
  };
  try {
    Json json = Json::parse(line, watch);
    if (!problem.empty()) return std::unexpected(problem);
    return json;
  } catch (const Json::exception& failure) {
    // The library's text quotes the input, which may hold anything.
    std::string text;
    for (const char* at = failure.what(); *at != 0 && text.size() < 160; ++at) text += *at >= 32 && *at < 127 ? *at : '?';
    return std::unexpected(problem.empty() ? text : problem);
  }
}

}  // namespace assay::kernels
