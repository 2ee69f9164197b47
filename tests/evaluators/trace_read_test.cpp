#include "evaluators/cache/trace_read.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_write.h"

namespace assay::evaluators::cache {
namespace {

namespace fs = std::filesystem;

class TraceFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("assay-traces-" + std::to_string(::getpid()) + "-" + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  Trace read(const std::string& name, const std::string& text, const ReadOptions& options = {}) const {
    auto trace = read_trace(file(name, text), options);
    EXPECT_TRUE(trace) << (trace ? "" : trace.error().what);
    return trace ? std::move(*trace) : Trace{};
  }
  /// Expects an error that mentions the file and every one of `words`.
  void refuse(const std::string& name, const std::string& text, std::initializer_list<std::string> words,
              const ReadOptions& options = {}) const {
    auto trace = read_trace(file(name, text), options);
    ASSERT_FALSE(trace) << name;
    EXPECT_NE(trace.error().what.find(name), std::string::npos) << trace.error().what;
    for (const auto& word : words) EXPECT_NE(trace.error().what.find(word), std::string::npos) << trace.error().what;
  }
  fs::path folder_;
};

std::string record(std::uint32_t time, std::uint64_t id, std::uint32_t size, std::int64_t next = -2) {
  std::string out(24, '\0');
  std::memcpy(out.data(), &time, 4);
  std::memcpy(out.data() + 4, &id, 8);
  std::memcpy(out.data() + 12, &size, 4);
  std::memcpy(out.data() + 16, &next, 8);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

using Ids = std::vector<std::uint32_t>;

TEST_F(TraceFiles, OracleRecordsAreRead) {
  Trace trace = read("a.oracleGeneral.bin", record(5, 77, 100) + record(6, 1ull << 60, 200) + record(6, 77, 100));
  EXPECT_EQ(trace.ids, (Ids{0, 1, 0}));
  EXPECT_EQ(trace.sizes, (std::vector<std::uint64_t>{100, 200}));
  EXPECT_EQ(trace.times, (std::vector<std::int64_t>{5, 6, 6}));
  EXPECT_EQ(trace.labels[1], 1ull << 60);
}

TEST_F(TraceFiles, TheNextAccessOfTheFileIsNotTrusted) {
  EXPECT_EQ(read("a.bin", record(1, 7, 1, 99) + record(1, 7, 1, 0)).digest, read("b.bin", record(1, 7, 1) + record(1, 7, 1)).digest);
}

TEST_F(TraceFiles, CompressionIsSeenInTheContent) {
  std::string plain = record(5, 77, 100) + record(6, 8, 200);
  EXPECT_EQ(read("a.zst", zstd(plain)).digest, read("a.bin", plain).digest);
  EXPECT_EQ(read("two-frames", zstd(plain.substr(0, 30)) + zstd(plain.substr(30))).digest, read("b.bin", plain).digest);
}

TEST_F(TraceFiles, ATruncatedRecordIsAnErrorWithItsByte) {
  refuse("a.bin", record(5, 77, 100) + record(6, 8, 200).substr(0, 11), {"byte 24", "11 of 24", "truncated"});
}

TEST_F(TraceFiles, ATruncatedZstdStreamIsAnErrorWithItsByte) {
  std::string packed = zstd(record(5, 77, 100) + record(6, 8, 200));
  for (std::size_t keep = 5; keep < packed.size(); keep += 3)
    refuse("a.zst", packed.substr(0, keep), {"byte " + std::to_string(keep), "truncated"});
}

TEST_F(TraceFiles, DamagedZstdIsAnError) {
  std::string packed = zstd(std::string(5000, 'x'));
  packed[5] = '\xff';
  packed[6] = '\xff';
  auto trace = read_trace(file("a.zst", packed));
  ASSERT_FALSE(trace);
}

TEST_F(TraceFiles, AnEmptyFileIsAnError) {
  refuse("empty.csv", "", {"empty"});
  refuse("empty.zst", zstd(""), {"empty"});
  refuse("header-only.csv", "time,id,size\n", {"no request"});
  refuse("blank", "\n\n \n", {"no request"});
}

TEST_F(TraceFiles, OnlyRequestsOfSizeZeroIsAnErrorThatCountsThem) {
  refuse("a.bin", record(1, 1, 0) + record(2, 2, 0), {"no request", "2 skipped"});
}

TEST_F(TraceFiles, AMissingFileOrAFolderIsAnError) {
  EXPECT_FALSE(read_trace(folder_ / "none"));
  auto folder = read_trace(folder_);
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().what.find("folder"), std::string::npos);
}

TEST_F(TraceFiles, CsvColumnsAreFoundByHeader) {
  Trace trace = read("a.csv", "Size,obj_id,other,timestamp\n10,x,?,1\n20,y,?,2\n10,x,?,3\n");
  EXPECT_EQ(trace.ids, (Ids{0, 1, 0}));
  EXPECT_EQ(trace.sizes, (std::vector<std::uint64_t>{10, 20}));
  EXPECT_EQ(trace.times, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_TRUE(trace.labels.empty()) << "text ids have no number";
}

TEST_F(TraceFiles, CsvColumnsCanBeNamedOrNumbered) {
  ReadOptions named{.csv = {.time = "-", .id = "key", .size = "len"}};
  EXPECT_EQ(read("a.csv", "len,key\n3,a\n4,b\n", named).sizes, (std::vector<std::uint64_t>{3, 4}));
  ReadOptions numbered{.csv = {.id = "3", .size = "1", .header = false}};
  EXPECT_EQ(read("b.csv", "3,zzz,a\n4,zzz,b\n", numbered).ids, (Ids{0, 1}));
}

TEST_F(TraceFiles, CsvWithoutHeaderGoesByPosition) {
  EXPECT_EQ(read("a.csv", "1,9,100\n2,9,100\n3,8,50").sizes, (std::vector<std::uint64_t>{100, 50}));
  EXPECT_EQ(read("b.csv", "9,100\n8,50\n").sizes, (std::vector<std::uint64_t>{100, 50}));
}

TEST_F(TraceFiles, CsvDelimitersLineEndsAndQuotesAreTold) {
  Trace comma = read("a.csv", "1,9,100\n2,8,50\n");
  EXPECT_EQ(read("b.csv", "1;9;100\r\n2;8;50\r\n").digest, comma.digest);
  EXPECT_EQ(read("c.tsv", "1\t\"9\"\t100\n2\t8\t50\n").digest, comma.digest);
}

TEST_F(TraceFiles, ADifferentTextIsADifferentObject) {
  Trace trace = read("a", "7\n07\n7\n-7\n18446744073709551616\n");
  EXPECT_EQ(trace.ids, (Ids{0, 1, 0, 2, 3}));
  EXPECT_EQ(read("b", "7\n8\n7\n").labels, (std::vector<std::uint64_t>{7, 8}));
}

TEST_F(TraceFiles, BadCsvIsAnErrorWithItsLine) {
  refuse("a.csv", "time,id,size\n1,a,5\n2,b,-5\n", {":3:", "negative"});
  refuse("b.csv", "time,id,size\n1,a,five\n", {":2:", "five"});
  refuse("c.csv", "time,id,size\n1,a\n", {":2:", "columns"});
  refuse("d.csv", "time,id,size\n5,a,1\n4,b,1\n", {":3:", "time 4", "sort"});
  refuse("e.csv", "time,id,size\n1,a,99999999999999\n", {":2:", "2^40"});
  refuse("f.csv", "time,id,size\n1,,5\n", {":2:", "id"});
  refuse("g.csv", "when,what\n1,2\n", {":1:", "id"});
  refuse("h.csv", "time,id,size\n1,2,3\n", {":1:", "nope"}, {.csv = {.id = "nope"}});
  refuse("i.csv", "time,id,size\n1,a,1e300\n", {":2:", "too large"});
}

TEST_F(TraceFiles, UnsortedTimeCanBeAllowed) {
  EXPECT_EQ(read("a.csv", "time,id,size\n5,a,1\n4,b,1\n", {.allow_unsorted = true}).requests(), 2u);
  refuse("a.bin", record(6, 1, 1) + record(5, 2, 1), {"byte 24", "time 5"});
}

TEST_F(TraceFiles, AnEndlessLineIsAnError) { refuse("a", std::string(3 << 20, 'x'), {":1:", "1 MiB"}); }

TEST_F(TraceFiles, TheFormatCanBeForced) {
  EXPECT_EQ(read("odd.csv", "1,2,3\n4,5,6\n", {.format = TraceFormat::ids}).objects(), 2u);
  std::string looks_like_text;
  for (int i = 0; i < 2; ++i) looks_like_text += record(0x31313131, 0x3131313131313131, 0x31313131, 0x3131313131313131);
  EXPECT_EQ(read("odd.bin", looks_like_text, {.format = TraceFormat::oracle}).requests(), 2u);
}

TEST_F(TraceFiles, WhatIsWrittenReadsBackTheSame) {
  Trace trace = synthetic_trace("loop").value();
  for (std::string_view name : {"oracle", "oracle.zst", "csv", "csv.zst"}) {
    auto path = folder_ / ("out." + std::string(name));
    ASSERT_TRUE(write_trace(trace, path, write_format_named(name).value()));
    auto back = read_trace(path);
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(back->digest, trace.digest) << name;
  }
}

TEST_F(TraceFiles, ASizeThatOracleCannotHoldIsAnError) {
  Trace trace = read("a.csv", "time,id,size\n1,a,5000000000\n");
  EXPECT_FALSE(write_trace(trace, folder_ / "a.oracleGeneral", WriteFormat::oracle));
  EXPECT_TRUE(write_trace(trace, folder_ / "b.csv", WriteFormat::csv));
}

}  // namespace
}  // namespace assay::evaluators::cache
