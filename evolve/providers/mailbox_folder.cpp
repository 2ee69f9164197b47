#include "evolve/providers/mailbox_folder.h"

#include "base/failpoint.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace assay::evolve {
namespace {

constexpr std::string_view kReadme =
    R"(# A mailbox: you are the model

A campaign of Assay writes what it would ask a language model into this folder, one file for each candidate, and waits.

- `17.prompt.md` asks for candidate 17. Read it whole, and write your answer, as you would send it, to `17.completion.md`.
- Write it elsewhere and move it here, or write it to `17.completion.md.tmp` (which is left alone) and rename it. Written in
  place it is taken once it has stopped growing and nobody has it open.
- The first lines may say who wrote it, and to which prompt it is the answer (the digest is in the prompt's last line; some
  of its first digits will do):

      <!-- model: NAME -->
      <!-- prompt: DIGEST -->

- No answer? Write the reason to `17.refused.md`.
- What was taken is in `done/`. A prompt that is gone needs no answer any more.
- The campaign may be stopped and resumed; what lies here stays valid. A prompt that has changed since is written anew.
)";

Result<FileDescriptor> locked(int folder, const std::filesystem::path& path) {
  FileDescriptor lock(::openat(folder, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!lock.valid()) return fail(system_error("open " + (path / ".lock").string()), Fault::provider);
  // Of a process that was killed a clone may hold the lock for a moment longer.
  for (int tries = 0; tries < 2000; ++tries, ::usleep(1000))
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  return fail("provider mailbox: " + path.string() + ": another campaign uses this folder; give this one a \"folder\" of its own", Fault::provider);
}

Result<void> write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(system_error("write"), Fault::provider);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

const char* kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "is a symbolic link";
  if (S_ISDIR(mode)) return "is a folder";
  if (S_ISFIFO(mode)) return "is a pipe";
  return "is no plain file";
}

}  // namespace

bool Found::same_as(const struct stat& other) const {
  return info.st_ino == other.st_ino && info.st_size == other.st_size && info.st_mtim.tv_sec == other.st_mtim.tv_sec &&
         info.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

/// A read lease is given only while no one has the file open for writing (fcntl(2)). Whoever opens it in the moment that the
/// lease is held waits for its end; its signal is one that is ignored by default.
bool Found::is_being_written() const {
  ::fcntl(fd.get(), F_SETSIG, SIGURG);
  if (::fcntl(fd.get(), F_SETLEASE, F_RDLCK) == 0) return ::fcntl(fd.get(), F_SETLEASE, F_UNLCK), false;
  return errno == EAGAIN;
}

Result<MailboxFolder> MailboxFolder::open(const std::filesystem::path& path) {
  std::error_code code;
  const auto whole = std::filesystem::absolute(path, code);
  std::filesystem::create_directories(whole, code);
  FileDescriptor folder(::open(whole.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return fail(system_error("provider mailbox: open " + whole.string()), Fault::provider);
  if (::mkdirat(folder.get(), "done", 0755) != 0 && errno != EEXIST)
    return fail(system_error("provider mailbox: make " + (whole / "done").string()), Fault::provider);
  FileDescriptor done(::openat(folder.get(), "done", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!done.valid())
    return fail(system_error("provider mailbox: open " + (whole / "done").string()) + "; it must be a folder, and no link to one", Fault::provider);
  auto lock = locked(folder.get(), whole);
  if (!lock) return std::unexpected(lock.error());
  MailboxFolder box(whole, std::move(folder), std::move(done), std::move(*lock));
  if (box.look("README.md").kind == Found::Kind::nothing)
    if (auto written = box.write("README.md", kReadme); !written) return std::unexpected(written.error());
  return box;
}

Found MailboxFolder::look_in(int folder, const std::string& name) {
  Found found;
  if (::fstatat(folder, name.c_str(), &found.info, AT_SYMLINK_NOFOLLOW) != 0) return found;
  found.kind = Found::Kind::odd;
  found.why = kind_of(found.info.st_mode);
  if (!S_ISREG(found.info.st_mode)) return found;
  found.fd = FileDescriptor(::openat(folder, name.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  if (!found.fd.valid()) {
    if (errno == ENOENT) found.kind = Found::Kind::nothing;
    found.why = system_error("cannot be opened");
    return found;
  }
  if (::fstat(found.fd.get(), &found.info) == 0 && S_ISREG(found.info.st_mode)) found.kind = Found::Kind::file;  // it may have been exchanged
  return found;
}

Result<std::string> MailboxFolder::read(const Found& found, const std::string& name) const {
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (text.size() <= kCompletionLimit) {
    const ssize_t n = ::pread(found.fd.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(system_error("read " + (path_ / name).string()), Fault::provider);
    if (n == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

Result<void> MailboxFolder::write(const std::string& name, std::string_view text) const {
  const std::string temporary = "." + name + ".tmp";
  ::unlinkat(folder_.get(), temporary.c_str(), 0);
  FileDescriptor fd(::openat(folder_.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd.valid()) return fail(system_error("create " + (path_ / temporary).string()), Fault::provider);
  auto written = write_all(fd.get(), text);
  if (written && ::fsync(fd.get()) != 0) written = fail(system_error("sync"), Fault::provider);
  failpoint("mailbox.before_rename");
  if (written && ::renameat(folder_.get(), temporary.c_str(), folder_.get(), name.c_str()) != 0) written = fail(system_error("rename"), Fault::provider);
  failpoint("mailbox.written");
  if (written) return {};
  ::unlinkat(folder_.get(), temporary.c_str(), 0);
  return fail((path_ / name).string() + ": " + written.error().what, Fault::provider);
}

Result<void> MailboxFolder::put_away(const std::string& name, const std::string& as) const {
  failpoint("mailbox.before_put_away");
  if (::renameat(folder_.get(), name.c_str(), done_.get(), as.c_str()) != 0 && errno != ENOENT)
    return fail(system_error("move " + (path_ / name).string() + " to " + (path_ / "done" / as).string()), Fault::provider);
  failpoint("mailbox.put_away");
  return {};
}

}  // namespace assay::evolve
