#pragma once
// Who a jailed process is. Inside its user namespace it is uid 0 of nothing; outside it is an otherwise unused uid when
// we are root, else our own.

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace assay::sandbox {

/// Every namespace of the jail, for clone3 and unshare.
unsigned long namespace_flags();

/// What to say when they cannot be made, after `error` (errno).
std::string no_namespaces(int error);

/// Writes the uid and gid maps of the process `pid`, which is in a user namespace that a child of ours just made.
Result<void> write_identity_maps(pid_t pid);

/// Becomes the mapped identity. In namespaces: uid 0 inside. Without them: the unused uid, if we are root.
/// Plain system calls only: may run between fork and exec. Returns 0 or errno.
int take_identity(bool in_namespaces);

}  // namespace assay::sandbox
