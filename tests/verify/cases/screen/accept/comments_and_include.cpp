/* A comment before
   the include. */
  #  include "policy.h"
// bash$ 'quotes', "strings", # and asm while goto in comments are only words
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return /* here */ object.last_access;  // and there
}
;
