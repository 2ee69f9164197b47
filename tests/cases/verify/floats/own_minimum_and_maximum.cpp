// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  f64 low = raw < 5.0 ? raw : 5.0;
  return low > -5.0 ? low : -5.0;
}
