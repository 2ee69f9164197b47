#include "kernels/device/inspect.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "kernels/device/cubin.h"

namespace assay::kernels::device {
namespace {

enum class Kind : std::uint8_t {
  compute,       ///< registers to one register
  compute_wide,  ///< likewise, but to two: the one named and the next
  zero,          ///< a special register: only the one that reads as 0 may be named
  stack_store,
  stack_load,
  control,  ///< within the function
  call,     ///< of a relocated symbol
};

struct Operation {
  unsigned code;
  const char* name;
  Kind kind;
};

// The forms of each operation: 2xx registers, 4xx and 8xx with an immediate. Forms that read a constant bank or a uniform register are left out: the
// function has neither. Names are those of NVIDIA's disassembler.
constexpr Operation kOperations[] = {
    {0x202, "MOV", Kind::compute},        {0x802, "MOV", Kind::compute},
    {0x207, "SEL", Kind::compute},        {0x807, "SEL", Kind::compute},
    {0x20c, "ISETP", Kind::compute},      {0x80c, "ISETP", Kind::compute},
    {0x210, "IADD3", Kind::compute},      {0x810, "IADD3", Kind::compute},
    {0x211, "LEA", Kind::compute},        {0x811, "LEA", Kind::compute},
    {0x212, "LOP3", Kind::compute},       {0x812, "LOP3", Kind::compute},
    {0x213, "IABS", Kind::compute},       {0x813, "IABS", Kind::compute},
    {0x216, "PRMT", Kind::compute},       {0x816, "PRMT", Kind::compute},       {0x416, "PRMT", Kind::compute},
    {0x219, "SHF", Kind::compute},        {0x819, "SHF", Kind::compute},        {0x419, "SHF", Kind::compute},
    {0x224, "IMAD", Kind::compute},       {0x824, "IMAD", Kind::compute},       {0x424, "IMAD", Kind::compute},
    {0x225, "IMAD.WIDE", Kind::compute_wide}, {0x825, "IMAD.WIDE", Kind::compute_wide}, {0x425, "IMAD.WIDE", Kind::compute_wide},
    {0x227, "IMAD.HI", Kind::compute},   {0x827, "IMAD.HI", Kind::compute},   {0x427, "IMAD.HI", Kind::compute},
    {0x235, "IADD.64", Kind::compute_wide},   {0x835, "IADD.64", Kind::compute_wide},   {0x435, "IADD", Kind::compute_wide},
    {0x236, "VIADD", Kind::compute},     {0x836, "VIADD", Kind::compute},
    {0x248, "VIMNMX", Kind::compute},     {0x848, "VIMNMX", Kind::compute},
    {0x21c, "PLOP3", Kind::compute},      {0x81c, "PLOP3", Kind::compute},
    {0x203, "P2R", Kind::compute},        {0x803, "P2R", Kind::compute},
    {0x204, "R2P", Kind::compute},        {0x804, "R2P", Kind::compute},
    {0x300, "FLO", Kind::compute},        {0x301, "BREV", Kind::compute},       {0x309, "POPC", Kind::compute},
    {0x305, "F2I", Kind::compute},        {0x306, "I2F", Kind::compute},        {0x308, "MUFU", Kind::compute},
    {0x311, "F2I.64", Kind::compute_wide}, {0x312, "I2F.64", Kind::compute},
    {0x805, "CS2R", Kind::zero},
    {0x387, "STL", Kind::stack_store},    {0x983, "LDL", Kind::stack_load},
    {0x918, "NOP", Kind::control},        {0x947, "BRA", Kind::control},        {0x945, "BSSY", Kind::control},
    {0x941, "BSYNC", Kind::control},      {0x942, "BREAK", Kind::control},      {0x355, "BMOV", Kind::control},
    {0x356, "BMOV", Kind::control},       {0x950, "RET", Kind::control},        {0x95c, "BPT.TRAP", Kind::control},
    {0x943, "CALL.ABS", Kind::call},      {0x944, "CALL.REL", Kind::call},
};

/// The compiler's own, for what the machine has no operation for.
constexpr std::array kRoutines{"__cuda_sm20_div_s64", "__cuda_sm20_rem_s64", "__cuda_sm20_div_u64", "__cuda_sm20_rem_u64"};

constexpr unsigned kAddImmediate = 0x810, kAddOneImmediate = 0x836;  // IADD3, VIADD
constexpr unsigned kBranch = 0x947, kMeetAgain = 0x945;
constexpr unsigned kStackPointer = 1;
constexpr unsigned kZeroSpecialRegister = 0xff;

/// What NVRTC makes of named constants, all of whose uses are numbers in the code: nothing refers to it (a relocation to data is refused).
bool is_dead_constants(const Section& section) { return section.name == ".nv.global.init" && section.bytes <= 4096; }

bool is_known_function(std::string_view name) {
  return name == kPolicyFunction || std::ranges::find(kRoutines, name) != kRoutines.end();
}

class Inspector {
 public:
  explicit Inspector(const Cubin& cubin) : cubin_(cubin) {}

  Inspection take() {
    if (cubin_.architecture != 90) problem("made for another architecture than sm_90a");
    for (const Section& section : cubin_.data_sections)
      if (!is_dead_constants(section)) problem("data of its own: section " + section.name);
    for (const auto& symbol : cubin_.undefined_symbols) problem("refers to \"" + symbol + "\", which it does not define");
    for (const Function& function : cubin_.functions) check(function);
    const Function* policy = cubin_.function(kPolicyFunction);
    if (policy == nullptr || !policy->is_global) problem(std::string("defines no function \"") + kPolicyFunction + "\"");
    return std::move(inspection_);
  }

 private:
  void problem(const std::string& text) {
    if (inspection_.problems.size() < 200) inspection_.problems.push_back(text);
  }
  void problem(const Function& function, std::size_t index, const std::string& text) {
    char place[32];
    std::snprintf(place, sizeof place, " at 0x%zx: ", index * 16);
    problem(function.name + place + text);
  }

  void check(const Function& function) {
    const bool is_policy = function.name == kPolicyFunction;
    if (!is_known_function(function.name)) problem("a function of the name \"" + function.name + "\"");
    if (function.is_global && !is_policy) problem("\"" + function.name + "\" is visible outside");
    if (function.registers < 0 || function.frame_bytes < 0) problem("nothing is said of the registers of \"" + function.name + "\"");
    if (function.frame_bytes > kMostFrameBytes)
      problem("\"" + function.name + "\" has a stack frame of " + std::to_string(function.frame_bytes) + " bytes; at most " + std::to_string(kMostFrameBytes));
    inspection_.registers = std::max(inspection_.registers, function.registers);
    inspection_.frame_bytes = std::max(inspection_.frame_bytes, function.frame_bytes);
    for (const Relocation& relocation : function.relocations)
      if (!is_known_function(relocation.symbol)) problem("\"" + function.name + "\" refers to \"" + relocation.symbol + "\"");
    for (std::size_t i = 0; i < function.code.size(); ++i) check(function, i);
  }

  void check(const Function& function, std::size_t index) {
    const Instruction& instruction = function.code[index];
    const auto found = std::ranges::find(kOperations, instruction.operation(), &Operation::code);
    if (found == std::end(kOperations)) {
      char text[64];
      std::snprintf(text, sizeof text, "operation 0x%03x is not on the list", instruction.operation());
      return problem(function, index, text);
    }
    ++inspection_.operations[found->name];
    switch (found->kind) {
      case Kind::compute: return check_destination(function, index, instruction.destination() == kStackPointer);
      case Kind::compute_wide:
        return check_destination(function, index, instruction.destination() == kStackPointer || instruction.destination() + 1 == kStackPointer);
      case Kind::zero:
        if (instruction.special_register() != kZeroSpecialRegister) problem(function, index, "reads a special register");
        return check_destination(function, index, instruction.destination() <= kStackPointer);
      case Kind::stack_load: check_destination(function, index, instruction.destination() <= kStackPointer); [[fallthrough]];
      case Kind::stack_store: return check_frame(function, index);
      case Kind::call: return check_call(function, index);
      case Kind::control: return check_branch(function, index);
    }
  }

  /// The stack pointer moves by the frame's size, and in no other way.
  void check_destination(const Function& function, std::size_t index, bool writes_stack_pointer) {
    if (!writes_stack_pointer) return;
    const Instruction& instruction = function.code[index];
    const bool is_frame = (instruction.operation() == kAddImmediate || instruction.operation() == kAddOneImmediate) && instruction.destination() == kStackPointer && instruction.first_source() == kStackPointer &&
                          (instruction.immediate() == function.frame_bytes || instruction.immediate() == -function.frame_bytes);
    // A predicate is what such an operation gives; its register is "none".
    if (!is_frame && !gives_predicates(instruction.operation())) problem(function, index, "writes the stack pointer");
  }

  static bool gives_predicates(unsigned operation) {
    const unsigned base = operation & 0x1ff;
    return base == 0x00c || base == 0x01c || base == 0x004;  // ISETP, PLOP3, R2P
  }

  void check_frame(const Function& function, std::size_t index) {
    const Instruction& instruction = function.code[index];
    if (instruction.first_source() != kStackPointer || instruction.offset() < 0 || instruction.offset() + instruction.access_bytes() > function.frame_bytes)
      problem(function, index, "an access to local memory outside of its stack frame");
  }

  void check_call(const Function& function, std::size_t index) {
    const auto at_call = [&](const Relocation& relocation) { return relocation.offset / 16 == index; };
    if (std::ranges::none_of(function.relocations, at_call)) problem(function, index, "calls an address of its own making");
  }

  /// A branch, and where a divergent one meets again, lie within the function.
  void check_branch(const Function& function, std::size_t index) {
    const Instruction& instruction = function.code[index];
    std::int64_t bytes = 0;  // from the next instruction on
    if (instruction.operation() == kBranch) {
      const auto upper = static_cast<std::int64_t>(instruction.low >> 34 | instruction.high << 30) << 16 >> 16;  // 48 bits
      bytes = (upper * 256 + static_cast<std::int64_t>(instruction.low >> 16 & 0xff)) * 4;
    } else if (instruction.operation() == kMeetAgain) {
      bytes = instruction.immediate();
    } else {
      return;
    }
    const std::int64_t size = static_cast<std::int64_t>(function.code.size()) * 16, target = static_cast<std::int64_t>(index) * 16 + 16 + bytes;
    if (target % 16 != 0 || target < 0 || target >= size) problem(function, index, "branches out of the function");
  }

  const Cubin& cubin_;
  Inspection inspection_;
};

}  // namespace

Inspection inspect_policy(std::span<const std::byte> bytes) {
  const auto cubin = read_cubin(bytes);
  if (cubin) return Inspector(*cubin).take();
  Inspection unreadable;
  unreadable.problems.push_back(cubin.error());
  return unreadable;
}

int registers_of(std::span<const std::byte> bytes, std::string_view kernel) {
  const auto cubin = read_cubin(bytes);
  const Function* found = cubin ? cubin->function(kernel) : nullptr;
  return found != nullptr ? found->registers : -1;
}

}  // namespace assay::kernels::device
