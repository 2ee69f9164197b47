// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  return (view.size >> (log2_floor(view.size) + 24)) & 1;
}
