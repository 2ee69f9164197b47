#pragma once
// Server-sent events, from bytes as they come: WHATWG HTML, section "Server-sent events", 9.2.5 and 9.2.6.
//
// The events do not depend on how the bytes were split. `id` and `retry` are read and dropped: a model's stream cannot be
// joined again. Bytes stay as they came; whoever reads the data checks its UTF-8. What the end of the stream leaves without a
// blank line is no event, as the standard says.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace assay::evolve {

struct SseEvent {
  std::string type = "message";
  std::string data;  ///< the lines of the event, joined by '\n'

  bool operator==(const SseEvent&) const = default;
};

enum class SseFault {
  line_too_long,
  event_too_long,
};
std::string_view name_of(SseFault fault);

/// Does a body begin as a stream of events does? For servers that name another content type.
bool looks_like_events(std::string_view body);

struct SseLimits {
  std::size_t line_bytes = 1u << 20;
  std::size_t event_bytes = 4u << 20;  ///< of an event's data
};

class SseParser {
 public:
  using Sink = std::function<void(const SseEvent&)>;

  explicit SseParser(SseLimits limits = {}) : limits_(limits) {}

  /// Gives `sink` every event that `bytes` completes. After a fault nothing more is read, and the fault is given again.
  std::optional<SseFault> feed(std::string_view bytes, const Sink& sink);

 private:
  void take(std::string_view bytes, const Sink& sink);
  void end_line(const Sink& sink);
  void field(std::string_view name, std::string_view value);

  SseLimits limits_;
  std::string line_;
  SseEvent event_{"", ""};
  std::optional<SseFault> fault_;
  std::size_t bom_ = 0;        ///< bytes of a byte order mark at the front so far; 3: the front is over
  bool after_return_ = false;  ///< a '\n' now belongs to the line end before it
};

}  // namespace assay::evolve
