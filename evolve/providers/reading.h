#pragma once
// What one reply of a model's endpoint means, whatever its dialect. A reply comes from a machine that is not ours: any bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "evolve/providers/http.h"

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
};

/// Takes one reply apart as it comes. Used once.
class ReplyReader {
 public:
  virtual ~ReplyReader() = default;
  /// Bytes of an event stream (HttpRequest::on_stream). False: the stream said that it is whole, or cannot be mended.
  virtual bool take(std::string_view bytes) = 0;
  virtual Reading finish(const HttpReply& reply) = 0;
};

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
