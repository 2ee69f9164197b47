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

Result<void> write_once(const std::string& path, std::string_view text) {
  FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return fail(system_error("open " + path));
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(system_error("write " + path));
  return {};
}

std::string one_id(unsigned outside) { return "0 " + std::to_string(outside) + " 1\n"; }

}  // namespace

unsigned long namespace_flags(Identity identity) {
  unsigned long users = identity == Identity::mapped ? CLONE_NEWUSER : 0;
  return users | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
}

bool next_identity(Identity& tried, int error) {
  if (tried != Identity::mapped || ::geteuid() != 0 || (error != EPERM && error != ENOSPC)) return false;
  tried = Identity::switched;
  return true;
}

Identity identity_outside_namespaces() { return ::geteuid() == 0 ? Identity::switched : Identity::kept; }

std::string no_namespaces(int error) {
  return layer_does_not_hold(kNamespaces, std::string("new namespaces: ") + std::strerror(error) +
                                              " (this host does not let this user make them: "
                                              "user.max_user_namespaces, kernel.unprivileged_userns_clone, "
                                              "kernel.apparmor_restrict_unprivileged_userns)");
}

Result<void> write_identity_maps(pid_t pid, unsigned unused_id) {
  std::string folder = "/proc/" + std::to_string(pid) + "/";
  unsigned uid = ::geteuid(), gid = ::getegid();
  if (uid == 0 && write_once(folder + "uid_map", one_id(unused_id)) &&
      write_once(folder + "gid_map", one_id(unused_id)))
    return {};
  // Not root, or root of a container that does not know the unused id: our own id then, with no capability outside. An
  // ordinary user may map its group only after giving up setgroups, and so keeps its other groups.
  if (auto denied = write_once(folder + "setgroups", "deny"); !denied) return denied;
  if (auto mapped = write_once(folder + "uid_map", one_id(uid)); !mapped) return mapped;
  return write_once(folder + "gid_map", one_id(gid));
}

}  // namespace assay::sandbox
