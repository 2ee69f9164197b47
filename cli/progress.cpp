#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "cli/output.h"

namespace assay::cli {
namespace {

constexpr std::chrono::seconds kBetweenPlainLines{5};

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::string percent(double share) { return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %"; }

std::string count_text(const evolve::Progress& progress) {
  std::string text = grouped(progress.candidates);
  if (progress.candidates_budget) text += " of " + grouped(*progress.candidates_budget);
  double elapsed = seconds(progress.elapsed);
  if (elapsed > 0.5) {
    char rate[32];
    std::snprintf(rate, sizeof rate, ", %.1f/s", static_cast<double>(progress.candidates) / elapsed);
    text += rate;
  }
  return text;
}

std::string best_text(const evolve::Progress& progress) {
  if (!progress.best_objective || !progress.best_candidate) return "none yet";
  return ratio_text(*progress.best_objective) + " (candidate " + grouped(*progress.best_candidate) + ")";
}

std::string time_text(const evolve::Progress& progress) {
  std::string text = duration_text(seconds(progress.elapsed));
  if (progress.time_left && progress.doing.empty()) text += ", " + duration_text(seconds(*progress.time_left)) + " left";
  return text;
}

/// "screen 12 %, run 60 %", largest first.
std::string stage_text(const evolve::Progress& progress) {
  std::vector<std::pair<std::string, double>> stages(progress.stage_share.begin(), progress.stage_share.end());
  std::ranges::stable_sort(stages, std::greater(), &std::pair<std::string, double>::second);
  std::string text;
  for (const auto& [name, share] : stages) text += (text.empty() ? "" : ", ") + name + " " + percent(share);
  return text;
}

std::string outcome_text(const evolve::Progress& progress) {
  std::vector<std::pair<std::string, std::uint64_t>> outcomes(progress.outcomes.begin(), progress.outcomes.end());
  std::ranges::stable_sort(outcomes, std::greater(), &std::pair<std::string, std::uint64_t>::second);
  std::string text;
  for (const auto& [name, count] : outcomes) text += (text.empty() ? "" : ", ") + name + " " + grouped(count);
  return text;
}

std::string money_text(double usd) {
  char text[32];
  std::snprintf(text, sizeof text, "$%.4f", usd);
  return text;
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  return 80;
}

bool stderr_is_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && (term == nullptr || std::strcmp(term, "dumb") != 0);
}

}  // namespace

std::vector<std::string> progress_block(const evolve::Progress& progress, std::size_t width) {
  std::vector<std::string> lines = {"candidates  " + count_text(progress), "best        " + best_text(progress),
                                    "stages      " + stage_text(progress), "outcomes    " + outcome_text(progress),
                                    "time        " + time_text(progress)};
  if (progress.usd > 0) lines.push_back("spent       " + money_text(progress.usd));
  if (!progress.doing.empty()) lines.push_back("now         " + progress.doing);
  for (auto& line : lines)
    if (line.size() > width) line.resize(width);
  return lines;
}

std::string progress_line(const evolve::Progress& progress) {
  std::string line = "candidates " + count_text(progress) + "; best " + best_text(progress) + "; " + outcome_text(progress) + "; " +
                     time_text(progress);
  if (progress.usd > 0) line += "; spent " + money_text(progress.usd);
  return progress.doing.empty() ? line : line + "; " + progress.doing;
}

ProgressDisplay::ProgressDisplay() : terminal_(stderr_is_terminal()) {}

void ProgressDisplay::show(const evolve::Progress& progress) {
  last_ = progress;
  if (terminal_) return redraw(progress_block(progress, terminal_width() - 1));
  if (last_line_ && progress.elapsed - *last_line_ < kBetweenPlainLines) return;
  last_line_ = progress.elapsed;
  say(progress_line(progress));
}

void ProgressDisplay::finish() {
  if (!last_) return;
  if (!terminal_ && last_line_ != last_->elapsed) say(progress_line(*last_));
  drawn_ = 0;
  last_.reset();
}

void ProgressDisplay::redraw(const std::vector<std::string>& lines) {
  std::string text = drawn_ > 0 ? "\x1b[" + std::to_string(drawn_) + "A" : "";
  for (const auto& line : lines) text += "\r\x1b[2K" + line + "\n";
  drawn_ = lines.size();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace assay::cli
