extern "C" unsigned long long clock_gettime(int, void*) { return 0; }
extern "C" unsigned long long __cxa_atexit() { return 0; }
// expect: 1: `extern` is not
// expect: 2: reserved name
