// Two solvers in two processes, one thread that waits for both.

#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>

#include "verify/smt/engine.h"
#include "verify/smt/solver.h"

namespace assay::verify::smt {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The second solver starts this much later: most questions are answered by then, and processors are dear in a search.
constexpr milliseconds kHeadStart{4};
/// Whoever was not needed may finish its question in the meantime: a fresh process is slow to its first answer.
constexpr milliseconds kPatience{40};
/// A stop is seen within this time.
constexpr milliseconds kStopSeen{100};
/// For a reply that has begun to arrive.
constexpr milliseconds kGrace{10'000};

class Member {
 public:
  Member(Engine engine, std::unique_ptr<sandbox::Worker> worker) : engine_(engine), worker_(std::move(worker)) {}

  Engine engine() const { return engine_; }
  int socket() const { return worker_->reply_socket(); }
  bool is_running() const { return socket() >= 0; }
  /// It works on a question that was answered by then.
  bool is_stale() const { return is_running() && patience_ends_.has_value(); }
  Clock::time_point patience_ends() const { return *patience_ends_; }
  void let_finish(Clock::time_point until) { patience_ends_ = until; }

  Result<void> begin(const std::string& request) {
    patience_ends_.reset();
    return worker_->begin(request);
  }
  Result<void> kill() {
    patience_ends_.reset();
    return worker_->recycle();
  }
  Result<Answer> finish() {
    patience_ends_.reset();
    auto reply = worker_->finish(kGrace);
    if (!reply) return std::unexpected(reply.error());
    return answer_of(*reply, engine_);
  }

 private:
  Engine engine_;
  std::unique_ptr<sandbox::Worker> worker_;
  std::optional<Clock::time_point> patience_ends_;
};

class Portfolio : public Solver {
 public:
  explicit Portfolio(std::array<Member, 2> members) : members_(std::move(members)) {}

  Result<Answer> ask(const std::string& text, std::uint64_t effort, milliseconds deadline) override {
    return hear(text, effort, deadline, false);
  }
  Result<Answer> ask_all(const std::string& text, std::uint64_t effort, milliseconds deadline) override {
    return hear(text, effort, deadline, true);
  }
  SolverCounts counts() const override { return counts_; }
  void stop_when(std::stop_token stop) override { stop_ = std::move(stop); }

 private:
  struct Round {
    std::string request;
    Clock::time_point deadline, other_starts;
    std::array<std::optional<Answer>, 2> heard;
    std::array<bool, 2> asked{};
    std::size_t preferred = 0;  ///< whose model counts
    bool wants_all = false;
  };

  Result<Answer> hear(const std::string& text, std::uint64_t effort, milliseconds time, bool wants_all) {
    ++counts_.asked;
    auto now = Clock::now();
    Round round{request_of(text, effort), now + time, wants_all ? now : now + kHeadStart, {}, {}, preferred_for(text), wants_all};
    while (!is_settled(round) && Clock::now() < round.deadline && !stop_.stop_requested()) {
      if (auto done = end_impatiently(); !done) return std::unexpected(done.error());
      for (std::size_t i : {round.preferred, 1 - round.preferred})
        if (is_due(round, i))
          if (auto begun = start(round, i); !begun) return std::unexpected(begun.error());
      if (auto listened = listen(round); !listened) return std::unexpected(listened.error());
    }
    if (auto left = leave(round); !left) return std::unexpected(left.error());
    return conclude(round);
  }

  static constexpr std::size_t kCvc5 = 1;
  static std::size_t preferred_for(const std::string& text) { return text.find("FloatingPoint") == std::string::npos ? 0 : kCvc5; }

  /// Steps do not always end a question about floating point: there, and past the deadline, nobody is waited for.
  Result<void> leave(const Round& round) {
    bool is_over = round.preferred == kCvc5 || !is_settled(round);
    for (Member& member : members_) {
      if (!member.is_running() || member.is_stale()) continue;
      member.let_finish(Clock::now() + (is_over ? milliseconds(0) : kPatience));
    }
    return end_impatiently();
  }

  bool is_due(const Round& round, std::size_t which) const {
    if (round.asked[which] || members_[which].is_running()) return false;
    if (which == round.preferred) return true;
    return Clock::now() >= round.other_starts || round.heard[round.preferred] || members_[round.preferred].is_stale();
  }

  Result<void> start(Round& round, std::size_t which) {
    round.asked[which] = true;
    return members_[which].begin(round.request);
  }

  /// A straggler whose patience is over is killed; its answer is not needed any more.
  Result<void> end_impatiently() {
    for (Member& member : members_) {
      if (!member.is_stale() || Clock::now() < member.patience_ends()) continue;
      ++counts_.killed;
      if (auto killed = member.kill(); !killed) return killed;
    }
    return {};
  }

  /// Unsat by either; a model by the preferred one, or by the other once the preferred one has none.
  static bool is_settled(const Round& round) {
    if (round.heard[0] && round.heard[1]) return true;
    if (round.wants_all) return false;
    for (const auto& heard : round.heard)
      if (heard && heard->verdict == Verdict::unsat) return true;
    return round.heard[round.preferred] && round.heard[round.preferred]->verdict == Verdict::sat;
  }

  /// Until someone replies, or something else is due.
  Result<void> listen(Round& round) {
    auto until = round.deadline;
    if (!round.asked[1 - round.preferred] && round.other_starts > Clock::now()) until = std::min(until, round.other_starts);
    pollfd sockets[2] = {};
    for (std::size_t i = 0; i < 2; ++i) {
      sockets[i] = {members_[i].socket(), POLLIN, 0};
      if (members_[i].is_stale()) until = std::min(until, members_[i].patience_ends());
    }
    if (stop_.stop_possible()) until = std::min(until, Clock::now() + kStopSeen);
    auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    ::poll(sockets, 2, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    for (std::size_t i = 0; i < 2; ++i) {
      if (sockets[i].fd < 0 || sockets[i].revents == 0) continue;
      bool was_stale = members_[i].is_stale();
      auto answer = members_[i].finish();
      if (!answer) return std::unexpected(answer.error());
      if (!was_stale) round.heard[i] = std::move(*answer);
    }
    return {};
  }

  Result<Answer> conclude(Round& round) {
    bool in_time = is_settled(round);
    std::vector<Answer> heard;
    for (std::size_t i : {round.preferred, 1 - round.preferred}) {
      if (round.heard[i]) heard.push_back(std::move(*round.heard[i]));
      else if (round.wants_all) heard.push_back(late(i));
    }
    Answer out = agree(heard);
    out.repeatable = out.repeatable && in_time;
    if (heard.empty()) out.reason = stop_.stop_requested() ? "it was stopped" : "no solver answered before its deadline";
    for (const Answer& answer : heard)
      if (answer.verdict == out.verdict && out.verdict != Verdict::unknown) {
        ++(answer.by[0].first == "z3" ? counts_.settled_by_z3 : counts_.settled_by_cvc5);
        break;
      }
    return out;
  }

  Answer late(std::size_t which) const {
    std::string name(name_of(members_[which].engine()));
    return {Verdict::unknown, {}, name + " did not answer before its deadline", {{name, Verdict::unknown}}, false};
  }

  std::array<Member, 2> members_;
  SolverCounts counts_;
  std::stop_token stop_;
};

}  // namespace

Result<std::unique_ptr<Solver>> start_portfolio(const sandbox::JailOptions& jail) {
  auto z3 = start_worker(Engine::z3, jail);
  if (!z3) return std::unexpected(z3.error());
  auto cvc5 = start_worker(Engine::cvc5, jail);
  if (!cvc5) return std::unexpected(cvc5.error());
  return std::make_unique<Portfolio>(std::array{Member(Engine::z3, std::move(*z3)), Member(Engine::cvc5, std::move(*cvc5))});
}

}  // namespace assay::verify::smt
