// contract: view
// truth: safe
// A part of a whole is at most 1, in any unit.
i64 decide(const View& view) {
  return view.hits * 1000 / (view.hits + view.age + 1);
}
