extern "C" void longjmp(void*, int);
// expect: 1: `extern` is not
