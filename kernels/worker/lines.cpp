#include "kernels/worker/lines.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace assay::kernels::worker {
namespace {

// A signal handler has nothing else to write to.
volatile std::sig_atomic_t stop = 0;

void note(int) { stop = 1; }

}  // namespace

bool asked_to_stop() { return stop != 0; }

void note_signals() {
  struct sigaction action = {};
  action.sa_handler = note;  // without SA_RESTART: a read that waits ends
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

Next LineReader::next(std::string& line) {
  bool passing_over = false;
  for (;;) {
    const std::size_t end = buffer_.find('\n', from_);
    if (end != std::string::npos) {
      const bool fits = !passing_over && end <= most_;
      if (fits) line.assign(buffer_, 0, end);
      buffer_.erase(0, end + 1);
      from_ = 0;
      return fits ? Next::line : Next::too_long;
    }
    if (buffer_.size() > most_) passing_over = true;
    if (passing_over) buffer_.clear();
    from_ = buffer_.size();
    char piece[65536];
    const ssize_t got = asked_to_stop() ? 0 : read(descriptor_, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {  // what has no end when the input ends is a line, but not when a signal ends it
      const bool whole = got == 0 && !asked_to_stop() && !buffer_.empty() && !passing_over;
      if (whole) line = std::move(buffer_);
      buffer_.clear();
      from_ = 0;
      return whole ? Next::line : Next::end;
    }
    buffer_.append(piece, static_cast<std::size_t>(got));
  }
}

bool LineWriter::write(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  for (std::size_t at = 0; open_ && at < whole.size();) {
    const ssize_t written = ::write(descriptor_, whole.data() + at, whole.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) open_ = false;
    else at += static_cast<std::size_t>(written);
  }
  return open_;
}

}  // namespace assay::kernels::worker
