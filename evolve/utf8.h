#pragma once
// Text from outside as UTF-8.

#include <string>
#include <string_view>

namespace assay::evolve {

/// Bytes that are no UTF-8 (overlong forms and surrogates too) become U+FFFD, one for each byte; a byte order mark at the
/// start goes. What is UTF-8 stays as it is.
std::string clean_utf8(std::string_view text);

}  // namespace assay::evolve
