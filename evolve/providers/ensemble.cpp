#include "evolve/providers/ensemble.h"

#include <algorithm>
#include <set>

#include "evolve/providers/make.h"

namespace assay::evolve {
namespace {

constexpr std::uint64_t kStream = 0x656e73656d626c65;  ///< "ensemble": apart from what strategies and mutation draw
constexpr std::size_t kMostMembers = 32;

class Ensemble final : public Provider {
 public:
  Ensemble(std::string name, std::vector<EnsembleMember> members, BanditSettings settings)
      : name_(std::move(name)), bandit_(members.size(), settings) {
    for (EnsembleMember& each : members) members_.push_back({std::move(each.name), std::move(each.provider), 0, ""});
  }

  bool reads_prompts() const override {
    return std::ranges::any_of(members_, [](const Member& m) { return m.provider->reads_prompts(); });
  }
  unsigned concurrency() const override {
    unsigned sum = 0;
    for (const Member& member : members_) sum += member.provider->concurrency();
    return sum;
  }
  bool learns() const override { return true; }

  void learn(const Lesson& lesson) override {
    if (fitness_.size() <= lesson.index) fitness_.resize(lesson.index + 1);
    fitness_[lesson.index] = lesson.fitness;
    if (lesson.provider.starts_with(name_ + "/"))
      if (auto member = index_of(std::string_view(lesson.provider).substr(name_.size() + 1))) bandit_.learn(*member, reward_of(lesson), lesson.usd);
  }

  void plan(Proposal& proposal) override {
    Random random(proposal.seed ^ kStream, proposal.index);
    proposal.order = bandit_.order(random);
  }

  void choose(Proposal& proposal) override {
    proposal.member.reset();
    if (proposal.attempt > 0) {
      if (auto first = index_of(proposal.answered_by)) proposal.member = *first;
      return;
    }
    if (proposal.order.empty())
      for (std::uint32_t i = 0; i < members_.size(); ++i) proposal.order.push_back(i);
    std::lock_guard guard(mutex_);
    for (bool any : {false, true})  // where every breaker is open the first one is waited for
      for (std::uint32_t each : proposal.order)
        if (!proposal.member && members_[each].out.empty() && (any || members_[each].provider->available())) proposal.member = each;
  }

  double worst_usd(const Proposal& proposal) const override { return proposal.member ? members_[*proposal.member].provider->worst_usd(proposal) : 0; }

  Result<Completion> complete(const Proposal& proposal) override {
    if (!proposal.member) return nobody_left();
    Member& member = members_[*proposal.member];
    const bool repairs = proposal.attempt > 0;
    if (repairs && !member.provider->reads_prompts()) return none(member, "it reads no prompts, so it repairs nothing");
    if (!enter(member, proposal.stop)) return none(member, "stopped");
    const std::string why = reason(member);
    Result<Completion> completion = fail(why, Fault::provider);
    if (why.empty()) completion = member.provider->complete(proposal);
    leave(member);
    if (completion) {
      completion->member = member.name;
      return completion;
    }
    if (completion.error().fault != Fault::provider) return completion;
    take_out(member, completion.error().what);
    if (repairs) return none(member, completion.error().what);
    Completion another;
    another.ask_another = true;
    return another;
  }

 private:
  struct Member {
    std::string name;
    std::unique_ptr<Provider> provider;
    unsigned open = 0;  ///< calls
    std::string out;    ///< why it is asked no more; empty: it is in
  };

  std::optional<std::uint32_t> index_of(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &Member::name);
    return found == members_.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(found - members_.begin()));
  }

  /// 1: better than its parent. 1/2: not that, yet an elite of its island. 0: neither, or no candidate at all.
  double reward_of(const Lesson& lesson) const {
    if (!lesson.fitness) return 0;
    const std::uint64_t parent = lesson.parents.empty() ? fitness_.size() : lesson.parents.front();
    if (parent < fitness_.size() && fitness_[parent] && *lesson.fitness < *fitness_[parent]) return 1;
    return lesson.enters ? 0.5 : 0;
  }

  bool enter(Member& member, const std::stop_token& stop) {
    const unsigned most = member.provider->concurrency();
    std::unique_lock lock(mutex_);
    const bool went = left_.wait(lock, stop, [&] { return most == 0 || member.open < most; });
    if (went) ++member.open;
    return went;
  }
  void leave(Member& member) {
    {
      std::lock_guard guard(mutex_);
      --member.open;
    }
    left_.notify_all();
  }
  std::string reason(const Member& member) const {
    std::lock_guard guard(mutex_);
    return member.out;
  }
  void take_out(Member& member, const std::string& why) {
    std::lock_guard guard(mutex_);
    if (member.out.empty()) member.out = why;
  }
  static Completion none(const Member& member, const std::string& why) {
    Completion completion;
    completion.member = member.name;
    completion.outcome = {OutcomeKind::no_completion, "member " + member.name + ": " + why, {}};
    return completion;
  }
  Result<Completion> nobody_left() const {
    std::lock_guard guard(mutex_);
    std::string why = "provider " + name_ + ": no member is left";
    for (const Member& member : members_)
      if (!member.out.empty()) why += "\n" + member.name + ": " + member.out;
    return fail(std::move(why), Fault::provider);
  }

  std::string name_;
  std::vector<Member> members_;
  Bandit bandit_;                               ///< with fitness_: touched by learn and plan only
  std::vector<std::optional<double>> fitness_;  ///< of each visible candidate
  mutable std::mutex mutex_;                    ///< over open and out of the members
  std::condition_variable_any left_;
};

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.'; });
}

Result<EnsembleMember> read_member(const Json& json, std::size_t number, const std::string& ensemble) {
  const std::string place = ensemble + ": member " + std::to_string(number + 1);
  static constexpr std::string_view kKnown[] = {"name", "provider", "settings"};
  if (auto done = only_known(json, kKnown, place); !done) return std::unexpected(done.error());
  auto name = member<std::string>(json, "name", place);
  auto provider = member<std::string>(json, "provider", place);
  auto settings = member_or<Json>(json, "settings", Json::object(), place);
  if (!name) return std::unexpected(name.error());
  if (!provider) return std::unexpected(provider.error());
  if (!settings) return std::unexpected(settings.error());
  if (!is_name(*name)) return fail(place + ": \"name\" is 1 to 40 letters, digits, '_', '-' and '.'");
  if (*provider == "ensemble" || *provider == "replay") return fail(ensemble + ": member " + *name + ": " + *provider + " cannot be a member; take its own members, or a campaign of its own");
  auto made = make_provider(*provider, *settings);
  if (!made) return std::unexpected(Error{ensemble + ": member " + *name + ": " + made.error().what, made.error().fault});
  return EnsembleMember{*name, std::move(*made)};
}

}  // namespace

std::unique_ptr<Provider> make_ensemble(std::string name, std::vector<EnsembleMember> members, BanditSettings settings) {
  return std::make_unique<Ensemble>(std::move(name), std::move(members), settings);
}

Result<std::unique_ptr<Provider>> make_ensemble(const Json& json) {
  const std::string name = "provider ensemble";
  static constexpr std::string_view kKnown[] = {"members", "least", "memory"};
  if (auto done = only_known(json, kKnown, name); !done) return std::unexpected(done.error());
  BanditSettings settings;
  auto least = member_or<std::int64_t>(json, "least", static_cast<std::int64_t>(settings.least), name);
  auto memory = member_or<std::int64_t>(json, "memory", static_cast<std::int64_t>(settings.memory), name);
  auto list = member<Json>(json, "members", name);
  if (!least) return std::unexpected(least.error());
  if (!memory) return std::unexpected(memory.error());
  if (!list) return std::unexpected(list.error());
  if (*least < 1 || *least > 1000) return fail(name + ": \"least\" must lie between 1 and 1000");
  if (*memory < 2 || *memory > 1000000) return fail(name + ": \"memory\" must lie between 2 and 1000000");
  if (!list->is_array() || list->empty() || list->size() > kMostMembers) return fail(name + ": \"members\" is a list of 1 to " + std::to_string(kMostMembers) + " objects {\"name\", \"provider\", \"settings\"}");
  std::vector<EnsembleMember> members;
  std::set<std::string> names;
  for (const Json& each : *list) {
    auto read = read_member(each, members.size(), name);
    if (!read) return std::unexpected(read.error());
    if (!names.insert(read->name).second) return fail(name + ": two members are named \"" + read->name + "\"");
    members.push_back(std::move(*read));
  }
  return make_ensemble("ensemble", std::move(members), {static_cast<std::uint64_t>(*least), static_cast<std::uint64_t>(*memory)});
}

}  // namespace assay::evolve
