#pragma once
// A tiny HTTP server on loopback for tests: one scripted reply per connection, in a thread.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay::evolve {

class LocalServer {
 public:
  /// Sent as they are, in order; the last one again and again. Empty: the connection is left open and nothing is said.
  explicit LocalServer(std::vector<std::string> replies) : replies_(std::move(replies)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LocalServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (int fd : open_) ::close(fd);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1/chat/completions"; }
  std::vector<std::string> requests() const {
    std::lock_guard guard(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (std::size_t served = 0;; ++served) {
      int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      std::string request = read_request(fd);
      {
        std::lock_guard guard(mutex_);
        requests_.push_back(std::move(request));
      }
      const std::string& reply = replies_[std::min(served, replies_.size() - 1)];
      if (reply.empty()) {
        open_.push_back(fd);
        continue;
      }
      (void)!::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
      ::close(fd);
    }
  }

  static std::string read_request(int fd) {
    std::string text;
    char buffer[4096];
    for (;;) {
      auto end = text.find("\r\n\r\n");
      auto at = text.find("Content-Length: ");
      if (end != text.npos && at != text.npos && text.size() >= end + 4 + std::stoul(text.substr(at + 16))) return text;
      ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) return text;
      text.append(buffer, static_cast<std::size_t>(n));
    }
  }

  std::vector<std::string> replies_, requests_;
  mutable std::mutex mutex_;
  std::vector<int> open_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

inline std::string http(const std::string& status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + headers + "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace assay::evolve
