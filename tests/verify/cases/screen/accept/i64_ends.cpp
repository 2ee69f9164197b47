i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 low = -9223372036854775807 - 1;
  const i64 high = 9223372036854775807;
  if (object.hits < kI64Min || object.hits == low) return -kMaxPriority;
  return object.size > high / 2 ? kI64Max / 4 : (-9223372036854775807) / 4;
}
