// contract: doubles
// truth: safe
// known: unknown output_range
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.mean = average.mean + 0.125 * (sample.value - average.mean);
  return average.mean;
}
