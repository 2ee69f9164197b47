#pragma once
// A candidate's text, exactly as it was proposed.

#include <string>

namespace assay {

struct Source {
  std::string text;
  std::string name = "candidate.cpp";  ///< for messages only
};

}  // namespace assay
