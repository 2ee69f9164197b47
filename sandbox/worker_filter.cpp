#include "sandbox/worker_filter.h"

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace assay::sandbox {
namespace {

constexpr int kAllowed[] = {
    // memory
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // the socket, and /dev/null as 0, 1 and 2: no other descriptor is open and none can be made
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
    SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(close), SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    // threads (a solver's timer) and signals to itself
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
    // time and facts about itself
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom)};

struct Refusal {
  int call;
  int error;
};
constexpr Refusal kRefused[] = {
    {SCMP_SYS(open), ENOENT},     {SCMP_SYS(openat), ENOENT},           {SCMP_SYS(stat), ENOENT},
    {SCMP_SYS(lstat), ENOENT},    {SCMP_SYS(newfstatat), ENOENT},       {SCMP_SYS(statx), ENOENT},
    {SCMP_SYS(access), ENOENT},   {SCMP_SYS(faccessat), ENOENT},        {SCMP_SYS(faccessat2), ENOENT},
    {SCMP_SYS(readlink), ENOENT}, {SCMP_SYS(readlinkat), ENOENT},       {SCMP_SYS(getcwd), ENOENT},
    {SCMP_SYS(ioctl), ENOTTY},    {SCMP_SYS(clone3), ENOSYS},  // libc falls back to clone, whose flags can be read
    {SCMP_SYS(prctl), EPERM},     {SCMP_SYS(sched_setaffinity), EPERM}, {SCMP_SYS(setrlimit), EPERM}};

struct Condition {
  int call;
  scmp_arg_cmp first, second;
  unsigned count;
};

scmp_arg_cmp argument_is(unsigned index, scmp_datum_t value) { return {index, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp argument_masked(unsigned index, scmp_datum_t mask, scmp_datum_t value) {
  return {index, SCMP_CMP_MASKED_EQ, mask, value};
}

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

int add_conditions(const Filter& filter) {
  const auto self = static_cast<scmp_datum_t>(::getpid());
  const Condition conditions[] = {
      // No memory that can be executed: there is no code here but what was loaded before the jail closed.
      {SCMP_SYS(mmap), argument_masked(2, PROT_EXEC, 0), {}, 1},
      {SCMP_SYS(mprotect), argument_masked(2, PROT_EXEC, 0), {}, 1},
      // Z3 starts a thread for its time limit; a process of its own nobody may start.
      {SCMP_SYS(clone), argument_masked(0, CLONE_THREAD, CLONE_THREAD), {}, 1},
      {SCMP_SYS(tgkill), argument_is(0, self), {}, 1},  // abort()
      {SCMP_SYS(kill), argument_is(0, self), {}, 1},    // a crash handler that raises the signal again
      {SCMP_SYS(fcntl), argument_is(1, F_GETFD), {}, 1},
      {SCMP_SYS(fcntl), argument_is(1, F_GETFL), {}, 1},
      {SCMP_SYS(prlimit64), argument_is(0, 0), argument_is(2, 0), 2}};  // to look, not to set
  for (const auto& condition : conditions) {
    const scmp_arg_cmp comparisons[] = {condition.first, condition.second};
    int error = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, condition.call, condition.count, comparisons);
    if (error) return error;
  }
  return 0;
}

int add_rules(const Filter& filter) {
  for (int call : kAllowed)
    if (int error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0)) return error;
  for (const auto& refused : kRefused)
    if (int error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(refused.error), refused.call, 0)) return error;
  return add_conditions(filter);
}

}  // namespace

Result<void> allow_worker_calls() {
  Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return fail("worker: seccomp_init failed");
  int error = add_rules(filter);
  // Binary search by call number instead of a walk over the whole list.
  if (!error) seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (!error) error = seccomp_load(filter.get());
  if (error) return fail(std::string("worker: seccomp filter: ") + std::strerror(-error));
  return {};
}

}  // namespace assay::sandbox
