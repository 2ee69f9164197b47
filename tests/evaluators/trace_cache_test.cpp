#include "evaluators/cache/trace_cache.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"

namespace assay::evaluators::cache {
namespace {

namespace fs = std::filesystem;

class TraceCache : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("assay-cache-" + std::to_string(::getpid()) + "-" + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    trace_ = folder_ / "t.csv";
    write("time,id,size\n1,a,5\n2,7,6\n3,a,8\n4,c,0\n");
    key_ = cache_key(trace_, {}).value();
    beside_ = cache_path(trace_, key_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& text) const { std::ofstream(trace_) << text; }

  fs::path folder_, trace_, beside_;
  Digest key_;
};

void expect_same(const Trace& a, const Trace& b) {
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.sizes, b.sizes);
  EXPECT_EQ(a.request_sizes, b.request_sizes);
  EXPECT_EQ(a.times, b.times);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.requested_bytes, b.requested_bytes);
  EXPECT_EQ(a.working_set_bytes, b.working_set_bytes);
  EXPECT_EQ(a.skipped, b.skipped);
  EXPECT_EQ(a.digest, b.digest);
}

TEST_F(TraceCache, HoldsWhatWasRead) {
  Trace first = load_trace(trace_).value();
  ASSERT_TRUE(fs::exists(beside_)) << beside_;
  auto cached = load_cache(beside_, key_);
  ASSERT_TRUE(cached);
  expect_same(*cached, first);
  expect_same(load_trace(trace_).value(), read_trace(trace_).value());
}

TEST_F(TraceCache, AnotherContentOrAnotherOptionIsAnotherKey) {
  EXPECT_NE(cache_key(trace_, {.allow_unsorted = true}).value(), key_);
  EXPECT_NE(cache_key(trace_, {.csv = {.size = "-"}}).value(), key_);
  (void)load_trace(trace_);
  write("time,id,size\n1,a,5\n");
  EXPECT_EQ(load_trace(trace_)->requests(), 1u);
}

TEST_F(TraceCache, EveryDamagedByteIsNoticed) {
  Trace first = load_trace(trace_).value();
  std::string good = read_file(beside_).value();
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    std::ofstream(beside_, std::ios::binary) << bad;
    auto loaded = load_cache(beside_, key_);
    if (loaded) expect_same(*loaded, first);
  }
}

TEST_F(TraceCache, ATruncatedFileIsRebuilt) {
  Trace first = load_trace(trace_).value();
  std::string good = read_file(beside_).value();
  for (std::size_t keep : {std::size_t{0}, std::size_t{10}, std::size_t{130}, good.size() - 1}) {
    std::ofstream(beside_, std::ios::binary) << good.substr(0, keep);
    EXPECT_FALSE(load_cache(beside_, key_)) << keep;
    expect_same(load_trace(trace_).value(), first);
    EXPECT_EQ(read_file(beside_).value(), good);
  }
}

TEST_F(TraceCache, AFolderInItsPlaceDoesNoHarm) {
  fs::create_directories(beside_ / "x");
  EXPECT_EQ(load_trace(trace_)->requests(), 3u);
}

TEST_F(TraceCache, ATraceThatIsNotThereIsAnError) { EXPECT_FALSE(load_trace(folder_ / "none")); }

TEST_F(TraceCache, WhatIsNoTraceIsNotTakenHoweverWellItIsSealed) {
  const Trace good = load_trace(trace_).value();
  auto stored = [&](auto change) {
    Trace bad = good;
    change(bad);
    bad.digest = sha256(image_of(bad, true));
    EXPECT_TRUE(store_cache(beside_, key_, bad));
    return load_cache(beside_, key_).has_value();
  };
  EXPECT_TRUE(stored([](Trace&) {}));
  EXPECT_FALSE(stored([](Trace& t) { t.sizes[0] = 0; }));
  EXPECT_FALSE(stored([](Trace& t) { t.sizes[0] = kMaxObjectBytes + 1; }));
  EXPECT_FALSE(stored([](Trace& t) { t.ids[0] = 1; }));
  EXPECT_FALSE(stored([](Trace& t) { t.sizes.push_back(1); }));
  EXPECT_FALSE(stored([](Trace& t) { ++t.requested_bytes; }));
  EXPECT_FALSE(stored([](Trace& t) { t.request_sizes.assign(t.ids.size(), 0); }));
}

}  // namespace
}  // namespace assay::evaluators::cache
