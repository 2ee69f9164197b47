#pragma once
// A server on loopback that misbehaves as it is told: per connection some pieces, a pause between them, and an end.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace assay::evolve {

struct Act {
  enum class End { close, reset, hang };
  std::vector<std::string> pieces;
  End end = End::close;
  std::chrono::milliseconds between{0};  ///< before each piece but the first
  bool forever = false;                  ///< the last piece again and again
  std::size_t gate = 0;                  ///< nothing is said before so many requests have come
};

/// One thread per connection. The acts are played in order of the connections, the last one again and again.
class RudeServer {
 public:
  explicit RudeServer(std::vector<Act> acts) : acts_(std::move(acts)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 512);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { serve(); });
  }
  ~RudeServer() {
    {
      std::lock_guard guard(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      std::lock_guard guard(mutex_);
      for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
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
      std::lock_guard guard(mutex_);
      if (over_) return void(::close(fd));
      open_.push_back(fd);
      threads_.emplace_back([this, fd, act = &acts_[std::min(served, acts_.size() - 1)]] { play(fd, *act); });
    }
  }

  void play(int fd, const Act& act) {
    std::string request = read_request(fd);
    {
      std::lock_guard guard(mutex_);
      requests_.push_back(std::move(request));
    }
    changed_.notify_all();
    bool going = true;
    if (act.gate > 0) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return over_ || requests_.size() >= act.gate; });
    }
    for (std::size_t i = 0; going && i < act.pieces.size(); ++i) going = (i == 0 || pause(act.between)) && say(fd, act.pieces[i]);
    while (going && act.forever) going = pause(act.between) && say(fd, act.pieces.back());
    if (going && act.end == Act::End::hang) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return over_; });
    }
    const linger now{1, 0};
    if (act.end == Act::End::reset) ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    std::lock_guard guard(mutex_);
    std::erase(open_, fd);
    ::close(fd);
  }

  /// False at the test's end.
  bool pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return over_; });
  }
  static bool say(int fd, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      ssize_t n = ::send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (n <= 0) return false;
      at += static_cast<std::size_t>(n);
    }
    return true;
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

  const std::vector<Act> acts_;
  std::vector<std::string> requests_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::vector<int> open_;
  std::list<std::thread> threads_;
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
};

inline std::string http_head(const std::string& status, const std::string& type, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nConnection: close\r\n" + headers + "\r\n";
}
/// Ends with the connection.
inline std::string event_head() { return http_head("200 OK", "text/event-stream"); }

}  // namespace assay::evolve
