#include "evolve/providers/http.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>

#include "tests/evolve/rude_server.h"

namespace assay::evolve {
namespace {

using Acts = std::vector<Act>;

TEST(Http, OneThreadCarries256SlowStreamsAtOnce) {
  constexpr std::size_t kCalls = 256;
  // The server says nothing before all the requests are there: one after the other would never end.
  RudeServer server(Acts{{{event_head(), "data: a\n\n", "data: b\n\n"}, Act::End::close, std::chrono::milliseconds(20), false, kCalls}});
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<HttpReply> replies;
  std::set<std::thread::id> threads;
  std::vector<std::string> streams(kCalls);
  HttpLoop loop;
  for (std::size_t i = 0; i < kCalls; ++i) {
    HttpRequest request{.url = server.url(), .body = "x"};
    request.on_stream = [&, i](std::string_view bytes) {
      streams[i] += bytes;
      return true;
    };
    loop.start(std::move(request), {}, [&](HttpReply reply) {
      std::lock_guard guard(mutex);
      replies.push_back(std::move(reply));
      threads.insert(std::this_thread::get_id());
      changed.notify_all();
    });
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, std::chrono::minutes(2), [&] { return replies.size() == kCalls; })) << replies.size();
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
  for (const HttpReply& reply : replies) EXPECT_EQ(reply.failure, "");
  for (const std::string& stream : streams) EXPECT_EQ(stream, "data: a\n\ndata: b\n\n");
}

TEST(Http, AStreamThatHasSaidEnoughIsWholeThoughTheConnectionStaysOpen) {
  RudeServer server(Acts{{{event_head() + "data: a\n\n"}, Act::End::hang}});
  HttpLoop loop;
  HttpRequest request{.url = server.url(), .body = "x"};
  request.on_stream = [](std::string_view) { return false; };
  auto reply = loop.post(std::move(request), {});
  EXPECT_EQ(reply.failure, "");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers["content-type"], "text/event-stream");
}

TEST(Http, AStopEndsACallThatIsUnderWayAndOneThatIsNot) {
  RudeServer server(Acts{{{}, Act::End::hang}});
  HttpLoop loop;
  std::stop_source source;
  std::thread stops([&] {
    while (server.requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    source.request_stop();
  });
  auto reply = loop.post({.url = server.url(), .body = "x"}, source.get_token());
  stops.join();
  EXPECT_TRUE(reply.stopped);
  EXPECT_TRUE(reply.sent);
  reply = loop.post({.url = server.url(), .body = "x"}, source.get_token());
  EXPECT_TRUE(reply.stopped);
  EXPECT_FALSE(reply.sent);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Http, TheEndOfTheLoopEndsWhatIsOpen) {
  RudeServer server(Acts{{{}, Act::End::hang}});
  std::vector<HttpReply> replies;
  {
    HttpLoop loop;
    for (int i = 0; i < 3; ++i) loop.start({.url = server.url(), .body = "x"}, {}, [&](HttpReply reply) { replies.push_back(std::move(reply)); });
  }
  ASSERT_EQ(replies.size(), 3u);
  for (const HttpReply& reply : replies) EXPECT_FALSE(reply.failure.empty());
}

TEST(Http, ARedirectIsNotFollowed) {
  RudeServer elsewhere(Acts{{{event_head()}}});
  RudeServer server(Acts{{{http_head("307 Temporary Redirect", "text/plain", "Location: " + elsewhere.url() + "\r\n")}}});
  HttpLoop loop;
  EXPECT_EQ(loop.post({.url = server.url(), .body = "x"}, {}).status, 307);
  EXPECT_TRUE(elsewhere.requests().empty());
}

}  // namespace
}  // namespace assay::evolve
