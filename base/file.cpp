#include "base/file.h"

#include "base/failpoint.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace assay {
namespace {

constexpr std::size_t kMostRead = 256u << 20;  ///< bytes

Result<void> write_all(int fd, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(system_error("write " + name));
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

std::string system_error(std::string_view what) { return std::string(what) + ": " + std::strerror(errno); }

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}
FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this != &other) {
    if (data_) ::munmap(data_, size_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}
Mapping::~Mapping() {
  if (data_) ::munmap(data_, size_);
}

Result<Mapping> Mapping::shared(int fd, std::size_t size, bool writable) {
  if (size == 0) return Mapping();
  void* data = ::mmap(nullptr, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) return fail(system_error("map " + std::to_string(size) + " bytes"));
  return Mapping(static_cast<std::byte*>(data), size);
}

Result<std::string> read_file(const std::filesystem::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return fail(system_error("open " + path.string()));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(system_error("stat " + path.string()));
  std::string text;
  text.reserve(std::min(static_cast<std::size_t>(info.st_size), kMostRead));
  char buffer[1 << 16];
  for (;;) {
    ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(system_error("read " + path.string()));
    if (n == 0) return text;
    if (text.size() + static_cast<std::size_t>(n) > kMostRead) return fail("read " + path.string() + ": longer than " + std::to_string(kMostRead) + " bytes");
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view text) {
  std::string temporary = path.string() + ".tmp" + std::to_string(::getpid());
  FileDescriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return fail(system_error("create " + temporary));
  auto written = write_all(fd.get(), text, temporary);
  if (written && ::fsync(fd.get()) != 0) written = fail(system_error("sync " + temporary));
  failpoint("file.before_rename");
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0)
    written = fail(system_error("rename " + temporary + " to " + path.string()));
  failpoint("file.renamed");
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<FileDescriptor> make_memfd(const std::string& name, std::size_t size) {
  FileDescriptor fd(::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) return fail(system_error("memfd_create " + name));
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) return fail(system_error("size memfd " + name));
  return fd;
}

Result<FileDescriptor> make_sealed_memfd(const std::string& name, std::string_view bytes) {
  auto fd = make_memfd(name, 0);
  if (!fd) return fd;
  if (auto written = write_all(fd->get(), bytes, name); !written) return std::unexpected(written.error());
  if (::fcntl(fd->get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
    return fail(system_error("seal memfd " + name));
  return fd;
}

}  // namespace assay
