// contract: doubles
// truth: unsafe
// expect: refuted output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.ring[sample.index] = sample.value;
  f64 sum = 0;
  for (i64 i = 0; i < 4; i += 1) sum += average.ring[i];
  return sum;
}
