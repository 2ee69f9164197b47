#pragma once
// What a properties.cpp may be made of, by its tokens. The text is compiled more than once: with and without optimisation, to be lowered, fuzzed, and to
// write tables out. It must say the same each time, so it has nothing that could tell these apart: no directive but includes, no macro but
// ASSAY_PROPERTY, no name of the compiler's or of ours, no assembler, no attributes, no templates or requirements of its own.

#include <string>
#include <vector>

namespace assay::verify::properties {

struct LexicalProblem {
  int line = 0, column = 0;
  std::string message;
};

std::vector<LexicalProblem> lexical_problems(const std::string& text);

}  // namespace assay::verify::properties
