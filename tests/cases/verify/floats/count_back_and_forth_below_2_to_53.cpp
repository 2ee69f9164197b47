// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  if (sample.count > 9007199254740992LL) return 0;
  i64 back = i64(f64(sample.count));
  i64 kept = back == sample.count ? 1 : 0;
  return f64(1 / kept);
}
