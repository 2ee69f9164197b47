#pragma once
// Bytes as text, for lines of JSON (RFC 4648, section 4).

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::kernels {

std::string base64(std::span<const char> bytes);
/// The error says where the text is none. Padding is a must.
std::expected<std::vector<char>, std::string> from_base64(std::string_view text);

}  // namespace assay::kernels
