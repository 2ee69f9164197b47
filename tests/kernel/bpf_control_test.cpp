// Exported policies in the running kernel: accepted, registered for as long as somebody holds them, refused with a place.

#include "tests/kernel/kernel_support.h"

#include <elf.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>

#include "cli/kernel/soak.h"
#include "evaluators/congestion/kernel/bpf_census.h"
#include "evaluators/congestion/kernel/bpf_inspect.h"
#include "evaluators/congestion/kernel/bpf_loopback.h"
#include "evaluators/congestion/kernel/bpf_object.h"

namespace assay::cli {
namespace {

using congestion::Accepted;
using congestion::Refused;

bool is_available(const std::string& name) { return congestion::take_census().congestion_controls.contains(name); }

/// What goes in its own time: within five seconds.
bool goes(const std::function<bool()>& is_there) {
  for (int i = 0; i < 100 && is_there(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{50});
  return !is_there();
}

TEST_F(Kernel, TakesEveryBaselineAndEachCarriesData) {
  for (const Source& source : task_->baselines) {
    auto judged = this->judged(source);
    ASSERT_TRUE(std::holds_alternative<Accepted>(judged.judgement)) << source.name << ": " << std::get<Refused>(judged.judgement).complaint;
    const std::string name = judged.control->name();
    EXPECT_TRUE(is_available(name));
    auto carried = congestion::carry_over_loopback({.congestion_control = name, .bytes = 4u << 20});
    ASSERT_TRUE(carried.has_value()) << source.name << ": " << carried.error().what;
    EXPECT_EQ(carried->congestion_control, name);
    EXPECT_EQ(carried->received, 4u << 20) << source.name;
    judged.control.reset();
    EXPECT_FALSE(is_available(name));
  }
}

TEST_F(Kernel, LeavesNothingOver) {
  const auto before = congestion::take_census();
  {
    auto judged = this->judged(baseline("vegas"));
    ASSERT_TRUE(judged.control);
    EXPECT_TRUE(congestion::carry_over_loopback({.congestion_control = judged.control->name()}).has_value());
    EXPECT_NE(congestion::left_over(before, congestion::take_census()), "");  // the twin: it would show
  }
  EXPECT_TRUE(goes([&] { return !congestion::left_over(before, congestion::take_census()).empty(); })) << congestion::left_over(before, congestion::take_census());
}

TEST_F(Kernel, AKilledProcessTakesItsControlsAlong) {
  const Exported exported = made(baseline("reno"));
  int names[2];
  ASSERT_EQ(pipe(names), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto judged = congestion::load_control(exported.object.bytes);
    const std::string name = judged && judged->control ? judged->control->name() : "nothing";
    if (write(names[1], name.data(), name.size()) < 0) _exit(1);
    pause();
    _exit(0);
  }
  char text[32] = {};
  ASSERT_GT(read(names[0], text, sizeof text - 1), 0);
  EXPECT_TRUE(is_available(text)) << text;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(goes([&] { return is_available(text); })) << text;
  close(names[0]), close(names[1]);
}

TEST_F(Kernel, TwoProcessesCanTryOnePolicyAtOnceButItsOwnNameIsTakenOnce) {
  const Exported exported = made(baseline("reno"));
  auto one = congestion::load_control(exported.object.bytes), two = congestion::load_control(exported.object.bytes);
  ASSERT_TRUE(one && two && one->control && two->control);
  EXPECT_NE(one->control->name(), two->control->name());
  auto own = congestion::load_control(exported.object.bytes, congestion::Registration::own_name);
  ASSERT_TRUE(own && own->control) << own.error().what;
  EXPECT_EQ(own->control->name(), exported.name);
  auto again = congestion::load_control(exported.object.bytes, congestion::Registration::own_name);
  ASSERT_FALSE(again.has_value());
  EXPECT_NE(again.error().what.find("registered already"), std::string::npos) << again.error().what;
}

Source policy_with(const std::string& on_ack) {
  return {"#include \"policy.h\"\n"
          "// A line that is not emitted, so that places differ.\n"
          "i64 on_ack(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) {\n" + on_ack + "}\n"
          "i64 on_loss(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return 2; }\n"
          "i64 on_timeout(const Flow& flow, const History& history, Memory& memory, Pacing& pacing) { return 2; }\n", "case.cpp"};
}

TEST_F(Kernel, RefusesALoopWithoutAnEndThatItCanSeeAtItsLine) {
  const Source source = policy_with("  i64 sum = 0;\n"
                                    "  for (i64 i = 0; i < 10; i += 0) {\n"
                                    "    sum = (sum ^ memory.note[i & 7]) * 3;\n"
                                    "  }\n"
                                    "  return clamp(sum, 2, 100);\n");
  const Exported exported = made(source);
  auto judged = congestion::load_control(exported.object.bytes);
  ASSERT_TRUE(judged.has_value()) << judged.error().what;
  const auto* refused = std::get_if<Refused>(&judged->judgement);
  ASSERT_NE(refused, nullptr);
  const int line = source_line(exported, *refused);
  EXPECT_GE(line, 5) << refused->complaint;
  EXPECT_LE(line, 6) << refused->complaint;
  EXPECT_NE(refused->mend, "") << refused->complaint;
  EXPECT_EQ(judged->control, nullptr);
}

TEST_F(Kernel, DoesNotSeeAnObjectThatCallsWhatNoneOfOursCalls) {
  std::string bytes = made(baseline("reno")).object.bytes;
  EXPECT_TRUE(congestion::inspect_object(bytes).has_value());
  const std::string call("\x85\0\0\0\x6b\0\0\0", 8);  // sk_storage_get
  const auto at = bytes.find(call);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 4] = 6;  // trace_printk
  auto judged = congestion::load_control(bytes);
  ASSERT_FALSE(judged.has_value());
  EXPECT_NE(judged.error().what.find("function 6"), std::string::npos) << judged.error().what;
}

TEST_F(Kernel, DoesNotSeeAnObjectThatHidesItsSectionsOrNeedsANameOfTheKernels) {
  const std::string bytes = made(baseline("reno")).object.bytes;
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::string hidden = bytes;
  std::memset(hidden.data() + offsetof(Elf64_Ehdr, e_shnum), 0, 2);
  EXPECT_FALSE(congestion::inspect_object(hidden).has_value());
  std::string needy = bytes;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    std::memcpy(&section, bytes.data() + header.e_shoff + i * sizeof section, sizeof section);
    if (section.sh_type == SHT_SYMTAB) std::memset(needy.data() + section.sh_offset + section.sh_size - sizeof(Elf64_Sym) + offsetof(Elf64_Sym, st_shndx), 0, 2);
  }
  auto inspected = congestion::inspect_object(needy);
  ASSERT_FALSE(inspected.has_value());
  EXPECT_NE(inspected.error().what.find("does not define"), std::string::npos) << inspected.error().what;
}

/// libbpf takes for code what is flagged as such, whatever other flag is missing.
TEST_F(Kernel, DoesNotSeeCodeThatSaysItTakesNoMemory) {
  std::string bytes = made(baseline("reno")).object.bytes;
  const auto at = bytes.find(std::string("\x85\0\0\0\x6b\0\0\0", 8));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 4] = 35;  // get_current_task
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    char* place = bytes.data() + header.e_shoff + i * sizeof section;
    std::memcpy(&section, place, sizeof section);
    if ((section.sh_flags & SHF_EXECINSTR) != 0) section.sh_flags &= ~std::uint64_t{SHF_ALLOC};
    std::memcpy(place, &section, sizeof section);
  }
  auto inspected = congestion::inspect_object(bytes);
  ASSERT_FALSE(inspected.has_value());
  EXPECT_NE(inspected.error().what.find("function 35"), std::string::npos) << inspected.error().what;
}

/// As a worker could write it: each passes the allowlist of sections and calls.
TEST_F(Kernel, DoesNotLoadAMapThatWouldStayOrWorkForOthers) {
  const std::pair<std::string, std::string> maps[] = {{"int (*type)[24]; int (*map_flags)[1]; int* key; long* value; int (*pinning)[1];", "a pinned map"},
                                                      {"int (*type)[1]; int (*max_entries)[8]; int* key; long* value;", "a map of another kind"}};
  const auto stem = std::filesystem::path(testing::TempDir()) / ("assay-map-" + std::to_string(::getpid()));
  for (const auto& [fields, why] : maps) {
    const std::filesystem::path source = stem.string() + ".c", object = stem.string() + ".o";
    ASSERT_TRUE(write_file(source, "struct { " + fields + " } assay_sockets __attribute__((section(\".maps\"), used));\n"
                                   "static void* (*const get)(void*, void*, void*, unsigned long long) = (void*)107;\n"
                                   "__attribute__((section(\"struct_ops/assay_init\"), used)) void assay_init(unsigned long long* c) { get(&assay_sockets, (void*)c[0], 0, 0); }\n"
                                   "char assay_license[] __attribute__((section(\"license\"), used)) = \"GPL\";\n"));
    ASSERT_EQ(std::system(("clang-19 -target bpfel -mcpu=v4 -O2 -g -c " + source.string() + " -o " + object.string()).c_str()), 0);
    const std::string bytes = *read_file(object);
    for (const auto& each : {source, object}) std::filesystem::remove(each);
    EXPECT_TRUE(congestion::inspect_object(bytes).has_value()) << congestion::inspect_object(bytes).error().what;
    auto opened = congestion::BpfFile::open(bytes);
    ASSERT_FALSE(opened.has_value()) << why;
    EXPECT_NE(opened.error().what.find(why), std::string::npos) << opened.error().what;
  }
}

/// A long single path: its log would be larger than any buffer for it.
TEST_F(Kernel, AcceptsALongLoopWhateverItsLogWouldTake) {
  auto judged = congestion::load_control(made(policy_with("  i64 sum = 0;\n  for (i64 i = 0; i < 2000; i += 1) sum = (sum * 31 + flow.acked) % 1000003;\n  return clamp(sum, 2, 100);\n")).object.bytes);
  ASSERT_TRUE(judged.has_value()) << judged.error().what;
  EXPECT_TRUE(std::holds_alternative<congestion::Accepted>(judged->judgement));
}

TEST_F(Kernel, AnObjectCutShortOrChangedIsNoCrash) {
  const std::string bytes = made(baseline("reno")).object.bytes;
  for (std::size_t size = 0; size < bytes.size(); size += bytes.size() / 60 + 1) EXPECT_FALSE(congestion::load_control(bytes.substr(0, size)).has_value()) << size;
}

TEST_F(Kernel, PoliciesByChanceComeAndGo) {
  auto report = soak(*toolchain_, {.contract = contract(), .ancestors = task_->baselines, .count = 5, .seed = 3, .bytes = 32u << 10});
  ASSERT_TRUE(report.has_value()) << report.error().what;
  EXPECT_EQ(report->tried, 5u);
  EXPECT_GE(report->accepted, 3u);
  EXPECT_EQ(report->left_over, "");
}

}  // namespace
}  // namespace assay::cli
