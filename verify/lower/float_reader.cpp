// Doubles, and nothing else that floats: no float, no x87, no fast-math, no fused operation. Each instruction is IEEE 754's in
// the default environment (rounding to nearest, no traps), which is what LLVM assumes of code without constrained intrinsics
// and what the machine does, for the run jail leaves the control register as it is at the start of a process.

#include <llvm/IR/Operator.h>

#include "verify/lower/instruction_reader.h"

namespace assay::verify::lower {
namespace {

std::optional<Op> float_operation(unsigned opcode) {
  switch (opcode) {
    case llvm::Instruction::FAdd: return Op::fadd;
    case llvm::Instruction::FSub: return Op::fsub;
    case llvm::Instruction::FMul: return Op::fmul;
    case llvm::Instruction::FDiv: return Op::fdiv;
    default: return std::nullopt;
  }
}

struct Comparison {
  Op op;
  bool swaps, negates;
};

/// Each predicate by four tests. A comparison that is true of unordered operands is the opposite of one that is false of them.
std::optional<Comparison> comparison(llvm::CmpInst::Predicate predicate) {
  using P = llvm::CmpInst::Predicate;
  switch (predicate) {
    case P::FCMP_OEQ: return Comparison{Op::feq, false, false};
    case P::FCMP_UNE: return Comparison{Op::feq, false, true};
    case P::FCMP_OLT: return Comparison{Op::flt, false, false};
    case P::FCMP_OGT: return Comparison{Op::flt, true, false};
    case P::FCMP_OLE: return Comparison{Op::fle, false, false};
    case P::FCMP_OGE: return Comparison{Op::fle, true, false};
    case P::FCMP_ULT: return Comparison{Op::fle, true, true};
    case P::FCMP_UGT: return Comparison{Op::fle, false, true};
    case P::FCMP_ULE: return Comparison{Op::flt, true, true};
    case P::FCMP_UGE: return Comparison{Op::flt, false, true};
    case P::FCMP_UNO: return Comparison{Op::funordered, false, false};
    case P::FCMP_ORD: return Comparison{Op::funordered, false, true};
    default: return std::nullopt;
  }
}

bool is_float(const llvm::Type& type) { return type.isFPOrFPVectorTy(); }

bool floats(const llvm::Instruction& at) {
  bool found = is_float(*at.getType());
  for (const llvm::Use& operand : at.operands()) found = found || is_float(*operand->getType());
  return found;
}

bool is_of_doubles(const llvm::Instruction& at) {
  bool all = !is_float(*at.getType()) || at.getType()->isDoubleTy();
  for (const llvm::Use& operand : at.operands()) all = all && (!is_float(*operand->getType()) || operand->getType()->isDoubleTy());
  return all;
}

/// Read as what it is for integers, too.
bool is_read_elsewhere(const llvm::Instruction& at) {
  return llvm::isa<llvm::PHINode, llvm::LoadInst, llvm::StoreInst, llvm::CallInst, llvm::SelectInst, llvm::FreezeInst,
                   llvm::InsertValueInst, llvm::ExtractValueInst>(at);
}

}  // namespace

bool InstructionReader::read_float(const llvm::Instruction& at) {
  if (!floats(at)) return false;
  auto* math = llvm::dyn_cast<llvm::FPMathOperator>(&at);
  if (math != nullptr && math->getFastMathFlags().any()) return refuse("fast-math"), true;
  if (!is_of_doubles(at)) return refuse("a floating-point number that is no double"), true;
  if (is_read_elsewhere(at)) return false;
  if (auto* binary = llvm::dyn_cast<llvm::BinaryOperator>(&at)) return read_float_binary(*binary), true;
  if (auto* compare = llvm::dyn_cast<llvm::FCmpInst>(&at)) return read_float_compare(*compare), true;
  if (at.getOpcode() == llvm::Instruction::FNeg) return bind(at, builder_.compute(Op::fneg, 64, value(*at.getOperand(0)))), true;
  if (at.getOpcode() == llvm::Instruction::FPToSI) return read_double_to_int(llvm::cast<llvm::CastInst>(at)), true;
  if (at.getOpcode() == llvm::Instruction::SIToFP && !at.getOperand(0)->getType()->isIntegerTy(1))
    return bind(at, builder_.compute(Op::int_to_double, 64, value(*at.getOperand(0)))), true;
  refuse(std::string("the instruction ") + at.getOpcodeName() + " on doubles");
  return true;
}

void InstructionReader::read_float_binary(const llvm::BinaryOperator& at) {
  auto op = float_operation(at.getOpcode());
  if (!op) return refuse(std::string("the instruction ") + at.getOpcodeName() + " on doubles");
  ValueId a = value(*at.getOperand(0)), b = value(*at.getOperand(1));
  bind(at, builder_.compute(*op, 64, a, b));
}

void InstructionReader::read_float_compare(const llvm::FCmpInst& at) {
  ValueId a = value(*at.getOperand(0)), b = value(*at.getOperand(1));
  auto predicate = at.getPredicate();
  if (predicate == llvm::CmpInst::FCMP_FALSE || predicate == llvm::CmpInst::FCMP_TRUE)
    return bind(at, builder_.constant(predicate == llvm::CmpInst::FCMP_TRUE ? 1 : 0, 1));
  if (predicate == llvm::CmpInst::FCMP_ONE || predicate == llvm::CmpInst::FCMP_UEQ) {
    ValueId differ = builder_.compute(Op::or_, 1, builder_.compute(Op::flt, 1, a, b), builder_.compute(Op::flt, 1, b, a));
    return bind(at, predicate == llvm::CmpInst::FCMP_ONE ? differ : builder_.negate(differ));
  }
  auto test = comparison(predicate);
  if (!test) return refuse("an unknown comparison of doubles");
  ValueId result = builder_.compute(test->op, 1, test->swaps ? b : a, test->swaps ? a : b);
  bind(at, test->negates ? builder_.negate(result) : result);
}

/// Poison where the integer does not fit, so that is obliged away, whatever UBSan has tested before it. The doubles next to
/// -2^63 are 1024 and 2048 away from it: none lies between it and the smallest i64 minus one.
void InstructionReader::read_double_to_int(const llvm::CastInst& at) {
  if (!at.getType()->isIntegerTy(64)) return refuse("a conversion of a double to other than 64 bits");
  ValueId a = value(*at.getOperand(0));
  ValueId least = builder_.constant(word_of(-0x1p63), 64, true), end = builder_.constant(word_of(0x1p63), 64, true);
  ValueId fits = builder_.compute(Op::and_, 1, builder_.compute(Op::fle, 1, least, a), builder_.compute(Op::flt, 1, a, end));
  builder_.require(fits, Property::no_undefined_behaviour, "a double does not fit an i64");
  bind(at, builder_.compute(Op::double_to_int, 64, a));
}

}  // namespace assay::verify::lower
