// attack: adds better overloads to the driver's namespace: the bound is never passed
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E
namespace assay_driver {
struct Stream;
inline bool fits(Stream&) { return true; }
inline u64 bytes_written(Stream&) { return 0; }
}
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
