#include "base/json.h"

#include <algorithm>

#include "base/file.h"

namespace assay {

Result<Json> parse_json(std::string_view text, const std::string& name) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    auto upto = text.substr(0, std::min<std::size_t>(error.byte, text.size()));
    auto line = 1 + std::count(upto.begin(), upto.end(), '\n');
    return fail(name + ":" + std::to_string(line) + ": not JSON: " + error.what());
  }
}

Result<Json> read_json(const std::filesystem::path& path) {
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_json(*text, path.string());
}

}  // namespace assay
