#pragma once
// Exported policies in the running kernel: loaded, judged by its verifier, and registered as a congestion control for as long as an
// object of this process lives. When the process ends, however it ends, nothing of it is left but what open sockets still use.
//
// Not safe from several threads at once: libbpf speaks through a function of the whole process.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evaluators/congestion/kernel/bpf_verdict.h"

namespace assay::evaluators::congestion {

/// One congestion control in net.ipv4.tcp_available_congestion_control, of all network namespaces: for a socket's TCP_CONGESTION.
class RegisteredControl {
 public:
  ~RegisteredControl();  ///< no new socket can choose it; those that have it keep it
  RegisteredControl(RegisteredControl&&) noexcept;
  RegisteredControl& operator=(RegisteredControl&&) noexcept;

  const std::string& name() const { return name_; }

 private:
  friend struct Registrar;
  struct Loaded;
  RegisteredControl(std::unique_ptr<Loaded> loaded, std::string name);
  std::unique_ptr<Loaded> loaded_;
  std::string name_;
};

struct Judged {
  Judgement judgement;                         ///< Refused::line is of the compiled text (verify::BpfObject::places)
  std::unique_ptr<RegisteredControl> control;  ///< there where it was accepted and was to be registered
};

enum class Registration : std::uint8_t { none, own_name, fresh_name };

/// Loads `object` (verify::BpfObject::bytes, of kernel_texts). With `fresh_name` it goes by a name that no other process has chosen, so
/// that two can try the same policy at once; with `own_name` by the one that kernel_texts gave it.
/// The Error: the object is none of ours, or the kernel failed where it should not have.
Result<Judged> load_control(std::string_view object, Registration registration = Registration::fresh_name);

}  // namespace assay::evaluators::congestion
