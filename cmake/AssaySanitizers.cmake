# What the presets asan-ubsan and tsan add to every target but the zygote, which is static (sandbox/CMakeLists.txt).
# ASSAY_SLOWNESS: how many times as long a test may take.
set(ASSAY_SLOWNESS 1)
if(NOT ASSAY_SANITIZE)
  return()
endif()
set(ASSAY_SLOWNESS 10)

# -O1 -g1 over the -O0 and -g of Debug: checks make code slow enough, and -g1 still names each line of a report. A report
# ends the process, for UBSan too: in a jail nobody would read it. Without vptr: it looks at memory through a pipe, which a
# jailed worker may not make, and then reports what is right. ASSAY_IS_TEST, a target's property, leaves it at -O0, where it compiles
# in half the time.
set(level $<IF:$<BOOL:$<TARGET_PROPERTY:ASSAY_IS_TEST>>,-O0,-O1>)
set(flags -fsanitize=${ASSAY_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer ${level} -g1)
target_compile_options(assay_options INTERFACE ${flags})
target_compile_definitions(assay_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE})

# The runtimes' options travel in every program, so that they hold without ctest, too. -u: nothing of ours calls them.
file(READ ${CMAKE_SOURCE_DIR}/tests/tsan.supp ASSAY_TSAN_SUPPRESSIONS)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/tsan.supp)
configure_file(${CMAKE_SOURCE_DIR}/cmake/sanitizer_options.cpp.in ${CMAKE_BINARY_DIR}/sanitizer_options.cpp @ONLY)
add_library(assay_sanitizer_options STATIC ${CMAKE_BINARY_DIR}/sanitizer_options.cpp)
target_link_libraries(assay_options INTERFACE assay_sanitizer_options)
target_link_options(assay_options INTERFACE -Wl,-u,__asan_default_options,-u,__tsan_default_options)
