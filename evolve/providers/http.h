#pragma once
// HTTP requests over libcurl's multi interface: one thread carries them all, however many are open and however slow.
//
// No connection is used twice: libcurl sends a request again by itself where a kept connection turns out to be dead, and a
// request that is sent twice may be paid for twice. Redirects are not followed, so that a key goes nowhere else.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace assay::evolve {

struct HttpReply {
  /// Empty where a whole reply came, or all of it that was wanted. Else why not; `sent` says whether the other side may have
  /// acted on the request.
  std::string failure;
  bool sent = false;
  bool timed_out = false;  ///< the deadline, or the stall limit
  bool stopped = false;
  bool too_long = false;
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< empty where it went to `on_stream`
};

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  std::chrono::milliseconds deadline{120000};  ///< for the whole request
  std::chrono::milliseconds stall{0};          ///< without a byte in either direction; 0: no limit
  std::size_t reply_limit_bytes = 16u << 20;   ///< of the body, streamed or not
  /// Takes the body of a reply of status 200 and content type text/event-stream as it comes, on the loop's thread. False: enough,
  /// the rest is not wanted and the reply counts as whole. Must not throw.
  std::function<bool(std::string_view)> on_stream;
};

/// The thread and what it carries. Any thread may start requests.
class HttpLoop {
 public:
  HttpLoop();
  /// Ends what is open: each gets its reply, with a failure.
  ~HttpLoop();

  /// `done` is called once, on the loop's thread; it must not throw or block.
  void start(HttpRequest request, std::stop_token stop, std::function<void(HttpReply)> done);
  /// Blocks until the reply is there. Not from the loop's thread.
  HttpReply post(HttpRequest request, std::stop_token stop);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace assay::evolve
