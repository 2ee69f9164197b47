// expect: 3:3: unknown type name 'i64'; begin with #include "policies/abi/assay.h"
struct Object {
  i64 size;
};
