#include "evaluators/congestion/kernel/bpf_verdict.h"

#include <cctype>
#include <charconv>

namespace assay::evaluators::congestion {
namespace {

constexpr std::size_t kMostLog = 4000;

struct Mend {
  std::string_view says, mend;
};

/// The verifier's words (kernel/bpf/verifier.c) and what they mean for a policy. The first that fits counts.
constexpr Mend kMends[] = {
    {"infinite loop detected", "the kernel's verifier sees no end of the loop: count up to a constant, and leave early by `break`"},
    {"back-edge", "the kernel's verifier sees no end of the loop: count up to a constant, and leave early by `break`"},
    {"too large. Processed", "the kernel's verifier gives up after a million instructions over all paths: fewer rounds of loops, or fewer branches within them"},
    {"jumps is too complex", "the kernel's verifier gives up on so many branches along one path: fewer rounds of loops, or fewer branches within them"},
    {"unbounded memory access", "the kernel's verifier sees no bound of the index: clamp it on the line where it is used"},
    {"min value is negative", "the kernel's verifier thinks that the index may be negative: clamp it on the line where it is used"},
    {"max value is outside", "the kernel's verifier thinks that the index may be too large: clamp it on the line where it is used"},
    {"invalid access to map value", "the kernel's verifier thinks that the index may be out of range: clamp it on the line where it is used"},
    {"variable offset", "the kernel's verifier does not take an array of its own that is indexed by a variable: use constants, or a field of Memory"},
    {"math between", "the kernel's verifier sees no bound of the index: clamp it on the line where it is used"},
    {"stack", "a program in the kernel has 512 bytes for all its variables: fewer of them live at once"},
};

std::vector<std::string_view> lines_of(std::string_view log) {
  std::vector<std::string_view> lines;
  while (!log.empty()) {
    const auto end = log.find('\n');
    lines.push_back(log.substr(0, end));
    log.remove_prefix(end == log.npos ? log.size() : end + 1);
  }
  return lines;
}

/// "; source @ policy.cpp:12": 12; else 0.
int policy_line(std::string_view line) {
  constexpr std::string_view kMark = " @ policy.cpp:";
  const auto at = line.rfind(kMark);
  if (!line.starts_with(";") || at == line.npos) return 0;
  int number = 0;
  const std::string_view digits = line.substr(at + kMark.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

constexpr std::string_view kTooLarge = "BPF program is too large.";

/// Neither an instruction ("12: (bf) r1 = r2"), nor a state ("R1=0 R2=..."), nor a place, nor a statistic.
bool is_complaint(std::string_view line) {
  if (line.empty() || line.starts_with(";") || line.starts_with("processed ") || line.starts_with("verification time") ||
      line.starts_with("stack depth") || line.starts_with("cur state:") || line.starts_with("old state:") || line.starts_with("func#") || line.starts_with("from ") || line.starts_with("mark_precise") || line.starts_with("parent "))
    return false;
  if (line.find(kTooLarge) != line.npos) return true;
  if (line.starts_with(" ") || line.starts_with("(") || line.starts_with("frame")) return false;  // the rest of a line that was cut
  std::size_t digits = 0;
  while (digits < line.size() && std::isdigit(static_cast<unsigned char>(line[digits]))) ++digits;
  return digits == 0 || digits >= line.size() || line[digits] != ':';
}

std::string_view mend_of(std::string_view complaint) {
  for (const Mend& each : kMends)
    if (complaint.find(each.says) != complaint.npos) return each.mend;
  return "";
}

}  // namespace

Refused refused_of(std::string_view program, std::string_view log) {
  Refused refused;
  refused.program = program;
  const auto lines = lines_of(log);
  std::size_t last = lines.size();
  while (last > 0 && !is_complaint(lines[last - 1])) --last;
  if (last > 0) refused.complaint = lines[last - 1];
  // It may come in the middle of a line.
  if (const auto at = refused.complaint.find(kTooLarge); at != refused.complaint.npos) refused.complaint.erase(0, at);
  for (std::size_t i = 0; i < last; ++i)
    if (const int line = policy_line(lines[i]); line > 0) refused.line = line;
  refused.mend = mend_of(refused.complaint);
  refused.log = log.size() > kMostLog ? log.substr(log.size() - kMostLog) : log;
  return refused;
}

std::uint64_t processed_of(std::string_view log) {
  constexpr std::string_view kMark = "processed ";
  const auto at = log.rfind(kMark);
  if (at == log.npos) return 0;
  std::uint64_t number = 0;
  std::from_chars(log.data() + at + kMark.size(), log.data() + log.size(), number);
  return number;
}

}  // namespace assay::evaluators::congestion
