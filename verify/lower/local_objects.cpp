// Memory that is not a parameter: local arrays and records, constant tables, and whole records copied or zeroed.
//
// A local becomes an object with one slot per leaf of its LLVM type, at the leaf's offset; slots start without a value,
// and reading one then is a violation. Copies go slot by slot, so they need a value in each slot, as C++ does of each
// member that it copies. A copy that would cut a slot in two is refused.
//
// Padding is not memory here. Where sroa takes a record apart, its padding becomes a local of its own that is copied around
// but never read: such locals (is_unobserved) are left out, since no execution depends on what is in them.

#include <llvm/IR/Constants.h>

#include <algorithm>
#include <limits>

#include "verify/lower/instruction_reader.h"

namespace assay::verify::lower {
namespace {

constexpr std::size_t kMostLeaves = 4096;

struct Leaf {
  std::uint32_t offset = 0, bytes = 0;
  Word value = 0;  ///< of a constant
  bool is_double = false;
};

bool is_memory_integer(const llvm::Type& type) {
  return type.isIntegerTy(8) || type.isIntegerTy(16) || type.isIntegerTy(32) || type.isIntegerTy(64);
}

/// The integers and doubles that make up `type` at `offset`, in order; false where it holds something else. `value`: null, or a
/// constant of that type.
bool add_leaves(const llvm::DataLayout& layout, llvm::Type* type, const llvm::Constant* value, std::uint64_t offset, std::vector<Leaf>& leaves) {
  if (leaves.size() >= kMostLeaves || (value != nullptr && llvm::isa<llvm::UndefValue>(value))) return false;
  if (is_memory_integer(*type)) {
    const auto* number = llvm::dyn_cast_or_null<llvm::ConstantInt>(value);
    if (value != nullptr && number == nullptr) return false;
    leaves.push_back({static_cast<std::uint32_t>(offset), type->getIntegerBitWidth() / 8, number == nullptr ? 0 : word_of(number->getValue())});
    return true;
  }
  if (type->isDoubleTy()) {
    const auto* number = llvm::dyn_cast_or_null<llvm::ConstantFP>(value);
    if (value != nullptr && number == nullptr) return false;
    leaves.push_back({static_cast<std::uint32_t>(offset), 8, number == nullptr ? 0 : word_of(number->getValueAPF().convertToDouble()), true});
    return true;
  }
  std::uint64_t count = type->isArrayTy() ? type->getArrayNumElements() : type->isStructTy() ? type->getStructNumElements() : 0;
  if (count == 0) return false;
  for (unsigned i = 0; i < count; ++i) {
    auto* part = type->isArrayTy() ? type->getArrayElementType() : type->getStructElementType(i);
    std::uint64_t at = type->isArrayTy() ? i * layout.getTypeAllocSize(part).getFixedValue()
                                         : layout.getStructLayout(llvm::cast<llvm::StructType>(type))->getElementOffset(i).getFixedValue();
    if (value != nullptr && value->getAggregateElement(i) == nullptr) return false;
    if (!add_leaves(layout, part, value == nullptr ? nullptr : value->getAggregateElement(i), offset + at, leaves)) return false;
  }
  return true;
}

/// Slots of an object that an access of `bytes` at `offset` covers whole, or nullopt where it cuts one in two.
std::optional<std::vector<std::uint32_t>> covered(const Program& program, std::uint32_t object, Word offset, Word bytes) {
  std::vector<std::uint32_t> found;
  const Object& in = program.objects[object];
  if (offset < 0 || offset + bytes > in.bytes) return std::nullopt;
  for (std::uint32_t slot = in.first_slot; slot < in.first_slot + in.slot_count; ++slot) {
    Word begin = program.slots[slot].offset, end = begin + program.slots[slot].bytes;
    if (end <= offset || begin >= offset + bytes) continue;
    if (begin < offset || end > offset + bytes) return std::nullopt;
    found.push_back(slot);
  }
  return found;
}

}  // namespace

void InstructionReader::read_local(const llvm::AllocaInst& at) {
  std::vector<Leaf> leaves;
  llvm::Type* type = at.getAllocatedType();
  if (!at.isStaticAlloca() || at.isArrayAllocation() || !add_leaves(layout_, type, nullptr, 0, leaves))
    return refuse("a local variable in memory");
  if (std::ranges::any_of(leaves, [&](const Leaf& leaf) { return leaf.bytes > at.getAlign().value(); }))
    return refuse("a local variable of less than its natural alignment");
  Object object{.name = type->isStructTy() ? "a local record" : "a local array", .is_scratch = true};
  object.first_slot = static_cast<std::uint32_t>(program_.slots.size());
  object.slot_count = static_cast<std::uint32_t>(leaves.size());
  object.bytes = static_cast<std::uint32_t>(layout_.getTypeAllocSize(type).getFixedValue());
  double infinite = std::numeric_limits<double>::infinity();
  for (const Leaf& leaf : leaves)
    program_.slots.push_back({"local[" + std::to_string(program_.slots.size() - object.first_slot) + "]", leaf.offset, leaf.bytes,
                              leaf.is_double ? word_of(-infinite) : smallest(leaf.bytes * 8),
                              leaf.is_double ? word_of(infinite) : largest(leaf.bytes * 8), 0, leaf.is_double});
  program_.objects.push_back(std::move(object));
  alignments_[static_cast<std::uint32_t>(program_.objects.size() - 1)] = at.getAlign().value();
  bind_address(at, {static_cast<std::uint32_t>(program_.objects.size() - 1), 0, kNone});
}

/// A constant of integers becomes an object that nothing can write.
std::uint32_t InstructionReader::table(const llvm::GlobalVariable& global) {
  if (auto found = tables_.find(&global); found != tables_.end()) return found->second;
  std::vector<Leaf> leaves;
  if (!global.isConstant() || !global.hasDefinitiveInitializer()) return kNone;
  if (!add_leaves(layout_, global.getValueType(), global.getInitializer(), 0, leaves)) return kNone;
  Object object{.name = "a constant table", .first_slot = static_cast<std::uint32_t>(program_.slots.size())};
  for (const Leaf& leaf : leaves)
    program_.slots.push_back({"table[" + std::to_string(program_.slots.size() - object.first_slot) + "]", leaf.offset, leaf.bytes,
                              leaf.value, leaf.value, leaf.value, leaf.is_double});
  object.slot_count = static_cast<std::uint32_t>(leaves.size());
  object.bytes = static_cast<std::uint32_t>(layout_.getTypeAllocSize(global.getValueType()).getFixedValue());
  program_.objects.push_back(std::move(object));
  return tables_[&global] = static_cast<std::uint32_t>(program_.objects.size() - 1);
}

/// No load, store or comparison ever looks at the local, nor at anything that it is copied to or from: but for records'
/// padding, where no slot is. A cycle of copies observes nothing by itself, so what is being looked at counts as unobserved.
bool InstructionReader::is_unobserved(const llvm::Value& local, std::set<const llvm::Value*>& seen) {
  if (!seen.insert(&local).second) return true;
  for (const llvm::User* user : local.users()) {
    if (auto* part = llvm::dyn_cast<llvm::GetElementPtrInst>(user)) {
      if (!is_unobserved(*part, seen)) return false;
    } else if (auto* copy = llvm::dyn_cast<llvm::MemCpyInst>(user)) {
      const llvm::Value* other = copy->getRawDest() == &local ? copy->getRawSource() : copy->getRawDest();
      if (!is_unobserved_end(*other, *copy, seen)) return false;
    } else if (auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(user); call == nullptr || !(llvm::isa<llvm::MemSetInst>(call) || call->isLifetimeStartOrEnd())) {
      return false;
    }
  }
  return true;
}

bool InstructionReader::is_unobserved_end(const llvm::Value& end, const llvm::MemCpyInst& copy, std::set<const llvm::Value*>& seen) {
  llvm::APInt offset(64, 0);
  const llvm::Value* base = end.stripAndAccumulateConstantOffsets(layout_, offset, false);
  auto* length = llvm::dyn_cast<llvm::ConstantInt>(copy.getLength());
  if (auto found = addresses_.find(base); found != addresses_.end() && found->second.variable == kNone && length != nullptr) {
    auto slots = covered(program_, found->second.object, found->second.constant + word_of(offset), word_of(length->getValue()));
    if (slots && slots->empty()) return true;
  }
  return llvm::isa<llvm::AllocaInst>(base) && is_unobserved(*base, seen);
}

bool InstructionReader::is_writable(const Address& to) {
  const Object& object = program_.objects[to.object];
  if (object.is_state || object.is_scratch) return true;
  refuse("a store to " + object.name + ", which is not the policy's to write");
  return false;
}

void InstructionReader::read_copy(const llvm::MemCpyInst& at) {
  auto to = address(*at.getRawDest()), from = address(*at.getRawSource());
  auto* length = llvm::dyn_cast<llvm::ConstantInt>(at.getLength());
  if (!to || !from || length == nullptr || at.isVolatile() || to->variable != kNone || from->variable != kNone)
    return refuse("a copy of memory in this form");
  for (const llvm::Value* end : {at.getRawDest(), at.getRawSource()}) {
    std::set<const llvm::Value*> seen;
    if (const llvm::Value* base = end->stripInBoundsConstantOffsets(); llvm::isa<llvm::AllocaInst>(base) && is_unobserved(*base, seen)) return;
  }
  if (!is_aligned(at.getDestAlign().valueOrOne().value(), *to) || !is_aligned(at.getSourceAlign().valueOrOne().value(), *from))
    return refuse("a copy of memory of an unexpected alignment");
  if (!is_writable(*to)) return;
  Word bytes = word_of(length->getValue());
  auto sources = covered(program_, from->object, from->constant, bytes), targets = covered(program_, to->object, to->constant, bytes);
  if (!sources || !targets || sources->size() != targets->size()) return refuse("a copy of a part of a field");
  std::vector<ValueId> values;  // all are read before one is written
  for (std::size_t i = 0; i < sources->size(); ++i) {
    const Slot source = program_.slots[(*sources)[i]], &target = program_.slots[(*targets)[i]];
    if (source.offset - from->constant != target.offset - to->constant || source.bytes != target.bytes || source.is_double != target.is_double)
      return refuse("a copy between records of different shape");
    values.push_back(builder_.load(from->object, builder_.constant(source.offset, 64), source.bytes * 8, source.is_double));
    program_.values[values.back()].is_double = source.is_double;
  }
  for (std::size_t i = 0; i < targets->size(); ++i)
    builder_.store(to->object, builder_.constant(program_.slots[(*targets)[i]].offset, 64), values[i]);
}

void InstructionReader::read_fill(const llvm::MemSetInst& at) {
  auto to = address(*at.getRawDest());
  auto *length = llvm::dyn_cast<llvm::ConstantInt>(at.getLength()), *value = llvm::dyn_cast<llvm::ConstantInt>(at.getValue());
  if (!to || length == nullptr || value == nullptr || !value->isZero() || at.isVolatile() || to->variable != kNone)
    return refuse("a filling of memory in this form");
  if (!is_aligned(at.getDestAlign().valueOrOne().value(), *to)) return refuse("a filling of memory of an unexpected alignment");
  if (!is_writable(*to)) return;
  auto targets = covered(program_, to->object, to->constant, word_of(length->getValue()));
  if (!targets) return refuse("a filling of a part of a field");
  for (std::uint32_t slot : *targets)
    builder_.store(to->object, builder_.constant(program_.slots[slot].offset, 64), builder_.constant(0, program_.slots[slot].bytes * 8, program_.slots[slot].is_double));
}

void InstructionReader::read_insert(const llvm::InsertValueInst& at) {
  auto* type = llvm::dyn_cast<llvm::StructType>(at.getType());
  const llvm::Type* part = at.getInsertedValueOperand()->getType();
  if (type == nullptr || at.getNumIndices() != 1 || !(part->isIntegerTy() || part->isDoubleTy()))
    return refuse("a value put into an aggregate");
  std::vector<ValueId> items(type->getNumElements(), kNone);
  if (auto found = aggregates_.find(at.getAggregateOperand()); found != aggregates_.end()) items = found->second;
  else if (!llvm::isa<llvm::UndefValue>(at.getAggregateOperand())) return refuse("a value put into an aggregate");
  items[at.getIndices()[0]] = value(*at.getInsertedValueOperand());
  aggregates_[&at] = std::move(items);
}

void InstructionReader::read_extract(const llvm::ExtractValueInst& at) {
  const llvm::Value* from = at.getAggregateOperand();
  if (at.getNumIndices() != 1) return refuse("a value taken from an aggregate");
  if (auto found = pairs_.find(from); found != pairs_.end())
    return bind(at, at.getIndices()[0] == 0 ? found->second.first : found->second.second);
  auto found = aggregates_.find(from);
  if (found == aggregates_.end()) return refuse("a value taken from an aggregate");
  ValueId item = found->second[at.getIndices()[0]];
  if (item == kNone) return refuse("an undefined value");
  bind(at, item);
}

}  // namespace assay::verify::lower
