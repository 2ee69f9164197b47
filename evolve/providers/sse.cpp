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
  while (!bytes.empty() && bom_ < kByteOrderMark.size()) {
    if (bytes.front() != kByteOrderMark[bom_]) {
      // No mark after all: what looked like its front is text.
      take(kByteOrderMark.substr(0, std::exchange(bom_, kByteOrderMark.size())), sink);
      break;
    }
    ++bom_;
    bytes.remove_prefix(1);
  }
  take(bytes, sink);
  return fault_;
}

void SseParser::take(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty() && !fault_) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = bytes.find_first_of("\r\n");
    const std::string_view run = bytes.substr(0, end);
    if (run.size() > limits_.line_bytes - line_.size()) return void(fault_ = SseFault::line_too_long);
    line_ += run;
    if (end == bytes.npos) return;
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(sink);
  }
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
