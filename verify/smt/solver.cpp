#include "verify/smt/solver.h"

#include <sstream>

#include "sandbox/worker.h"

namespace assay::verify::smt {
namespace {

// A request is "effort\n" and the text. A reply is one line with the verdict, then "name\tvalue" lines or the reason.

std::string encode(const Answer& answer) {
  if (answer.verdict == Verdict::unsat) return "unsat\n";
  if (answer.verdict == Verdict::unknown) return "unknown\n" + answer.reason;
  std::string out = "sat\n";
  for (const auto& [name, value] : answer.model) out += name + "\t" + value + "\n";
  return out;
}

/// The reply may come from a broken process: whatever is not understood is unknown, never a proof.
Answer decode(const std::string& reply) {
  std::istringstream lines(reply);
  std::string line;
  std::getline(lines, line);
  if (line == "unsat") return {Verdict::unsat, {}, "", {}};
  if (line != "sat") return {Verdict::unknown, {}, reply.size() > 8 ? reply.substr(8, 200) : "no reason given", {}};
  Answer out{Verdict::sat, {}, "", {}};
  while (std::getline(lines, line))
    if (auto tab = line.find('\t'); tab != std::string::npos) out.model.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  return out;
}

std::string handle(std::string_view request) {
  auto end = request.find('\n');
  if (end == std::string_view::npos) return "unknown\na malformed request";
  std::uint64_t effort = std::strtoull(std::string(request.substr(0, end)).c_str(), nullptr, 10);
  return encode(solve_here(std::string(request.substr(end + 1)), effort));
}

class JailedSolver : public Solver {
 public:
  explicit JailedSolver(std::unique_ptr<sandbox::Worker> worker) : worker_(std::move(worker)) {}

  Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) override {
    auto reply = worker_->call(std::to_string(effort) + "\n" + text, deadline);
    if (!reply) return std::unexpected(reply.error());
    if (reply->outcome.kind == OutcomeKind::ok) return decode(reply->text);
    return Answer{Verdict::unknown, {}, "the solver ended with " + std::string(name_of(reply->outcome.kind)), {}};
  }

 private:
  std::unique_ptr<sandbox::Worker> worker_;
};

class SolverHere : public Solver {
 public:
  Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds) override {
    return decode(handle(std::to_string(effort) + "\n" + text));
  }
};

/// Z3 allocates its tables at first use: once, before the jail closes.
void warm_up() { solve_here("(declare-const x Int)(assert (and (< 0 x) (= (* x x) 4)))(check-sat)", 100000); }

}  // namespace

Result<std::unique_ptr<Solver>> start_jailed_solver(const sandbox::JailOptions& jail) {
  sandbox::WorkerOptions options;
  options.name = "solver";
  options.jail = jail;
  auto worker = sandbox::Worker::start(handle, options, warm_up);
  if (!worker) return std::unexpected(worker.error());
  return std::make_unique<JailedSolver>(std::move(*worker));
}

std::unique_ptr<Solver> make_solver_here() { return std::make_unique<SolverHere>(); }

}  // namespace assay::verify::smt
