// What may be linked into a trusted kernel, judged on machine code that nvcc 13.0 made (data/*.cu beside it; the commands stand in them).

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "kernels/base64.h"
#include "kernels/device/cubin.h"
#include "kernels/device/inspect.h"

namespace assay::kernels::device {
namespace {

namespace fs = std::filesystem;

const fs::path kData = fs::path(ASSAY_SOURCE_DIR) / "tests/kernels/data";

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file) << path;
  return text.str();
}

Inspection inspected(const std::string& bytes) { return inspect_policy(std::as_bytes(std::span(bytes))); }

std::expected<Cubin, std::string> read(const std::string& bytes) { return read_cubin(std::as_bytes(std::span(bytes))); }

/// Problems that speak of the code of `function`, and not of its name.
int problems_in_code(const Inspection& inspection, const std::string& function) {
  int count = 0;
  for (const auto& each : inspection.problems)
    count += each.starts_with(function + " at ") || (each.starts_with("\"" + function + "\" refers to \"") && !each.ends_with("\"" + function + "\"")) ||
             each.starts_with("\"" + function + "\" has a stack frame");
  return count;
}

/// nvcc's object of data/NAME.cu; empty where there is no nvcc.
std::string assembled(const std::string& name, const fs::path& folder) {
  const fs::path out = folder / (name + ".cubin");
  const std::string command = "nvcc -std=c++20 -w -gencode=arch=compute_90a,code=sm_90a -rdc=true -cubin -o '" + out.string() + "' '" +
                              (kData / (name + ".cu")).string() + "' 2>&1";
  if (std::system("command -v nvcc >/dev/null 2>&1") != 0) return "";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  return bytes_of(out);
}

TEST(CubinInspection, PassesAPolicyAndCountsItsOperations) {
  const Inspection inspection = inspected(bytes_of(kData / "grouped.cubin"));
  EXPECT_EQ(inspection.problems, std::vector<std::string>());
  EXPECT_EQ(inspection.registers, 46);
  EXPECT_EQ(inspection.frame_bytes, 24);
  EXPECT_GT(inspection.operations.at("IMAD"), 10);
}

TEST(CubinInspection, FindsNothingInTheCodeOfWhatPoliciesAreMadeOf) {
  const std::string bytes = bytes_of(kData / "allowed.cubin");
  const Inspection inspection = inspected(bytes);
  const auto cubin = read(bytes);
  ASSERT_TRUE(cubin) << cubin.error();
  EXPECT_GT(cubin->functions.size(), 11u);
  for (const Function& function : cubin->functions) EXPECT_EQ(problems_in_code(inspection, function.name), 0) << function.name;
}

TEST(CubinInspection, RefusesEveryForbiddenThingByItsCode) {
  const std::string bytes = bytes_of(kData / "forbidden.cubin");
  const Inspection inspection = inspected(bytes);
  const auto cubin = read(bytes);
  ASSERT_TRUE(cubin) << cubin.error();
  int seen = 0;
  for (const Function& function : cubin->functions) {
    if (!function.name.starts_with("f_")) continue;
    ++seen;
    EXPECT_GT(problems_in_code(inspection, function.name), 0) << function.name;
  }
  EXPECT_EQ(seen, 24);
}

TEST(CubinInspection, RefusesAnObjectWithoutThePolicyAndOneWithMoreNames) {
  const Inspection inspection = inspected(bytes_of(kData / "allowed.cubin"));
  EXPECT_NE(std::ranges::find(inspection.problems, "defines no function \"assay_tile\""), inspection.problems.end());
  EXPECT_NE(std::ranges::find(inspection.problems, "a function of the name \"v_add\""), inspection.problems.end());
  EXPECT_NE(std::ranges::find(inspection.problems, "\"v_add\" is visible outside"), inspection.problems.end());
}

TEST(CubinInspection, RefusesEveryOtherOperationInAPolicyThatPasses) {
  const std::string good = bytes_of(kData / "grouped.cubin");
  const auto cubin = read(good);
  ASSERT_TRUE(cubin);
  const Instruction& first = cubin->function(kPolicyFunction)->code[3];
  const std::string pattern(reinterpret_cast<const char*>(&first), sizeof first);
  const std::size_t place = good.find(pattern);
  ASSERT_NE(place, good.npos);
  int refused = 0;
  for (unsigned operation = 0; operation < 4096; ++operation) {
    std::string other = good;
    other[place] = static_cast<char>(operation & 0xff);
    other[place + 1] = static_cast<char>((other[place + 1] & 0xf0) | operation >> 8);
    refused += inspected(other).problems.empty() ? 0 : 1;
  }
  EXPECT_GT(refused, 4096 - 64);
}

TEST(CubinInspection, RefusesAMovedStackPointerAndALocalAccessBesideTheFrame) {
  const std::string good = bytes_of(kData / "grouped.cubin");
  const auto cubin = read(good);
  ASSERT_TRUE(cubin);
  auto with = [&](unsigned operation, auto change) {
    for (const Instruction& each : cubin->function(kPolicyFunction)->code) {
      if (each.operation() != operation) continue;
      const std::size_t place = good.find(std::string(reinterpret_cast<const char*>(&each), sizeof each));
      Instruction other = each;
      change(other);
      std::string bytes = good;
      bytes.replace(place, sizeof other, reinterpret_cast<const char*>(&other), sizeof other);
      return inspected(bytes).problems;
    }
    return std::vector<std::string>();
  };
  EXPECT_FALSE(with(0x810, [](Instruction& i) { i.low += 16ull << 32; }).empty()) << "the frame grows less than said";
  EXPECT_FALSE(with(0x387, [](Instruction& i) { i.low += 24ull << 40; }).empty()) << "a store above the frame";
  EXPECT_FALSE(with(0x387, [](Instruction& i) { i.low |= 0xffull << 24; }).empty()) << "a store elsewhere";
  EXPECT_FALSE(with(0x983, [](Instruction& i) { i.low |= 0xffffffull << 40; }).empty()) << "a load below the frame";
  EXPECT_FALSE(with(0x947, [](Instruction& i) { i.low |= 0xffull << 40; }).empty()) << "a branch out of the function";
  EXPECT_FALSE(with(0x947, [](Instruction& i) { i.low += 1ull << 16; }).empty()) << "a branch between instructions";
}

/// What is said of grouped.cubin with one instruction of its policy changed: the first that `wanted` takes. It gets the place in the code, too.
std::vector<std::string> problems_with(auto wanted, auto change) {
  std::string bytes = bytes_of(kData / "grouped.cubin");
  const auto cubin = read(bytes);
  const Function& function = *cubin->function(kPolicyFunction);
  for (std::size_t i = 0; i < function.code.size(); ++i) {
    if (!wanted(function.code[i])) continue;
    Instruction other = function.code[i];
    const std::size_t place = bytes.find(std::string(reinterpret_cast<const char*>(&other), sizeof other));
    change(other, i, function.code.size());
    bytes.replace(place, sizeof other, reinterpret_cast<const char*>(&other), sizeof other);
    return inspected(bytes).problems;
  }
  return {"there is no such instruction"};
}

TEST(CubinInspection, AWideAccessMustEndWithinTheFrame) {  // which is 24 bytes
  const auto with_width = [](unsigned operation, int offset, std::uint64_t code) {
    const auto wanted = [&](const Instruction& i) { return i.operation() == operation && i.offset() == offset; };
    return problems_with(wanted, [&](Instruction& i, std::size_t, std::size_t) { i.high = (i.high & ~(7ull << 9)) | code << 9; });
  };
  using None = std::vector<std::string>;
  for (unsigned operation : {0x387u, 0x983u}) {
    EXPECT_EQ(with_width(operation, 20, 4), None());
    EXPECT_EQ(with_width(operation, 16, 5), None()) << "64 bits, the last of the frame";
    EXPECT_EQ(with_width(operation, 8, 6), None()) << "128 bits, the last of the frame";
    EXPECT_EQ(with_width(operation, 20, 5).size(), 1u) << "64 bits beyond it";
    EXPECT_EQ(with_width(operation, 12, 6).size(), 1u) << "128 bits beyond it";
    EXPECT_EQ(with_width(operation, 12, 7).size(), 1u) << "a width that nobody knows";
  }
}

TEST(CubinInspection, ABranchMustEndBeforeTheFunctionDoes) {
  const auto to = [](std::int64_t instructions_before_the_end) {
    return problems_with([](const Instruction& i) { return i.operation() == 0x947; }, [&](Instruction& i, std::size_t index, std::size_t size) {
      const auto words = (static_cast<std::uint64_t>(size - index - 1) - static_cast<std::uint64_t>(instructions_before_the_end)) * 4;
      i.low = (i.low & ((1ull << 34) - 1) & ~(0xffull << 16)) | (words & 0xff) << 16 | words >> 8 << 34;
      i.high &= ~0x3ffffull;
    });
  };
  EXPECT_EQ(to(1), std::vector<std::string>()) << "the last instruction";
  EXPECT_EQ(to(0).size(), 1u) << "what comes after the function";
  EXPECT_EQ(to(-1).size(), 1u);
}

/// The width of the access that each function of data/wide.cu is named for: its only one of local memory beside the stack pointer.
void expect_widths(const std::string& bytes) {
  const auto cubin = read(bytes);
  ASSERT_TRUE(cubin) << cubin.error();
  for (const auto& [name, width] : std::map<std::string, int>{{"w_8", 1}, {"w_16", 2}, {"w_32", 4}, {"w_64", 8}, {"w_128", 16}}) {
    const Function* function = cubin->function(name);
    ASSERT_NE(function, nullptr) << name;
    int seen = 0;
    for (const Instruction& each : function->code) {
      if (each.operation() != 0x983 || each.first_source() == 1) continue;
      ++seen;
      EXPECT_EQ(each.access_bytes(), width) << name;
    }
    EXPECT_EQ(seen, 1) << name;
    const auto problems = inspected(bytes).problems;
    const auto is_of_frame = [&](const std::string& each) { return each.starts_with(name + " at ") && each.ends_with("outside of its stack frame"); };
    EXPECT_EQ(std::ranges::count_if(problems, is_of_frame), 1) << name << ": its stores are in the frame, and that load is not of the stack pointer";
  }
}

TEST(CubinReader, ReadsTheWidthOfAnAccess) { expect_widths(bytes_of(kData / "wide.cubin")); }

TEST(CubinReader, EndsInAnErrorOnEveryTruncation) {
  const std::string good = bytes_of(kData / "grouped.cubin");
  for (std::size_t size = 0; size < good.size(); size += 7) EXPECT_FALSE(inspected(good.substr(0, size)).problems.empty()) << size;
}

TEST(CubinReader, SurvivesChangedBytes) {
  const std::string good = bytes_of(kData / "grouped.cubin");
  std::mt19937 random(1);
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = good;
    for (int i = 0; i < 4; ++i) bytes[random() % (round % 2 != 0 ? bytes.size() : 1024)] = static_cast<char>(random());
    (void)inspected(bytes);
  }
}

TEST(CubinInspection, AgreesWithWhatTheAssemblerHereMakes) {
  const fs::path folder = fs::temp_directory_path() / ("assay-cubin-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string allowed = assembled("allowed", folder), forbidden = assembled("forbidden", folder), wide = assembled("wide", folder);
  fs::remove_all(folder);
  if (allowed.empty()) GTEST_SKIP() << "no nvcc on this host";
  const auto passing = read(allowed), refused = read(forbidden);
  ASSERT_TRUE(passing && refused);
  expect_widths(wide);
  for (const Function& function : passing->functions) EXPECT_EQ(problems_in_code(inspected(allowed), function.name), 0) << function.name;
  for (const Function& function : refused->functions)
    if (function.name.starts_with("f_")) {
      EXPECT_GT(problems_in_code(inspected(forbidden), function.name), 0) << function.name;
    }
}

TEST(Base64, ComesBack) {
  std::mt19937 random(2);
  for (std::size_t size = 0; size < 70; ++size) {
    std::vector<char> bytes(size);
    for (char& each : bytes) each = static_cast<char>(random());
    const auto back = from_base64(base64(bytes));
    ASSERT_TRUE(back) << back.error();
    EXPECT_EQ(*back, bytes);
  }
  EXPECT_EQ(base64(std::vector<char>{'M', 'a'}), "TWE=");
  EXPECT_FALSE(from_base64("TWE"));
  EXPECT_FALSE(from_base64("TW=E"));
  EXPECT_FALSE(from_base64("T===") );
  EXPECT_FALSE(from_base64("TWE=TWE="));
}

}  // namespace
}  // namespace assay::kernels::device
