// cvc5 behind values. Its exceptions end here.

#include "verify/smt/cvc5_reader.h"
#include "verify/smt/engine.h"

namespace assay::verify::smt {
namespace {

std::string value_text(const cvc5::Term& value) {
  if (value.isBooleanValue()) return value.getBooleanValue() ? "1" : "0";
  if (value.isIntegerValue()) return value.getIntegerValue();
  if (value.isBitVectorValue()) return value.getBitVectorValue(10);
  if (value.isFloatingPointValue()) return std::get<2>(value.getFloatingPointValue()).getBitVectorValue(10);
  return value.isRealValue() ? value.getRealValue() : "";
}

std::string explain(const cvc5::Result& result) {
  return result.getUnknownExplanation() == cvc5::UnknownExplanation::RESOURCEOUT ? "the effort is spent" : result.toString();
}

Answer answer_of(cvc5::Solver& solver, const Cvc5Script& script) {
  cvc5::Result result = solver.checkSat();
  if (result.isUnsat()) return {Verdict::unsat, {}, "", {{"cvc5", Verdict::unsat}}};
  if (!result.isSat()) return {Verdict::unknown, {}, "cvc5: " + explain(result), {{"cvc5", Verdict::unknown}}};
  Answer out{Verdict::sat, {}, "", {{"cvc5", Verdict::sat}}};
  for (const auto& [name, constant] : script.constants) out.model.emplace_back(name, value_text(solver.getValue(constant)));
  return out;
}

}  // namespace

std::string cvc5_version() { return cvc5::Solver().getVersion(); }

Answer solve_with_cvc5(const std::string& text, std::uint64_t effort) {
  try {
    cvc5::Solver solver;
    solver.setOption("produce-models", "true");
    solver.setOption("rlimit-per", std::to_string(effort));
    auto script = read_script(text, solver);
    if (!script) return {Verdict::unknown, {}, "cvc5: " + script.error().what, {{"cvc5", Verdict::unknown}}};
    return answer_of(solver, *script);
  } catch (const std::exception& exception) {
    return {Verdict::unknown, {}, std::string("cvc5: ") + exception.what(), {{"cvc5", Verdict::unknown}}};
  }
}

}  // namespace assay::verify::smt
