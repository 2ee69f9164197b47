#pragma once
// The zygote as its parent sees it: a process to start, talk to and kill.

#include <sys/types.h>

#include <memory>

#include "base/file.h"
#include "base/result.h"
#include "sandbox/cgroup.h"
#include "sandbox/layers.h"

namespace assay::sandbox {

class ZygoteProcess {
 public:
  /// Starts the embedded zygote program in its namespaces, in `group` if there is one, and waits until its layers are closed.
  /// May be called at any time, also beside other threads.
  static Result<ZygoteProcess> start(Layers layers, const Cgroup* group);
  ZygoteProcess(ZygoteProcess&& other) noexcept = default;
  ZygoteProcess& operator=(ZygoteProcess&& other) noexcept;
  /// Kills it and, with it, everything in its pid namespace; reaps it.
  ~ZygoteProcess();

  int socket() const { return socket_.get(); }

 private:
  ZygoteProcess(FileDescriptor socket, FileDescriptor pidfd) : socket_(std::move(socket)), pidfd_(std::move(pidfd)) {}
  void end();

  FileDescriptor socket_;
  FileDescriptor pidfd_;
};

}  // namespace assay::sandbox
