#include "evolve/providers/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace assay::evolve {
namespace {

struct Transfer {
  HttpReply reply;
  std::size_t limit;
  std::stop_token stop;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.reply.body.size() + size > transfer.limit) return 0;  // curl: write error
  transfer.reply.body.append(data, size);
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  std::string_view line(data, size);
  auto colon = line.find(':');
  if (colon == line.npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' ')) value.remove_suffix(1);
  static_cast<Transfer*>(user)->reply.headers[name] = std::string(value);
  return size;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stop.stop_requested() ? 1 : 0;
}

struct Clean {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void set_up(CURL* handle, const HttpRequest& request, curl_slist* headers, Transfer& transfer) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min<long long>(request.deadline.count(), 20000)));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

}  // namespace

HttpReply post(const HttpRequest& request, std::stop_token stop) {
  Transfer transfer{{}, request.reply_limit_bytes, stop};
  std::unique_ptr<CURL, Clean> handle(curl_easy_init());
  if (!handle) return {"libcurl could not start"};
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  std::unique_ptr<curl_slist, Clean> headers(list);
  set_up(handle.get(), request, headers.get(), transfer);
  CURLcode code = curl_easy_perform(handle.get());
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &transfer.reply.status);
  curl_off_t uploaded = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  HttpReply& reply = transfer.reply;
  reply.sent = uploaded > 0;
  reply.timed_out = code == CURLE_OPERATION_TIMEDOUT;
  reply.stopped = code == CURLE_ABORTED_BY_CALLBACK;
  if (code != CURLE_OK) reply.failure = curl_easy_strerror(code);
  if (code == CURLE_WRITE_ERROR) reply.failure = "the reply is longer than " + std::to_string(request.reply_limit_bytes) + " bytes";
  return std::move(reply);
}

}  // namespace assay::evolve
