i64 f() noexcept { return 1; }
// expect: 1: `noexcept` is not
