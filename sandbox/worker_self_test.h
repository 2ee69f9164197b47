#pragma once
// Does each layer of a worker hold here? Asked once in the template, before it says that it is ready.

#include "sandbox/worker_template.h"

namespace assay::sandbox {

/// The Error names the layer, what got through and the option to run without.
Result<void> worker_self_test(const TemplateJob& job);

}  // namespace assay::sandbox
