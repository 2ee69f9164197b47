#include "verify/properties/fuzz.h"

#include <cstring>
#include <map>

#include "sandbox/zygote_protocol.h"
#include "verify/lower/interpret.h"
#include "verify/lower/lower.h"
#include "verify/lower/property_reader.h"
#include "verify/lower/sample.h"
#include "verify/properties/any_text.h"
#include "verify/properties/invariant.h"

namespace assay::verify::properties {
namespace {

constexpr std::size_t kMostDrawn = 1024;
constexpr std::size_t kHeadWords = 6, kDrawnWords = 5;
constexpr std::size_t kArenaBytes = 1u << 17;

/// The words' meaning here. State lies at the arena's fixed address, for a word has no other way to it. A failed assumption
/// leaves the round by a jump: what comes after it need not be defined.
constexpr char kWords[] = R"(
struct AssayDrawn {
  i64 line, column, record, leaf, value;
};
struct AssayFuzz {
  u64 state, seed, rounds, round, counted, found;
  i64 line, column;
  u64 drawn_count;
  bool has_claimed;
  void* jump[5];
  AssayDrawn drawn[1024];
};
inline AssayFuzz& assay_fuzz() { return *reinterpret_cast<AssayFuzz*>(kAssayArena); }

inline u64 assay_random(u64& state) {
  u64 x = state += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

/// Sums wrap: a value outside is brought to the nearer end.
inline i64 assay_within(u64 sum, i64 low, i64 high) { return clamp((i64)sum, low, high); }

inline i64 assay_pick(i64 low, i64 high) {
  AssayFuzz& fuzz = assay_fuzz();
  const u64 choice = assay_random(fuzz.state) % 16, span = (u64)high - (u64)low;
  const u64 offset = assay_random(fuzz.state) >> (assay_random(fuzz.state) % 64);
  const u64 step = span == ~0ull ? offset : offset % (span + 1);
  if (choice == 0) return low;
  if (choice == 1) return high;
  if (choice == 2) return assay_within(0, low, high);
  if (choice == 3) return assay_within(1, low, high);
  if (choice == 4 || choice == 5) return (i64)((u64)high - step);
  if (choice < 10 && fuzz.drawn_count > 0)
    return assay_within((u64)fuzz.drawn[assay_random(fuzz.state) % fuzz.drawn_count].value + choice % 2, low, high);
  return (i64)((u64)low + step);
}

extern "C" {
i64 assay_choose(i64 low, i64 high, int line, int column, int record, int leaf) {
  AssayFuzz& fuzz = assay_fuzz();
  if (low > high || fuzz.drawn_count == 1024) __builtin_longjmp(fuzz.jump, 1);
  const i64 value = assay_pick(low, high);
  fuzz.drawn[fuzz.drawn_count++] = {line, column, record, leaf, value};
  return value;
}
f64 assay_choose_double(f64 low, f64 high, int line, int column, int record, int leaf) {
  AssayFuzz& fuzz = assay_fuzz();
  if (fuzz.drawn_count == 1024) __builtin_longjmp(fuzz.jump, 1);
  const u64 choice = assay_random(fuzz.state) % 8, random = assay_random(fuzz.state);
  const f64 share = (f64)(random >> 11) * 0x1p-53;
  f64 value = choice == 0 ? low : choice == 1 ? high : choice == 2 ? 0.0 : choice == 3 ? 1.0 : low + share * (high - low);
  if (choice == 4 || value - value != 0.0) value = __builtin_bit_cast(f64, random);
  if (choice < 7 && value < low) value = low;
  if (choice < 7 && value > high) value = high;
  if (low - low == 0.0 && high - high == 0.0 && !(low <= value && value <= high)) value = low;
  fuzz.drawn[fuzz.drawn_count++] = {line, column, record, leaf, __builtin_bit_cast(i64, value)};
  return value;
}
void assay_assume(bool holds) {
  if (!holds) __builtin_longjmp(assay_fuzz().jump, 1);
}
void assay_prove(bool holds, int line, int column) {
  AssayFuzz& fuzz = assay_fuzz();
  fuzz.has_claimed = true;
  if (holds) return;
  fuzz.found = 1, fuzz.line = line, fuzz.column = column;
  __builtin_longjmp(fuzz.jump, 1);
}
}

[[gnu::noinline]] inline void assay_round(u64 property) {
  AssayFuzz& fuzz = assay_fuzz();
  fuzz.state = fuzz.seed + 0x632be59bd9b4e019ull * fuzz.round;
  fuzz.drawn_count = 0;
  fuzz.has_claimed = false;
  if (__builtin_setjmp(fuzz.jump) != 0) return;
  assay_run_property(property);
  if (assay_fuzz().has_claimed) ++assay_fuzz().counted;
}

extern "C" u64 assay_entry(const AssayRun* run) {
  if (run->arena != (unsigned char*)kAssayArena || run->arena_bytes < sizeof(AssayFuzz) || run->arguments_bytes != 24) return kAssayBadArguments;
  const u64* arguments = (const u64*)run->arguments;
  AssayFuzz& fuzz = assay_fuzz();
  fuzz.seed = arguments[1];
  fuzz.rounds = arguments[2];
  for (fuzz.round = 0; fuzz.round < fuzz.rounds && fuzz.found == 0; ++fuzz.round) assay_round(arguments[0]);
  i64* out = (i64*)run->output;
  const u64 drawn = fuzz.found != 0 ? fuzz.drawn_count : 0;
  if ((6 + 5 * drawn) * 8 > run->output_bytes) return kAssayOutputFull;
  out[0] = (i64)fuzz.round, out[1] = (i64)fuzz.counted, out[2] = (i64)fuzz.found, out[3] = fuzz.line, out[4] = fuzz.column, out[5] = (i64)drawn;
  for (u64 i = 0; i < drawn; ++i) {
    i64* at = out + 6 + 5 * i;
    at[0] = fuzz.drawn[i].line, at[1] = fuzz.drawn[i].column, at[2] = fuzz.drawn[i].record, at[3] = fuzz.drawn[i].leaf, at[4] = fuzz.drawn[i].value;
  }
  return (6 + 5 * drawn) * 8;
}
)";

std::vector<std::int64_t> words_of(std::span<const std::byte> bytes) {
  std::vector<std::int64_t> words(bytes.size() / 8);
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * 8);
  return words;
}

std::string arguments_of(std::uint64_t property, const FuzzOptions& options) {
  const std::uint64_t words[] = {property, options.seed, options.rounds};
  return {reinterpret_cast<const char*>(words), sizeof words};
}

/// What the run wrote; nullopt where it does not hold together, which a candidate could bring about only by escaping its language.
std::optional<Fuzzed> fuzzed_of(const tasks::Contract& contract, const PropertySet& set, const std::vector<std::int64_t>& words) {
  if (words.size() < kHeadWords) return std::nullopt;
  const auto drawn = static_cast<std::uint64_t>(words[5]);
  if (drawn > kMostDrawn || words.size() < kHeadWords + kDrawnWords * drawn) return std::nullopt;
  Fuzzed out;
  out.rounds = static_cast<std::uint64_t>(words[0]);
  out.counted = static_cast<std::uint64_t>(words[1]);
  if (words[2] == 0) return out;
  FuzzFinding finding{static_cast<int>(words[3]), "", {}, false};
  for (const Word& claim : set.claims)
    if (claim.line == words[3] && claim.column == words[4]) finding.claim = claim.text;
  std::map<std::string, int> names;
  for (std::uint64_t i = 0; i < drawn; ++i) {
    const std::int64_t* at = words.data() + kHeadWords + kDrawnWords * i;
    std::string name = lower::choice_name(contract, set, at[0], at[1], at[2], at[3]);
    if (const int count = ++names[name]; count > 1) name += "#" + std::to_string(count);
    finding.drawn.emplace_back(std::move(name), at[4]);
  }
  out.finding = std::move(finding);
  return out;
}

/// Two readings of one text: what the compiled one breaks, the lowered one must break.
Result<bool> confirmed(const tasks::Contract& contract, const Screened& screened, const PropertySet& set, std::size_t property,
                       const FuzzFinding& finding, Toolchain& toolchain) {
  auto ir = toolchain.lower_properties(contract, screened, set);
  if (!ir) return std::unexpected(ir.error());
  if (!*ir) return false;
  auto lowered = lower::lower_properties((*ir)->bitcode, contract, set);
  if (!lowered) return std::unexpected(lowered.error());
  if (!(*lowered)[property].program) return false;
  const lower::Program& program = *(*lowered)[property].program;
  lower::Inputs inputs;
  for (const lower::Input& input : program.inputs) {
    inputs.push_back(simplest(input));
    for (const auto& [name, value] : finding.drawn)
      if (name == input.name) inputs.back() = value;
  }
  const lower::Execution run = lower::interpret(program, inputs, 1'000'000);
  return run.stop == lower::Stop::violated && program.checks[run.check].property == lower::Property::claim;
}

}  // namespace

std::string fuzz_driver(const tasks::Contract& contract, const PropertySet& set) {
  std::string text = "#include \"policies/abi/property.h\"\n" + any_text(contract) + assume_invariant_text(contract, !set.invariant_text.empty());
  text += "#line 1 \"properties.cpp\"\n" + set.text + "\n#line 1 \"fuzz.cpp\"\n" + set.invariant_text;
  text += "constexpr u64 kAssayArena = " + std::to_string(sandbox::kArenaAt) + "ull;\n";
  text += "inline void assay_run_property(u64 number) {\n  switch (number) {\n";
  for (std::size_t i = 0; i < set.properties.size(); ++i)
    text += "    case " + std::to_string(i) + ": return " + function_of(set.properties[i]) + "();\n";
  return text + "  }\n}\n" + kWords;
}

Result<Attempt<std::vector<Fuzzed>>> fuzz(const tasks::Contract& contract, const Screened& screened, const PropertySet& set,
                                          const FuzzOptions& options, Toolchain& toolchain, sandbox::RunJail& jail) {
  using Answer = Attempt<std::vector<Fuzzed>>;
  const std::string driver = fuzz_driver(contract, set);
  auto compiled = toolchain.compile({contract, screened, driver});
  if (!compiled) return std::unexpected(compiled.error());
  if (!*compiled) return Answer(std::unexpected(compiled->error()));
  std::vector<Fuzzed> out;
  for (std::size_t i = 0; i < set.properties.size(); ++i) {
    sandbox::RunRequest request{.binary = (*compiled)->binary, .arguments = arguments_of(i, options)};
    request.arena_bytes = kArenaBytes;
    request.output_bytes = 8 * (kHeadWords + kDrawnWords * kMostDrawn);
    request.deadline = options.deadline;
    auto report = jail.run(request);
    if (!report) return std::unexpected(report.error());
    Fuzzed fuzzed;
    if (report->outcome.kind == OutcomeKind::ok) {
      auto read = fuzzed_of(contract, set, words_of(report->output));
      if (!read) return fail("fuzzing " + set.properties[i].name + ": the driver wrote what it never writes");
      fuzzed = std::move(*read);
    }
    fuzzed.property = set.properties[i].name;
    fuzzed.outcome = report->outcome;
    if (fuzzed.finding) {
      auto same = confirmed(contract, screened, set, i, *fuzzed.finding, toolchain);
      if (!same) return std::unexpected(same.error());
      fuzzed.finding->is_confirmed = *same;
    }
    out.push_back(std::move(fuzzed));
  }
  return Answer(std::move(out));
}

}  // namespace assay::verify::properties
