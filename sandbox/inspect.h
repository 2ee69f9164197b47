#pragma once
// The self-test of both jails as a table: every layer alone, whether or not the ones before it hold.

#include <string>
#include <vector>

#include "sandbox/run_jail.h"

namespace assay::sandbox {

enum class Standing {
  holds,
  broken,  ///< a probe got through, or the layer cannot be closed: the jail refuses
  absent,  ///< control groups that the host does not have, or not for us: the jail runs, and its results say so
};

struct LayerStanding {
  std::string jail;   ///< "run" or "worker"
  std::string layer;  ///< its name; "always" for what no option turns off
  std::string tried;  ///< what the probe tried; "" when the layer could not be closed
  Standing standing;
  std::string why;    ///< empty when it holds
};

/// Starts a jail for each layer. Cost: some tenths of a second.
std::vector<LayerStanding> inspect_layers();

}  // namespace assay::sandbox
