__attribute__((constructor)) static void before() {}
[[gnu::constructor]] static void earlier() {}
// expect: 1: `__attribute__` is a reserved name
// expect: 2: an attribute
