// attack: instantiates 2^22 templates that are all different, none of them deep
// layer: L R
// outcome: refused
// screen-off: timeout R | compile was not done
template <i64 Depth, i64 Path>
struct Bomb {
  static constexpr i64 value = Bomb<Depth - 1, Path>::value + Bomb<Depth - 1, Path + (1LL << Depth)>::value;
};
template <i64 Path>
struct Bomb<0, Path> {
  static constexpr i64 value = Path;
};
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == Bomb<22, 0>::value) return 1;
  return -object.last_access;
}
