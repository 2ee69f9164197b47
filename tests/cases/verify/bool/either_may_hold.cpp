// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(const View& view) {
  const bool usable = view.hits > 0 || view.ghost;
  return usable ? 1000000 / view.hits : 0;
}
