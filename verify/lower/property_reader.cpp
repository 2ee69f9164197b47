// The words of properties.cpp: `any` is an input, `assume` ends what does not count, `prove` is a check.

#include "verify/lower/property_reader.h"

#include <llvm/IR/Constants.h>

#include <limits>

#include "verify/lower/instruction_reader.h"
#include "verify/properties/any_text.h"

namespace assay::verify::lower {
namespace {

std::optional<Word> constant_argument(const llvm::CallInst& at, unsigned index) {
  auto* number = llvm::dyn_cast<llvm::ConstantInt>(at.getArgOperand(index));
  return number == nullptr ? std::nullopt : std::optional(word_of(number->getValue()));
}

const properties::Word* word_at(const std::vector<properties::Word>& words, Word line, Word column) {
  for (const properties::Word& word : words)
    if (word.line == line && word.column == column) return &word;
  return nullptr;
}

}  // namespace

std::string choice_name(const tasks::Contract& contract, const properties::PropertySet& set, Word line, Word column, Word record, Word leaf) {
  const properties::Word* word = word_at(set.choices, line, column);
  std::string name = word != nullptr ? word->text : "any at line " + text_of(line);
  if (record < 1 || record > static_cast<Word>(contract.records.size())) return name;
  auto leaves = properties::leaves_of(contract, contract.records[static_cast<std::size_t>(record - 1)]);
  return leaf < static_cast<Word>(leaves.size()) ? name + leaves[static_cast<std::size_t>(leaf)].name : name;
}

bool InstructionReader::read_word(const llvm::CallInst& at) {
  const llvm::Function* callee = at.getCalledFunction();
  if (callee == nullptr || !callee->isDeclaration()) return false;
  if (callee->getName() == "assay_choose" && at.arg_size() == 6) return read_choice(at), true;
  if (callee->getName() == "assay_choose_double" && at.arg_size() == 6) return read_double_choice(at), true;
  if (callee->getName() == "assay_assume" && at.arg_size() == 1) return builder_.assume(value(*at.getArgOperand(0))), true;
  if (callee->getName() == "assay_prove" && at.arg_size() == 3) return read_claim(at), true;
  return false;
}

/// One input for each place of an `any`: in a loop it would stand for many values, which FunctionReader refuses. A bound
/// that is no constant is assumed of the input, whose own range is then all of i64: the executions left are the same.
void InstructionReader::read_choice(const llvm::CallInst& at) {
  auto line = constant_argument(at, 2), column = constant_argument(at, 3), record = constant_argument(at, 4), leaf = constant_argument(at, 5);
  if (!line || !column || !record || !leaf || !at.getType()->isIntegerTy(64)) return refuse("an `any` whose place is not known");
  std::string name = choice_name(words_->contract, words_->set, *line, *column, *record, *leaf);
  if (int count = ++words_->names[name]; count > 1) name += "#" + std::to_string(count);
  auto low = constant_argument(at, 0), high = constant_argument(at, 1);
  ValueId chosen = builder_.fresh(64);
  bool empty = low && high && *low > *high;
  program_.inputs.push_back({name, low.value_or(smallest(64)), empty ? *low : high.value_or(largest(64)), chosen, kNone});
  if (empty) builder_.assume(builder_.constant(0, 1));
  if (!low) builder_.assume(builder_.negate(builder_.compute(Op::slt, 1, chosen, value(*at.getArgOperand(0)))));
  if (!high) builder_.assume(builder_.negate(builder_.compute(Op::slt, 1, value(*at.getArgOperand(1)), chosen)));
  words_->choice_blocks.push_back(builder_.block());
  bind(at, chosen);
}

/// Bounds that are finite constants are the input's range; otherwise it is any double at all, and what `any_in` assumes of
/// it after this call holds it within its bounds.
void InstructionReader::read_double_choice(const llvm::CallInst& at) {
  auto line = constant_argument(at, 2), column = constant_argument(at, 3), record = constant_argument(at, 4), leaf = constant_argument(at, 5);
  if (!line || !column || !record || !leaf || !at.getType()->isDoubleTy()) return refuse("an `any` whose place is not known");
  std::string name = choice_name(words_->contract, words_->set, *line, *column, *record, *leaf);
  if (int count = ++words_->names[name]; count > 1) name += "#" + std::to_string(count);
  auto *low = llvm::dyn_cast<llvm::ConstantFP>(at.getArgOperand(0)), *high = llvm::dyn_cast<llvm::ConstantFP>(at.getArgOperand(1));
  bool is_range = low != nullptr && high != nullptr && low->getValueAPF().isFinite() && high->getValueAPF().isFinite() &&
                  low->getValueAPF().convertToDouble() <= high->getValueAPF().convertToDouble();
  double infinite = std::numeric_limits<double>::infinity();
  ValueId chosen = builder_.fresh(64, true);
  program_.inputs.push_back({name, word_of(is_range ? low->getValueAPF().convertToDouble() : -infinite),
                             word_of(is_range ? high->getValueAPF().convertToDouble() : infinite), chosen, kNone, true});
  words_->choice_blocks.push_back(builder_.block());
  bind(at, chosen);
}

void InstructionReader::read_claim(const llvm::CallInst& at) {
  auto line = constant_argument(at, 1), column = constant_argument(at, 2);
  const properties::Word* word = line && column ? word_at(words_->set.claims, *line, *column) : nullptr;
  std::string what = word != nullptr ? "`" + word->text + "` does not hold" : "a claim does not hold";
  builder_.require(value(*at.getArgOperand(0)), Property::claim, std::move(what));
}

}  // namespace assay::verify::lower
