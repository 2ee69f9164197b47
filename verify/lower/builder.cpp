#include "verify/lower/builder.h"

namespace assay::verify::lower {

std::uint32_t Builder::new_block() {
  program_.blocks.emplace_back();
  return static_cast<std::uint32_t>(program_.blocks.size() - 1);
}

ValueId Builder::constant(Word value, unsigned width, bool is_double) {
  auto [at, is_new] = constants_.try_emplace({width, is_double, value}, kNone);
  if (is_new) {
    at->second = static_cast<ValueId>(program_.values.size());
    program_.values.push_back({width, true, value, is_double});
  }
  return at->second;
}

ValueId Builder::fresh(unsigned width, bool is_double) {
  program_.values.push_back({width, false, 0, is_double});
  return static_cast<ValueId>(program_.values.size() - 1);
}

Instruction& Builder::append(Instruction instruction) {
  auto& instructions = program_.blocks[block_].instructions;
  instructions.push_back(instruction);
  return instructions.back();
}

ValueId Builder::compute(Op op, unsigned width, ValueId a, ValueId b, ValueId c) {
  ValueId result = fresh(width, gives_double(op) || (op == Op::select && program_.values[b].is_double));
  append({.op = op, .result = result, .a = a, .b = b, .c = c});
  return result;
}

ValueId Builder::negate(ValueId bit) { return compute(Op::xor_, 1, bit, constant(1, 1)); }

ValueId Builder::guarded(Op op, unsigned width, ValueId a, ValueId b, ValueId flag) {
  ValueId result = fresh(width);
  append({.op = op, .result = result, .a = a, .b = b, .overflow_flag = flag});
  return result;
}

std::uint32_t Builder::check(Property property, std::string what) {
  program_.checks.push_back({property, std::move(what), line_, in_properties_});
  return static_cast<std::uint32_t>(program_.checks.size() - 1);
}

void Builder::require(ValueId bit, Property property, std::string what) {
  append({.action = Action::require, .a = bit, .check = check(property, std::move(what))});
}

void Builder::assume(ValueId bit) { append({.action = Action::assume, .a = bit}); }

void Builder::store(std::uint32_t object, ValueId offset, ValueId value) {
  append({.action = Action::store, .a = offset, .b = value, .object = object,
          .check = check(Property::in_bounds, "a store to " + program_.objects[object].name + " misses every field")});
}

ValueId Builder::load(std::uint32_t object, ValueId offset, unsigned width, bool is_double) {
  ValueId result = fresh(width, is_double);
  append({.action = Action::load, .result = result, .a = offset, .object = object,
          .check = check(Property::in_bounds, "a load from " + program_.objects[object].name + " misses every field")});
  return result;
}

ValueId Builder::offset_of(const Address& address) {
  if (address.variable == kNone) return constant(address.constant, 64);
  if (address.constant == 0) return address.variable;
  return compute(Op::add, 64, address.variable, constant(address.constant, 64));
}

void Builder::require_inside(const Address& address) {
  const Object& object = program_.objects[address.object];
  Word size = object.bytes;
  if (address.variable == kNone && address.constant >= 0 && address.constant <= size) return;
  ValueId offset = offset_of(address);
  std::string what = "an address leaves " + object.name;
  require(negate(compute(Op::slt, 1, offset, constant(0, 64))), Property::in_bounds, what);
  require(negate(compute(Op::slt, 1, constant(size, 64), offset)), Property::in_bounds, what);
}

Address Builder::step(const Address& address, ValueId index, Word stride, bool in_object) {
  ValueId factor = constant(stride, 64);
  ValueId flag = compute(Op::smul_overflows, 1, index, factor);
  if (in_object) require(negate(flag), Property::in_bounds, "an index times its stride overflows");
  ValueId product = guarded(Op::mul, 64, index, factor, flag);
  if (address.variable == kNone) return {address.object, address.constant, product};
  flag = compute(Op::sadd_overflows, 1, address.variable, product);
  if (in_object) require(negate(flag), Property::in_bounds, "an address computation overflows");
  return {address.object, address.constant, guarded(Op::add, 64, address.variable, product, flag)};
}

}  // namespace assay::verify::lower
