// contract: view
// truth: unsafe
// expect: refuted no_undefined_behaviour line 7
// bound: 200000
i64 decide(const View& view) {
  i64 last = 0;
  for (i64 i = 0; i < 10000; i += 1) last = 1000 / (9999 - i);
  return last;
}
