// The intrinsics of the allowlist: checked arithmetic, extrema, bit counts and traps.

#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include "verify/lower/instruction_reader.h"

namespace assay::verify::lower {
namespace {

/// Clang's SanitizerHandler numbers, which llvm.ubsantrap carries (clang/lib/CodeGen/CodeGenFunction.h, release 19).
struct Kind {
  unsigned number;
  Property property;
  const char* what;
};
constexpr Kind kKinds[] = {
    {0, Property::no_undefined_behaviour, "a signed addition overflows"},
    {1, Property::no_undefined_behaviour, "control reaches a place that must be unreachable"},
    {3, Property::no_undefined_behaviour, "a division by zero or an overflowing division"},
    {5, Property::no_undefined_behaviour, "a double does not fit an i64"},
    {8, Property::no_undefined_behaviour, "a bit count of zero"},
    {10, Property::no_undefined_behaviour, "a bool that is neither 0 nor 1"},
    {11, Property::no_undefined_behaviour, "a function ends without a value"},
    {12, Property::no_undefined_behaviour, "a signed multiplication overflows"},
    {13, Property::no_undefined_behaviour, "a signed negation overflows"},
    {18, Property::in_bounds, "an index is out of bounds"},
    {19, Property::in_bounds, "an address computation overflows"},
    {20, Property::no_undefined_behaviour, "a shift by a negative or too large amount"},
    {21, Property::no_undefined_behaviour, "a signed subtraction overflows"},
    {22, Property::in_bounds, "a null or misaligned reference"},
};

}  // namespace

void InstructionReader::read_overflow(const llvm::WithOverflowInst& at) {
  ValueId a = value(*at.getLHS()), b = value(*at.getRHS());
  unsigned width = program_.values[a].width;
  Op op = at.getBinaryOp() == llvm::Instruction::Add ? Op::add : at.getBinaryOp() == llvm::Instruction::Sub ? Op::sub : Op::mul;
  if (width == 1) return refuse("checked arithmetic on bits");
  ValueId flag = builder_.compute(overflow_test(op), 1, a, b);
  ValueId result = builder_.guarded(op, width, a, b, flag);
  if (!at.isSigned()) flag = builder_.compute(static_cast<Op>(static_cast<int>(overflow_test(op)) + 3), 1, a, b);
  pairs_[&at] = {result, flag};
}

void InstructionReader::read_extremum(const llvm::IntrinsicInst& at) {
  auto id = at.getIntrinsicID();
  bool is_signed = id == llvm::Intrinsic::smin || id == llvm::Intrinsic::smax;
  bool is_least = id == llvm::Intrinsic::smin || id == llvm::Intrinsic::umin;
  ValueId a = value(*at.getArgOperand(0)), b = value(*at.getArgOperand(1));
  unsigned width = program_.values[a].width;
  if (width == 1) return refuse("an extremum of bits");
  ValueId less = builder_.compute(is_signed ? Op::slt : Op::ult, 1, a, b);
  bind(at, builder_.compute(Op::select, width, less, is_least ? a : b, is_least ? b : a));
}

/// The exact result where there is no overflow, otherwise the end that it ran over: for the signed ones that is the largest
/// value where the first operand is not negative (a sum overflows upwards only then, a difference too), else the smallest.
void InstructionReader::read_saturating(const llvm::SaturatingInst& at) {
  ValueId a = value(*at.getLHS()), b = value(*at.getRHS());
  unsigned width = program_.values[a].width;
  if (width == 1 || at.getBinaryOp() == llvm::Instruction::Shl) return refuse("saturating arithmetic in this form");
  Op op = at.getBinaryOp() == llvm::Instruction::Add ? Op::add : Op::sub;
  ValueId flag = builder_.compute(overflow_test(op), 1, a, b), end = kNone, over = flag;
  ValueId result = builder_.guarded(op, width, a, b, flag);
  if (at.isSigned()) {
    ValueId negative = builder_.compute(Op::slt, 1, a, builder_.constant(0, width));
    end = builder_.compute(Op::select, width, negative, builder_.constant(smallest(width), width), builder_.constant(largest(width), width));
  } else {
    over = builder_.compute(static_cast<Op>(static_cast<int>(overflow_test(op)) + 3), 1, a, b);
    end = builder_.constant(op == Op::add ? -1 : 0, width);
  }
  bind(at, builder_.compute(Op::select, width, over, end, result));
}

void InstructionReader::read_absolute(const llvm::IntrinsicInst& at) {
  ValueId a = value(*at.getArgOperand(0));
  unsigned width = program_.values[a].width;
  if (width == 1) return refuse("the magnitude of a bit");
  ValueId zero = builder_.constant(0, width), flag = builder_.compute(Op::ssub_overflows, 1, zero, a);
  if (llvm::cast<llvm::ConstantInt>(at.getArgOperand(1))->isOne())
    builder_.require(builder_.negate(flag), Property::no_undefined_behaviour, "the magnitude of the smallest integer");
  ValueId opposite = builder_.guarded(Op::sub, width, zero, a, flag);
  bind(at, builder_.compute(Op::select, width, builder_.compute(Op::slt, 1, a, zero), opposite, a));
}

void InstructionReader::read_count(const llvm::IntrinsicInst& at, Op op) {
  ValueId a = value(*at.getArgOperand(0));
  unsigned width = program_.values[a].width;
  if (width == 1) return refuse("a bit count of a bit");
  if (op != Op::ctpop && llvm::cast<llvm::ConstantInt>(at.getArgOperand(1))->isOne())
    builder_.require(builder_.negate(builder_.compute(Op::eq, 1, a, builder_.constant(0, width))), Property::no_undefined_behaviour,
                     "a bit count of zero");
  bind(at, builder_.compute(op, width, a));
}

/// What is left of the object from the address on. Clang may fold it to "unknown" (all ones) later, which passes every
/// test that the true size passes; a test that the true size fails is reported.
void InstructionReader::read_object_size(const llvm::IntrinsicInst& at) {
  auto from = address(*at.getArgOperand(0));
  if (!from || !at.getType()->isIntegerTy(64)) return refuse("the size of an unknown object");
  builder_.require_inside(*from);
  Word bytes = program_.objects[from->object].bytes;
  if (from->variable == kNone) return bind(at, builder_.constant(bytes - from->constant, 64));
  ValueId size = builder_.constant(bytes, 64), offset = builder_.offset_of(*from);
  bind(at, builder_.guarded(Op::sub, 64, size, offset, builder_.compute(Op::ssub_overflows, 1, size, offset)));
}

void InstructionReader::end_with_trap(Property property, std::string what) {
  std::uint32_t check = builder_.check(property, std::move(what));
  program_.blocks[builder_.block()].end = End::trap;
  program_.blocks[builder_.block()].check = check;
}

bool InstructionReader::read_call(const llvm::CallInst& at) {
  if (auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&at)) return read_intrinsic(*intrinsic);
  if (words_ != nullptr && read_word(at)) return false;
  const llvm::Function* callee = at.getCalledFunction();
  refuse("a call of " + (callee == nullptr ? std::string("an unknown function") : callee->getName().str()));
  return false;
}

bool InstructionReader::read_intrinsic(const llvm::IntrinsicInst& at) {
  using namespace llvm::Intrinsic;
  if (auto* checked = llvm::dyn_cast<llvm::WithOverflowInst>(&at)) return read_overflow(*checked), false;
  if (auto* saturating = llvm::dyn_cast<llvm::SaturatingInst>(&at)) return read_saturating(*saturating), false;
  switch (at.getIntrinsicID()) {
    case dbg_declare: case dbg_value: case dbg_label: case dbg_assign: case lifetime_start: case lifetime_end: return false;
    case experimental_noalias_scope_decl: return false;  // a mark for metadata that nothing here reads
    case llvm::Intrinsic::memcpy: return read_copy(llvm::cast<llvm::MemCpyInst>(at)), false;
    case llvm::Intrinsic::memset: return read_fill(llvm::cast<llvm::MemSetInst>(at)), false;
    case smin: case smax: case umin: case umax: return read_extremum(at), false;
    case llvm::Intrinsic::abs: return read_absolute(at), false;
    case ctlz: return read_count(at, Op::ctlz), false;
    case cttz: return read_count(at, Op::cttz), false;
    case ctpop: return read_count(at, Op::ctpop), false;
    case expect: return bind(at, value(*at.getArgOperand(0))), false;
    case objectsize: return read_object_size(at), false;
    // The only unconditional trap that trusted headers hold is the one behind Array's checked index.
    case trap: return end_with_trap(Property::in_bounds, "an index is out of bounds"), true;
    case ubsantrap: {
      auto number = llvm::cast<llvm::ConstantInt>(at.getArgOperand(0))->getZExtValue();
      for (const Kind& kind : kKinds)
        if (kind.number == number) return end_with_trap(kind.property, kind.what), true;
      return end_with_trap(Property::no_undefined_behaviour, "undefined behaviour of kind " + std::to_string(number)), true;
    }
    default: refuse("the intrinsic " + at.getCalledFunction()->getName().str()); return false;
  }
}

}  // namespace assay::verify::lower
