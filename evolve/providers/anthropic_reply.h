#pragma once
// What the Anthropic Messages API says: one JSON object, or a stream of events
// (message_start, content_block_*, message_delta, message_stop; ping and unknown ones are passed over).
//
// A streamed answer is whole once message_stop came. Usage: message_start tells the input, each message_delta the output so far
// and, in newer versions, the input again; the last word counts. input_tokens leaves out what came from or went into a cache.

#include "evolve/providers/reading.h"

namespace assay::evolve {

class AnthropicReader final : public ReplyReader {
 private:
  void event(const std::string& type, const Json& body) override;
  bool is_whole() const override { return has_ended(); }
  Usage told() const override { return usage_; }
  Reading whole() override;
  Reading object(const Json& body, bool comes_back) const override;
  void delta(const Json& body);

  std::string stop_reason_;
  Usage usage_;
  bool in_told_ = false, out_told_ = false;  ///< usage of message_start, of a message_delta
  bool usage_sound_ = true;                  ///< no usage was anything else than whole numbers
};

}  // namespace assay::evolve
