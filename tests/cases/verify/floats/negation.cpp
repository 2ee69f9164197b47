// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.mean = -sample.value;
  return -average.mean;
}
