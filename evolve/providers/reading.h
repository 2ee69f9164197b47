#pragma once
// What one reply of a model's endpoint means, whatever its dialect. A reply comes from a machine that is not ours: any bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "evolve/providers/http.h"
#include "evolve/providers/sse.h"

namespace assay::evolve {

/// Tokens, each counted once. Sums stop at the largest number.
struct Usage {
  std::uint64_t in = 0;           ///< read by the model, and not of the two kinds below
  std::uint64_t cached_in = 0;    ///< read from a cache
  std::uint64_t cache_write = 0;  ///< read, and written to a cache
  std::uint64_t out = 0;

  std::uint64_t all_in() const;
  bool operator==(const Usage&) const = default;
};

struct Reading {
  enum class Kind {
    answer,   ///< whole, by the reply's own word
    retry,    ///< another attempt may go better
    useless,  ///< another attempt with this prompt would go the same way
    stop,     ///< no call can go well until a person mends something: key, money, model
  } kind = Kind::useless;
  std::string detail;          ///< the answer's text, or why there is none: bounded, neither masked nor short
  std::optional<Usage> usage;  ///< the whole call's, as reported at its end
  Usage least;                 ///< where the call was cut: what was reported until then
  bool may_be_charged = true;  ///< without `usage`: may the call have cost money?
  std::string model = {};      ///< that answered, by the reply's word; as long as it says
};

/// Takes one reply apart as it comes. Used once. What the dialects share is here: bounds, cuts, errors inside a stream.
class ReplyReader {
 public:
  virtual ~ReplyReader() = default;
  /// Bytes of an event stream (HttpRequest::on_stream). False: the stream said that it is whole, or cannot be mended.
  bool take(std::string_view bytes);
  Reading finish(const HttpReply& reply);

 protected:
  void add(std::string_view text);     ///< to the answer
  void told_model(const Json& json);   ///< by a member "model" of it; the first word counts
  void report(const Json& error);      ///< an error inside the stream
  void end() { done_ = true; }         ///< nothing that follows counts
  bool has_ended() const { return done_; }
  std::string answer() { return std::move(text_); }

 private:
  virtual void event(const std::string& type, const Json& body) = 0;
  /// For data that is no JSON and still means something. False: it does not.
  virtual bool plain_event(std::string_view) { return false; }
  virtual bool is_whole() const = 0;           ///< by the stream's own word
  virtual Usage told() const = 0;              ///< usage until now
  virtual Reading whole() = 0;                 ///< what a stream means that is whole
  virtual Reading object(const Json& body, bool comes_back) const = 0;  ///< what a reply of one JSON object means
  void one(const SseEvent& event);
  void broken(Reading::Kind kind, std::string why);
  Reading streamed(const std::string& failure);

  SseParser parser_;
  Reading read(const HttpReply& reply);

  std::string model_;
  std::string text_, wrong_;  ///< wrong_: why the stream is of no use; empty until then
  Reading::Kind wrong_kind_ = Reading::Kind::retry;
  bool any_ = false;   ///< bytes of a stream came
  bool done_ = false;
};

/// `reading`, as a reply of status 200 that is an error report.
Reading with_error(Reading reading, const Json& error, bool comes_back);

/// What an error report of an endpoint means, by its codes and words. Spent money, refused keys: `stop`, and never a retry.
/// `comes_back`: the endpoint said when to come back, so a limit that it tells of is no final one.
Reading::Kind kind_of_error(std::string_view report, bool comes_back);

/// What a reply means that holds no answer: a failure of the connection or a status other than 200.
Reading read_refusal(const HttpReply& reply);

/// An endpoint's words as they go into `detail`: JSON in its plainest spelling, at most 64 KiB.
std::string plain(std::string_view text);
std::string plain_json(const Json& json);

/// The first 300 bytes, whole characters of UTF-8. After `masked`: half a key would not be found.
std::string excerpt(std::string_view text);

/// What is no UTF-8 becomes U+FFFD: what is stored is JSON.
std::string valid_utf8(const std::string& text);

/// Every whole occurrence of `key` in `text` becomes "[key]". An empty key changes nothing.
std::string masked(std::string text, std::string_view key);

/// A count of tokens; 0 where the member is absent or null. Nothing where it is anything else than a whole number.
std::optional<std::uint64_t> tokens_of(const Json& usage, const char* key);

}  // namespace assay::evolve
