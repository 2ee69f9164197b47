// attack: opens the driver's namespace and defines its functions first
// layer: L A F
// outcome: refused
// screen-off: compile_error F | redefinition
namespace assay_driver {
constexpr u64 kPrefetchDistance = 0;
inline u64 smaller(u64, u64) { return 0; }
}
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
