#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace assay {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-file-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  std::string text("a\0b\n", 4);
  ASSERT_TRUE(write_file(folder_ / "x", text));
  EXPECT_EQ(read_file(folder_ / "x").value(), text);
}

TEST_F(FileTest, NamesThePathThatIsMissing) {
  auto text = read_file(folder_ / "absent");
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("absent"), std::string::npos);
  EXPECT_NE(text.error().what.find("No such file"), std::string::npos);
}

TEST_F(FileTest, AFailedWriteLeavesTheOldBytesAndNoTemporary) {
  ASSERT_TRUE(write_file(folder_ / "x", "old"));
  std::filesystem::create_directory(folder_ / "d");
  EXPECT_FALSE(write_file(folder_ / "d", "new")) << "a folder cannot be replaced by a file";
  EXPECT_EQ(read_file(folder_ / "x").value(), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 2);
}

TEST_F(FileTest, ADeviceThatNeverEndsIsAnError) {
  auto text = read_file("/dev/zero");
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().what.find("longer than"), std::string::npos) << text.error().what;
}

TEST_F(FileTest, ADeviceThatIsFullIsAnError) {
  FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full.valid()) GTEST_SKIP() << "this host has no /dev/full";
  std::filesystem::path link = folder_ / ("x.tmp" + std::to_string(::getpid()));
  std::filesystem::create_symlink("/dev/full", link);
  auto written = write_file(folder_ / "x", "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().what.find("No space left"), std::string::npos);
}

TEST(SealedMemfd, NobodyCanChangeIt) {
  auto fd = make_sealed_memfd("test", "bytes");
  ASSERT_TRUE(fd);
  EXPECT_EQ(::pwrite(fd->get(), "x", 1, 0), -1);
  EXPECT_EQ(::ftruncate(fd->get(), 0), -1);
  EXPECT_FALSE(Mapping::shared(fd->get(), 5, true));
  auto mapping = Mapping::shared(fd->get(), 5, false);
  ASSERT_TRUE(mapping);
  EXPECT_EQ(static_cast<char>(mapping->bytes()[4]), 's');
}

TEST(FileDescriptorType, ClosesWhatItOwnedWhenAssigned) {
  auto first = make_memfd("first", 1);
  auto second = make_memfd("second", 1);
  int number = first->get();
  *first = std::move(*second);
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  EXPECT_FALSE(second->valid());
}

}  // namespace
}  // namespace assay
