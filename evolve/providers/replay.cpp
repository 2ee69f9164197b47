// The completions of a recorded campaign, by index: what a paid model said once can be tried again for nothing.

#include "evolve/archive.h"
#include "evolve/providers/make.h"

namespace assay::evolve {
namespace {

class ReplayProvider final : public Provider {
 public:
  explicit ReplayProvider(std::unique_ptr<Archive> recorded) : recorded_(std::move(recorded)) {}

  Result<Completion> complete(const Proposal& proposal) override {
    auto record = recorded_->candidate(proposal.index);
    if (!record) return std::unexpected(record.error());
    Completion completion;
    completion.exhausted = !*record;
    if (!*record) return completion;
    auto text = recorded_->blob((*record)->source);
    if (!text) return std::unexpected(text.error());
    completion.text = std::move(*text);
    completion.operation = (*record)->operation;
    const auto kind = (*record)->outcome.kind;
    if (kind == OutcomeKind::no_completion || kind == OutcomeKind::edit_failed) completion.outcome = (*record)->outcome;
    return completion;
  }

 private:
  std::unique_ptr<Archive> recorded_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_replay(const Json& settings) {
  static constexpr std::string_view kKnown[] = {"folder"};
  if (auto done = only_known(settings, kKnown, "provider replay"); !done) return std::unexpected(done.error());
  auto folder = member<std::string>(settings, "folder", "provider replay");
  if (!folder) return std::unexpected(folder.error());
  auto recorded = Archive::open_read_only(*folder);
  if (!recorded) return std::unexpected(recorded.error());
  return std::make_unique<ReplayProvider>(std::move(*recorded));
}

}  // namespace assay::evolve
