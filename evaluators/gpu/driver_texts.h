#pragma once
// The texts of driver/ as they travel inside the program, without includes and lines of comment.

#include <string_view>

namespace assay::evaluators::gpu {

extern const std::string_view kImageText;   ///< what the generated adapter builds on
extern const std::string_view kDriverText;  ///< what builds on the adapter

}  // namespace assay::evaluators::gpu
