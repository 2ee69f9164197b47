#pragma once
// Does each layer hold here? Asked once at start, by trusted code in place of a candidate that tries to get out.

#include "base/result.h"
#include "sandbox/cgroup.h"
#include "sandbox/layers.h"

namespace assay::sandbox {

/// Runs the probes of every layer in `layers` through the zygote at `socket`, each with the other layers open, so that
/// one layer cannot answer for another. The Error names the layer, what got through and the option to run without. `group`: that of the
/// zygote, with kCgroups; its memory limit is a low one afterwards.
Result<void> self_test(int socket, Layers layers, Cgroup* group);

}  // namespace assay::sandbox
