#pragma once
// Named places between one write and the next, at which a test ends the process or looks on.
//
// The hook is weak and only test programs define it (tests/evolve/failpoints.cpp): in every other program its address is null, so
// that no file, setting or variable of the environment can reach it, and a failpoint costs one comparison.

namespace assay {

[[gnu::weak]] void at_failpoint(const char* name);

inline void failpoint(const char* name) {
  if (at_failpoint != nullptr) at_failpoint(name);
}

}  // namespace assay
