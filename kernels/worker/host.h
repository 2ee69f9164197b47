#pragma once
// What this machine says of itself.

#include <string>

namespace assay::kernels::worker {

/// What follows `key` and a colon in a file of /proc; empty where it is not there.
std::string host_value(const char* path, const std::string& key);

/// Bytes that can be had without swapping.
double available_bytes();

}  // namespace assay::kernels::worker
