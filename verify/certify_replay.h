#pragma once
// Runs counterexamples on the compiled candidate (UBSan's traps on, in the run jail) before anyone sees them.
// Internal to certify.

#include <memory>
#include <optional>
#include <string>

#include "sandbox/run_jail.h"
#include "verify/certify_examine.h"
#include "verify/toolchain.h"

namespace assay::verify {

/// Trusted text: reads a function's number and its inputs, fills the records, calls it, writes the answer and the state.
std::string replay_driver(const tasks::Contract& contract);

/// What the run has to show for the counterexample to stand.
bool run_agrees(const lower::Program& program, const Counterexample& counterexample, lower::Property property,
                const sandbox::RunReport& report);

/// What a run came to, in words: "the answer is 5", "stopped by its trap".
std::string run_story(const lower::Program& program, const sandbox::RunReport& report);

class Replayer {
 public:
  Replayer(const tasks::Contract& contract, const Screened& screened, Toolchain& toolchain, sandbox::RunJail& jail)
      : Replayer(contract, screened, toolchain, jail, nullptr) {}
  /// For the properties of `set`, by their number, instead of the contract's functions. `set` must outlive it.
  Replayer(const tasks::Contract& contract, const Screened& screened, Toolchain& toolchain, sandbox::RunJail& jail,
           const properties::PropertySet* set)
      : contract_(contract), screened_(screened), toolchain_(toolchain), jail_(jail), set_(set) {}

  /// Runs every counterexample of `examined`, the examination of the contract's function number `function`.
  Result<void> settle(std::size_t function, ExaminedFunction& examined, const CertifyOptions& options);
  /// On the code with its traps: sets `reproduced`, or turns the claim into Unknown. A claim that stands is then run on the
  /// code as it is measured, and both runs are told.
  Result<void> run(std::size_t function, const lower::Program& program, lower::Property property, ExaminedClaim& claim);

  std::chrono::nanoseconds spent() const { return spent_; }

 private:
  struct Told {
    std::vector<lower::LoweredFunction> functions;
    std::vector<Place> places;
  };
  enum class Image : std::uint8_t { checked, optimised };
  Result<const Attempt<Binary>*> binary(Image image);  ///< compiled at the first need
  Result<sandbox::RunReport> execute(const Binary& binary, const std::string& input, std::size_t output_bytes, std::chrono::milliseconds deadline);
  /// The functions once more, with their variables; made at the first need. Empty where that gives no code.
  Result<const Told*> told();
  Result<void> tell(std::size_t function, ExaminedFunction& examined, const CertifyOptions& options);
  Result<void> run_optimised(const std::string& input, const lower::Program& program, std::chrono::milliseconds deadline, Claim& claim);
  bool agrees(const lower::Program& program, lower::Property property, const Counterexample& counterexample,
              const sandbox::RunReport& report) const;
  std::string story(const lower::Program& program, const sandbox::RunReport& report) const;

  const tasks::Contract& contract_;
  const Screened& screened_;
  Toolchain& toolchain_;
  sandbox::RunJail& jail_;
  const properties::PropertySet* set_;
  std::optional<Attempt<Binary>> images_[2];
  std::optional<Told> told_;
  std::chrono::nanoseconds spent_{};
};

}  // namespace assay::verify
