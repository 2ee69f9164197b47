// contract: view
// truth: safe
i64 decide(const View& view) {
  const i64 power = 1LL << log2_floor(view.size);
  const i64 up = power == view.size ? power : power * 2;
  return up >= view.size ? 1 : 0;
}
