#define main assay_entry
// expect: 1: a preprocessor directive
