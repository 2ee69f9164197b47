#include "evolve/providers/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace assay::evolve {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kTick{50};  ///< how late a stop or a stall may be seen
constexpr milliseconds kIdle{10000};
constexpr std::size_t kHeaderLimit = 256u << 10;  ///< of all header lines together; libcurl 7.88 bounds only each one

struct Clean {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
// CURL and CURLM are both void: two owners apart.
struct CleanMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

struct Transfer {
  HttpRequest request;
  std::stop_token stop;
  std::function<void(HttpReply)> done;
  HttpReply reply;
  std::unique_ptr<curl_slist, Clean> headers;
  std::unique_ptr<CURL, Clean> handle;
  Clock::time_point last_byte = Clock::now();
  curl_off_t moved = 0;
  std::size_t body_bytes = 0, header_bytes = 0;
  bool streamed = false, enough = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.last_byte = Clock::now();
  transfer.body_bytes += size;
  if (transfer.body_bytes > transfer.request.reply_limit_bytes) {
    transfer.reply.too_long = true;
    return 0;  // libcurl: a write error
  }
  if (!transfer.streamed) transfer.reply.body.append(data, size);
  else if (!transfer.request.on_stream({data, size})) transfer.enough = true;
  return transfer.enough ? 0 : size;
}

void on_status_line(Transfer& transfer) {
  transfer.reply.headers.clear();  // of an interim reply (100, 103) before
  transfer.streamed = false;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.last_byte = Clock::now();
  transfer.header_bytes += size;
  if (transfer.header_bytes > kHeaderLimit) {
    transfer.reply.too_long = true;
    return 0;
  }
  std::string_view line(data, size);
  if (line.starts_with("HTTP/")) on_status_line(transfer);
  auto colon = line.find(':');
  if (colon == line.npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' ')) value.remove_suffix(1);
  if (name == "content-type") {
    long status = 0;
    curl_easy_getinfo(transfer.handle.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.streamed = transfer.request.on_stream && status == 200 && value.starts_with("text/event-stream");
  }
  transfer.reply.headers[name] = std::string(value);
  return size;
}

int on_progress(void* user, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (std::exchange(transfer.moved, down + up) != down + up) transfer.last_byte = Clock::now();
  return 0;
}

void set_up(Transfer& transfer) {
  CURL* handle = transfer.handle.get();
  const HttpRequest& request = transfer.request;
  const auto deadline = std::max<long long>(request.deadline.count(), 1);  // 0 would be none
  curl_easy_setopt(handle, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(deadline));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min<long long>(deadline, 20000)));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

/// What became of a transfer that libcurl ended with `code`, or that we end for the reason `why`.
HttpReply reply_of(Transfer& transfer, CURLcode code, std::string why) {
  HttpReply& reply = transfer.reply;
  curl_off_t uploaded = 0;
  curl_easy_getinfo(transfer.handle.get(), CURLINFO_RESPONSE_CODE, &reply.status);
  curl_easy_getinfo(transfer.handle.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  reply.sent = uploaded > 0;
  if (transfer.enough) return std::move(reply);
  if (code == CURLE_OPERATION_TIMEDOUT) reply.timed_out = true;
  if (why.empty() && transfer.header_bytes > kHeaderLimit)
    why = "the reply's headers are longer than " + std::to_string(kHeaderLimit) + " bytes";
  if (why.empty() && reply.too_long) why = "the reply is longer than " + std::to_string(transfer.request.reply_limit_bytes) + " bytes";
  if (why.empty() && code != CURLE_OK) why = curl_easy_strerror(code);
  reply.failure = std::move(why);
  return std::move(reply);
}

}  // namespace

class HttpLoop::Loop {
 public:
  Loop() : multi_(curl_multi_init()), thread_([this](std::stop_token quit) { run(quit); }) {}
  ~Loop() {
    thread_.request_stop();
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  void start(std::unique_ptr<Transfer> transfer) {
    {
      std::lock_guard guard(mutex_);
      waiting_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  void run(std::stop_token quit) {
    while (!quit.stop_requested()) {
      admit();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      collect();
      watch();
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>((open_.empty() ? kIdle : kTick).count()), nullptr);
    }
    admit();
    while (!open_.empty()) end(*open_.begin()->second, CURLE_OK, "the program ends");
  }

  void admit() {
    std::vector<std::unique_ptr<Transfer>> fresh;
    {
      std::lock_guard guard(mutex_);
      fresh.swap(waiting_);
    }
    for (auto& transfer : fresh) {
      if (transfer->stop.stop_requested()) {
        transfer->done({.failure = "stopped", .stopped = true});
        continue;
      }
      for (const std::string& header : transfer->request.headers) {
        curl_slist* longer = curl_slist_append(transfer->headers.get(), header.c_str());
        if (longer) (void)transfer->headers.release(), transfer->headers.reset(longer);
      }
      transfer->handle.reset(curl_easy_init());
      if (!transfer->handle) {
        transfer->done({.failure = "libcurl could not start"});
        continue;
      }
      set_up(*transfer);
      transfer->last_byte = Clock::now();
      CURL* handle = transfer->handle.get();
      Transfer& added = *(open_[handle] = std::move(transfer));
      if (curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) end(added, CURLE_OK, "libcurl could not take the request");
    }
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
      if (message->msg == CURLMSG_DONE) end(*open_.at(message->easy_handle), message->data.result, "");
  }

  /// Stops and stalls, which libcurl does not know of.
  void watch() {
    const auto now = Clock::now();
    std::vector<Transfer*> stopped, stalled;
    for (auto& [handle, transfer] : open_) {
      if (transfer->stop.stop_requested()) stopped.push_back(transfer.get());
      else if (auto limit = transfer->request.stall; limit.count() > 0 && now - transfer->last_byte > limit) stalled.push_back(transfer.get());
    }
    for (Transfer* transfer : stopped) {
      transfer->reply.stopped = true;
      end(*transfer, CURLE_OK, "stopped");
    }
    for (Transfer* transfer : stalled) {
      transfer->reply.timed_out = true;
      end(*transfer, CURLE_OK, "no byte came for " + std::to_string(transfer->request.stall.count()) + " ms");
    }
  }

  void end(Transfer& transfer, CURLcode code, std::string why) {
    auto node = open_.extract(transfer.handle.get());
    HttpReply reply = reply_of(transfer, code, std::move(why));
    curl_multi_remove_handle(multi_.get(), transfer.handle.get());
    transfer.done(std::move(reply));
  }

  std::unique_ptr<CURLM, CleanMulti> multi_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Transfer>> waiting_;
  std::map<CURL*, std::unique_ptr<Transfer>> open_;  ///< the loop's thread only
  std::jthread thread_;                              ///< last: it uses all the others
};

HttpLoop::HttpLoop() {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, whoever comes first
  (void)kStarted;
  loop_ = std::make_unique<Loop>();
}
HttpLoop::~HttpLoop() = default;

void HttpLoop::start(HttpRequest request, std::stop_token stop, std::function<void(HttpReply)> done) {
  auto transfer = std::make_unique<Transfer>();
  transfer->request = std::move(request);
  transfer->stop = std::move(stop);
  transfer->done = std::move(done);
  loop_->start(std::move(transfer));
}

HttpReply HttpLoop::post(HttpRequest request, std::stop_token stop) {
  auto promise = std::make_shared<std::promise<HttpReply>>();  // shared: set_value may still be at work when get() is back
  auto reply = promise->get_future();
  start(std::move(request), std::move(stop), [promise](HttpReply done) { promise->set_value(std::move(done)); });
  return reply.get();
}

}  // namespace assay::evolve
