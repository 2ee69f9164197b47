# Compiles .cu files with nvcc, by its own command line: nothing else of the project is CUDA, and neither a device nor a CMake that knows this
# nvcc is needed. Sets ASSAY_NVCC and, for whoever links, the target assay_cudart.
find_program(ASSAY_NVCC nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES bin)
if(NOT ASSAY_NVCC)
  message(FATAL_ERROR "ASSAY_CUDA is ON, but there is no nvcc: install the CUDA toolkit (13.0 is the one that was tried), or name it with -DASSAY_NVCC=/path/to/nvcc")
endif()
cmake_path(GET ASSAY_NVCC PARENT_PATH cuda_bin)
cmake_path(GET cuda_bin PARENT_PATH cuda_root)
find_library(ASSAY_CUDART cudart_static HINTS ${cuda_root} PATH_SUFFIXES lib64 lib targets/x86_64-linux/lib NO_DEFAULT_PATH REQUIRED)
find_path(ASSAY_CUDA_INCLUDE cuda_runtime.h HINTS ${cuda_root} PATH_SUFFIXES include targets/x86_64-linux/include NO_DEFAULT_PATH REQUIRED)

# Static: it loads libcuda when first called, and without a driver answers error 35, so that the program runs where there is none.
add_library(assay_cudart INTERFACE)
target_include_directories(assay_cudart SYSTEM INTERFACE ${ASSAY_CUDA_INCLUDE})
target_link_libraries(assay_cudart INTERFACE ${ASSAY_CUDART} Threads::Threads ${CMAKE_DL_LIBS} rt)
target_compile_definitions(assay_cudart INTERFACE ASSAY_CUDA=1)

# The one architecture: sm_90a, for H100, H200 and GH200.
get_filename_component(ASSAY_KERNELS_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
set(ASSAY_NVCC_FLAGS -std=c++20 -O3 -DNDEBUG --expt-relaxed-constexpr -gencode=arch=compute_90a,code=sm_90a -I${ASSAY_KERNELS_ROOT}
  CACHE STRING "how nvcc compiles a kernel")

# assay_cuda_sources(<target> <file.cu>...): compiles them into a target. Registers and shared memory of each kernel are in <file.cu>.resources.
function(assay_cuda_sources target)
  foreach(source ${ARGN})
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${source}.o)
    get_filename_component(folder ${object} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(
      OUTPUT ${object}
      COMMAND sh -c "out=$1; shift; \"$@\" -Xptxas -v > $out.resources 2>&1 || { cat $out.resources >&2; exit 1; }" nvcc ${CMAKE_CURRENT_BINARY_DIR}/${source}
              ${ASSAY_NVCC} ${ASSAY_NVCC_FLAGS} -MD -MF ${object}.d -MT ${object} -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
      DEPENDS ${source}
      DEPFILE ${object}.d
      COMMENT "nvcc ${source}"
      VERBATIM)
    target_sources(${target} PRIVATE ${object})
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  endforeach()
endfunction()

# assay_cuda_open(<target> <file.cu> <name>): kernels with a function left open, for nvJitLink to link with a policy; in the build's kernels
# folder as LTO-IR (<name>.ltoir: the policy is inlined; the link compiles the kernels, which takes a second or more) and as a relocatable cubin
# (<name>.cubin: the policy is called; the link takes milliseconds).
function(assay_cuda_open target source name)
  string(REPLACE "code=sm_" "code=lto_" lto_flags "${ASSAY_NVCC_FLAGS}")
  set(ltoir ${CMAKE_CURRENT_BINARY_DIR}/${name}.ltoir)
  add_custom_command(
    OUTPUT ${ltoir}
    COMMAND ${ASSAY_NVCC} ${lto_flags} -rdc=true -ltoir -MD -MF ${ltoir}.d -MT ${ltoir} ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${ltoir}
    DEPENDS ${source}
    DEPFILE ${ltoir}.d
    COMMENT "nvcc ${name}.ltoir"
    VERBATIM)
  set(cubin ${CMAKE_CURRENT_BINARY_DIR}/${name}.cubin)
  add_custom_command(
    OUTPUT ${cubin}
    COMMAND ${ASSAY_NVCC} ${ASSAY_NVCC_FLAGS} -rdc=true -cubin -MD -MF ${cubin}.d -MT ${cubin} ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${cubin}
    DEPENDS ${source}
    DEPFILE ${cubin}.d
    COMMENT "nvcc ${name}.cubin"
    VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${ltoir} ${cubin})
endfunction()
