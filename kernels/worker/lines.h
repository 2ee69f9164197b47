#pragma once
// Lines in and out over file descriptors: bounded, and ended by a signal or a reader that has gone, never by a crash.

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::kernels::worker {

inline constexpr std::size_t kMostLineBytes = std::size_t{64} << 20;

/// Set by SIGTERM and SIGINT; looked at between lines and between samples.
bool asked_to_stop();
/// Lets SIGTERM and SIGINT only be noted, and writing to a reader that has gone be an error.
void note_signals();

enum class Next { line, too_long, end };

class LineReader {
 public:
  explicit LineReader(int descriptor, std::size_t most = kMostLineBytes) : descriptor_(descriptor), most_(most) {}
  /// The next line without its end. too_long: it was passed over. The last line needs no end.
  Next next(std::string& line);

 private:
  int descriptor_;
  std::size_t most_, from_ = 0;
  std::string buffer_;
};

class LineWriter {
 public:
  explicit LineWriter(int descriptor) : descriptor_(descriptor) {}
  /// Writes it at once and whole. False from when the reader has gone.
  bool write(std::string_view line);
  bool open() const { return open_; }

 private:
  int descriptor_;
  bool open_ = true;
};

}  // namespace assay::kernels::worker
