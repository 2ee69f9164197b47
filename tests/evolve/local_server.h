#pragma once
// A tiny HTTP server on loopback for tests: one scripted reply per connection.

#include <string>
#include <vector>

#include "tests/evolve/rude_server.h"

namespace assay::evolve {

class LocalServer : public RudeServer {
 public:
  /// Sent as they are, in order; the last one again and again. Empty: the connection is left open and nothing is said.
  explicit LocalServer(const std::vector<std::string>& replies) : RudeServer(acts_of(replies)) {}

 private:
  static std::vector<Act> acts_of(const std::vector<std::string>& replies) {
    std::vector<Act> acts;
    for (const std::string& reply : replies)
      acts.push_back(reply.empty() ? Act{{}, Act::End::hang} : Act{{reply}});
    return acts;
  }
};

inline std::string http(const std::string& status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + headers + "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace assay::evolve
