#pragma once
// What one reply of an OpenAI-compatible endpoint means. The reply comes from a machine that is not ours: any bytes.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "evolve/providers/http.h"

namespace assay::evolve {

struct OpenAiReading {
  enum class Kind { answer, retry, useless, stop } kind = Kind::useless;
  std::string detail;  ///< the answer's text, or why not
  std::optional<std::pair<std::uint64_t, std::uint64_t>> usage;  ///< tokens in and out
  bool may_be_charged = true;
};
OpenAiReading read_openai_reply(const HttpReply& reply);

/// retry-after-ms, or retry-after in seconds or as a date: 0 to 60 seconds.
std::optional<std::chrono::milliseconds> asked_wait(const HttpReply& reply);

}  // namespace assay::evolve
