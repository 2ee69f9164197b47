#include "evaluators/congestion/kernel/bpf_texts.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "evaluators/congestion/driver_text.h"
#include "evaluators/congestion/kernel/bpf_embedded.h"

namespace assay::evaluators::congestion {
namespace {

using tasks::Contract;
using tasks::Field;
using tasks::Record;

constexpr std::string_view kRecords[] = {"Flow", "History", "Memory", "Pacing"};
constexpr std::string_view kEntry = "assay_ask";

std::string number(std::int64_t value) {
  if (value == INT64_MIN) return "(-9223372036854775807LL - 1)";
  return std::to_string(value) + "LL";
}

std::string range(const Field& field) { return ", " + number(field.min) + ", " + number(field.max) + ")"; }

/// Prints bpf_call.cpp: the only text between the contract's names and AssayView's. No value that the policy sees is outside what its
/// contract declares, whatever the kernel says and whatever an unproved policy left in its memory.
class Caller {
 public:
  explicit Caller(const Contract& contract) : contract_(contract) {}

  std::string text() {
    line("// Made for one contract: shows the policy what the kernel's side has filled in, and brings everything into its declared range.");
    line("namespace {\nconstexpr i64 assay_within(i64 value, i64 low, i64 high) { return value < low ? low : value > high ? high : value; }");
    line("struct AssayHeld {");
    for (const Record* record : held()) line("  ::" + record->name + " " + record->name + ";");
    line("};\n}  // namespace\n");
    line("#if defined(ASSAY_ONE_PIECE)\n#define ASSAY_ENTRY [[gnu::always_inline]]\n#else\n#define ASSAY_ENTRY [[gnu::noinline, gnu::visibility(\"hidden\")]]\n#endif\n");
    line("extern \"C\" ASSAY_ENTRY i64 " + std::string(kEntry) + "(u64 event, AssayView* view, void* words) {");
    line("  AssayHeld& held = *static_cast<AssayHeld*>(words);");
    show_flow();
    show_history();
    line("  i64 window = 0;");
    line("  if (event == kAssayAck) window = " + call("on_ack") + ";");
    line("  else if (event == kAssayLoss) window = " + call("on_loss") + ";");
    line("  else window = " + call("on_timeout") + ";");
    keep("Memory");
    keep("Pacing");
    line(std::string("  view->pacing = ") + (contract_.record("Pacing") != nullptr ? "held.Pacing.rate;" : "0;"));
    const tasks::Function& first = contract_.functions.front();
    line("  return assay_within(window, " + number(first.min) + ", " + number(first.max) + ");\n}");
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }

  std::vector<const Record*> held() const {
    std::vector<const Record*> records;
    for (std::string_view name : kRecords)
      if (const Record* record = contract_.record(name)) records.push_back(record);
    return records;
  }

  void show_flow() {
    const Record* record = contract_.record("Flow");
    if (record == nullptr) return;
    for (const Field& field : record->fields) {
      const std::string target = "  held.Flow." + field.name + " = ", source = "view->" + field.name;
      if (field.name == "recovering" || field.name == "new_round") line(target + source + " & 1;");
      else line(target + "assay_within(" + source + range(field) + ";");
    }
  }

  /// It changes only where a round ends.
  void show_history() {
    const Record* record = contract_.record("History");
    if (record == nullptr) return;
    line("  if (view->new_round != 0) {");
    for (const Field& field : record->fields)
      line("    for (int i = 0; i < " + std::to_string(field.array_length) + "; ++i) held.History." + field.name + ".items[i] = assay_within(view->round_" +
           field.name + "[i]" + range(field) + ";");
    line("  }");
  }

  void keep(const std::string& type) {
    const Record* record = contract_.record(type);
    if (record == nullptr) return;
    for (const Field& field : record->fields) {
      const std::string place = "held." + type + "." + field.name;
      if (field.array_length == 0) line("  " + place + " = assay_within(" + place + range(field) + ";");
      else line("  for (i64& value : " + place + ".items) value = assay_within(value" + range(field) + ";");
    }
  }

  std::string call(std::string_view name) const {
    std::string arguments;
    for (const auto& parameter : contract_.function(name)->parameters) arguments += (arguments.empty() ? "held." : ", held.") + parameter.type;
    return "::" + std::string(name) + "(" + arguments + ")";
  }

  const Contract& contract_;
  std::string text_;
};

std::string name_of(std::string_view contract, std::string_view policy, std::string_view call, std::string_view sender) {
  std::string all;
  for (std::string_view part : {contract, policy, call, sender}) all.append(std::to_string(part.size())).append(":").append(part);
  return "assay_" + sha256(all).hex().substr(0, 9);
}

}  // namespace

std::size_t kernel_word_of(const Contract& contract, const std::string& record) {
  std::size_t words = 0;
  for (std::string_view name : kRecords) {
    if (name == record) return words;
    if (const Record* known = contract.record(name)) words += known->size_bytes / 8;
  }
  return words;
}

std::size_t kernel_words(const Contract& contract) { return kernel_word_of(contract, ""); }

Result<KernelTexts> kernel_texts(const Contract& contract, const std::string& policy, const KernelTextOptions& options) {
  if (auto fits = check_contract(contract); !fits) return std::unexpected(fits.error());
  KernelTexts texts;
  texts.view = bpf_view_text();
  texts.call = Caller(contract).text();
  texts.entry = kEntry;
  const std::string_view sender = options.for_trial ? bpf_trial_text() : bpf_sender_text();
  texts.name = name_of(contract.text, policy, texts.call, sender);
  texts.sender = "#include \"bpf_view.h\"\n#define ASSAY_WORDS " + std::to_string(std::max<std::size_t>(kernel_words(contract), 1)) +
                 "\n#define ASSAY_NAME \"" + texts.name + "\"\n" + std::string(sender);
  return texts;
}

}  // namespace assay::evaluators::congestion
