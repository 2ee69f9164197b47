#include "evaluators/cache/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/file.h"

namespace assay::evaluators::cache {
namespace {

#ifdef ASSAY_FUZZING
constexpr std::size_t kChunk = 1 << 8;  // so that small inputs have many chunks, and their borders everywhere
#else
constexpr std::size_t kChunk = 1 << 18;
#endif
constexpr unsigned char kZstdMagic[4] = {0x28, 0xb5, 0x2f, 0xfd};

Result<std::size_t> read_some(int fd, char* data, std::size_t size, const std::string& name) {
  for (;;) {
    ssize_t n = ::read(fd, data, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return fail(system_error("read " + name));
  }
}

class PlainSource final : public ByteSource {
 public:
  PlainSource(FileDescriptor fd, std::string name) : ByteSource(std::move(name), false), fd_(std::move(fd)) {}

 private:
  Result<bool> more(std::string& out) override {
    std::size_t before = out.size();
    out.resize(before + kChunk);
    auto n = read_some(fd_.get(), out.data() + before, kChunk, name_);
    out.resize(before + n.value_or(0));
    if (!n) return std::unexpected(n.error());
    return *n > 0;
  }
  FileDescriptor fd_;
};

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(FileDescriptor fd, std::string name)
      : ByteSource(std::move(name), true), fd_(std::move(fd)), stream_(ZSTD_createDStream()), packed_(kChunk) {}

 private:
  Result<bool> more(std::string& out) override {
    if (in_.pos == in_.size) {
      auto n = read_some(fd_.get(), packed_.data(), packed_.size(), name_);
      if (!n) return std::unexpected(n.error());
      if (*n == 0) {
        if (inside_frame_) return fail(where() + ": the zstd stream is truncated; copy the file again");
        return false;
      }
      read_ += *n;
      in_ = {packed_.data(), *n, 0};
    }
    std::size_t before = out.size();
    out.resize(before + kChunk);
    ZSTD_outBuffer to{out.data() + before, kChunk, 0};
    std::size_t hint = ZSTD_decompressStream(stream_.get(), &to, &in_);
    out.resize(before + to.pos);
    if (ZSTD_isError(hint)) return fail(where() + ": bad zstd data: " + ZSTD_getErrorName(hint));
    inside_frame_ = hint != 0;
    return true;
  }
  /// The byte in the compressed file, as far as it has been decoded.
  std::string where() const { return name_ + ": byte " + std::to_string(read_ - (in_.size - in_.pos)); }

  FileDescriptor fd_;
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
  std::vector<char> packed_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::uint64_t read_ = 0;
  bool inside_frame_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::filesystem::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return fail(system_error("open trace " + path.string()));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(system_error("stat trace " + path.string()));
  if (S_ISDIR(info.st_mode)) return fail(path.string() + " is a folder; name a trace file in it");
  unsigned char start[4] = {};
  bool zstd = ::pread(fd.get(), start, 4, 0) == 4 && std::memcmp(start, kZstdMagic, 4) == 0;
  if (zstd) return std::unique_ptr<ByteSource>(new ZstdSource(std::move(fd), path.string()));
  return std::unique_ptr<ByteSource>(new PlainSource(std::move(fd), path.string()));
}

Result<std::string_view> ByteSource::peek(std::size_t want) {
  while (buffer_.size() - at_ < want && !ended_) {
    if (at_ > 0) {
      buffer_.erase(0, at_);
      at_ = 0;
    }
    auto got = more(buffer_);
    if (!got) return std::unexpected(got.error());
    ended_ = !*got;
  }
  return std::string_view(buffer_).substr(at_);
}

void ByteSource::consume(std::size_t n) {
  at_ += n;
  offset_ += n;
}

}  // namespace assay::evaluators::cache
