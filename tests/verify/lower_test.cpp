// Lowering: what is on the allowlist and what is not, and that nothing in the IR is taken on trust.

#include <gtest/gtest.h>

#include <llvm/AsmParser/Parser.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>

#include "verify/certify_examine.h"
#include "verify/lower/lower.h"

namespace assay::verify {
namespace {

/// struct R { i64 x in 0..10; bool b; Array<i64, 4> items in 0..255; }; i64 f(const R& in, R& state, i64 n) in 0..100
tasks::Contract contract() {
  tasks::Contract out;
  tasks::Record record{.name = "R", .doc = "", .fields = {}, .size_bytes = 48};
  record.fields.push_back({.name = "x", .type = "i64", .unit = "", .min = 0, .max = 10, .doc = "", .offset_bytes = 0, .size_bytes = 8});
  record.fields.push_back({.name = "b", .type = "bool", .unit = "", .min = 0, .max = 1, .doc = "", .offset_bytes = 8, .size_bytes = 1});
  record.fields.push_back({.name = "items", .type = "i64", .array_length = 4, .unit = "", .min = 0, .max = 255, .doc = "", .offset_bytes = 16, .size_bytes = 32});
  out.records.push_back(std::move(record));
  tasks::Function function{.name = "f", .return_type = "i64", .unit = "", .min = 0, .max = 100, .parameters = {}, .doc = ""};
  function.parameters = {{"in", "R", true, false}, {"state", "R", true, true}, {"n", "i64", false, false}};
  out.functions.push_back(std::move(function));
  return out;
}

std::string bitcode_of(const std::string& text) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  std::string out;
  llvm::raw_string_ostream stream(out);
  if (module) llvm::WriteBitcodeToFile(*module, stream);
  return out;
}

/// The body of f(ptr %in, ptr %state, i64 %n).
std::expected<lower::Program, lower::Unsupported> lower_body(const std::string& body, const std::string& before = "") {
  std::string text = "target datalayout = \"e-m:e-i64:64-i128:128-n8:16:32:64-S128\"\n" + before +
                     "\ndefine i64 @f(ptr %in, ptr %state, i64 %n) {\n" + body + "\n}\n";
  auto functions = lower::lower_functions(bitcode_of(text), contract());
  EXPECT_TRUE(functions.has_value());
  return (*functions)[0].program;
}

std::string refused(const std::string& body, const std::string& before = "") {
  auto program = lower_body(body, before);
  return program ? "accepted" : program.error().what;
}

std::string verdict(const std::string& body, lower::Property property, const std::string& before = "") {
  CertifyOptions options;
  tasks::Contract shape = contract();
  auto solver = smt::make_solver_here();
  auto examined = examine({"f", lower_body(body, before)}, {shape, {}, options}, *solver);
  return std::string(name_of(examined->claims[static_cast<std::size_t>(property)].claim.verdict));
}

constexpr auto kUndefined = lower::Property::no_undefined_behaviour;
constexpr auto kBounds = lower::Property::in_bounds;

TEST(Lower, WhatIsNotOnTheAllowlistIsRefusedByName) {
  EXPECT_EQ(refused("%a = call i64 @llvm.bitreverse.i64(i64 %n)\n ret i64 %a", "declare i64 @llvm.bitreverse.i64(i64)"), "the intrinsic llvm.bitreverse.i64");
  EXPECT_EQ(refused("%a = call i64 @g(i64 %n)\n ret i64 %a", "declare i64 @g(i64)"), "a call of g");
  EXPECT_EQ(refused("%a = atomicrmw add ptr %state, i64 1 seq_cst\n ret i64 %a"), "the instruction atomicrmw");
  EXPECT_EQ(refused("%a = call i64 @llvm.bswap.i64(i64 %n)\n ret i64 %a", "declare i64 @llvm.bswap.i64(i64)"), "the intrinsic llvm.bswap.i64");
  EXPECT_EQ(refused("%a = load volatile i64, ptr %in\n ret i64 %a"), "a load from outside the contract's records");
  EXPECT_EQ(refused("%a = load i64, ptr @g\n ret i64 %a", "@g = global i64 0"), "a load from outside the contract's records");
  EXPECT_EQ(refused("%a = call i64 asm \"rdtsc\", \"=r\"()\n ret i64 %a"), "a call of an unknown function");
}

TEST(Lower, AnAddressIsNeverANumber) {
  EXPECT_EQ(refused("%a = ptrtoint ptr %in to i64\n ret i64 %a"), "an address used as a number");
  EXPECT_EQ(refused("%a = ptrtoint ptr %in to i64\n %b = mul i64 %a, 3\n ret i64 %b"), "arithmetic on addresses");
  EXPECT_EQ(refused("%c = icmp ult ptr %in, %state\n %a = zext i1 %c to i64\n ret i64 %a"), "a comparison of addresses");
  EXPECT_EQ(refused("store ptr %in, ptr %state\n ret i64 0"), "a store outside the contract's records");
}

TEST(Lower, UndefinedValuesAreRefused) {
  EXPECT_EQ(refused("ret i64 undef"), "an undefined value");
  EXPECT_EQ(refused("%a = add i64 %n, poison\n ret i64 %a"), "an undefined value");
}

TEST(Lower, AStoreToAConstRecordIsRefused) {
  EXPECT_EQ(refused("store i64 1, ptr %in\n ret i64 0"), "a store to in, which is not the policy's to write");
}

TEST(Lower, PromisesThatItCannotOweAreRefused) {
  EXPECT_EQ(refused("%a = load i64, ptr %in, !range !0\n ret i64 %a", "!0 = !{i64 0, i64 3}"), "a load with a promised range");
  EXPECT_EQ(refused("%a = load i8, ptr %in, align 16\n ret i64 0"), "a load of an unexpected size or alignment");
}

TEST(Lower, AnIrreducibleLoopIsRefused) {
  EXPECT_EQ(refused("%c = icmp eq i64 %n, 0\n br i1 %c, label %l, label %r\nl:\n br label %r\nr:\n %d = icmp eq i64 %n, 1\n"
                    " br i1 %d, label %l, label %o\no:\n ret i64 0"),
            "control flow that enters a loop in its middle");
}

TEST(Lower, ANoWrapFlagIsAnObligationAndNotAnAssumption) {
  EXPECT_EQ(verdict("%a = add nsw i64 %n, 1\n %b = icmp sgt i64 %a, %n\n %c = zext i1 %b to i64\n ret i64 %c", kUndefined), "refuted");
  EXPECT_EQ(verdict("%x = load i64, ptr %in\n %a = add nsw nuw i64 %x, 1\n ret i64 %a", kUndefined), "proved");
  EXPECT_EQ(verdict("%a = add nuw i64 %n, 1\n ret i64 0", kUndefined), "refuted");
  EXPECT_EQ(verdict("%a = add i64 %n, 1\n ret i64 0", kUndefined), "proved");
}

TEST(Lower, WhatAnOptimiserPromisesOfAnOperationIsAnObligation) {
  for (const auto& [promise, kept] : std::map<std::string, std::string>{
           {"%a = sdiv exact i64 %n, 2", "%m = and i64 %n, 1022\n %a = sdiv exact i64 %m, 2"},
           {"%a = lshr exact i64 %n, 3", "%m = and i64 %n, 1016\n %a = lshr exact i64 %m, 3"},
           {"%a = or disjoint i64 %n, 2", "%m = and i64 %n, 1020\n %a = or disjoint i64 %m, 2"},
           {"%a = shl nsw i64 %n, 3", "%m = and i64 %n, 1020\n %a = shl nsw i64 %m, 3"},
           {"%a = shl nuw i64 %n, 3", "%m = and i64 %n, 1020\n %a = shl nuw i64 %m, 3"},
           {"%a = trunc nsw i64 %n to i32", "%m = and i64 %n, 1020\n %a = trunc nsw i64 %m to i32"},
           {"%a = trunc nuw i64 %n to i32", "%m = and i64 %n, 1020\n %a = trunc nuw i64 %m to i32"}}) {
    EXPECT_EQ(verdict(promise + "\n ret i64 0", kUndefined), "refuted") << promise;
    EXPECT_EQ(verdict(kept + "\n ret i64 0", kUndefined), "proved") << kept;
  }
}

TEST(Lower, SaturatingArithmeticStopsAtTheEnds) {
  const std::string declared = "declare i64 @llvm.sadd.sat.i64(i64, i64)\ndeclare i64 @llvm.ssub.sat.i64(i64, i64)\n"
                               "declare i64 @llvm.uadd.sat.i64(i64, i64)\ndeclare i64 @llvm.usub.sat.i64(i64, i64)";
  auto result = [&](const std::string& call, lower::Word n) {
    auto program = lower_body("%a = call i64 @llvm." + call + "\n ret i64 %a", declared);
    EXPECT_TRUE(program.has_value());
    lower::Inputs inputs = lower::sample_inputs(*program, 0)[0];
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (program->inputs[i].name == "n") inputs[i] = n;
    return interpret(*program, inputs, 100).result;
  };
  const lower::Word most = lower::largest(64), least = lower::smallest(64);
  EXPECT_EQ(result("sadd.sat.i64(i64 %n, i64 5)", most - 2), most);
  EXPECT_EQ(result("sadd.sat.i64(i64 %n, i64 -5)", least + 2), least);
  EXPECT_EQ(result("sadd.sat.i64(i64 %n, i64 5)", 37), 42);
  EXPECT_EQ(result("ssub.sat.i64(i64 %n, i64 5)", least + 2), least);
  EXPECT_EQ(result("ssub.sat.i64(i64 %n, i64 -5)", most), most);
  EXPECT_EQ(result("uadd.sat.i64(i64 %n, i64 5)", -2), -1);
  EXPECT_EQ(result("uadd.sat.i64(i64 %n, i64 5)", most), least + 4);
  EXPECT_EQ(result("usub.sat.i64(i64 %n, i64 5)", 3), 0);
  EXPECT_EQ(result("usub.sat.i64(i64 %n, i64 5)", -1), -6);
}

TEST(Lower, ARawDivisionAndARawShiftAreObligations) {
  EXPECT_EQ(verdict("%a = sdiv i64 10, %n\n ret i64 0", kUndefined), "refuted");
  EXPECT_EQ(verdict("%a = shl i64 1, %n\n ret i64 0", kUndefined), "refuted");
  EXPECT_EQ(verdict("%m = and i64 %n, 63\n %a = shl i64 1, %m\n ret i64 0", kUndefined), "proved");
}

TEST(Lower, RawMemoryOutOfBoundsIsAnObligationOfOurs) {
  std::string access = "%p = getelementptr i64, ptr %in, i64 %i\n %a = load i64, ptr %p\n %b = srem i64 %a, 100\n ret i64 0";
  EXPECT_EQ(verdict("%i = and i64 %n, 3\n %j = add i64 %i, 2\n %p = getelementptr i64, ptr %in, i64 %j\n %a = load i64, ptr %p\n ret i64 0", kBounds), "proved");
  EXPECT_EQ(verdict("%i = and i64 %n, 3\n" + access, kBounds), "refuted");  // item 1 is the bool with its padding
  EXPECT_EQ(verdict("%i = and i64 %n, 7\n" + access, kBounds), "refuted");
  EXPECT_EQ(verdict("%p = getelementptr i8, ptr %in, i64 4\n %a = load i64, ptr %p, align 1\n ret i64 0", kBounds), "refuted");
  EXPECT_EQ(verdict("%p = getelementptr inbounds i8, ptr %in, i64 400\n ret i64 0", kBounds), "refuted");
  EXPECT_EQ(verdict("%a = load i8, ptr %in\n ret i64 0", kBounds), "refuted");  // half a field
}

TEST(Lower, ReadingALocalArrayBeforeItIsWrittenIsRefuted) {
  std::string head = "%a = alloca [2 x i64]\n %p = getelementptr [2 x i64], ptr %a, i64 0, i64 1\n";
  EXPECT_EQ(verdict(head + "%v = load i64, ptr %p\n ret i64 0", kBounds), "refuted");
  EXPECT_EQ(verdict(head + "store i64 3, ptr %p\n %v = load i64, ptr %p\n ret i64 %v", kBounds), "proved");
  EXPECT_EQ(verdict(head + "store i64 3, ptr %p\n %v = load i64, ptr %p\n ret i64 %v", lower::Property::output_range), "proved");
}

TEST(Lower, StateIsProvedByInductionOverItsRanges) {
  std::string load = "%x = load i64, ptr %state\n";
  auto range = lower::Property::output_range;
  EXPECT_EQ(verdict(load + "%y = sub i64 10, %x\n store i64 %y, ptr %state\n ret i64 0", range), "proved");
  EXPECT_EQ(verdict(load + "%y = sub i64 9, %x\n store i64 %y, ptr %state\n ret i64 0", range), "refuted");
  EXPECT_EQ(verdict("%p = getelementptr i8, ptr %state, i64 8\n store i8 2, ptr %p\n ret i64 0", range), "refuted");  // a bool of 2
}

TEST(Lower, AConstantTableIsReadWithinItsBounds) {
  std::string table = "@t = private unnamed_addr constant [4 x i64] [i64 7, i64 8, i64 9, i64 10]";
  std::string read = "%p = getelementptr inbounds [4 x i64], ptr @t, i64 0, i64 %i\n %v = load i64, ptr %p\n ret i64 %v";
  EXPECT_EQ(verdict("%i = and i64 %n, 3\n" + read, kBounds, table), "proved");
  EXPECT_EQ(verdict("%i = and i64 %n, 3\n" + read, lower::Property::output_range, table), "proved");
  EXPECT_EQ(verdict("%i = and i64 %n, 7\n" + read, kBounds, table), "refuted");
}

TEST(Lower, ASwitchAndABranchWithOneTargetKeepTheirEdges) {
  std::string body = "switch i64 %n, label %d [ i64 1, label %o\n i64 2, label %o\n i64 3, label %e ]\nd:\n br label %o\ne:\n"
                     " %c = icmp eq i64 %n, 3\n br i1 %c, label %o, label %o\no:\n"
                     " %v = phi i64 [1, %0], [1, %0], [50, %d], [3, %e], [3, %e]\n ret i64 %v";
  auto program = lower_body(body);
  ASSERT_TRUE(program.has_value()) << program.error().what;
  for (auto [n, expected] : std::vector<std::pair<int, int>>{{1, 1}, {2, 1}, {3, 3}, {4, 50}}) {
    auto inputs = lower::sample_inputs(*program, 0)[0];
    inputs.back() = n;
    EXPECT_EQ(static_cast<int>(lower::interpret(*program, inputs, 1000).result), expected) << n;
  }
  EXPECT_EQ(verdict(body, lower::Property::output_range), "proved");
}

TEST(Lower, NestedLoopsRunTheirCourse) {
  std::string body = "br label %h\nh:\n %i = phi i64 [0, %0], [%i1, %l]\n %s = phi i64 [0, %0], [%t, %l]\n"
                     " %c = icmp ult i64 %i, 4\n br i1 %c, label %g, label %o\n"
                     "g:\n %j = phi i64 [0, %h], [%j1, %b]\n %t = phi i64 [%s, %h], [%u, %b]\n %d = icmp ult i64 %j, %i\n"
                     " br i1 %d, label %b, label %l\nb:\n %u = add i64 %t, 1\n %j1 = add i64 %j, 1\n br label %g\n"
                     "l:\n %i1 = add i64 %i, 1\n br label %h\no:\n ret i64 %s";
  auto program = lower_body(body);
  ASSERT_TRUE(program.has_value()) << program.error().what;
  EXPECT_EQ(static_cast<int>(lower::interpret(*program, lower::sample_inputs(*program, 0)[0], 1000).result), 6);
  EXPECT_EQ(verdict(body, lower::Property::terminates), "proved");
  EXPECT_EQ(verdict(body, lower::Property::output_range), "proved");
}

TEST(Lower, BytesThatAreNoBitcodeAreAnError) {
  EXPECT_FALSE(lower::lower_functions("", contract()).has_value());
  EXPECT_FALSE(lower::lower_functions("not bitcode", contract()).has_value());
}

TEST(Lower, AMissingFunctionAndAWrongSignatureAreUnsupported) {
  auto none = lower::lower_functions(bitcode_of("define void @g() {\n ret void\n}\n"), contract());
  EXPECT_EQ((*none)[0].program.error().what, "the checked IR does not define f");
  auto wrong = lower::lower_functions(bitcode_of("define i64 @f(i64 %a, ptr %b, i64 %c) {\n ret i64 0\n}\n"), contract());
  EXPECT_EQ((*wrong)[0].program.error().what, "the parameter in is not passed by reference");
}

}  // namespace
}  // namespace assay::verify
