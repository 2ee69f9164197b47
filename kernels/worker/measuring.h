#pragma once
// The work of a request on one device. Everything that it finds is said as events while it is found, so that what ends it early loses nothing.

#include <functional>
#include <nlohmann/json.hpp>

#include "kernels/worker/device.h"
#include "kernels/worker/request.h"

namespace assay::kernels::worker {

/// Takes one event; false: nobody listens any more, or a signal asks for the end.
using Say = std::function<bool(Json)>;

/// Runs a verify, measure or null. Events have no "id" yet, and "done" is the last. A device that failed is gone for good: device_lost.
void serve_request(Device& device, const Request& request, const MakeWorkload& make, const Say& say);

}  // namespace assay::kernels::worker
