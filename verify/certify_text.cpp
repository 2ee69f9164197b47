#include "verify/certify_text.h"

#include <algorithm>
#include <cstdio>

namespace assay::verify {
namespace {

constexpr std::size_t kStepsInFeedback = 20;
/// Headers of the table; the last two count the obligations that each engine settled.
constexpr std::string_view kFunction = "function", kProperty = "property", kByRanges = "by ranges", kBySolver = "by solver";

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string score_of(const Claim& claim) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", claim.score());
  return text;
}

std::string explanation(const Claim& claim) {
  std::string line = claim.line > 0 ? "line " + std::to_string(claim.line) + ": " : "";
  if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return line + refuted->counterexample;
  if (auto* unknown = std::get_if<Unknown>(&claim.verdict)) return unknown->reason;
  if (claim.counted) return std::to_string(claim.counted->places) + " places of " + std::to_string(claim.counted->tables) + " tables written out and counted";
  return "";
}

std::string subject(const Claim& claim) { return claim.function.empty() ? "(property)" : claim.function; }

/// Right-aligned under its header.
std::string counted(std::uint64_t number, std::string_view header) {
  std::string text = std::to_string(number);
  return std::string(header.size() - std::min(header.size(), text.size()), ' ') + text;
}

template <class Text>
std::size_t widest(const std::vector<Claim>& claims, Text text) {
  std::size_t width = 0;
  for (const Claim& claim : claims) width = std::max(width, text(claim).size());
  return width;
}

std::string trace_table(const std::vector<TraceStep>& trace, std::size_t most) {
  std::size_t width = 8;
  for (const TraceStep& step : trace) width = std::max(width, std::min<std::size_t>(step.name.size(), 40));
  std::string out = "  line | " + padded("variable", width) + " | value\n";
  const std::size_t skipped = trace.size() > most ? trace.size() - most : 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (skipped > 0 && i == most / 2) out += "       | ... " + std::to_string(skipped) + " steps\n";
    if (i >= most / 2 && i < most / 2 + skipped) continue;
    const TraceStep& step = trace[i];
    std::string line = step.line > 0 ? std::to_string(step.line) : "";
    out += "  " + std::string(4 - std::min<std::size_t>(4, line.size()), ' ') + line + " | " + padded(step.name, width) + " | " + step.value + "\n";
  }
  return out;
}

}  // namespace

std::string claim_table(const Certificate& certificate) {
  const auto& claims = certificate.claims;
  const std::size_t functions = std::max(kFunction.size(), widest(claims, subject));
  const std::size_t names = std::max(kProperty.size(), widest(claims, [](const Claim& c) { return c.property; }));
  std::string out = "verdict  share  level      " + padded(std::string(kFunction), functions) + "  " + padded(std::string(kProperty), names) + "  " +
                    std::string(kByRanges) + "  " + std::string(kBySolver) + "\n";
  for (const Claim& claim : claims) {
    std::string line = padded(std::string(name_of(claim.verdict)), 7) + "   " + score_of(claim) + "  " + padded(std::string(properties::name_of(claim.level)), 9) +
                       "  " + padded(subject(claim), functions) + "  " + padded(claim.property, names) + "  " + counted(claim.by_intervals, kByRanges) + "  " + counted(claim.by_solver, kBySolver) + "  " + explanation(claim);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string refutation_text(const Claim& claim, std::size_t most_steps) {
  if (!std::holds_alternative<Refuted>(claim.verdict)) return "";
  std::string out = (claim.function.empty() ? "" : claim.function + ", ") + claim.property + ": " + explanation(claim) + "\n";
  if (!claim.checked_run.empty()) out += "  with its traps on: " + claim.checked_run + "\n";
  if (!claim.optimised_run.empty()) out += "  optimised (-O2):   " + claim.optimised_run + "\n";
  if (!claim.trace.empty()) out += trace_table(claim.trace, most_steps);
  return out;
}

/// The most binding level first; within it the fewest steps, as that is the easiest to understand.
std::string feedback(const Certificate& certificate) {
  const Claim* best = nullptr;
  for (const Claim& claim : certificate.claims) {
    if (!std::holds_alternative<Refuted>(claim.verdict)) continue;
    auto key = [](const Claim& of) { return std::pair(of.level, of.trace.size()); };
    if (best == nullptr || key(claim) < key(*best)) best = &claim;
  }
  return best == nullptr ? "" : refutation_text(*best, kStepsInFeedback);
}

}  // namespace assay::verify
