#include "evolve/proof_log.h"

#include <set>

namespace assay::evolve {
namespace {

Result<std::pair<std::uint64_t, std::string>> verdict_of(const Event& event) {
  auto candidate = member<std::uint64_t>(event.body, "candidate", "proof");
  auto verdict = member<std::string>(event.body, "verdict", "proof");
  if (!candidate) return std::unexpected(candidate.error());
  if (!verdict) return std::unexpected(verdict.error());
  return std::pair(*candidate, std::move(*verdict));
}

}  // namespace

Result<void> append_proof(Archive& archive, std::uint64_t candidate, const LoopProof& proof, const std::vector<std::uint64_t>& descendants) {
  Json body{{"candidate", candidate}, {"verdict", proof.verdict}, {"score", proof.score}};
  if (!proof.why.empty()) body["why"] = proof.why;
  if (auto done = archive.append("proof", body); !done) return done;
  if (proof.verdict == "proved") return {};
  return archive.append("rollback", {{"candidate", candidate}, {"descendants", descendants}});
}

Result<LineageLog> read_lineage(const Archive& archive, const ProofSettings& settings) {
  LineageLog log;
  auto done = archive.for_each("candidate", [&](const Event& event) -> Result<void> {
    auto parents = member_or<std::vector<std::uint64_t>>(event.body, "parents", {}, "candidate");
    if (!parents) return std::unexpected(parents.error());
    log.parents.push_back(std::move(*parents));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  done = archive.for_each("proof", [&](const Event& event) -> Result<void> {
    auto verdict = verdict_of(event);
    if (!verdict) return std::unexpected(verdict.error());
    log.rulings[verdict->first + settings.delay()] = {verdict->first, verdict->second == "proved"};
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return log;
}

Step LineageLog::step(Commit commit) const {
  Step step{std::move(commit), {}, {}};
  const std::uint64_t index = step.commit.summary.index;
  if (index < parents.size()) step.parents = parents[index];
  if (auto found = rulings.find(index); found != rulings.end()) step.ruling = found->second;
  return step;
}

Json to_json(const ProofTimes& times) {
  return {{"proving_ns", times.proving.count()}, {"waited_ns", times.waited.count()}, {"saved_ns", times.saved.count()}};
}

Result<ProofTimes> proof_times(const Archive& archive) {
  auto note = archive.note("proofs");
  if (!note) return std::unexpected(note.error());
  ProofTimes times;
  if (!*note) return times;
  for (auto [key, into] : {std::pair{"proving_ns", &times.proving}, {"waited_ns", &times.waited}, {"saved_ns", &times.saved}}) {
    auto value = member<std::int64_t>(**note, key, "the archive's note \"proofs\"");
    if (!value) return std::unexpected(value.error());
    *into = std::chrono::nanoseconds(*value);
  }
  return times;
}

Json to_json(const ProofAccount& account) {
  return {{"proved", account.proved}, {"refuted", account.refuted}, {"unknown", account.unknown}, {"ahead", account.ahead},
          {"ahead_of_failed", account.ahead_of_failed}, {"rolled_back", account.rolled_back}, {"returned", account.returned},
          {"times", to_json(account.times)}};
}

Result<std::optional<ProofAccount>> proof_account(const Archive& archive) {
  std::optional<SearchSettings> settings;
  std::uint64_t baselines = 0;
  auto done = archive.for_each("campaign", [&](const Event& event) -> Result<void> {
    if (!event.body.is_object() || !event.body.contains("search") || !event.body["search"].is_object() || !event.body["search"].contains("proofs")) return {};
    auto search = read_search(event.body["search"], "campaign: search");
    auto count = member<std::uint64_t>(event.body, "baselines", "campaign");
    if (!search) return std::unexpected(search.error());
    if (!count) return std::unexpected(count.error());
    settings = std::move(*search);
    baselines = *count;
    return {};
  });
  if (!done) return std::unexpected(done.error());
  if (!settings) return std::nullopt;
  ProofAccount account;
  std::map<std::uint64_t, bool> proved;
  std::set<std::uint64_t> left;
  done = archive.for_each("", [&](const Event& event) -> Result<void> {
    if (event.kind == "proof") {
      auto verdict = verdict_of(event);
      if (!verdict) return std::unexpected(verdict.error());
      const auto& [candidate, word] = *verdict;
      ++(word == "proved" ? account.proved : word == "refuted" ? account.refuted : account.unknown);
      proved[candidate] = word == "proved";
      account.returned += word == "proved" && left.contains(candidate);
    } else if (event.kind == "rollback") {
      auto descendants = member<std::vector<std::uint64_t>>(event.body, "descendants", "rollback");
      if (!descendants) return std::unexpected(descendants.error());
      account.rolled_back += descendants->size();
      left.insert(descendants->begin(), descendants->end());
    }
    return {};
  });
  if (!done) return std::unexpected(done.error());
  auto lineage = read_lineage(archive, *settings->proofs);
  if (!lineage) return std::unexpected(lineage.error());
  for (std::uint64_t child = 0; child < lineage->parents.size(); ++child) {
    const std::uint64_t seen = visible_to(child, *settings, baselines);
    bool is_ahead = false, of_failed = false;
    for (std::uint64_t parent : lineage->parents[child]) {
      const auto found = proved.find(parent);
      if (found == proved.end() || parent + settings->proofs->delay() < seen) continue;
      is_ahead = true;
      of_failed |= !found->second;
    }
    account.ahead += is_ahead;
    account.ahead_of_failed += of_failed;
  }
  auto times = proof_times(archive);
  if (!times) return std::unexpected(times.error());
  account.times = *times;
  return account;
}

}  // namespace assay::evolve
