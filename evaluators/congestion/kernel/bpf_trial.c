// In place of bpf_sender.c: one call of an exported policy on values that a test has laid out, so that what the kernel runs can be held
// against the simulator event by event. Needs before it: bpf_view.h, ASSAY_WORDS.

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define SECTION(name) __attribute__((section(name), used))

struct Trial {
  u64 event;
  i64 answer;
  struct AssayView view;
  i64 words[ASSAY_WORDS];
};

enum { kArray = 2, kMapped = 1 << 10 };  // enum bpf_map_type, BPF_F_MMAPABLE
static void* (*const bpf_map_lookup_elem)(void* map, const void* key) = (void*)1;

struct {
  int (*type)[kArray];
  int (*map_flags)[kMapped];
  int (*max_entries)[1];
  u32* key;
  struct Trial* value;
} assay_trials SECTION(".maps");

i64 assay_ask(u64 event, struct AssayView* view, void* words);

SECTION("syscall") int assay_try(void* context) {
  u32 key = 0;
  struct Trial* trial = bpf_map_lookup_elem(&assay_trials, &key);
  if (!trial) return 1;
  trial->answer = assay_ask(trial->event, &trial->view, trial->words);
  return 0;
}

SECTION("license") char assay_license[] = "GPL";
