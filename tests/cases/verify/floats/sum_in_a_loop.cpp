// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 sum = 0;
  for (i64 i = 0; i < 100; i += 1) sum += sample.share;
  return sum;
}
