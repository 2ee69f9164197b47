# One INTERFACE target carries warnings and include root; `assay_library` makes a folder's library.
add_library(assay_options INTERFACE)
# -Wno-restrict: GCC 12 reports it falsely for "x" + std::string (its bug 105651).
target_compile_options(assay_options INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers -Wno-restrict)
target_include_directories(assay_options INTERFACE ${CMAKE_SOURCE_DIR})
include(AssaySanitizers)

# assay_library(<folder> SOURCES ... LINK ... [PRECOMPILE ...]) makes the target assay_<folder>. PRECOMPILE: headers from
# outside that most of its sources include, and that are slow to read.
function(assay_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRECOMPILE" ${ARGN})
  add_library(assay_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(assay_${folder} PUBLIC assay_options ${ARG_LINK})
  if(ARG_PRECOMPILE)
    target_precompile_headers(assay_${folder} PRIVATE ${ARG_PRECOMPILE})
  endif()
endfunction()
