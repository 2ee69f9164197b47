// contract: view
// truth: safe
// offset >> 63 is 0 or -1.
i64 decide(const View& view) {
  const i64 mask = view.offset >> 63;
  return (view.offset ^ mask) - mask;
}
