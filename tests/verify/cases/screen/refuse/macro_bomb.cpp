#define A(x) x x x x x x x x
#define B A(A(A(A(A(A(A(A(A(1)))))))))
i64 f() { return B; }
// expect: 1: a preprocessor directive
// expect: 2: a preprocessor directive
