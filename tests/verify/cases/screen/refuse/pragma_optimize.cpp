#pragma clang optimize off
// expect: 1: a preprocessor directive
