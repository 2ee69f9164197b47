// contract: view
// truth: safe
// bound: 200000
// Ten thousand rounds: too many to write out, and nothing in them that could go wrong.
i64 decide(const View& view) {
  i64 last = 0;
  for (i64 i = 0; i < 10000; i += 1) last = i;
  return last;
}
