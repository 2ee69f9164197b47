// Least hit density (Beckmann et al. 2018) with the densities frozen into a table over age class and hit class.
#include "policy.h"

i64 density(i64 age_class, i64 hit_class) {
  if (hit_class == 0) {
    if (age_class == 0) return 40;
    if (age_class == 1) return 31;
    if (age_class == 2) return 19;
    if (age_class == 3) return 11;
    if (age_class == 4) return 6;
    if (age_class == 5) return 3;
    return 1;
  }
  if (hit_class == 1) {
    if (age_class == 0) return 77;
    if (age_class == 1) return 70;
    if (age_class == 2) return 52;
    if (age_class == 3) return 38;
    if (age_class == 4) return 22;
    if (age_class == 5) return 10;
    return 4;
  }
  if (hit_class == 2) {
    if (age_class == 0) return 91;
    if (age_class == 1) return 90;
    if (age_class == 2) return 81;
    if (age_class == 3) return 69;
    if (age_class == 4) return 47;
    if (age_class == 5) return 25;
    return 12;
  }
  if (age_class == 0) return 99;
  if (age_class == 1) return 99;
  if (age_class == 2) return 97;
  if (age_class == 3) return 92;
  if (age_class == 4) return 83;
  if (age_class == 5) return 60;
  return 33;
}

i64 age_class_of(i64 age, i64 objects) { return clamp(log2_floor(safe_div(8 * age, max(objects, 1)) + 1), 0, 6); }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 hit_class = min(log2_floor(object.hits + 1), 3);
  const i64 age = object.hits == 0 && ghost.known == 1 ? ghost.age : object.age;
  const i64 value = density(age_class_of(age, cache.objects), hit_class);
  return object.last_access + value * cache.objects / 16;
}
