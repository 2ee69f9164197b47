#include "verify/smt/cvc5_reader.h"

#include <charconv>
#include <map>
#include <optional>
#include <unordered_map>

#include "verify/smt/sexpr.h"

namespace assay::verify::smt {
namespace {

using cvc5::Kind;
using cvc5::Sort;
using cvc5::Term;

/// How an operator takes more than two operands.
enum class Arity : std::uint8_t { one, two, three, left, many, chain, right, rounded_one, rounded_two };

struct Operator {
  Kind kind;
  Arity arity;
};

const std::map<std::string_view, Operator>& operators() {
  static const std::map<std::string_view, Operator> kOperators = {
      {"not", {Kind::NOT, Arity::one}}, {"and", {Kind::AND, Arity::many}}, {"or", {Kind::OR, Arity::many}},
      {"xor", {Kind::XOR, Arity::left}}, {"=>", {Kind::IMPLIES, Arity::right}}, {"=", {Kind::EQUAL, Arity::chain}},
      {"distinct", {Kind::DISTINCT, Arity::many}}, {"ite", {Kind::ITE, Arity::three}},
      {"+", {Kind::ADD, Arity::many}}, {"*", {Kind::MULT, Arity::many}}, {"/", {Kind::DIVISION, Arity::left}},
      {"-", {Kind::SUB, Arity::left}},
      {"div", {Kind::INTS_DIVISION, Arity::left}}, {"mod", {Kind::INTS_MODULUS, Arity::two}}, {"abs", {Kind::ABS, Arity::one}},
      {"<", {Kind::LT, Arity::chain}}, {"<=", {Kind::LEQ, Arity::chain}}, {">", {Kind::GT, Arity::chain}}, {">=", {Kind::GEQ, Arity::chain}},
      {"to_real", {Kind::TO_REAL, Arity::one}}, {"to_int", {Kind::TO_INTEGER, Arity::one}}, {"is_int", {Kind::IS_INTEGER, Arity::one}},
      {"concat", {Kind::BITVECTOR_CONCAT, Arity::left}}, {"bvnot", {Kind::BITVECTOR_NOT, Arity::one}}, {"bvneg", {Kind::BITVECTOR_NEG, Arity::one}},
      {"bvand", {Kind::BITVECTOR_AND, Arity::left}}, {"bvor", {Kind::BITVECTOR_OR, Arity::left}}, {"bvxor", {Kind::BITVECTOR_XOR, Arity::left}},
      {"bvadd", {Kind::BITVECTOR_ADD, Arity::left}}, {"bvsub", {Kind::BITVECTOR_SUB, Arity::two}}, {"bvmul", {Kind::BITVECTOR_MULT, Arity::left}},
      {"bvudiv", {Kind::BITVECTOR_UDIV, Arity::two}}, {"bvurem", {Kind::BITVECTOR_UREM, Arity::two}},
      {"bvsdiv", {Kind::BITVECTOR_SDIV, Arity::two}}, {"bvsrem", {Kind::BITVECTOR_SREM, Arity::two}}, {"bvsmod", {Kind::BITVECTOR_SMOD, Arity::two}},
      {"bvshl", {Kind::BITVECTOR_SHL, Arity::two}}, {"bvlshr", {Kind::BITVECTOR_LSHR, Arity::two}}, {"bvashr", {Kind::BITVECTOR_ASHR, Arity::two}},
      {"bvult", {Kind::BITVECTOR_ULT, Arity::two}}, {"bvule", {Kind::BITVECTOR_ULE, Arity::two}}, {"bvugt", {Kind::BITVECTOR_UGT, Arity::two}},
      {"bvuge", {Kind::BITVECTOR_UGE, Arity::two}}, {"bvslt", {Kind::BITVECTOR_SLT, Arity::two}}, {"bvsle", {Kind::BITVECTOR_SLE, Arity::two}},
      {"bvsgt", {Kind::BITVECTOR_SGT, Arity::two}}, {"bvsge", {Kind::BITVECTOR_SGE, Arity::two}},
      {"fp", {Kind::FLOATINGPOINT_FP, Arity::three}}, {"fp.abs", {Kind::FLOATINGPOINT_ABS, Arity::one}}, {"fp.neg", {Kind::FLOATINGPOINT_NEG, Arity::one}},
      {"fp.add", {Kind::FLOATINGPOINT_ADD, Arity::rounded_two}}, {"fp.sub", {Kind::FLOATINGPOINT_SUB, Arity::rounded_two}},
      {"fp.mul", {Kind::FLOATINGPOINT_MULT, Arity::rounded_two}}, {"fp.div", {Kind::FLOATINGPOINT_DIV, Arity::rounded_two}},
      {"fp.sqrt", {Kind::FLOATINGPOINT_SQRT, Arity::rounded_one}}, {"fp.roundToIntegral", {Kind::FLOATINGPOINT_RTI, Arity::rounded_one}},
      {"fp.min", {Kind::FLOATINGPOINT_MIN, Arity::two}}, {"fp.max", {Kind::FLOATINGPOINT_MAX, Arity::two}},
      {"fp.leq", {Kind::FLOATINGPOINT_LEQ, Arity::chain}}, {"fp.lt", {Kind::FLOATINGPOINT_LT, Arity::chain}},
      {"fp.geq", {Kind::FLOATINGPOINT_GEQ, Arity::chain}}, {"fp.gt", {Kind::FLOATINGPOINT_GT, Arity::chain}}, {"fp.eq", {Kind::FLOATINGPOINT_EQ, Arity::chain}},
      {"fp.isNormal", {Kind::FLOATINGPOINT_IS_NORMAL, Arity::one}}, {"fp.isSubnormal", {Kind::FLOATINGPOINT_IS_SUBNORMAL, Arity::one}},
      {"fp.isZero", {Kind::FLOATINGPOINT_IS_ZERO, Arity::one}}, {"fp.isInfinite", {Kind::FLOATINGPOINT_IS_INF, Arity::one}},
      {"fp.isNaN", {Kind::FLOATINGPOINT_IS_NAN, Arity::one}}, {"fp.isNegative", {Kind::FLOATINGPOINT_IS_NEG, Arity::one}},
      {"fp.isPositive", {Kind::FLOATINGPOINT_IS_POS, Arity::one}}, {"fp.to_real", {Kind::FLOATINGPOINT_TO_REAL, Arity::one}},
  };
  return kOperators;
}

std::optional<cvc5::RoundingMode> rounding_mode(std::string_view name) {
  if (name == "RNE" || name == "roundNearestTiesToEven") return cvc5::ROUND_NEAREST_TIES_TO_EVEN;
  if (name == "RTZ" || name == "roundTowardZero") return cvc5::ROUND_TOWARD_ZERO;
  if (name == "RTP" || name == "roundTowardPositive") return cvc5::ROUND_TOWARD_POSITIVE;
  if (name == "RTN" || name == "roundTowardNegative") return cvc5::ROUND_TOWARD_NEGATIVE;
  if (name == "RNA" || name == "roundNearestTiesToAway") return cvc5::ROUND_NEAREST_TIES_TO_AWAY;
  return std::nullopt;
}

struct Macro {
  std::vector<std::pair<std::string_view, Sort>> parameters;
  const Sexpr* body = nullptr;
};

/// A name means its innermost binding.
using Scope = std::vector<std::pair<std::string_view, Term>>;

class ScriptReader {
 public:
  explicit ScriptReader(cvc5::Solver& solver) : solver_(solver) {}

  Result<Cvc5Script> run(const std::vector<Sexpr>& commands) {
    for (const Sexpr& command : commands)
      if (auto done = execute(command); !done) return std::unexpected(done.error());
    if (!checked_) return fail("SMT-LIB: no (check-sat)");
    return std::move(script_);
  }

 private:
  // ---- commands ----------------------------------------------------------------------------------------------------

  Result<void> execute(const Sexpr& command) {
    if (!command.is_list() || command.items.empty() || command.items[0].kind != Sexpr::Kind::symbol) return fail("SMT-LIB: not a command");
    if (checked_) return fail("SMT-LIB: a command after (check-sat)");
    const auto& items = command.items;
    std::string_view name = items[0].atom;
    if (name == "set-info") return {};
    if (name == "set-logic" && items.size() == 2) return set_logic(items[1]);
    if (name == "declare-const" && items.size() == 3) return declare(items[1], items[2]);
    if (name == "declare-fun" && items.size() == 4 && items[2].is_list() && items[2].items.empty()) return declare(items[1], items[3]);
    if (name == "define-fun" && items.size() == 5) return define(items[1], items[2], items[3], items[4]);
    if (name == "assert" && items.size() == 2) return assert_formula(items[1]);
    if (name == "check-sat" && items.size() == 1) {
      checked_ = true;
      return {};
    }
    return fail("SMT-LIB: a command that is not understood: " + std::string(name));
  }

  Result<void> set_logic(const Sexpr& logic) {
    if (logic.kind != Sexpr::Kind::symbol) return fail("SMT-LIB: set-logic without a name");
    solver_.setLogic(std::string(logic.atom));
    return {};
  }

  bool is_taken(std::string_view name) const {
    return constants_.contains(name) || macros_.contains(name) || operators().contains(name) || rounding_mode(name) || name == "true" || name == "false" || name == "let";
  }

  Result<void> declare(const Sexpr& name, const Sexpr& sort_text) {
    if (name.kind != Sexpr::Kind::symbol || is_taken(name.atom)) return fail("SMT-LIB: cannot declare " + std::string(name.atom));
    auto sort = read_sort(sort_text);
    if (!sort) return std::unexpected(sort.error());
    Term constant = solver_.mkConst(*sort, std::string(name.atom));
    constants_.emplace(name.atom, constant);
    script_.constants.emplace_back(std::string(name.atom), constant);
    return {};
  }

  Result<void> define(const Sexpr& name, const Sexpr& parameters, const Sexpr& sort_text, const Sexpr& body) {
    if (name.kind != Sexpr::Kind::symbol || is_taken(name.atom) || !parameters.is_list()) return fail("SMT-LIB: cannot define " + std::string(name.atom));
    auto sort = read_sort(sort_text);
    if (!sort) return std::unexpected(sort.error());
    if (!parameters.items.empty()) return define_macro(name, parameters, body);
    auto value = term(body);
    if (!value) return std::unexpected(value.error());
    if (value->getSort() != *sort) return fail("SMT-LIB: " + std::string(name.atom) + " is not of its sort");
    constants_.emplace(name.atom, *value);
    return {};
  }

  Result<void> define_macro(const Sexpr& name, const Sexpr& parameters, const Sexpr& body) {
    Macro macro{{}, &body};
    for (const Sexpr& parameter : parameters.items) {
      if (!parameter.is_list() || parameter.items.size() != 2 || parameter.items[0].kind != Sexpr::Kind::symbol) return fail("SMT-LIB: a malformed parameter");
      auto sort = read_sort(parameter.items[1]);
      if (!sort) return std::unexpected(sort.error());
      macro.parameters.emplace_back(parameter.items[0].atom, *sort);
    }
    macros_.emplace(name.atom, std::move(macro));
    return {};
  }

  Result<void> assert_formula(const Sexpr& text) {
    auto formula = term(text);
    if (!formula) return std::unexpected(formula.error());
    if (!formula->getSort().isBoolean()) return fail("SMT-LIB: an assertion that is no formula");
    solver_.assertFormula(*formula);
    return {};
  }

  // ---- sorts and numbers ---------------------------------------------------------------------------------------------

  static std::optional<std::uint32_t> small_number(const Sexpr& from) {
    std::uint32_t out = 0;
    const char* end = from.atom.data() + from.atom.size();
    if (from.kind != Sexpr::Kind::numeral || std::from_chars(from.atom.data(), end, out).ptr != end || out > 4096) return std::nullopt;
    return out;
  }

  Result<std::vector<std::uint32_t>> indices(const Sexpr& from, std::size_t first, std::size_t count) const {
    std::vector<std::uint32_t> out;
    for (std::size_t i = first; i < from.items.size(); ++i) {
      auto index = small_number(from.items[i]);
      if (!index) return fail("SMT-LIB: an index that is not understood");
      out.push_back(*index);
    }
    if (out.size() != count) return fail("SMT-LIB: the wrong number of indices");
    return out;
  }

  Result<Sort> read_sort(const Sexpr& from) {
    if (from.is("Bool")) return solver_.getBooleanSort();
    if (from.is("Int")) return solver_.getIntegerSort();
    if (from.is("Real")) return solver_.getRealSort();
    if (from.is("RoundingMode")) return solver_.getRoundingModeSort();
    if (from.is("Float64")) return solver_.mkFloatingPointSort(11, 53);
    if (from.is_list() && from.items.size() >= 3 && from.items[0].is("_")) {
      bool is_float = from.items[1].is("FloatingPoint");
      auto index = indices(from, 2, is_float ? 2 : 1);
      if (!index) return std::unexpected(index.error());
      if (is_float) return solver_.mkFloatingPointSort((*index)[0], (*index)[1]);
      if (from.items[1].is("BitVec")) return solver_.mkBitVectorSort((*index)[0]);
    }
    return fail("SMT-LIB: a sort that is not understood");
  }

  // ---- terms ---------------------------------------------------------------------------------------------------------

  Result<Term> term(const Sexpr& from) {
    switch (from.kind) {
      case Sexpr::Kind::symbol: return symbol(from.atom);
      case Sexpr::Kind::numeral: return solver_.mkInteger(std::string(from.atom));
      case Sexpr::Kind::decimal: return solver_.mkReal(std::string(from.atom));
      case Sexpr::Kind::binary: return solver_.mkBitVector(static_cast<std::uint32_t>(from.atom.size()), std::string(from.atom), 2);
      case Sexpr::Kind::hexadecimal: return solver_.mkBitVector(static_cast<std::uint32_t>(from.atom.size() * 4), std::string(from.atom), 16);
      case Sexpr::Kind::keyword: return fail("SMT-LIB: a keyword where a term belongs");
      case Sexpr::Kind::list: break;
    }
    if (from.items.empty()) return fail("SMT-LIB: () is no term");
    if (from.items[0].is("_")) return indexed_constant(from);
    if (from.items[0].is("let") && from.items.size() == 3) return let(from.items[1], from.items[2]);
    return application(from);
  }

  Result<Term> symbol(std::string_view name) {
    for (std::size_t i = scope_.size(); i-- > 0;)
      if (scope_[i].first == name) return scope_[i].second;
    if (name == "true" || name == "false") return solver_.mkBoolean(name == "true");
    if (auto at = constants_.find(name); at != constants_.end()) return at->second;
    if (auto mode = rounding_mode(name)) return solver_.mkRoundingMode(*mode);
    return fail("SMT-LIB: unknown name " + std::string(name));
  }

  /// (_ bv5 8), (_ +oo 11 53) and their like.
  Result<Term> indexed_constant(const Sexpr& from) {
    if (from.items.size() < 3 || from.items[1].kind != Sexpr::Kind::symbol) return fail("SMT-LIB: a malformed constant");
    std::string_view name = from.items[1].atom;
    bool is_bits = name.starts_with("bv");
    auto index = indices(from, 2, is_bits ? 1 : 2);
    if (!index) return std::unexpected(index.error());
    if (is_bits) return solver_.mkBitVector((*index)[0], std::string(name.substr(2)), 10);
    std::uint32_t exponent = (*index)[0], significand = (*index)[1];
    if (name == "+oo") return solver_.mkFloatingPointPosInf(exponent, significand);
    if (name == "-oo") return solver_.mkFloatingPointNegInf(exponent, significand);
    if (name == "NaN") return solver_.mkFloatingPointNaN(exponent, significand);
    if (name == "+zero") return solver_.mkFloatingPointPosZero(exponent, significand);
    if (name == "-zero") return solver_.mkFloatingPointNegZero(exponent, significand);
    return fail("SMT-LIB: unknown constant " + std::string(name));
  }

  /// All bindings speak of the outer scope.
  Result<Term> let(const Sexpr& bindings, const Sexpr& body) {
    if (!bindings.is_list()) return fail("SMT-LIB: a malformed let");
    Scope bound;
    for (const Sexpr& binding : bindings.items) {
      if (!binding.is_list() || binding.items.size() != 2 || binding.items[0].kind != Sexpr::Kind::symbol) return fail("SMT-LIB: a malformed let");
      auto value = term(binding.items[1]);
      if (!value) return value;
      bound.emplace_back(binding.items[0].atom, *value);
    }
    std::size_t outside = scope_.size();
    scope_.insert(scope_.end(), bound.begin(), bound.end());
    auto out = term(body);
    scope_.resize(outside);
    return out;
  }

  Result<Term> application(const Sexpr& from) {
    std::vector<Term> operands;
    for (std::size_t i = 1; i < from.items.size(); ++i) {
      auto operand = term(from.items[i]);
      if (!operand) return operand;
      operands.push_back(*operand);
    }
    const Sexpr& head = from.items[0];
    if (head.is_list()) return indexed(head, operands);
    if (head.kind != Sexpr::Kind::symbol) return fail("SMT-LIB: a malformed application");
    if (auto macro = macros_.find(head.atom); macro != macros_.end()) return expand(macro->second, operands);
    if (auto known = operators().find(head.atom); known != operators().end()) return apply(known->second, operands);
    return fail("SMT-LIB: unknown function " + std::string(head.atom));
  }

  /// A macro's body sees its parameters and what is global, nothing else.
  Result<Term> expand(const Macro& macro, const std::vector<Term>& operands) {
    if (operands.size() != macro.parameters.size() || ++expansions_ > kMostExpansions) return fail("SMT-LIB: a malformed call");
    Scope inner;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (operands[i].getSort() != macro.parameters[i].second) return fail("SMT-LIB: an operand is not of its parameter's sort");
      inner.emplace_back(macro.parameters[i].first, operands[i]);
    }
    std::swap(scope_, inner);
    auto out = term(*macro.body);
    std::swap(scope_, inner);
    return out;
  }

  Result<Term> apply(const Operator& op, const std::vector<Term>& operands) {
    auto wanted = [&](std::size_t least, std::size_t most) { return operands.size() >= least && operands.size() <= most; };
    constexpr std::size_t kAny = ~std::size_t{0};
    bool fits = op.arity == Arity::one           ? wanted(1, 1)
                : op.arity == Arity::two         ? wanted(2, 2)
                : op.arity == Arity::three       ? wanted(3, 3)
                : op.arity == Arity::rounded_one ? wanted(2, 2)
                : op.arity == Arity::rounded_two ? wanted(3, 3)
                                                 : wanted(op.kind == Kind::SUB ? 1 : 2, kAny);
    if (op.arity == Arity::many && operands.size() == 1 && op.kind != Kind::DISTINCT) return operands[0];
    if (!fits) return fail("SMT-LIB: the wrong number of operands");
    if (op.kind == Kind::SUB && operands.size() == 1) return solver_.mkTerm(Kind::NEG, operands);
    if (op.arity == Arity::left) return fold_left(op.kind, operands);
    if (op.arity == Arity::right) return fold_right(op.kind, operands);
    if (op.arity == Arity::chain) return chain(op.kind, operands);
    return solver_.mkTerm(op.kind, operands);
  }

  Term fold_left(Kind kind, const std::vector<Term>& operands) {
    Term out = operands[0];
    for (std::size_t i = 1; i < operands.size(); ++i) out = solver_.mkTerm(kind, {out, operands[i]});
    return out;
  }

  Term fold_right(Kind kind, const std::vector<Term>& operands) {
    Term out = operands.back();
    for (std::size_t i = operands.size() - 1; i-- > 0;) out = solver_.mkTerm(kind, {operands[i], out});
    return out;
  }

  Term chain(Kind kind, const std::vector<Term>& operands) {
    std::vector<Term> links;
    for (std::size_t i = 0; i + 1 < operands.size(); ++i) links.push_back(solver_.mkTerm(kind, {operands[i], operands[i + 1]}));
    return links.size() == 1 ? links[0] : solver_.mkTerm(Kind::AND, links);
  }

  Result<Term> indexed(const Sexpr& head, const std::vector<Term>& operands) {
    if (head.items.size() < 3 || !head.items[0].is("_") || head.items[1].kind != Sexpr::Kind::symbol) return fail("SMT-LIB: a malformed function");
    std::string_view name = head.items[1].atom;
    auto index = indices(head, 2, name == "extract" || name.starts_with("to_fp") ? 2 : 1);
    if (!index) return std::unexpected(index.error());
    if (name.starts_with("to_fp")) return to_float(name, *index, operands);
    bool is_rounded = name == "fp.to_sbv" || name == "fp.to_ubv";
    if (operands.size() != (is_rounded ? 2u : 1u)) return fail("SMT-LIB: the wrong number of operands");
    static const std::map<std::string_view, Kind> kKinds = {
        {"extract", Kind::BITVECTOR_EXTRACT}, {"zero_extend", Kind::BITVECTOR_ZERO_EXTEND}, {"sign_extend", Kind::BITVECTOR_SIGN_EXTEND},
        {"fp.to_sbv", Kind::FLOATINGPOINT_TO_SBV}, {"fp.to_ubv", Kind::FLOATINGPOINT_TO_UBV}, {"int2bv", Kind::INT_TO_BITVECTOR}};
    auto kind = kKinds.find(name);
    if (kind == kKinds.end()) return fail("SMT-LIB: unknown function " + std::string(name));
    return solver_.mkTerm(solver_.mkOp(kind->second, *index), operands);
  }

  /// to_fp of bits; of a float, a real or a signed bit-vector with a rounding mode; to_fp_unsigned of an unsigned one.
  Result<Term> to_float(std::string_view name, const std::vector<std::uint32_t>& index, const std::vector<Term>& operands) {
    Kind kind = Kind::FLOATINGPOINT_TO_FP_FROM_IEEE_BV;
    if (name == "to_fp_unsigned" && operands.size() == 2) kind = Kind::FLOATINGPOINT_TO_FP_FROM_UBV;
    else if (name != "to_fp" || operands.empty() || operands.size() > 2) return fail("SMT-LIB: a malformed to_fp");
    else if (operands.size() == 2) {
      Sort from = operands[1].getSort();
      kind = from.isBitVector() ? Kind::FLOATINGPOINT_TO_FP_FROM_SBV : from.isFloatingPoint() ? Kind::FLOATINGPOINT_TO_FP_FROM_FP : Kind::FLOATINGPOINT_TO_FP_FROM_REAL;
    }
    return solver_.mkTerm(solver_.mkOp(kind, index), operands);
  }

  static constexpr unsigned kMostExpansions = 100'000;

  cvc5::Solver& solver_;
  Cvc5Script script_;
  std::unordered_map<std::string_view, Term> constants_;
  std::unordered_map<std::string_view, Macro> macros_;
  Scope scope_;
  unsigned expansions_ = 0;
  bool checked_ = false;
};

}  // namespace

Result<Cvc5Script> read_script(std::string_view text, cvc5::Solver& solver) {
  auto commands = read_sexprs(text);
  if (!commands) return std::unexpected(commands.error());
  return ScriptReader(solver).run(*commands);
}

}  // namespace assay::verify::smt
