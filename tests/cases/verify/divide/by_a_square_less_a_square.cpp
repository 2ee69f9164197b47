// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 5
i64 decide(const View& view) {
  return view.small * 1000 / (view.offset * view.offset - 49) > 0 ? 1 : 0;
}
