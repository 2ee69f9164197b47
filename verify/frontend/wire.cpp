#include "verify/frontend/wire.h"

#include <cstring>

namespace assay::verify::frontend {

std::string pack(const std::vector<std::string_view>& fields) {
  std::string bytes;
  for (std::string_view field : fields) {
    const std::uint64_t size = field.size();
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size).append(field);
  }
  return bytes;
}

std::optional<std::vector<std::string_view>> unpack(std::string_view bytes) {
  std::vector<std::string_view> fields;
  while (!bytes.empty()) {
    std::uint64_t size = 0;
    if (bytes.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (size > bytes.size()) return std::nullopt;
    fields.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return fields;
}

}  // namespace assay::verify::frontend
