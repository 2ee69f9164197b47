# Packages from Debian 12, each wrapped in one target so that folders name what they use.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(TBB REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(z3 REQUIRED IMPORTED_TARGET z3)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

# Solvers without a CMake package or a pkg-config file.
add_library(assay_cvc5 INTERFACE)
find_library(CVC5_LIBRARY cvc5 REQUIRED)
target_link_libraries(assay_cvc5 INTERFACE ${CVC5_LIBRARY})
add_library(assay_cadical INTERFACE)
find_library(CADICAL_LIBRARY cadical REQUIRED)
target_link_libraries(assay_cadical INTERFACE ${CADICAL_LIBRARY})

# LLVM and Clang: the shared libraries of LLVM 19 only, included as system headers.
find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19 NO_DEFAULT_PATH)
add_library(assay_llvm INTERFACE)
target_include_directories(assay_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_link_libraries(assay_llvm INTERFACE ${LLVM_LIBRARY_DIRS}/libLLVM.so.19.1)
target_compile_options(assay_llvm INTERFACE -Wno-shadow -Wno-unused-parameter)
# Or LLVM's headers would poison an arena's memory in our code, and the library, built without ASan, use it as it is.
if(ASSAY_SANITIZE)
  target_compile_options(assay_llvm INTERFACE -U__SANITIZE_ADDRESS__)
endif()
add_library(assay_clang INTERFACE)
target_link_libraries(assay_clang INTERFACE assay_llvm ${LLVM_LIBRARY_DIRS}/libclang-cpp.so.19.1)
