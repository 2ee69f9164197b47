#include "sandbox/identity.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "base/file.h"
#include "sandbox/layers.h"

namespace assay::sandbox {
namespace {

/// Not given to anyone by Debian's policy (60000 to 64999 are "reserved by base, allocated on demand").
constexpr unsigned kUnusedId = 64507;

Result<void> write_once(const std::string& path, std::string_view text) {
  FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return fail(system_error("open " + path));
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(system_error("write " + path));
  return {};
}

std::string one_id(unsigned outside) { return "0 " + std::to_string(outside) + " 1\n"; }

}  // namespace

unsigned long namespace_flags() {
  return CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
}

std::string no_namespaces(int error) {
  return layer_does_not_hold(kNamespaces, std::string("new namespaces: ") + std::strerror(error) +
                                              " (this host does not let this user make them: "
                                              "user.max_user_namespaces, kernel.unprivileged_userns_clone, "
                                              "kernel.apparmor_restrict_unprivileged_userns)");
}

Result<void> write_identity_maps(pid_t pid) {
  std::string folder = "/proc/" + std::to_string(pid) + "/";
  unsigned uid = ::geteuid(), gid = ::getegid();
  if (uid == 0 && write_once(folder + "uid_map", one_id(kUnusedId)) &&
      write_once(folder + "gid_map", one_id(kUnusedId)))
    return {};
  // Not root, or root of a container that does not know the unused id: our own id then, with no capability outside. An
  // ordinary user may map its group only after giving up setgroups, and so keeps its other groups.
  if (auto denied = write_once(folder + "setgroups", "deny"); !denied) return denied;
  if (auto mapped = write_once(folder + "uid_map", one_id(uid)); !mapped) return mapped;
  return write_once(folder + "gid_map", one_id(gid));
}

int take_identity(bool in_namespaces) {
  unsigned id = in_namespaces ? 0 : kUnusedId;
  if (!in_namespaces && ::geteuid() != 0) return 0;
  // The raw calls: libc's would signal every thread, and there is one.
  bool no_groups = ::syscall(SYS_setgroups, 0, nullptr) == 0;
  if (!no_groups && !in_namespaces) return errno;
  if (::syscall(SYS_setresgid, id, id, id) != 0) return errno;
  if (::syscall(SYS_setresuid, id, id, id) != 0) return errno;
  return 0;
}

}  // namespace assay::sandbox
