// contract: doubles
// truth: safe
f64 decide(const Sample& sample, Average& average, f64 raw) {
  average.mean = fclamp(average.mean + sample.share * (sample.value - average.mean), -1000.0, 1000.0);
  return average.mean;
}
