__attribute__((section(".init_array"))) long long go = 1;
// expect: 1: reserved name
// expect: 1: text and characters
