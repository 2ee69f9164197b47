#pragma once
// What an OpenAI-compatible chat endpoint says: one JSON object, or a stream of chunks.
//
// A streamed answer is whole once a chunk gave a finish_reason; a cut before that is no answer, however much text came. The
// usage of a stream comes in a chunk after it (stream_options.include_usage), then "[DONE]".

#include "evolve/providers/reading.h"
#include "evolve/providers/sse.h"

namespace assay::evolve {

class OpenAiReader final : public ReplyReader {
 public:
  bool take(std::string_view bytes) override;
  Reading finish(const HttpReply& reply) override;

 private:
  void event(const SseEvent& event);
  void chunk(const Json& chunk);
  void choice(const Json& choice);
  void broken(Reading::Kind kind, std::string why);
  Reading streamed(const std::string& failure);

  SseParser parser_;
  std::string text_, finish_reason_, wrong_;  ///< wrong_: why the stream is of no use; empty until then
  Reading::Kind wrong_kind_ = Reading::Kind::retry;
  std::optional<Usage> usage_;
  bool any_ = false;   ///< bytes of a stream came
  bool done_ = false;  ///< "[DONE]"
};

}  // namespace assay::evolve
