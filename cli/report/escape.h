#pragma once
// Untrusted text on its way into a page.

#include <string>
#include <string_view>

namespace assay::cli {

/// Safe in HTML text and in a quoted attribute: & < > " ' become entities, bytes that are no UTF-8 become U+FFFD, and what
/// a reader could not see (controls, bidirectional overrides, zero-width characters) is written out as "[U+202E]".
std::string escape_html(std::string_view text);

}  // namespace assay::cli
