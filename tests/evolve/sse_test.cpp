#include "evolve/providers/sse.h"

#include <gtest/gtest.h>

#include <vector>

namespace assay::evolve {
namespace {

struct Parsed {
  std::vector<SseEvent> events;
  std::optional<SseFault> fault;

  bool operator==(const Parsed&) const = default;
};

Parsed parse(const std::vector<std::string_view>& pieces, SseLimits limits = {}) {
  SseParser parser(limits);
  Parsed parsed;
  for (std::string_view piece : pieces) parsed.fault = parser.feed(piece, [&](const SseEvent& event) { parsed.events.push_back(event); });
  return parsed;
}

using Events = std::vector<SseEvent>;

TEST(Sse, ReadsEventsByTheRulesOfTheStandard) {
  EXPECT_EQ(parse({"data: a\n\n"}).events, (Events{{"message", "a"}}));
  EXPECT_EQ(parse({"event: x\ndata:a\ndata\ndata: b\n\n"}).events, (Events{{"x", "a\n\nb"}}));
  EXPECT_EQ(parse({"data:  two blanks\n\n"}).events, (Events{{"message", " two blanks"}}));
  EXPECT_EQ(parse({"data: a:b\n\n"}).events, (Events{{"message", "a:b"}}));
  EXPECT_EQ(parse({"data\n\n"}).events, (Events{{"message", ""}}));
  EXPECT_EQ(parse({": comment\n:\ndata: a\n\n"}).events, (Events{{"message", "a"}}));
  EXPECT_EQ(parse({"id: 1\nretry: 5\nunknown: x\n data: indented\ndata: a\n\n"}).events, (Events{{"message", "a"}}));
}

TEST(Sse, AnEventNeedsADataLineAndABlankLine) {
  EXPECT_TRUE(parse({"event: x\n\n"}).events.empty());
  EXPECT_EQ(parse({"event: x\n\ndata: a\n\n"}).events, (Events{{"message", "a"}}));  // the type does not stay
  EXPECT_TRUE(parse({"data: a"}).events.empty());
  EXPECT_TRUE(parse({"data: a\n"}).events.empty());
  EXPECT_TRUE(parse({"\n\n\n"}).events.empty());
}

TEST(Sse, TakesEveryLineEndAndAByteOrderMarkAtTheFrontOnly) {
  EXPECT_EQ(parse({"data: a\r\rdata: b\r\n\r\ndata: c\n\r\n"}).events, (Events{{"message", "a"}, {"message", "b"}, {"message", "c"}}));
  EXPECT_EQ(parse({"\xEF\xBB\xBF" "data: a\n\n"}).events, (Events{{"message", "a"}}));
  EXPECT_TRUE(parse({"\xEF\xBB\xBF\xEF\xBB\xBF" "data: a\n\n"}).events.empty());
  EXPECT_EQ(parse({"\xEF\xBB" "x: 1\ndata: a\n\n"}).events, (Events{{"message", "a"}}));
}

TEST(Sse, TheEventsDoNotDependOnWhereTheBytesAreSplit) {
  for (std::string_view stream : {std::string_view("\xEF\xBB\xBF" "event: one\r\ndata: a\r\ndata: b\r\n\r\n: c\rdata:\r\rdata: \xF0\x9F\x99\x82\n\ndata: cut"),
                                  std::string_view("\xEF\xBB" "data: no mark\n\ndata: a\n\r\ndata: b\r\n\n\r\r\n"),
                                  std::string_view("data: {\"x\": 1}\n\nevent: e\nid: 7\nretry: 10\ndata\n\ndata: [DONE]\n\n"),
                                  std::string_view("data: a\0b\n\ndata: \xFF\xFE\n\n", 22)}) {
    const Parsed whole = parse({stream});
    EXPECT_FALSE(whole.events.empty());
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
    EXPECT_EQ(parse(bytes), whole);
    for (std::size_t i = 0; i <= stream.size(); ++i)
      for (std::size_t j = i; j <= stream.size(); ++j)
        EXPECT_EQ(parse({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}), whole) << i << " " << j;
  }
}

TEST(Sse, ALineOrAnEventThatIsTooLongIsAFaultThatStays) {
  const SseLimits limits{10, 12};
  EXPECT_EQ(parse({"data: 0123\n\n"}, limits), (Parsed{{{"message", "0123"}}, {}}));
  EXPECT_EQ(parse({"data: a\n\ndata: 01234\n\n", "data: b\n\n"}, limits), (Parsed{{{"message", "a"}}, SseFault::line_too_long}));
  EXPECT_EQ(parse({"data:01234\ndata:01234\ndata:01\n\n"}, limits), (Parsed{{}, SseFault::event_too_long}));
  std::string endless(1000, ':');
  EXPECT_EQ(parse({endless}, limits).fault, SseFault::line_too_long);
}

}  // namespace
}  // namespace assay::evolve
