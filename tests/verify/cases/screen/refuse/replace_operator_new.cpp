void* operator new(decltype(sizeof 0) n) { return nullptr; }
// expect: 1: `operator` is not
