// Two solvers in two processes, one thread that waits for both.

#include <poll.h>

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
/// For a reply that has begun to arrive.
constexpr milliseconds kGrace{10'000};

class Member {
 public:
  Member(Engine engine, std::unique_ptr<sandbox::Worker> worker) : engine_(engine), worker_(std::move(worker)) {}

  Engine engine() const { return engine_; }
  int socket() const { return worker_->reply_socket(); }
  bool is_running() const { return socket() >= 0; }
  Result<void> begin(const std::string& request) { return worker_->begin(request); }
  Result<void> kill() { return worker_->recycle(); }
  Result<Answer> finish() {
    auto reply = worker_->finish(kGrace);
    if (!reply) return std::unexpected(reply.error());
    return answer_of(*reply, engine_);
  }

 private:
  Engine engine_;
  std::unique_ptr<sandbox::Worker> worker_;
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

 private:
  struct Round {
    std::string request;
    std::array<std::optional<Answer>, 2> heard;
    std::array<bool, 2> asked{};
    std::size_t preferred = 0;  ///< whose model counts
    bool wants_all = false;
  };

  Result<Answer> hear(const std::string& text, std::uint64_t effort, milliseconds time, bool wants_all) {
    auto deadline = Clock::now() + time;
    ++counts_.asked;
    if (auto quiet = end_stragglers(); !quiet) return std::unexpected(quiet.error());
    Round round{request_of(text, effort), {}, {}, text.find("FloatingPoint") == std::string::npos ? 0u : 1u, wants_all};
    if (auto begun = start(round, round.preferred); !begun) return std::unexpected(begun.error());
    auto other_starts = wants_all ? Clock::now() : Clock::now() + kHeadStart;
    while (!is_settled(round)) {
      std::size_t other = 1 - round.preferred;
      bool other_is_due = Clock::now() >= other_starts || round.heard[round.preferred];
      if (!round.asked[other] && other_is_due)
        if (auto begun = start(round, other); !begun) return std::unexpected(begun.error());
      if (Clock::now() >= deadline) break;
      if (auto listened = listen(round, round.asked[other] ? deadline : std::min(deadline, other_starts)); !listened) return std::unexpected(listened.error());
    }
    return conclude(round);
  }

  Result<void> start(Round& round, std::size_t which) {
    round.asked[which] = true;
    return members_[which].begin(round.request);
  }

  /// Unsat by either; a model by the preferred one, or by the other once the preferred one has none.
  static bool is_settled(const Round& round) {
    if (round.heard[0] && round.heard[1]) return true;
    if (round.wants_all) return false;
    for (const auto& heard : round.heard)
      if (heard && heard->verdict == Verdict::unsat) return true;
    return round.heard[round.preferred] && round.heard[round.preferred]->verdict == Verdict::sat;
  }

  Result<void> listen(Round& round, Clock::time_point until) {
    pollfd sockets[2] = {};
    for (std::size_t i = 0; i < 2; ++i) sockets[i] = {members_[i].is_running() ? members_[i].socket() : -1, POLLIN, 0};
    auto left = std::chrono::ceil<milliseconds>(until - Clock::now()).count();
    ::poll(sockets, 2, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    for (std::size_t i = 0; i < 2; ++i) {
      if (sockets[i].fd < 0 || sockets[i].revents == 0) continue;
      auto answer = members_[i].finish();
      if (!answer) return std::unexpected(answer.error());
      round.heard[i] = std::move(*answer);
    }
    return {};
  }

  Result<Answer> conclude(Round& round) {
    std::vector<Answer> heard;
    for (std::size_t i : {round.preferred, 1 - round.preferred}) {
      if (round.heard[i]) heard.push_back(std::move(*round.heard[i]));
      else if (round.asked[i] && round.wants_all) heard.push_back(late(i));
    }
    Answer out = agree(heard);
    if (heard.empty()) out.reason = "no solver answered before its deadline";
    for (const Answer& answer : heard)
      if (answer.verdict == out.verdict && out.verdict != Verdict::unknown) {
        ++(answer.by[0].first == "z3" ? counts_.settled_by_z3 : counts_.settled_by_cvc5);
        break;
      }
    return out;
  }

  Answer late(std::size_t which) const {
    std::string name(name_of(members_[which].engine()));
    return {Verdict::unknown, {}, name + " did not answer before its deadline", {{name, Verdict::unknown}}};
  }

  /// Whoever still works on an earlier question is killed; its answer is not needed any more.
  Result<void> end_stragglers() {
    for (Member& member : members_) {
      if (!member.is_running()) continue;
      ++counts_.killed;
      if (auto killed = member.kill(); !killed) return killed;
    }
    return {};
  }

  std::array<Member, 2> members_;
  SolverCounts counts_;
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
