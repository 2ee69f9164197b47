// attack: fills the output's rest with decisions of its own before the driver gets there
// layer: L A E
// outcome: refused
// screen-off: nondeterministic E
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    auto* words = (volatile unsigned*)raw::run().output;
    for (u64 i = 0; i < raw::run().output_bytes / 4; ++i) words[i] = 0;
  }
  return -object.last_access;
}
