#pragma once
// The child's side of a Worker: the template and the serving processes that it forks.

#include "sandbox/layers.h"
#include "sandbox/worker.h"

namespace assay::sandbox {

struct TemplateJob {
  int control;  ///< SOCK_SEQPACKET to the parent
  Layers layers;
  const WorkerOptions& options;
  const Worker::Handler& handler;
  const std::function<void()>& warm_up;
  Identity identity = Identity::mapped;  ///< set once the namespaces are made
};

/// Called in a fresh fork of the parent. Enters the namespaces (the parent writes the maps), forks the template as
/// process 1 in them, and waits for its end; never returns to the parent's code.
[[noreturn]] void run_template(const TemplateJob& job);

}  // namespace assay::sandbox
