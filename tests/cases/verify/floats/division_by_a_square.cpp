// contract: doubles
// truth: unsafe
// expect: refuted no_undefined_behaviour line 8
// try: sample.share=1614679632300144556
f64 decide(const Sample& sample, Average& average, f64 raw) {
  if (sample.share == 0) return 0;
  f64 square = sample.share * sample.share;
  return fmin(1 / square, 1000.0);
}
