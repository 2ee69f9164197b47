#pragma once
// A trace of the network model as a picture of its own: an SVG file that needs nothing beside it.

#include <string>

#include "verify/network/execute.h"

namespace assay::cli {

/// Two panels over steps: totals sent and served with losses marked; window, queue and packets in flight with the calls named.
std::string packet_plot(const verify::network::PacketRun& run, const std::string& title);

}  // namespace assay::cli
