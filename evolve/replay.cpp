#include "evolve/replay.h"

#include <algorithm>
#include <array>
#include <map>

#include "evolve/edit.h"
#include "evolve/provider.h"

namespace assay::evolve {
namespace {

/// Of the first event: what depends on where it runs and not on what is searched. Where only these differ a replay can be equal.
constexpr std::array<std::string_view, 2> kHost = {"toolchain", "missing_layers"};
constexpr std::array<std::string_view, 9> kTask = {"task", "domain", "objective", "direction", "contract", "properties", "baselines", "train", "validation"};

struct Answer {
  Digest text;
  std::string model;
};
using Answers = std::map<std::uint64_t, std::vector<Answer>>;  ///< of each candidate: the first, then those to repairs

/// The answers of a campaign as they were given, for the provider's own name.
class Recording final : public Provider {
 public:
  Recording(std::unique_ptr<Archive> archive, Answers answers, bool reads_prompts)
      : archive_(std::move(archive)), answers_(std::move(answers)), reads_prompts_(reads_prompts) {}

  static Result<std::unique_ptr<Provider>> of(const std::filesystem::path& folder, bool reads_prompts) {
    auto archive = Archive::open_read_only(folder);
    if (!archive) return std::unexpected(archive.error());
    Answers answers;
    auto done = (*archive)->for_each("completion", [&](const Event& event) -> Result<void> {
      auto candidate = member<std::uint64_t>(event.body, "candidate", "completion");
      auto answer = member<std::string>(event.body, "answer", "completion");
      if (!candidate) return std::unexpected(candidate.error());
      if (!answer) return std::unexpected(answer.error());
      auto digest = Digest::from_hex(*answer);
      if (!digest) return fail(folder.string() + ": event " + std::to_string(event.sequence) + ": \"answer\" is no digest");
      answers[*candidate].push_back({*digest, event.body.value("model", "")});
      return {};
    });
    if (!done) return std::unexpected(done.error());
    return std::make_unique<Recording>(std::move(*archive), std::move(answers), reads_prompts);
  }

  bool reads_prompts() const override { return reads_prompts_; }

  Result<Completion> complete(const Proposal& proposal) override {
    auto record = archive_->candidate(proposal.index);
    if (!record) return std::unexpected(record.error());
    Completion completion;
    completion.exhausted = !*record;
    if (!*record) return completion;
    if (const auto slash = (*record)->provider.find('/'); slash != std::string::npos) completion.member = (*record)->provider.substr(slash + 1);
    const auto found = answers_.find(proposal.index);
    const std::size_t known = found == answers_.end() ? 0 : found->second.size();
    if (proposal.attempt < known) {
      const Answer& answer = found->second[proposal.attempt];
      auto raw = archive_->blob(answer.text);
      if (!raw) return std::unexpected(raw.error());
      completion.raw = std::move(*raw);
      completion.model = answer.model;
    }
    if (auto told = tell(completion, proposal, **record); !told) return std::unexpected(told.error());
    return completion;
  }

 private:
  /// The text of a repaired candidate is that of its last answer; the others are read out of their answers again.
  Result<void> tell(Completion& completion, const Proposal& proposal, const CandidateRecord& record) const {
    if (proposal.attempt > record.repairs.size()) {
      completion.outcome = {OutcomeKind::no_completion, "the recorded campaign got no answer to this repair", {}};
      return {};
    }
    if (proposal.attempt == 0) completion.tokens_in = record.tokens_in, completion.tokens_out = record.tokens_out, completion.usd = record.usd;
    if (!record.repairs.empty()) {
      take_answer(completion, proposal, std::string(completion.raw));
      return {};
    }
    auto text = archive_->blob(record.source);
    if (!text) return std::unexpected(text.error());
    completion.text = std::move(*text);
    completion.operation = record.operation;
    if (record.outcome.kind == OutcomeKind::no_completion || record.outcome.kind == OutcomeKind::edit_failed) completion.outcome = record.outcome;
    return {};
  }

  std::unique_ptr<Archive> archive_;
  Answers answers_;
  bool reads_prompts_;
};

/// A provider that cannot be made here (no key, no folder) is one with a model behind it, unless it only looks up.
bool reads_prompts(const std::string& name, const Json& settings) {
  if (name == "replay") return false;
  auto provider = make_provider(name, settings);
  return !provider || (*provider)->reads_prompts();
}

/// What of a log a replay needs to know.
struct Log {
  std::vector<Digest> digests;
  std::vector<Rerun::Leg> legs;
  Json campaign;
  std::uint64_t candidates = 0;
  bool ended = false;

  static Result<Log> read(const Archive& archive) {
    Log log;
    auto done = archive.for_each("", [&](const Event& event) -> Result<void> {
      log.digests.push_back(event.digest);
      log.ended = event.kind == "stop";
      if (event.kind == "campaign") log.campaign = event.body;
      if (event.kind == "candidate") ++log.candidates;
      if (event.kind == "stop") log.legs.push_back({log.candidates, true});
      return {};
    });
    if (!done) return std::unexpected(done.error());
    if (!log.ended) log.legs.push_back({log.candidates, false});
    return log;
  }
};

Result<std::optional<Event>> event_at(const Archive& archive, std::uint64_t sequence) {
  std::optional<Event> found;
  auto done = archive.for_each("", [&](const Event& event) -> Result<void> {
    if (event.sequence == sequence) found = event;
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return found;
}

Json value_at(const Json& json, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  return json.contains(at) ? json.at(at) : Json();
}

std::string why(const Difference& difference, const Json& body) {
  const std::string& member = difference.member;
  if (difference.kind == "campaign") {
    const std::string first = member.substr(std::min<std::size_t>(1, member.size()), member.find('/', 1) - 1);
    return std::ranges::find(kTask, first) != kTask.end() ? "the task's files have changed since" : "the program or its settings have changed since";
  }
  if (difference.kind == "candidate" && member == "/source" && body.value("provider", "") == "baseline") return "the task's baselines have changed since";
  if (difference.kind == "completion" && member == "/prompt") return "the prompt is another: the task's prompt.md or the program's words have changed since";
  if (difference.kind == "result" && member.starts_with("/instances")) return "the task's files have changed since";
  return "";
}

Difference difference_of(std::uint64_t sequence, const std::optional<Event>& recorded, const std::optional<Event>& replayed) {
  const Event& named = recorded ? *recorded : *replayed;
  Difference difference{sequence, named.kind, {}, "", recorded ? recorded->body : Json(), replayed ? replayed->body : Json(), ""};
  for (const char* key : {"index", "candidate"})
    if (named.body.contains(key) && named.body[key].is_number_unsigned()) difference.candidate = named.body[key].get<std::uint64_t>();
  if (!recorded || !replayed || recorded->kind != replayed->kind) {
    if (replayed && recorded) difference.because = "a " + replayed->kind + " came instead";
    return difference;
  }
  const Json patch = Json::diff(recorded->body, replayed->body);
  if (patch.empty()) return difference;
  // Of a candidate all else follows from its text.
  const bool other_text = named.kind == "candidate" && value_at(recorded->body, "/source") != value_at(replayed->body, "/source");
  difference.member = other_text ? "/source" : patch[0]["path"].get<std::string>();
  difference.recorded = value_at(recorded->body, difference.member);
  difference.replayed = value_at(replayed->body, difference.member);
  difference.because = why(difference, recorded->body);
  return difference;
}

/// The first event at which the logs part.
Result<std::optional<Difference>> compare(const Archive& recorded, const Log& log, const Archive& replayed, const Log& again) {
  const std::size_t common = std::min(log.digests.size(), again.digests.size());
  const auto parted = std::mismatch(log.digests.begin(), log.digests.begin() + static_cast<std::ptrdiff_t>(common), again.digests.begin()).first;
  const auto sequence = static_cast<std::uint64_t>(parted - log.digests.begin());
  if (sequence == common && log.digests.size() == again.digests.size()) return std::nullopt;
  auto one = event_at(recorded, sequence), two = event_at(replayed, sequence);
  if (!one) return std::unexpected(one.error());
  if (!two) return std::unexpected(two.error());
  return difference_of(sequence, *one, *two);
}

/// The members of the first event that are not as they were, without those of the host, and those of the host by name.
struct Beginning {
  Json recorded, now;
  std::string host;

  static Beginning of(Json recorded, Json now) {
    std::string host;
    for (std::string_view key : kHost) {
      const std::string name(key);
      if (value_at(recorded, "/" + name) != value_at(now, "/" + name)) host += (host.empty() ? "" : ", ") + name;
      recorded.erase(name);
      now.erase(name);
    }
    return {std::move(recorded), std::move(now), std::move(host)};
  }
};

}  // namespace

Result<Replayed> replay_campaign(const std::filesystem::path& recorded, const std::filesystem::path& out, const std::filesystem::path& task,
                                 const ProgressSink& progress, std::stop_token stop) {
  auto archive = Archive::open_read_only(recorded);
  if (!archive) return std::unexpected(archive.error());
  if (auto holds = (*archive)->verify_chain(); !holds) return fail(holds.error().what + "\nthe recording is damaged, so there is nothing to compare with: assay fsck " + recorded.string());
  auto log = Log::read(**archive);
  if (!log) return std::unexpected(log.error());
  std::error_code code;
  if (std::filesystem::exists(out / "archive.sqlite", code)) return fail(out.string() + ": a campaign is there already; choose another folder");
  Replayed result;
  result.events = log->digests.size();
  result.candidates = log->candidates;
  result.ended = log->ended;
  if (!log->digests.empty()) result.recorded_head = log->digests.back();
  Rerun rerun{recorded, out, task, {}, log->legs, {}};
  rerun.provider = [&](const std::string& name, const Json& settings) -> Result<std::unique_ptr<Provider>> {
    if (name == "mutate") return make_provider(name, settings);
    return Recording::of(recorded, reads_prompts(name, settings));
  };
  rerun.begins = [&](const Json& event) {
    auto beginning = Beginning::of(log->campaign, event);
    result.host = beginning.host;
    if (beginning.recorded == beginning.now) return true;
    result.difference = difference_of(0, Event{0, "campaign", beginning.recorded, {}}, Event{0, "campaign", beginning.now, {}});
    return false;
  };
  auto summary = rerun_campaign(rerun, progress, std::move(stop));
  if (result.difference) return result;
  auto again = Archive::open_read_only(out);
  if (!again) return std::unexpected(summary ? again.error() : summary.error());
  auto replayed = Log::read(**again);
  if (!replayed) return std::unexpected(replayed.error());
  if (!replayed->digests.empty()) result.replayed_head = replayed->digests.back();
  auto difference = compare(**archive, *log, **again, *replayed);
  if (!difference) return std::unexpected(difference.error());
  result.difference = std::move(*difference);
  result.interrupted = summary && *summary && (*summary)->reason == StopReason::interrupted;
  const bool cut_off = result.difference && result.difference->sequence == replayed->digests.size();
  if (cut_off && result.interrupted) result.difference.reset();
  // A recorded campaign that ended by a failure of its own is equal up to it.
  if (cut_off && !summary) return std::unexpected(summary.error());
  return result;
}

}  // namespace assay::evolve
