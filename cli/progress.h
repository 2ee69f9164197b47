#pragma once
// The live view of a campaign on stderr: a block redrawn in place on a terminal, plain lines elsewhere.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "evolve/campaign.h"

namespace assay::cli {

/// The block's lines for one moment, each at most `width` columns. Pure.
std::vector<std::string> progress_block(const evolve::Progress& progress, std::size_t width);
/// The same moment in one line.
std::string progress_line(const evolve::Progress& progress);

/// Calls come from one thread at a time.
class ProgressDisplay {
 public:
  /// A terminal is one where stderr is a tty and TERM is not "dumb".
  ProgressDisplay();
  explicit ProgressDisplay(bool terminal) : terminal_(terminal) {}
  void show(const evolve::Progress& progress);
  /// Leaves the last state standing.
  void finish();

 private:
  void redraw(const std::vector<std::string>& lines);

  bool terminal_;
  std::size_t drawn_ = 0;  ///< lines of the block on the screen
  std::optional<std::chrono::nanoseconds> last_line_;
  std::optional<evolve::Progress> last_;
};

}  // namespace assay::cli
