#include "verify/network/prove.h"

#include <utility>

#include "verify/network/walk.h"

namespace assay::verify::network {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The lemma's negation over what `detail` says of the sender.
std::string loose_text(const PacketLemma& lemma, const PolicySender& sender, Detail detail) {
  Script script;
  PacketTrace trace = describe_packets(script, lemma.path);
  lemma.assume(script, lemma.path, trace);
  sender.act(script, lemma.path, trace, lemma.start, detail);
  script.claim(!lemma.holds(lemma.path, trace));
  return script.text("QF_LIA");
}

/// A lemma's questions over one sender.
struct Questions {
  Script premises, refutation;
  Script calm;  ///< premises over paths without a queue: linear even for who divides by a round trip
  CallNames names;
  std::string_view logic;
};

Questions questions_of(const PacketLemma& lemma, const PolicySender& sender) {
  Questions out;
  PacketTrace trace = describe_packets(out.premises, lemma.path);
  lemma.assume(out.premises, lemma.path, trace);
  out.names = sender.act(out.premises, lemma.path, trace, lemma.start);
  out.refutation = out.calm = out.premises;
  for (std::size_t t = 0; t <= trace.last(); ++t) out.calm.claim(equal(trace.queue(t), whole(0)));
  out.refutation.claim(!lemma.holds(lemma.path, trace));
  out.logic = out.names.is_linear ? "QF_LIA" : "QF_NIA";
  return out;
}

std::string twin_text(const PacketLemma& lemma) {
  Script script;
  PacketTrace trace = describe_packets(script, lemma.path);
  lemma.assume(script, lemma.path, trace);
  lemma.twin()->act(script, lemma.path, trace);
  script.claim(!lemma.holds(lemma.path, trace));
  return script.text("QF_LIA");
}

std::string answered(const smt::Answer& answer) {
  std::string out;
  for (const auto& [who, verdict] : answer.by) out += (out.empty() ? "" : ", ") + who + " " + std::string(name_of(verdict));
  return out;
}

class Prover {
 public:
  Prover(const PacketLemma& lemma, const PolicySender& sender, smt::Solver& solver, const ProveOptions& options)
      : lemma_(lemma), sender_(sender), solver_(solver), options_(options), questions_(questions_of(lemma, sender)) {}

  Result<LemmaResult> run() {
    const auto begin = Clock::now();
    LemmaResult out{lemma_.name, lemma_.says, lemma_.path, lemma_.start, Unknown{}, "", Detail::exact, {}, {}, {}};
    if (!is_broken_by_a_walk(out)) {
      auto answer = refute(out);
      if (!answer) return std::unexpected(answer.error());
      out.main = since(begin);
      out.solvers = answered(*answer);
      if (auto settled = settle(*answer, out); !settled) return std::unexpected(settled.error());
    }
    out.all = since(begin);
    return out;
  }

 private:
  static milliseconds since(Clock::time_point begin) { return std::chrono::duration_cast<milliseconds>(Clock::now() - begin); }
  Result<smt::Answer> ask(const std::string& text) { return solver_.ask(text, options_.effort, options_.deadline); }

  /// The first drawn run that the laws and premises allow is kept: it is what the lemma speaks of.
  bool is_broken_by_a_walk(LemmaResult& out) {
    Walker walker(questions_.premises, sender_, questions_.names, lemma_.path, options_.instruction_bound);
    for (unsigned seed = 1; seed <= options_.walks; ++seed) {
      const Values values = walker.walk(seed);
      auto run = execute(questions_.premises, sender_, questions_.names, lemma_.path, values, options_.instruction_bound);
      if (!run) continue;
      auto broken = execute(questions_.refutation, sender_, questions_.names, lemma_.path, values, options_.instruction_bound);
      out.run = std::move(broken ? *broken : *run);
      if (!broken && questions_.names.is_linear) return false;
      if (!broken) continue;
      out.verdict = Refuted{"see the trace"};
      return true;
    }
    return false;
  }

  /// "unsat" of any text is the answer; what else a loose one says is none.
  Result<smt::Answer> refute(LemmaResult& out) {
    if (!questions_.names.is_linear)
      for (Detail detail : {Detail::answers, Detail::sketch}) {
        auto answer = solver_.ask(loose_text(lemma_, sender_, detail), options_.effort, options_.deadline);
        if (!answer) return answer;
        out.detail = detail;
        if (answer->verdict == smt::Verdict::unsat) return answer;
      }
    out.detail = Detail::exact;
    return ask(questions_.refutation.text(questions_.logic));
  }

  Result<void> settle(const smt::Answer& answer, LemmaResult& out) {
    if (answer.verdict == smt::Verdict::unknown) {
      out.verdict = Unknown{answer.reason + (questions_.names.is_linear ? "" : "; the policy multiplies or divides unknowns by one another")};
      return {};
    }
    if (answer.verdict == smt::Verdict::sat) {
      auto run = execute(questions_.refutation, sender_, questions_.names, lemma_.path, values_of(answer.model), options_.instruction_bound);
      if (!run) out.verdict = Unknown{"the counterexample did not reproduce, our defect: " + run.error().what};
      else out.verdict = Refuted{"see the trace"};
      if (run) out.run = std::move(*run);
      return {};
    }
    return check_meaning(out);
  }

  /// Nothing is proved by a claim over no behaviour, or by one that holds of every sender.
  Result<void> check_meaning(LemmaResult& out) {
    if (!out.run)
      if (auto found = find_witness(out); !found || !out.run) return found;
    auto twin = ask(twin_text(lemma_));
    if (!twin) return std::unexpected(twin.error());
    if (twin->verdict == smt::Verdict::sat) out.verdict = Proved{1};
    else out.verdict = Unknown{"the twin sender is not refuted: " + (twin->reason.empty() ? "it keeps the claim" : twin->reason)};
    return {};
  }

  Result<void> find_witness(LemmaResult& out) {
    auto premises = solver_.ask(questions_.calm.text(questions_.logic), options_.effort, options_.deadline / 4);
    if (!premises) return std::unexpected(premises.error());
    if (premises->verdict != smt::Verdict::sat) premises = ask(questions_.premises.text(questions_.logic));
    if (!premises) return std::unexpected(premises.error());
    if (premises->verdict != smt::Verdict::sat) {
      out.verdict = Unknown{premises->verdict == smt::Verdict::unsat ? "no behaviour meets the premises" : "premises: " + premises->reason};
      return {};
    }
    auto run = execute(questions_.premises, sender_, questions_.names, lemma_.path, values_of(premises->model), options_.instruction_bound);
    if (!run) {
      out.verdict = Unknown{"the witness of the premises did not reproduce, our defect: " + run.error().what};
      return {};
    }
    out.run = std::move(*run);
    return {};
  }

  const PacketLemma& lemma_;
  const PolicySender& sender_;
  smt::Solver& solver_;
  const ProveOptions& options_;
  Questions questions_;
};

std::string reason_of(const Verdict& verdict) {
  const auto* unknown = std::get_if<Unknown>(&verdict);
  return unknown == nullptr ? "" : unknown->reason;
}

}  // namespace

Result<LemmaResult> prove(const PacketLemma& lemma, const PolicySender& sender, smt::Solver& solver, const ProveOptions& options) {
  return Prover(lemma, sender, solver, options).run();
}

LemmaTexts texts_of(const PacketLemma& lemma, const PolicySender& sender) {
  const Questions questions = questions_of(lemma, sender);
  return {questions.premises.text(questions.logic), questions.refutation.text(questions.logic), twin_text(lemma)};
}

Json to_json(const LemmaResult& result) {
  const PacketPath& path = result.path;
  Json out = {{"lemma", result.lemma},
              {"says", result.says},
              {"verdict", name_of(result.verdict)},
              {"calls", path.steps},
              {"rtt_steps", path.rtt},
              {"jitter_steps", path.jitter},
              {"rate_packets_per_step", path.rate},
              {"step_us", path.step_us},
              {"buffer_packets", path.buffer ? Json(*path.buffer) : Json(nullptr)},
              {"state_at_start", result.start.state_is_zero ? "zero" : "any of its declared ranges"},
              {"calls_per_step", 1},
              {"model", "CCAC's path in whole packets; a step's acknowledgements are one call; no random loss, no marks; a timeout takes no time"},
              {"rests_on", std::holds_alternative<Refuted>(result.verdict) ? "its trace, which was executed" : "the solver's answer; no proof is kept"},
              {"buffer_means", result.path.buffer ? "drops only once the queue has reached it; never more waits" : "nothing is dropped"},
              {"solvers", result.solvers},
              {"said_of_the_policy", name_of(result.detail)},
              {"main_ms", result.main.count()},
              {"all_ms", result.all.count()}};
  if (const std::string reason = reason_of(result.verdict); !reason.empty()) out["reason"] = reason;
  if (result.run) out[std::holds_alternative<Refuted>(result.verdict) ? "counterexample" : "witness"] = to_json(*result.run);
  return out;
}

}  // namespace assay::verify::network
