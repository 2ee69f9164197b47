// contract: doubles
// truth: unsafe
// expect: refuted in_bounds line 5
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.ring[sample.index + 1] = sample.value;
  return 0;
}
