#include "verify/driver_objects.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

namespace assay::verify {
namespace {

TEST(DriverObjects, AreMadeOnceForEachKey) {
  DriverObjects objects;
  int made = 0;
  auto make = [&]() -> Result<std::string> { return "object " + std::to_string(++made); };
  auto first = objects.find_or_make(sha256("a"), make);
  auto other = objects.find_or_make(sha256("b"), make);
  auto again = objects.find_or_make(sha256("a"), make);
  ASSERT_TRUE(first && other && again);
  EXPECT_EQ(**first, "object 1");
  EXPECT_EQ(**other, "object 2");
  EXPECT_EQ(*again, *first);
}

TEST(DriverObjects, AFailureIsToldAndNotKept) {
  DriverObjects objects;
  EXPECT_FALSE(objects.find_or_make(sha256("a"), []() -> Result<std::string> { return fail("no"); }));
  auto made = objects.find_or_make(sha256("a"), []() -> Result<std::string> { return "yes"; });
  ASSERT_TRUE(made);
  EXPECT_EQ(**made, "yes");
}

TEST(DriverObjects, ThreadsThatComeTogetherMakeOneObject) {
  DriverObjects objects;
  std::atomic<int> made = 0, same = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        auto object = objects.find_or_make(sha256(std::to_string(round)), [&]() -> Result<std::string> {
          ++made;
          return std::to_string(round);
        });
        same += object && **object == std::to_string(round) ? 1 : 0;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 100);
  EXPECT_EQ(same, 800);
}

TEST(DriverObjects, AFolderKeepsThemForTheNextProcess) {
  const std::filesystem::path folder = testing::TempDir() + "assay-kept-drivers-" + std::to_string(::getpid());
  int made = 0;
  auto make = [&]() -> Result<std::string> { return "object " + std::to_string(++made); };
  const Digest key = sha256("a");
  ASSERT_TRUE(DriverObjects(folder).find_or_make(key, make));
  EXPECT_EQ(**DriverObjects(folder).find_or_make(key, make), "object 1");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) std::filesystem::resize_file(entry.path(), entry.file_size() - 1);
  EXPECT_EQ(**DriverObjects(folder).find_or_make(key, make), "object 2") << "a file that is cut off is made anew";
  EXPECT_EQ(**DriverObjects(folder).find_or_make(key, make), "object 2");
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(DriverObjects("/proc/nowhere").find_or_make(key, make)) << "a folder that cannot be written is no error";
}

TEST(DriverObjects, WhatIsInUseOutlivesForgetting) {
  DriverObjects objects;
  auto make = []() -> Result<std::string> { return "kept"; };
  auto first = objects.find_or_make(sha256("first"), make);
  for (std::size_t i = 0; i <= DriverObjects::kMost; ++i) ASSERT_TRUE(objects.find_or_make(sha256(std::to_string(i)), make));
  int made = 0;
  ASSERT_TRUE(objects.find_or_make(sha256("first"), [&]() -> Result<std::string> { return ++made, "anew"; }));
  EXPECT_EQ(made, 1);
  EXPECT_EQ(**first, "kept");
}

}  // namespace
}  // namespace assay::verify
