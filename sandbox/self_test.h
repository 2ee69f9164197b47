#pragma once
// Does each layer of the run jail hold here? Asked at start, by trusted code in place of a candidate that tries to get out.

#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/cgroup.h"
#include "sandbox/layers.h"

namespace assay::sandbox {

/// One attempt to get out.
struct Probed {
  Layers layer;             ///< what must stop it; 0: what no option turns off
  std::string tried;        ///< "forked 64 times"
  std::string got_through;  ///< how far it got; empty: the layer held
};

/// Runs the probes of every layer in `layers` through the zygote at `socket`, each with the other layers open, so that
/// one layer cannot answer for another. `group`: that of the zygote, with kCgroups; its memory limit is a low one afterwards.
std::vector<Probed> probe_layers(int socket, Layers layers, Cgroup* group);

/// The same as a refusal: the Error names the first layer that does not hold, what got through and the option to run without.
Result<void> self_test(int socket, Layers layers, Cgroup* group);

}  // namespace assay::sandbox
