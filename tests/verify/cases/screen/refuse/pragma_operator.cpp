_Pragma("clang diagnostic ignored")
// expect: 1: `_Pragma` is a reserved name
