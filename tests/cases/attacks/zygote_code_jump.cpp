// attack: borrows a call instruction from the zygote's own code, which has more calls
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    // Where assay_entry returns to.
    auto* code = (const unsigned char*)((volatile u64*)raw::kStackTop)[-1];
    while (!(code[0] == 0x0f && code[1] == 0x05)) ++code;
    long result;
    asm volatile("call *%1" : "=a"(result) : "r"(code), "a"(39) : "rcx", "r11", "memory");
    raw::need(result > 0);
  }
  return -object.last_access;
}
