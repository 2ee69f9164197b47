#pragma once
// One HTTP request, over libcurl. Blocks; safe from several threads.

#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace assay::evolve {

struct HttpReply {
  /// Empty where a whole reply came. Else why not; `sent` says whether the other side may have acted on the request.
  std::string failure;
  bool sent = false;
  bool timed_out = false;
  bool stopped = false;
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
  std::chrono::milliseconds deadline{120000};  ///< for the whole request
  std::size_t reply_limit_bytes = 16u << 20;
};

HttpReply post(const HttpRequest& request, std::stop_token stop);

}  // namespace assay::evolve
