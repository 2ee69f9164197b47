#pragma once
// Who a jailed process is, and the namespaces it is in: the parent's part (the process's own is take_identity).

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "sandbox/layers.h"

namespace assay::sandbox {

/// The namespaces of the jail, for clone3 and unshare, of a process with that identity.
unsigned long namespace_flags(Identity identity);

/// What to try next after namespaces for `tried` could not be made, by errno `error`: root in a chroot may make all but a user
/// namespace. False when there is nothing left to try.
bool next_identity(Identity& tried, int error);

/// What to say when they cannot be made, after `error` (errno).
std::string no_namespaces(int error);

/// Writes the uid and gid maps of the process `pid`, which is in a user namespace that a child of ours just made.
/// For root, `unused_id` is who it is outside.
Result<void> write_identity_maps(pid_t pid, unsigned unused_id);

/// Without the layer of namespaces.
Identity identity_outside_namespaces();

}  // namespace assay::sandbox
