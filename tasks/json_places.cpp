#include "tasks/json_places.h"

namespace assay::tasks {
namespace {

/// A reader that trusts its input to be JSON, and still stops at the end of anything else. Recursion is bounded by
/// parse_json, which has read the same text before and refuses deep nesting.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  JsonPlaces run() {
    value("");
    return std::move(places_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void next() { line_ += text_[at_++] == '\n'; }

  void blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') next();
  }

  bool take(char expected) {
    blanks();
    if (peek() != expected) return false;
    next();
    return true;
  }

  std::string string() {
    std::string found;
    if (!take('"')) return found;
    while (at_ < text_.size() && peek() != '"') {
      if (peek() == '\\') found += peek(), next();
      if (at_ < text_.size()) found += peek(), next();
    }
    take('"');
    return found;
  }

  void value(const std::string& pointer) {
    blanks();
    places_.lines.emplace(pointer, line_);
    if (peek() == '{') return object(pointer);
    if (peek() == '[') return array(pointer);
    if (peek() == '"') return void(string());
    while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(peek()) == std::string_view::npos) next();
  }

  void object(const std::string& pointer) {
    take('{');
    if (take('}')) return;
    do {
      blanks();
      const int line = line_;
      const std::string member = pointer + "/" + string();
      if (!places_.lines.emplace(member, line).second) places_.duplicates.push_back(member);
      if (!take(':')) return;
      value(member);
    } while (take(','));
    take('}');
  }

  void array(const std::string& pointer) {
    take('[');
    if (take(']')) return;
    std::size_t index = 0;
    do value(pointer + "/" + std::to_string(index++));
    while (take(','));
    take(']');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  JsonPlaces places_;
};

}  // namespace

int JsonPlaces::line(std::string pointer) const {
  for (;;) {
    if (auto found = lines.find(pointer); found != lines.end()) return found->second;
    if (pointer.empty()) return 1;
    pointer.resize(pointer.rfind('/'));
  }
}

JsonPlaces json_places(std::string_view text) { return Scanner(text).run(); }

}  // namespace assay::tasks
