#pragma once
// What an OpenAI-compatible chat endpoint says: one JSON object, or a stream of chunks.
//
// A streamed answer is whole once a chunk gave a finish_reason; a cut before that is no answer, however much text came. The
// usage of a stream comes in a chunk after it (stream_options.include_usage), then "[DONE]".

#include "evolve/providers/reading.h"

namespace assay::evolve {

class OpenAiReader final : public ReplyReader {
 private:
  bool plain_event(std::string_view data) override;
  void event(const std::string& type, const Json& chunk) override;
  bool is_whole() const override { return !finish_reason_.empty(); }
  Usage told() const override { return usage_.value_or(Usage{}); }
  Reading whole() override;
  Reading object(const Json& body, bool comes_back) const override;
  void choice(const Json& choice);

  std::string finish_reason_;
  std::optional<Usage> usage_;
};

}  // namespace assay::evolve
