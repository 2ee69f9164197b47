// The device's text of an order: compiled here by the host's compilers, it answers as the policy does; nvcc takes it where there is one.

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/verify/order_support.h"
#include "verify/export_cuda.h"

namespace assay::verify {
namespace {

namespace fs = std::filesystem;
using Tile = unsigned long long (*)(int, int, int, int);

class ExportCuda : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay-cuda-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string text_for(const tasks::Contract& contract, const Source& source) {
    auto toolchain = local_toolchain();
    auto screened = toolchain->screen(contract, source);
    if (!screened || !*screened) return ADD_FAILURE() << (screened ? screened->error().detail : screened.error().what), "";
    auto text = export_cuda(contract, **screened);
    return text ? *text : (ADD_FAILURE() << text.error().what, "");
  }

  fs::path lay(const std::string& text, const std::string& name) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  int run(const std::string& command) { return std::system((command + " > " + (folder_ / "log").string() + " 2>&1").c_str()); }

  Tile load(const std::string& text, const std::string& options) {
    const fs::path library = folder_ / ("tile" + std::to_string(++count_) + ".so");
    if (run("clang++-19 -std=c++20 -O1 -shared -fPIC -Wall -Werror -x c++ " + options + " -o " + library.string() + " " + lay(text, "tile.cu").string()) != 0)
      return ADD_FAILURE() << text_of(folder_ / "log"), nullptr;
    void* handle = dlopen(library.c_str(), RTLD_NOW);
    return handle == nullptr ? nullptr : reinterpret_cast<Tile>(dlsym(handle, "assay_tile"));
  }

  fs::path folder_;
  static inline int count_ = 0;  ///< a path that was loaded once is not read again
};

TEST_F(ExportCuda, TheTextAnswersAsThePolicyDoes) {
  const auto contract = order_contract(256, 256);
  std::mt19937_64 random(1);
  for (const char* name : {"grouped", "snake"}) {
    const Source source = baseline(name);
    auto toolchain = local_toolchain();
    auto screened = toolchain->screen(contract, source);
    auto ir = toolchain->lower(contract, **screened);
    auto functions = lower::lower_functions((*ir)->bitcode, contract);
    ASSERT_TRUE(functions.has_value());
    Tile tile = load(text_for(contract, source), "-D__device__=");
    ASSERT_NE(tile, nullptr);
    for (int round = 0; round < 3000; ++round) {
      const int rows = 1 + random() % 256, columns = 1 + random() % 256, causal = random() % 2, id = random() % (rows * columns);
      const unsigned long long answer = tile(rows, columns, causal, id);
      const auto row = static_cast<std::int64_t>(answer >> 32), column = static_cast<std::int64_t>(answer & 0xffffffff);
      const lower::Inputs inputs{rows, columns, causal, id};
      EXPECT_EQ(static_cast<std::int64_t>(lower::interpret(*(*functions)[0].program, inputs, 4096).result), row) << name << " " << rows << " " << columns << " " << id;
      EXPECT_EQ(static_cast<std::int64_t>(lower::interpret(*(*functions)[1].program, inputs, 4096).result), column);
    }
  }
}

TEST_F(ExportCuda, WhatStandsForMissingBuiltinsCountsAsTheyDo) {
  const auto contract = order_contract(256, 256);
  // The saturating maths of the abi over numbers at the ends of i64, made from what the device is given.
  const Source source = {
      "i64 end(i64 kind, i64 by) {\n  return kind % 4 == 0 ? kI64Max - by : kind % 4 == 1 ? kI64Min + by : kind % 4 == 2 ? by - 2 : (by - 2) * 3037000500;\n}\n"
      "i64 row(const Grid& grid, const Block& block) {\n  const i64 a = end(block.id % 4, grid.rows % 5);\n  const i64 b = end(block.id / 4 % 4, grid.columns % 5);\n"
      "  const i64 c = block.id / 16 % 4;\n  const i64 value = c == 0 ? sat_add(a, b) : c == 1 ? sat_sub(a, b) : c == 2 ? sat_mul(a, b) : log2_floor(a);\n"
      "  return grid.causal == 1 ? safe_mod(value, 65521) + 65521 : safe_div(value, 4611686018427388) + 4000;\n}\n"
      "i64 column(const Grid& grid, const Block& block) {\n  return 0;\n}\n", "ends"};
  const std::string text = text_for(contract, source);
  Tile with = load(text, "-DASSAY_DEVICE_ARITHMETIC"), without = load(text, "");
  ASSERT_TRUE(with != nullptr && without != nullptr);
  for (int rows = 1; rows <= 5; ++rows)
    for (int columns = 1; columns <= 5; ++columns)
      for (int id = 0; id < 64; ++id)
        for (int causal : {0, 1}) {
          EXPECT_EQ(with(rows, columns, causal, id), without(rows, columns, causal, id)) << rows << " " << columns << " " << id << " " << causal;
        }
}

TEST_F(ExportCuda, EveryFunctionOfTheAbiIsNamed) {
  const std::string text = text_for(order_contract(8, 8), baseline("row_major"));
  std::istringstream lines(text);
  int found = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("ASSAY_ABI ")) continue;
    const auto end = line.find('('), begin = line.rfind(' ', end) + 1;
    EXPECT_TRUE(text.contains("using assay_abi::" + line.substr(begin, end - begin) + ";")) << line;
    ++found;
  }
  EXPECT_GT(found, 15);
}

TEST_F(ExportCuda, AnotherContractIsRefused) {
  auto toolchain = local_toolchain();
  const auto contract = contract_from("struct Grid { i64 rows ASSAY_FIELD(\"\", 0, 3); };\ni64 row(const Grid& grid) ASSAY_RETURNS(\"\", 0, 3);\n");
  auto screened = toolchain->screen(contract, {"i64 row(const Grid& grid) {\n  return grid.rows;\n}\n", "p"});
  ASSERT_TRUE(screened && *screened);
  auto text = export_cuda(contract, **screened);
  ASSERT_FALSE(text.has_value());
  EXPECT_TRUE(text.error().what.contains("no order of tiles"));
}

TEST_F(ExportCuda, NvccTakesTheText) {
  const char* nvcc = "/usr/local/cuda/bin/nvcc";
  if (!fs::exists(nvcc)) GTEST_SKIP() << "no CUDA toolkit at /usr/local/cuda";
  const fs::path text = lay(text_for(order_contract(256, 256), baseline("swizzled")), "tile.cu");
  EXPECT_EQ(run(std::string(nvcc) + " -std=c++20 -gencode=arch=compute_90a,code=sm_90a -rdc=true -Werror=all-warnings -cubin -o " + (folder_ / "tile.cubin").string() + " " + text.string()), 0)
      << text_of(folder_ / "log");
}

}  // namespace
}  // namespace assay::verify
