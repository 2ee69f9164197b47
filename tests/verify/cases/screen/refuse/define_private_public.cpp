#define private public
// expect: 1: a preprocessor directive
