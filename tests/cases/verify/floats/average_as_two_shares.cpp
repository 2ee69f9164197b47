// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.mean = 0.875 * average.mean + 0.125 * sample.value;
  return average.mean;
}
