#pragma once
// What the Anthropic Messages API says: one JSON object, or a stream of events
// (message_start, content_block_*, message_delta, message_stop; ping and unknown ones are passed over).
//
// A streamed answer is whole once message_stop came. Usage: message_start tells the input, each message_delta the output so far
// and, in newer versions, the input again; the last word counts. input_tokens leaves out what came from or went into a cache.

#include "evolve/providers/reading.h"
#include "evolve/providers/sse.h"

namespace assay::evolve {

class AnthropicReader final : public ReplyReader {
 public:
  bool take(std::string_view bytes) override;
  Reading finish(const HttpReply& reply) override;

 private:
  void event(const SseEvent& event);
  void message(const std::string& type, const Json& body);
  void delta(const Json& body);
  void broken(Reading::Kind kind, std::string why);
  Reading streamed(const std::string& failure);

  SseParser parser_;
  std::string text_, stop_reason_, wrong_;  ///< wrong_: why the stream is of no use; empty until then
  Reading::Kind wrong_kind_ = Reading::Kind::retry;
  Usage usage_;
  bool any_ = false;                         ///< bytes of a stream came
  bool in_told_ = false, out_told_ = false;  ///< usage of message_start, of a message_delta
  bool usage_sound_ = true;                  ///< no usage was anything else than whole numbers
  bool done_ = false;                        ///< message_stop
};

}  // namespace assay::evolve
