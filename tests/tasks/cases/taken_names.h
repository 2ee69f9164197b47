// expect: 5:8: the name Array is taken; choose another
// expect: 8:5: the name min is taken; choose another
// expect: 9:5: the name assay_entry is taken; choose another
#include "policies/abi/assay.h"
struct Array {
  bool x;
};
i64 min(bool x) ASSAY_RETURNS("", 0, 1);
i64 assay_entry(bool x) ASSAY_RETURNS("", 0, 1);
