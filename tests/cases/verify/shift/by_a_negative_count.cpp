// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 6
i64 decide(const View& view) {
  if (view.offset > 63) return 0;
  return view.small >> view.offset;
}
