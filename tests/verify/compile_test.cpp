#include "tests/verify/screen_support.h"

#include <sys/mman.h>

#include <csignal>
#include <cstring>

#include "sandbox/driver_mark.h"
#include "sandbox/entry.h"
#include "sandbox/run_jail.h"
#include "verify/frontend/compile.h"
#include "verify/frontend/link.h"

namespace assay::verify {
namespace {

constexpr char kContract[] =
    "constexpr i64 kLimit = 10;\n"
    "struct Pair { i64 left ASSAY_FIELD(\"\", 0, 1000); i64 right ASSAY_FIELD(\"\", 0, 1000); };\n"
    "struct State { i64 calls ASSAY_FIELD(\"\", 0, 1LL << 40); Array<i64, 4> slots ASSAY_FIELD(\"\", 0, 1LL << 40); };\n"
    "i64 decide(const Pair& pair, State& state) ASSAY_RETURNS(\"\", -1000000, 1000000);\n";

/// Calls decide for every pair of the input; the answers are the output.
constexpr char kDriver[] = R"(
static i64 helper(i64 x) { return x; }
extern "C" u64 assay_entry(const AssayRun* run) {
  State state{};
  u64 count = run->input_bytes / sizeof(Pair);
  if (count * sizeof(i64) > run->output_bytes) return kAssayOutputFull;
  for (u64 i = 0; i < count; ++i) {
    Pair pair = ((const Pair*)run->input)[i];
    ((i64*)run->output)[i] = helper(decide(pair, state));
  }
  return count * sizeof(i64);
}
)";

constexpr char kPolicy[] =
    "static i64 helper(i64 x) { return x * 3; }\n"
    "i64 decide(const Pair& pair, State& state) {\n"
    "  state.calls += 1;\n"
    "  state.slots[pair.right % 4] += pair.left;\n"
    "  if (pair.left > kLimit) return helper(pair.left) + state.calls;\n"
    "  return state.slots[pair.left] / pair.right;\n"
    "}\n";

class Compile : public testing::Test {
 protected:
  Screened screened(const std::string& text) {
    auto found = toolchain_->screen(contract_, {text});
    EXPECT_TRUE(found && *found) << (!found ? found.error().what : !*found ? words_of(found->error()) : "");
    return std::move(**found);
  }

  Toolchain::Compiled compiled(const std::string& text, std::string_view driver = kDriver,
                               Effort effort = Effort::full) {
    const Screened policy = screened(text);
    auto made = toolchain_->compile({contract_, policy, driver, effort});
    EXPECT_TRUE(made && *made) << (!made ? made.error().what : !*made ? words_of(made->error()) : "");
    return std::move(**made);
  }

  /// Maps the image anywhere, as its code does not ask where it lies, and calls it: trusted text only.
  static std::vector<i64> run(const Binary& binary, std::vector<i64> input) {
    void* memory = ::mmap(nullptr, binary.image().size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(memory, MAP_FAILED);
    std::memcpy(memory, binary.image().data(), binary.image().size());
    ::mprotect(memory, binary.image().size(), PROT_READ | PROT_EXEC);
    std::vector<i64> output(input.size());
    AssayRun request{reinterpret_cast<unsigned char*>(input.data()), input.size() * sizeof(i64), nullptr, 0, nullptr, 0,
                     reinterpret_cast<unsigned char*>(output.data()), output.size() * sizeof(i64)};
    auto entry = reinterpret_cast<u64 (*)(const AssayRun*)>(static_cast<unsigned char*>(memory) + binary.entry_offset());
    const u64 bytes = entry(&request);
    ::munmap(memory, binary.image().size());
    EXPECT_LE(bytes, output.size() * sizeof(i64));
    output.resize(bytes / sizeof(i64));
    return output;
  }

  tasks::Contract contract_ = contract_from(kContract);
  std::unique_ptr<Toolchain> toolchain_ = local_toolchain();
};

TEST_F(Compile, GivesCodeThatDecidesAsTheTextSays) {
  const auto made = compiled(kPolicy);
  EXPECT_EQ(run(made.binary, {20, 1, 1, 2, 100, 3}), (std::vector<i64>{61, 10, 303}));
}

TEST_F(Compile, DecidesTheSameWithLittleEffort) {
  const auto quick = compiled(kPolicy, kDriver, Effort::quick);
  EXPECT_EQ(run(quick.binary, {20, 1, 1, 2, 100, 3}), (std::vector<i64>{61, 10, 303}));
  const auto again = compiled(kPolicy, kDriver, Effort::quick);
  EXPECT_EQ(quick.binary.digest(), again.binary.digest());
  EXPECT_EQ(quick.ir_digest, again.ir_digest);
}

/// As a domain's driver may ask for, whatever the effort.
TEST_F(Compile, ADriverCompiledApartIsMadeOnceAndDecidesTheSame) {
  const std::string apart = std::string(sandbox::kCompiledApart) + kDriver;
  const auto as_one = compiled(kPolicy), full = compiled(kPolicy, apart), again = compiled(kPolicy, apart);
  EXPECT_EQ(run(full.binary, {20, 1, 1, 2, 100, 3}), (std::vector<i64>{61, 10, 303}));
  EXPECT_EQ(full.binary.digest(), again.binary.digest());
  EXPECT_NE(full.binary.digest(), as_one.binary.digest());
  EXPECT_NE(full.binary.digest(), compiled(kPolicy, apart, Effort::quick).binary.digest());
  EXPECT_EQ(full.ir_digest, compiled(kPolicy, apart, Effort::quick).ir_digest);  // of the policy alone
}

TEST_F(Compile, GivesTheSameBytesEachTime) {
  const auto first = compiled(kPolicy), second = compiled(kPolicy);
  EXPECT_EQ(first.binary.digest(), second.binary.digest());
  EXPECT_EQ(first.ir_digest, second.ir_digest);
}

TEST_F(Compile, AMarkCostsNothingAndItsValueIsAllThatCounts) {
  auto decide = [](const std::string& factor) { return "i64 decide(const Pair& pair, State& state) { return pair.left / " + factor + "; }"; };
  const auto plain = compiled(decide("8"));
  EXPECT_EQ(compiled(decide("tunable(8, 1, 64)")).ir_digest, plain.ir_digest);
  EXPECT_EQ(compiled(decide("tunable(8, 0, 9)")).ir_digest, plain.ir_digest);
  EXPECT_NE(compiled(decide("tunable(9, 1, 64)")).ir_digest, plain.ir_digest);
}

TEST_F(Compile, DigestsTheOptimisedIrWithoutNamesAndPlaces) {
  const auto first = compiled(kPolicy);
  const auto renamed = compiled("// the same\n\nstatic i64 triple(i64 y) {\n  return y * 3;\n}\n"
                                "i64 decide(const Pair& p, State& s) {\n"
                                "  s.calls++;\n  s.slots[p.right % 4] += p.left;\n"
                                "  if (p.left > kLimit) {\n    return triple(p.left) + s.calls;\n  }\n"
                                "  return s.slots[p.left] / p.right;\n}\n");
  EXPECT_EQ(first.ir_digest, renamed.ir_digest);
  const auto other = compiled("i64 decide(const Pair& pair, State& state) { return pair.left; }");
  EXPECT_NE(first.ir_digest, other.ir_digest);
}

TEST_F(Compile, TellsTheDriverWhichFieldsAreRead) {
  const std::string driver =
      "extern \"C\" u64 assay_entry(const AssayRun* run) {\n  State state{};\n  Pair pair{};\n"
      "  decide(pair, state);\n  ((i64*)run->output)[0] = kReads_Pair_left + 2 * kReads_Pair_right + 4 * kReads_State_calls;\n"
      "  return 8;\n}\n";
  const auto made = compiled("i64 decide(const Pair& pair, State& state) { state.calls = 3; return pair.right; }", driver);
  EXPECT_EQ(run(made.binary, {0}), (std::vector<i64>{2}));
}

TEST_F(Compile, CopiesAndComparesMemoryWithoutALibrary) {
  const std::string driver = R"(
struct Big { i64 values[512]; };
static void fill(unsigned char* to, u64 n) { for (u64 i = 0; i < n; ++i) to[i] = (unsigned char)(i * 7); }
extern "C" u64 assay_entry(const AssayRun* run) {
  State state{};
  Pair pair{};
  decide(pair, state);
  i64* out = (i64*)run->output;
  Big big{}, copy;
  fill((unsigned char*)&big, sizeof big);
  copy = big;
  u64 n = run->input_bytes;
  out[0] = __builtin_memcmp(&copy, &big, n) == 0;
  __builtin_memmove((unsigned char*)&copy + 3, &copy, n);
  __builtin_memmove((unsigned char*)&copy + 100, (unsigned char*)&copy + 103, n);
  out[1] = __builtin_memcmp((unsigned char*)&copy + 100, (unsigned char*)&big + 100, n - 100);
  __builtin_memset(&copy, 1, n);
  ((unsigned char*)&copy)[n - 1] = 2;
  out[2] = __builtin_memcmp(&copy, &big, 1) > 0;
  return 24;
}
)";
  const auto made = compiled("i64 decide(const Pair& pair, State& state) { return 0; }", driver);
  EXPECT_EQ(run(made.binary, std::vector<i64>(16)), (std::vector<i64>{1, 0, 1}));
}

TEST_F(Compile, RefusesADriverThatKeepsVariablesOrNeedsALibrary) {
  const Screened policy = screened(kPolicy);
  for (const char* driver :
       {"u64 calls = 0; extern \"C\" u64 assay_entry(const AssayRun*) { State s{}; Pair p{1, 1}; return calls += 3 + decide(p, s); }",
        "static u64 calls[4]; extern \"C\" u64 assay_entry(const AssayRun* r) { return calls[r->input_bytes & 3]++; }",
        "extern \"C\" int puts(const char*); extern \"C\" u64 assay_entry(const AssayRun*) { return puts(\"x\"); }",
        "extern \"C\" u64 another(const AssayRun*) { return 1; }"}) {
    auto made = toolchain_->compile({contract_, policy, driver});
    EXPECT_TRUE(!made || !*made) << driver;
    made = toolchain_->compile({contract_, policy, driver, Effort::quick});
    EXPECT_TRUE(!made || !*made) << driver;
  }
}

TEST_F(Compile, BlamesTheHarnessForADriverThatDoesNotParse) {
  const Screened policy = screened(kPolicy);
  auto made = toolchain_->compile({contract_, policy, "this is no driver"});
  ASSERT_FALSE(made.has_value());
  EXPECT_TRUE(made.error().what.contains("driver.cpp:1")) << made.error().what;
}

TEST_F(Compile, KeepsHelpersApartFromTheNamesOfTheDriver) {
  const auto made = compiled(
      "i64 kernel(bool x) { return 7; }\ni64 decide(const Pair& pair, State& state) { return kernel(true); }",
      "static i64 kernel(i64 x) { return x; }\n"
      "extern \"C\" u64 assay_entry(const AssayRun* run) { State s{}; Pair p{}; ((i64*)run->output)[0] = kernel(true) + decide(p, s); return 8; }");
  EXPECT_EQ(run(made.binary, {0}), (std::vector<i64>{8}));
}

TEST_F(Compile, GivesImagesForEveryBaseline) {
  for (const std::string task : {"web_cache", "web_cache_queues"}) {
    contract_ = contract_of(task);
    for (const auto& path : sources_in(source_dir() / "tasks" / task / "baselines")) {
      SCOPED_TRACE(path.string());
      const Screened policy = screened(text_of(path));
      const std::string driver = "extern \"C\" u64 assay_entry(const AssayRun*) { return 0; }";
      auto made = toolchain_->compile({contract_, policy, driver});
      EXPECT_TRUE(made && *made);
    }
  }
}

TEST_F(Compile, LowersEveryFunctionOfTheContractUnderItsPlainName) {
  const Screened policy = screened(kPolicy);
  auto ir = toolchain_->lower(contract_, policy);
  ASSERT_TRUE(ir && *ir) << (!ir ? ir.error().what : words_of(ir->error()));
  EXPECT_TRUE((*ir)->bitcode.starts_with("BC"));
  EXPECT_EQ((*ir)->digest, sha256((*ir)->bitcode));
  const auto again = toolchain_->lower(contract_, policy);
  EXPECT_EQ((*ir)->digest, (*again)->digest);
  ASSERT_GT((*ir)->places.size(), 6u);
  EXPECT_EQ((*ir)->places[6].line, 3);  // "state.calls += 1": after the helper's three lines, a blank and the head
}

TEST_F(Compile, TrapsInCheckedCodeWhereTheSourceIsUndefined) {
  const Screened policy = screened("i64 decide(const Pair& pair, State& state) { return 7 / pair.right + state.slots[pair.left]; }");
  auto checked = toolchain_->compile_checked({contract_, policy, kDriver});
  ASSERT_TRUE(checked && *checked) << (!checked ? checked.error().what : words_of(checked->error()));
  EXPECT_EQ(run(**checked, {1, 7}), (std::vector<i64>{1}));
  EXPECT_EXIT(run(**checked, {1, 0}), testing::KilledBySignal(SIGILL), "");
  EXPECT_EXIT(run(**checked, {4, 1}), testing::KilledBySignal(SIGILL), "");
}

TEST(Link, RefusesWhatIsNoObject) {
  for (const std::string& bytes : {std::string(), std::string("\x7f" "ELF"), std::string(4096, 'x')})
    EXPECT_FALSE(frontend::link_flat({bytes}, frontend::kLoadAddress, "assay_entry").has_value());
}

}  // namespace
}  // namespace assay::verify
