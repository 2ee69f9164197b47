#include "verify/smt/engine.h"

#include <sstream>

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

/// The reply may come from a broken process.
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

std::string handle(Engine engine, std::string_view request) {
  auto end = request.find('\n');
  if (end == std::string_view::npos) return "unknown\na malformed request";
  std::uint64_t effort = std::strtoull(std::string(request.substr(0, end)).c_str(), nullptr, 10);
  return encode(solve_with(engine, std::string(request.substr(end + 1)), effort));
}

/// One question of each theory; a solver allocates tables, and binds its library's symbols, at first use.
void warm_up(Engine engine) {
  constexpr std::uint64_t kEffort = 100'000;
  solve_with(engine, "(set-logic QF_NIA)(declare-const x Int)(assert (and (< 0 x) (= (* x x) 4)))(check-sat)", kEffort);
  solve_with(engine, "(set-logic QF_BV)(declare-const x (_ BitVec 8))(assert (= (bvmul x x) #b00000100))(check-sat)", kEffort);
  solve_with(engine, "(set-logic QF_NRA)(declare-const x Real)(assert (= (* x x) 4.0))(check-sat)", kEffort);
}

}  // namespace

std::string_view name_of(Engine engine) { return engine == Engine::z3 ? "z3" : "cvc5"; }

Answer solve_with(Engine engine, const std::string& text, std::uint64_t effort) {
  Answer out = engine == Engine::z3 ? solve_here(text, effort) : solve_with_cvc5(text, effort / kStepsOfZ3 + 1);
  out.by = {{std::string(name_of(engine)), out.verdict}};
  return out;
}

Result<std::unique_ptr<sandbox::Worker>> start_worker(Engine engine, const sandbox::JailOptions& jail) {
  sandbox::WorkerOptions options;
  options.name = name_of(engine);
  options.jail = jail;
  return sandbox::Worker::start([engine](std::string_view request) { return handle(engine, request); }, options,
                                [engine] { warm_up(engine); });
}

std::string request_of(const std::string& text, std::uint64_t effort) { return std::to_string(effort) + "\n" + text; }

Answer answer_of(const sandbox::WorkerReply& reply, Engine engine) {
  Answer out = reply.outcome.kind == OutcomeKind::ok
                   ? decode(reply.text)
                   : Answer{Verdict::unknown, {}, "the solver ended with " + std::string(name_of(reply.outcome.kind)), {}};
  out.by = {{std::string(name_of(engine)), out.verdict}};
  out.repeatable = reply.outcome.kind == OutcomeKind::ok;
  return out;
}

}  // namespace assay::verify::smt
