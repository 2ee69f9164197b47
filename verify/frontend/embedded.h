#pragma once
// Texts of the project that travel inside the program (made by CMake), so that no copy of the sources is needed.

#include <string_view>

namespace assay::verify::frontend {

/// sandbox/entry.h: part of every compiled candidate.
std::string_view entry_header();
/// policies/abi/property.h: the words of properties.cpp.
std::string_view property_header();
/// policies/abi/table.h: words about numberings, for a properties.cpp that includes it.
std::string_view table_header();

}  // namespace assay::verify::frontend
