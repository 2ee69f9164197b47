// attack: assembly outside of every function: symbols and sections of its own
// layer: L A C
// outcome: refused
// screen-off: signal C
asm(".section .text\n.globl assay_entry\nassay_entry:\n  xor %eax, %eax\n  ret\n");
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
