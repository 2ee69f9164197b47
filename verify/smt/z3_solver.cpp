// The one file that knows Z3. Its exceptions end here.

#include <z3++.h>

#include "verify/smt/engine.h"

namespace assay::verify::smt {
namespace {

/// "" for what is no number: an irrational root.
std::string value_text(const z3::model& model, const z3::expr& value) {
  if (value.is_bool()) return value.is_true() ? "1" : "0";
  if (value.get_sort().is_fpa()) {
    z3::expr bits = model.eval(z3::expr(value.ctx(), Z3_mk_fpa_to_ieee_bv(value.ctx(), value)), true);
    return bits.is_numeral() ? bits.get_decimal_string(0) : "";
  }
  return value.is_numeral() && !value.is_algebraic() ? Z3_get_numeral_string(value.ctx(), value) : "";
}

Answer answer_of(z3::solver& solver, z3::check_result result) {
  Answer out;
  if (result == z3::unsat) out.verdict = Verdict::unsat;
  if (result == z3::unknown) out.reason = solver.reason_unknown();
  if (result != z3::sat) return out;
  out.verdict = Verdict::sat;
  z3::model model = solver.get_model();
  for (unsigned i = 0; i < model.num_consts(); ++i) {
    z3::func_decl declared = model.get_const_decl(i);
    out.model.emplace_back(declared.name().str(), value_text(model, model.get_const_interp(declared)));
  }
  return out;
}

/// Of the effort, the part that is given to Z3's core alone. It starts ten times quicker than the tactics that the logic
/// calls for, and most questions of a certificate are small; what it gives up goes to the tactics.
constexpr std::uint64_t kPlainShare = 4;

Answer solve(z3::solver& solver, const z3::expr_vector& assertions, std::uint64_t effort) {
  z3::params parameters(solver.ctx());
  parameters.set("rlimit", static_cast<unsigned>(std::min<std::uint64_t>(effort, 0xffffffffu)));
  parameters.set("random_seed", 0u);
  solver.set(parameters);
  for (const z3::expr& assertion : assertions) solver.add(assertion);
  return answer_of(solver, solver.check());
}

/// Of "(set-logic X)"; ALL without one.
std::string logic_of(const std::string& text) {
  constexpr std::string_view kCommand = "(set-logic ";
  auto begin = text.find(kCommand);
  if (begin == std::string::npos) return "ALL";
  begin += kCommand.size();
  return text.substr(begin, text.find(')', begin) - begin);
}

}  // namespace

std::string z3_version() {
  unsigned major = 0, minor = 0, build = 0, revision = 0;
  Z3_get_version(&major, &minor, &build, &revision);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(build);
}

Answer solve_here(const std::string& text, std::uint64_t effort) {
  try {
    z3::context context;
    z3::expr_vector assertions = context.parse_string(text.c_str());
    z3::solver plain(context, z3::solver::simple());
    Answer quick = solve(plain, assertions, std::max<std::uint64_t>(effort / kPlainShare, 1));
    if (quick.verdict != Verdict::unknown) return quick;
    z3::solver tactics(context, logic_of(text).c_str());
    return solve(tactics, assertions, effort - effort / kPlainShare);
  } catch (const z3::exception& exception) {
    return {Verdict::unknown, {}, std::string("Z3: ") + exception.msg(), {}};
  }
}

}  // namespace assay::verify::smt
