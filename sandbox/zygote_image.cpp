#include "sandbox/zygote_image.h"

// ASSAY_ZYGOTE is the path of the built program (sandbox/CMakeLists.txt).
asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".globl assay_zygote_begin\n"
    "assay_zygote_begin:\n"
    ".incbin \"" ASSAY_ZYGOTE
    "\"\n"
    ".globl assay_zygote_end\n"
    "assay_zygote_end:\n"
    ".popsection\n");

extern "C" const std::byte assay_zygote_begin[];
extern "C" const std::byte assay_zygote_end[];

namespace assay::sandbox {

std::span<const std::byte> zygote_image() { return {assay_zygote_begin, assay_zygote_end}; }

}  // namespace assay::sandbox
