#include "sandbox/run_child.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "sandbox/entry.h"
#include "sandbox/probes.h"

namespace assay::sandbox {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kHuge = 2u << 20;
constexpr std::uint64_t kRingHeaderBytes = kPage;

std::uint64_t whole_pages(std::uint64_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

[[noreturn]] void give_up(SetupPage* setup, std::string_view why) {
  auto n = std::min(why.size(), kMessageBytes - 1);
  std::memcpy(setup->message, why.data(), n);
  setup->message[n] = 0;
  ::_exit(1);
}

struct Place {
  std::uint64_t address;
  std::uint64_t bytes;
  int protection;
  int flags;
  int fd;
  const char* name;
};

unsigned char* map_or_give_up(SetupPage* setup, const Place& place) {
  if (place.bytes == 0) return nullptr;
  auto* wanted = reinterpret_cast<void*>(place.address);
  void* at = ::mmap(wanted, place.bytes, place.protection, place.flags | MAP_FIXED_NOREPLACE, place.fd, 0);
  if (at == wanted) return static_cast<unsigned char*>(at);
  if (at != MAP_FAILED) errno = EEXIST;  // a kernel before 4.17 takes the address as a hint
  give_up(setup, "map the " + std::string(place.name) + " (" + std::to_string(place.bytes) +
                     " bytes): " + std::strerror(errno));
}

/// The ring: its header right before `output`, so that a block that is overrun hits unmapped memory.
void map_ring(const ChildJob& job, AssayRun* run) {
  const auto& message = job.message;
  const std::uint64_t bytes = kRingHeaderBytes + message.ring_blocks * message.block_bytes;
  auto* at = map_or_give_up(job.setup, {kOutputAt + shift_of(message.layout) - kRingHeaderBytes, bytes, PROT_READ | PROT_WRITE,
                                        MAP_SHARED, job.output_fd, "ring"});
  run->ring = reinterpret_cast<AssayRing*>(at);
  run->output = at + kRingHeaderBytes;
  run->output_bytes = message.output_bytes;
  run->ring_blocks = message.ring_blocks;
  run->block_bytes = message.block_bytes;
}

/// What lies on a stack before its first use is nobody's business; in another layout it is something else.
void poison_stack(std::uint64_t layout) {
  constexpr std::uint64_t kPoisoned = 64u << 10;
  if (layout == 0) return;
  auto* top = reinterpret_cast<unsigned char*>(kStackAt + shift_of(layout) + kStackBytes);
  std::memset(top - kPoisoned, static_cast<int>(layout | 1), kPoisoned);
}

/// The candidate's world. Files are mapped private: even a mapping made writable would not reach the file.
AssayRun* map_world(const ChildJob& job) {
  const auto& message = job.message;
  const std::uint64_t shift = shift_of(message.layout);
  constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  map_or_give_up(job.setup, {message.load_address + shift, message.image_bytes, PROT_READ | PROT_EXEC, MAP_PRIVATE,
                             job.image_fd, "image"});
  auto* arguments = map_or_give_up(job.setup, {kArgumentsAt + shift, whole_pages(sizeof(AssayRun) + job.arguments.size()),
                                               PROT_READ | PROT_WRITE, kAnonymous, -1, "arguments"});
  auto* run = new (arguments) AssayRun{};
  std::memcpy(arguments + sizeof(AssayRun), job.arguments.data(), job.arguments.size());
  run->arguments = arguments + sizeof(AssayRun);
  run->arguments_bytes = job.arguments.size();
  run->input =
      map_or_give_up(job.setup, {kInputAt + shift, message.input_bytes, PROT_READ, MAP_PRIVATE, job.input_fd, "input"});
  run->input_bytes = message.input_bytes;
  run->arena =
      map_or_give_up(job.setup, {kArenaAt + shift, message.arena_bytes, PROT_READ | PROT_WRITE, kAnonymous, -1, "arena"});
  run->arena_bytes = message.arena_bytes;
  if (message.arena_bytes >= kHuge) ::madvise(run->arena, message.arena_bytes, MADV_HUGEPAGE);  // speed only
  map_ring(job, run);
  map_or_give_up(job.setup, {kStackAt + shift, kStackBytes, PROT_READ | PROT_WRITE, kAnonymous, -1, "stack"});
  map_or_give_up(job.setup, {kFaultStackAt, kFaultStackBytes, PROT_READ | PROT_WRITE, kAnonymous, -1, "fault stack"});
  poison_stack(message.layout);
  if (::mprotect(arguments, whole_pages(sizeof(AssayRun) + job.arguments.size()), PROT_READ) != 0)
    give_up(job.setup, "make the arguments read-only");
  return run;
}

Limits limits_of(const RunMessage& message) {
  return {.address_space_bytes = message.memory_bytes,
          .cpu_seconds = message.cpu_seconds,
          .stack_bytes = 1u << 20,  // of our own stack, which the candidate does not run on
          .descriptors = 0,
          .processes = 0};
}

void close_layers(const ChildJob& job) {
  auto layers = job.message.layers;
  if (layers & kLandlock)
    if (auto denied = deny_files(); !denied) give_up(job.setup, denied.error().what);
  ::syscall(SYS_close_range, 0u, ~0u, 0u);
  if (layers & kRlimits)
    if (auto lowered = lower_limits(limits_of(job.message)); !lowered) give_up(job.setup, lowered.error().what);
}

/// Notes where a fault was, for the message to the model, and leaves. The page has a fixed address because a handler
/// has no other way to know it.
void note_fault(int signal, siginfo_t* info, void*) {
  auto* answer = reinterpret_cast<AnswerPage*>(kAnswerAt);
  answer->value = static_cast<std::uint64_t>(signal);
  answer->fault_address =
      info->si_code == SI_KERNEL ? kPrivilegedInstruction : reinterpret_cast<std::uint64_t>(info->si_addr);
  answer->answered = kFaulted;
  ::syscall(SYS_exit_group, kFaultStatus);
}

/// On a stack of its own, for the candidate's may be what overflowed. Without it a fault would just kill, as well.
void note_faults() {
  stack_t stack{};
  stack.ss_sp = reinterpret_cast<void*>(kFaultStackAt);
  stack.ss_size = kFaultStackBytes;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = note_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
  ::sigaction(SIGSEGV, &action, nullptr);
  ::sigaction(SIGBUS, &action, nullptr);
}

/// The last step: from here nothing can be told to the zygote but the answer.
void seal(const ChildJob& job) {
  job.setup->done = 1;
  ::munmap(job.setup, kPage);
  if (job.message.layers & kSeccomp)
    if (!deny_system_calls()) {
      ::kill(::getpid(), kSealingFailedSignal);
      ::_exit(1);
    }
}

/// The last block, which the driver leaves where it is. `bytes`: what the entry answered, which may be one of its codes.
void hand_over_rest(const AssayRun& run, std::uint64_t bytes) {
  if (bytes == 0 || bytes > run.output_bytes) return;
  const std::uint64_t last = (bytes - 1) / run.block_bytes;
  AssayBlock& block = run.ring->blocks[last % run.ring_blocks];
  block.bytes = bytes - last * run.block_bytes;
  __atomic_store_n(&block.number, last + 1, __ATOMIC_RELEASE);
}

using Entry = std::uint64_t (*)(const AssayRun*);

/// Calls `entry` on the fresh, zeroed stack that ends at `top`.
std::uint64_t call_on_stack(Entry entry, const AssayRun* run, std::uint64_t top) {
#if defined(__x86_64__)
  std::uint64_t result;
  asm volatile(
      "mov %%rsp, %%rbx\n\t"
      "mov %[top], %%rsp\n\t"
      "call *%[entry]\n\t"
      "mov %%rbx, %%rsp"
      : "=a"(result), "+D"(run)
      : [entry] "r"(entry), [top] "r"(top)
      : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc", "xmm0",
        "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
        "xmm14", "xmm15");
  return result;
#else
  (void)top;
  return entry(run);
#endif
}

}  // namespace

void run_child(const ChildJob& job) {
  const std::uint64_t shift = shift_of(job.message.layout);
  AssayRun* run = map_world(job);
  auto probe = probe_entry(job.message.probe);
  Entry entry = probe ? probe : reinterpret_cast<Entry>(job.message.load_address + shift + job.message.entry_offset);
  AnswerPage* answer = job.answer;
  close_layers(job);
  note_faults();
  seal(job);
  // The value before the mark: a death in between reads as "no answer".
  answer->value = call_on_stack(entry, run, kStackAt + shift + kStackBytes);
  hand_over_rest(*run, answer->value);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  answer->answered = kAnswered;
  ::syscall(SYS_exit_group, 0);
  __builtin_trap();
}

}  // namespace assay::sandbox
