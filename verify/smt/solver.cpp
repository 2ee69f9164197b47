#include "verify/smt/solver.h"

#include "verify/smt/engine.h"

namespace assay::verify::smt {
namespace {

class JailedSolver : public Solver {
 public:
  JailedSolver(Engine engine, std::unique_ptr<sandbox::Worker> worker) : engine_(engine), worker_(std::move(worker)) {}

  Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) override {
    auto reply = worker_->call(request_of(text, effort), deadline);
    if (!reply) return std::unexpected(reply.error());
    return answer_of(*reply, engine_);
  }

 private:
  Engine engine_;
  std::unique_ptr<sandbox::Worker> worker_;
};

class SolverHere : public Solver {
 public:
  Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds) override {
    return solve_with(Engine::z3, text, effort);
  }
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::unsat ? "unsat" : verdict == Verdict::sat ? "sat" : "unknown";
}

Answer agree(const std::vector<Answer>& heard) {
  Answer out{Verdict::unknown, {}, "no solver was heard", {}, !heard.empty()};
  std::string reasons;
  bool repeatable = true;
  for (const Answer& answer : heard) {
    bool clash = out.verdict != Verdict::unknown && answer.verdict != Verdict::unknown && answer.verdict != out.verdict;
    auto by = std::move(out.by);
    by.insert(by.end(), answer.by.begin(), answer.by.end());
    if (clash) {
      std::string reason = "the solvers disagree, which is a defect:";
      for (const auto& [name, verdict] : by) reason += " " + name + " says " + std::string(name_of(verdict)) + ";";
      reason.pop_back();
      return {Verdict::unknown, {}, reason, by, false};
    }
    repeatable = repeatable && answer.repeatable;
    if (answer.verdict == Verdict::unknown) reasons += (reasons.empty() ? "" : "; ") + answer.reason;
    if (out.verdict == Verdict::unknown) out = {answer.verdict, answer.model, "", {}};
    out.by = std::move(by);
  }
  if (out.verdict == Verdict::unknown && !reasons.empty()) out.reason = reasons;
  out.repeatable = repeatable && !heard.empty();
  return out;
}

Result<std::unique_ptr<Solver>> start_jailed_solver(const sandbox::JailOptions& jail) {
  auto worker = start_worker(Engine::z3, jail);
  if (!worker) return std::unexpected(worker.error());
  return std::make_unique<JailedSolver>(Engine::z3, std::move(*worker));
}

Result<std::unique_ptr<Solver>> start_jailed_cvc5(const sandbox::JailOptions& jail) {
  auto worker = start_worker(Engine::cvc5, jail);
  if (!worker) return std::unexpected(worker.error());
  return std::make_unique<JailedSolver>(Engine::cvc5, std::move(*worker));
}

std::string solver_versions() { return "z3 " + z3_version() + ", cvc5 " + cvc5_version(); }

std::unique_ptr<Solver> make_solver_here() { return std::make_unique<SolverHere>(); }

}  // namespace assay::verify::smt
