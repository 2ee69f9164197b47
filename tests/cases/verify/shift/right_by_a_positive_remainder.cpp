// contract: view
// truth: safe
i64 decide(const View& view) {
  return (view.hits >> (view.size % 64)) & 65535;
}
