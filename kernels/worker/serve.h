#pragma once
// The worker's conversation: JSON lines in, JSON lines out (protocol 1). One request at a time; nothing in a line, nor its end in the middle,
// makes it crash or end.
//
// Shapes that no search saw: a worker knows no list of shapes, so the parent sends those of a holdout when the search is over, drawn from a
// seed that it made only then. A figure that is reported is one of such shapes.

#include <expected>
#include <memory>
#include <string>

#include "kernels/worker/device.h"
#include "kernels/worker/workload.h"

namespace assay::kernels::worker {

struct Opened {
  std::unique_ptr<Device> device;  ///< null: there is none
  std::string why;                 ///< there is none
};

/// "cpu", "cpu:2", "cuda", "cuda:0". The error says what is wrong with the name; that the device is not there is no error.
std::expected<Opened, std::string> open_device(const std::string& name);

struct Streams {
  int in = 0, out = 1;
};

struct Serving {
  Opened opened;
  std::string device_name;  ///< as given, for processes of cubins
  std::string build;        ///< SHA-256 of the program
  bool one = false;         ///< this is a cubin's own process
  MakeWorkload make = make_workload;
};

/// Until the input ends, "quit", a signal, or nobody reads any more. The exit status: always 0.
int serve(Serving& serving, Streams streams);

/// SHA-256 of the program that runs; empty where it cannot be read.
std::string own_digest();

}  // namespace assay::kernels::worker
