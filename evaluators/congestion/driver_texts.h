#pragma once
// The texts of sim/ and driver/ as they travel inside the program, without includes and lines of comment.

#include <string_view>

namespace assay::evaluators::congestion {

extern const std::string_view kSimulatorText;  ///< what the generated adapter builds on
extern const std::string_view kRecorderText;   ///< what builds on the adapter

}  // namespace assay::evaluators::congestion
