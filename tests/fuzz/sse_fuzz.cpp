// Server-sent events: however the bytes are split, the events are those of a slow model that sees them all at once.

#include "evolve/providers/sse.h"

#include <vector>

#include "tests/fuzz/fuzz.h"

namespace assay::evolve {
namespace {

struct Parsed {
  std::vector<SseEvent> events;
  std::optional<SseFault> fault;

  bool operator==(const Parsed&) const = default;
};

Parsed parse(const std::vector<std::string_view>& pieces, SseLimits limits) {
  SseParser parser(limits);
  Parsed parsed;
  for (std::string_view piece : pieces) parsed.fault = parser.feed(piece, [&](const SseEvent& event) { parsed.events.push_back(event); });
  return parsed;
}

/// The lines that have an end, of a text without its byte order mark.
std::vector<std::string> lines_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string> lines;
  for (auto end = text.find_first_of("\r\n"); end != text.npos; end = text.find_first_of("\r\n")) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return lines;
}

/// The standard's algorithm, line by line, without limits.
std::vector<SseEvent> model(std::string_view text) {
  std::vector<SseEvent> events;
  std::string type;
  std::vector<std::string> data;
  for (const std::string& line : lines_of(text)) {
    const auto colon = line.find(':');
    const std::string name = line.substr(0, colon);
    std::string value = colon == line.npos ? "" : line.substr(colon + 1);
    if (value.starts_with(" ")) value.erase(0, 1);
    if (name == "event") type = value;
    if (name == "data") data.push_back(value);
    if (!line.empty()) continue;
    std::string joined;
    for (std::size_t i = 0; i < data.size(); ++i) joined += (i ? "\n" : "") + data[i];
    if (!data.empty()) events.push_back({type.empty() ? "message" : type, joined});
    type.clear();
    data.clear();
  }
  return events;
}

}  // namespace
}  // namespace assay::evolve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::evolve;
  using assay::fuzz::must;
  assay::fuzz::Input input(data, size);
  const std::size_t step = input.byte() % 16;  // 0: one piece
  const SseLimits tight{input.byte() % 64u, input.byte() % 64u};
  const std::string_view text = input.rest();
  std::vector<std::string_view> pieces, bytes;
  for (std::size_t at = 0; at < text.size(); at += step ? step : text.size()) pieces.push_back(text.substr(at, step ? step : text.npos));
  for (std::size_t at = 0; at < text.size(); ++at) bytes.push_back(text.substr(at, 1));

  const Parsed whole = parse({text}, {});
  must(!whole.fault && whole.events == model(text), "the events are those of the standard");
  must(parse(pieces, {}) == whole && parse(bytes, {}) == whole, "the events do not depend on the split");

  const Parsed bounded = parse({text}, tight);
  must(parse(pieces, tight) == bounded && parse(bytes, tight) == bounded, "the faults do not depend on the split");
  must(bounded.events.size() <= whole.events.size() && (bounded.fault || bounded == whole), "only a fault takes events away");
  for (std::size_t i = 0; i < bounded.events.size(); ++i) {
    must(bounded.events[i] == whole.events[i], "what comes before a fault is what came");
    must(bounded.events[i].data.size() <= tight.event_bytes + 1, "an event is bounded");
  }
  return 0;
}
