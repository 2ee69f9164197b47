#pragma once
// The claims of properties.cpp and of the candidate's own invariant. Internal to certify.

#include <optional>
#include <vector>

#include "verify/certify_examine.h"
#include "verify/certify_replay.h"

namespace assay::verify {

struct PropertyRequest {
  const tasks::Contract& contract;
  const Screened& screened;
  const CertifyOptions& options;
  Toolchain& toolchain;
  sandbox::RunJail& jail;
  smt::Solver& solver;
};

/// The invariant first: only once all of its claims are proved is it assumed, by the properties and by `given`.
class PropertyCertifier {
 public:
  explicit PropertyCertifier(const PropertyRequest& request) : request_(request) {}

  Result<void> run();
  /// Of the task's properties in their order, then of the invariant.
  std::vector<ExaminedFunction>& examined() { return examined_; }
  /// The contract's functions behind a proved invariant: what the default claims are then about.
  std::optional<std::vector<lower::LoweredFunction>>& given() { return given_; }

 private:
  /// Examines the properties of `set` for which `wanted` holds. False: the text gave no IR, said so in their claims.
  template <class Wanted>
  Result<std::vector<ExaminedFunction>> examine_all(const properties::PropertySet& set, Wanted wanted);

  const PropertyRequest request_;
  std::vector<ExaminedFunction> examined_;
  std::optional<std::vector<lower::LoweredFunction>> given_;
};

}  // namespace assay::verify
