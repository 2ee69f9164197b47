#include "verify/lower/function_reader.h"

#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Operator.h>

#include <algorithm>

#include "verify/lower/instruction_reader.h"
#include "verify/lower/layout.h"
#include "verify/lower/notes.h"
#include "verify/lower/property_reader.h"

namespace assay::verify::lower {
namespace {

/// The outermost place of an inlined instruction that lies in the policy's own text; where there is none, the outermost.
const llvm::DILocation* place_of(const llvm::Instruction& at) {
  const llvm::DILocation *place = at.getDebugLoc().get(), *in_policy = nullptr, *outermost = place;
  for (; place != nullptr; place = place->getInlinedAt()) {
    outermost = place;
    if (place->getFilename().ends_with("policy.cpp")) in_policy = place;
  }
  return in_policy != nullptr ? in_policy : outermost;
}

class FunctionReader {
 public:
  FunctionReader(const llvm::Function& body, std::string name) : body_(body), builder_(program_), reader_(program_, builder_, body) {
    program_.function = std::move(name);
  }

  std::expected<Program, Unsupported> read(const tasks::Contract& contract, const tasks::Function& declared) {
    read_signature(contract, declared);
    return read_body();
  }

  std::expected<Program, Unsupported> read(PropertyWords& words, const tasks::Function& declared) {
    reader_.allow(words);
    auto program = read(words.contract, declared);
    if (program && !words.choice_blocks.empty()) return std::unexpected(Unsupported{"`any` in a function of the contract"});
    return program;
  }

  std::expected<Program, Unsupported> read(PropertyWords& words) {
    reader_.allow(words);
    if (body_.arg_size() != 0 || !body_.getReturnType()->isVoidTy()) reader_.refuse("a property with parameters or a result");
    auto program = read_body();
    if (program && std::ranges::any_of(words.choice_blocks, [&](std::uint32_t block) { return program->blocks[block].loop != kNone; }))
      return std::unexpected(Unsupported{"`any` in a loop, where it would stand for many values; choose before the loop"});
    return program;
  }

 private:
  std::expected<Program, Unsupported> read_body() {
    if (!reader_.refused()) read_blocks();
    if (!reader_.refused()) read_phis();
    if (!reader_.refused() && !analyse_flow(program_)) reader_.refuse("control flow that enters a loop in its middle");
    if (reader_.refused()) return std::unexpected(*reader_.refused());
    return std::move(program_);
  }

  void read_signature(const tasks::Contract& contract, const tasks::Function& declared) {
    if (body_.arg_size() != declared.parameters.size() || body_.isVarArg()) return reader_.refuse("a signature that is not the contract's");
    for (std::size_t i = 0; i < declared.parameters.size(); ++i) read_parameter(*body_.getArg(i), declared.parameters[i], contract);
    if (body_.getAttributes().hasRetAttr(llvm::Attribute::Range)) return reader_.refuse("a range attribute on the result");
    const llvm::Type* type = body_.getReturnType();
    if (type->isVoidTy() != (declared.return_type == "void")) return reader_.refuse("a result that is not the contract's");
    if (type->isVoidTy()) return;
    program_.return_width = declared.return_type == "bool" ? 1 : 64;
    program_.return_is_double = declared.return_type == "f64";
    if (program_.return_is_double ? !type->isDoubleTy() : !type->isIntegerTy(program_.return_width)) return reader_.refuse("a result type that is not the contract's");
    bool is_bool = declared.return_type == "bool";
    program_.return_min = is_bool ? 0 : declared.min;
    program_.return_max = is_bool ? 1 : declared.max;
    if (!program_.return_is_double) return;
    program_.return_min = word_of(declared.real_min);
    program_.return_max = word_of(declared.real_max);
  }

  void read_parameter(const llvm::Argument& argument, const tasks::Parameter& parameter, const tasks::Contract& contract) {
    if (const tasks::Record* record = contract.record(parameter.type)) {
      if (!argument.getType()->isPointerTy() || argument.hasByValAttr() || argument.hasStructRetAttr())
        return reader_.refuse("the parameter " + parameter.name + " is not passed by reference");
      auto object = add_record(program_, contract, *record, parameter.name, parameter.is_state);
      if (!object) return reader_.refuse(object.error());
      reader_.bind_address(argument, Address{*object, 0, kNone});
      return;
    }
    if (parameter.type == "f64") return read_double(argument, parameter);
    bool is_bool = parameter.type == "bool";
    unsigned width = is_bool ? 1 : 64;
    if (!argument.getType()->isIntegerTy(width)) return reader_.refuse("the parameter " + parameter.name + " has an unexpected type");
    ValueId value = builder_.fresh(width);
    reader_.bind(argument, value);
    program_.inputs.push_back({parameter.name, smallest(width), largest(width), value, kNone});
  }

  void read_double(const llvm::Argument& argument, const tasks::Parameter& parameter) {
    if (!argument.getType()->isDoubleTy()) return reader_.refuse("the parameter " + parameter.name + " has an unexpected type");
    ValueId value = builder_.fresh(64, true);
    reader_.bind(argument, value);
    program_.inputs.push_back({parameter.name, kMinusInfinity, kInfinity, value, kNone, true});
  }

  /// In reverse post-order every definition is read before its uses, phis apart, which get their identity first.
  void read_blocks() {
    llvm::ReversePostOrderTraversal<const llvm::Function*> order(&body_);
    for (const llvm::BasicBlock* block : order) {
      first_[block] = builder_.new_block();
      for (const llvm::PHINode& phi : block->phis()) reader_.bind_phi(phi);
    }
    for (const llvm::BasicBlock* block : order)
      if (!reader_.refused()) read_block(*block);
  }

  void read_block(const llvm::BasicBlock& block) {
    source_ = &block;
    builder_.select_block(first_[&block]);
    for (const llvm::Instruction& at : block) current().cost += llvm::isa<llvm::DbgInfoIntrinsic>(at) ? 0 : 1;
    for (const llvm::Instruction& at : block) {
      set_line(at);
      read_notes(at, reader_, builder_, program_);
      if (llvm::isa<llvm::PHINode>(at)) continue;
      if (at.isTerminator()) {
        read_end(at);
      } else if (reader_.read(at) || reader_.refused()) {
        return;  // a trap: what follows is not reached
      }
    }
  }

  void set_line(const llvm::Instruction& at) {
    const llvm::DILocation* place = place_of(at);
    if (place == nullptr) return builder_.set_line(0);
    bool generated = place->getFilename().ends_with("invariant.cpp");
    builder_.set_line(generated ? 0 : static_cast<int>(place->getLine()), generated || place->getFilename().ends_with("properties.cpp"));
  }

  Block& current() { return program_.blocks[builder_.block()]; }

  void read_end(const llvm::Instruction& at) {
    if (auto* branch = llvm::dyn_cast<llvm::BranchInst>(&at)) {
      read_branch(*branch);
    } else if (auto* give_back = llvm::dyn_cast<llvm::ReturnInst>(&at)) {
      current().end = End::give_back;
      if (give_back->getReturnValue() != nullptr) current().condition = reader_.value(*give_back->getReturnValue());
    } else if (llvm::isa<llvm::UnreachableInst>(at)) {
      current().end = End::trap;
      current().check = builder_.check(Property::no_undefined_behaviour, "control reaches a place that must be unreachable");
    } else if (auto* choice = llvm::dyn_cast<llvm::SwitchInst>(&at)) {
      read_switch(*choice);
    } else {
      reader_.refuse(std::string("the instruction ") + at.getOpcodeName());
    }
  }

  void read_branch(const llvm::BranchInst& branch) {
    const llvm::BasicBlock& first = *branch.getSuccessor(0);
    if (branch.isUnconditional()) {
      end_with_jump(edge(first));
      return;
    }
    const llvm::BasicBlock& second = *branch.getSuccessor(1);
    bool same = &first == &second;  // phis name predecessors, so equal edges get a block each
    end_with_branch(reader_.value(*branch.getCondition()), same ? split_edge(first) : edge(first),
                    same ? split_edge(second) : edge(second));
  }

  std::uint32_t edge(const llvm::BasicBlock& to) {
    edges_[&to].push_back({builder_.block(), source_});
    return first_[&to];
  }

  std::uint32_t split_edge(const llvm::BasicBlock& to) {
    std::uint32_t between = builder_.new_block();
    program_.blocks[between].end = End::jump;
    program_.blocks[between].target[0] = first_[&to];
    edges_[&to].push_back({between, source_});
    return between;
  }

  void end_with_jump(std::uint32_t target) {
    current().end = End::jump;
    current().target[0] = target;
  }

  void end_with_branch(ValueId condition, std::uint32_t when_true, std::uint32_t when_false) {
    Block& block = current();
    block.end = End::branch;
    block.condition = condition;
    block.target[0] = when_true;
    block.target[1] = when_false;
  }

  /// A chain of comparisons, each in a block of its own.
  void read_switch(const llvm::SwitchInst& choice) {
    ValueId value = reader_.value(*choice.getCondition());
    unsigned width = program_.values[value].width;
    for (auto each : choice.cases()) {
      ValueId wanted = builder_.constant(wrap(each.getCaseValue()->getZExtValue(), width), width);
      ValueId same = builder_.compute(Op::eq, 1, value, wanted);
      std::uint32_t taken = split_edge(*each.getCaseSuccessor()), next = builder_.new_block();
      end_with_branch(same, taken, next);
      builder_.select_block(next);
    }
    end_with_jump(split_edge(*choice.getDefaultDest()));
  }

  void read_phis() {
    for (auto [block, number] : first_)
      for (const llvm::PHINode& phi : block->phis()) {
        set_line(phi);
        Phi out{reader_.value(phi), {}};
        for (auto [predecessor, from] : edges_[block])
          out.incoming.push_back({predecessor, reader_.value(*phi.getIncomingValueForBlock(from))});
        program_.blocks[number].phis.push_back(std::move(out));
      }
  }

  const llvm::Function& body_;
  Program program_;
  Builder builder_;
  InstructionReader reader_;
  std::map<const llvm::BasicBlock*, std::uint32_t> first_;
  std::map<const llvm::BasicBlock*, std::vector<std::pair<std::uint32_t, const llvm::BasicBlock*>>> edges_;
  const llvm::BasicBlock* source_ = nullptr;
};

}  // namespace

std::expected<Program, Unsupported> read_function(const llvm::Function& body, const tasks::Contract& contract,
                                                  const tasks::Function& declared) {
  return FunctionReader(body, declared.name).read(contract, declared);
}

std::expected<Program, Unsupported> read_given(const llvm::Function& body, const tasks::Function& declared, PropertyWords& words) {
  return FunctionReader(body, declared.name).read(words, declared);
}

std::expected<Program, Unsupported> read_property(const llvm::Function& body, const std::string& name, PropertyWords& words) {
  return FunctionReader(body, name).read(words);
}

}  // namespace assay::verify::lower
