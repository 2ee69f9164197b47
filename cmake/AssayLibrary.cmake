# One INTERFACE target carries warnings and include root; `assay_library` makes a folder's library.
add_library(assay_options INTERFACE)
# -Wno-restrict: GCC 12 reports it falsely for "x" + std::string (its bug 105651). -Wno-deprecated-declarations: of Clang, over
# what libstdc++ 12 itself uses in std::stable_sort.
target_compile_options(assay_options INTERFACE -Wall -Wextra -Wshadow -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
target_include_directories(assay_options INTERFACE ${CMAKE_SOURCE_DIR})
# Or ccache takes a precompiled header for a new one each time.
target_compile_options(assay_options INTERFACE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
include(AssaySanitizers)

# assay_library(<folder> SOURCES ... LINK ... [PRECOMPILE ...] [LIKE <library>]) makes the target assay_<folder>. PRECOMPILE:
# headers from outside that most of its sources include, and that are slow to read. LIKE: those of another library, whose
# precompiled file Clang takes at any level of optimisation; GCC wants its own, and goes without.
function(assay_library folder)
  cmake_parse_arguments(ARG "" "LIKE" "SOURCES;LINK;PRECOMPILE" ${ARGN})
  add_library(assay_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(assay_${folder} PUBLIC assay_options ${ARG_LINK})
  if(ARG_PRECOMPILE)
    target_precompile_headers(assay_${folder} PRIVATE ${ARG_PRECOMPILE})
  elseif(ARG_LIKE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_precompile_headers(assay_${folder} REUSE_FROM assay_${ARG_LIKE})
  endif()
endfunction()
