#include "verify/certify_property_driver.h"

#include <array>
#include <cstring>

#include "sandbox/zygote_protocol.h"
#include "verify/properties/any_text.h"
#include "verify/properties/invariant.h"

namespace assay::verify {
namespace {

enum Status : std::int64_t { kHeld = 0, kFailed = 1, kDismissed = 2 };

/// The words. An image has nothing writable of its own: what they keep stands at the output's fixed place,
/// {status, line, inputs taken, where the inputs are}. What comes after the first failure changes nothing.
std::string words() {
  return "inline i64* assay_kept() { return reinterpret_cast<i64*>(" + std::to_string(sandbox::kOutputAt) + "ull); }\n" + R"(extern "C" {
i64 assay_choose(i64 low, i64 high, int, int, int, int) {
  i64* kept = assay_kept();
  const i64 value = reinterpret_cast<const i64*>(kept[3])[kept[2]];
  kept[2] += 1;
  if ((value < low || value > high) && kept[0] == 0) kept[0] = 2;
  return value;
}
void assay_assume(bool holds) {
  if (!holds && assay_kept()[0] == 0) assay_kept()[0] = 2;
}
void assay_prove(bool holds, int line, int) {
  i64* kept = assay_kept();
  if (holds || kept[0] != 0) return;
  kept[0] = 1;
  kept[1] = line;
}
}
)";
}

}  // namespace

std::string property_driver(const tasks::Contract& contract, const properties::PropertySet& set) {
  std::string out = "#include \"policies/abi/property.h\"\n" + words() + properties::any_text(contract) +
                    properties::assume_invariant_text(contract, !set.invariant_text.empty()) + "#line 1 \"properties.cpp\"\n" + set.text + "\n" + set.invariant_text +
                    "\nextern \"C\" u64 assay_entry(const AssayRun* run) {\n"
                    "  const i64* in = reinterpret_cast<const i64*>(run->input);\n"
                    "  i64* kept = reinterpret_cast<i64*>(run->output);\n"
                    "  kept[0] = kept[1] = kept[2] = 0;\n"
                    "  kept[3] = reinterpret_cast<i64>(in + 1);\n"
                    "  switch (in[0]) {\n";
  for (std::size_t i = 0; i < set.properties.size(); ++i)
    out += "    case " + std::to_string(i) + ": " + function_of(set.properties[i]) + "(); break;\n";
  return out + "    default: return kAssayBadArguments;\n  }\n  return " + std::to_string(kPropertyOutputBytes) + ";\n}\n";
}

bool claim_failed(const sandbox::RunReport& report, int line) {
  std::array<std::int64_t, 4> kept{};
  if (report.outcome.kind != OutcomeKind::ok || report.output.size() != sizeof kept) return false;
  std::memcpy(kept.data(), report.output.data(), sizeof kept);
  return kept[0] == kFailed && (line == 0 || kept[1] == line);
}

}  // namespace assay::verify
