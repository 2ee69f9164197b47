#include "evolve/providers/sse.h"

#include <utility>

namespace assay::evolve {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::string_view name_of(SseFault fault) {
  return fault == SseFault::line_too_long ? "a line of the event stream is too long" : "an event of the stream is too long";
}

bool looks_like_events(std::string_view body) { return body.starts_with("data:") || body.starts_with("event:") || body.starts_with(':'); }

std::optional<SseFault> SseParser::feed(std::string_view bytes, const Sink& sink) {
  for (char byte : bytes) {
    if (fault_) break;
    if (bom_ < kByteOrderMark.size()) {
      if (byte == kByteOrderMark[bom_]) {
        ++bom_;
        continue;
      }
      // No mark after all: what looked like its front is text.
      const std::string_view front = kByteOrderMark.substr(0, std::exchange(bom_, kByteOrderMark.size()));
      for (char held : front) take(held, sink);
    }
    if (!fault_) take(byte, sink);
  }
  return fault_;
}

void SseParser::take(char byte, const Sink& sink) {
  const bool joined = std::exchange(after_return_, byte == '\r');
  if (byte == '\n' && joined) return;
  if (byte == '\n' || byte == '\r') return end_line(sink);
  if (line_.size() >= limits_.line_bytes) fault_ = SseFault::line_too_long;
  else line_ += byte;
}

void SseParser::end_line(const Sink& sink) {
  if (line_.empty()) {
    SseEvent event = std::exchange(event_, {"", ""});
    if (event.data.empty()) return;  // an event without a data line is none
    event.data.pop_back();           // the '\n' after its last line
    if (event.type.empty()) event.type = "message";
    return sink(event);
  }
  const std::string line = std::exchange(line_, {});
  const auto colon = line.find(':');
  if (colon == 0) return;  // a comment
  if (colon == line.npos) return field(line, "");
  std::string_view value = std::string_view(line).substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  field(std::string_view(line).substr(0, colon), value);
}

void SseParser::field(std::string_view name, std::string_view value) {
  if (name == "event") event_.type = value;
  if (name != "data") return;
  if (event_.data.size() + value.size() > limits_.event_bytes) fault_ = SseFault::event_too_long;
  else (event_.data += value) += '\n';
}

}  // namespace assay::evolve
