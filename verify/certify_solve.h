#pragma once
// What abstract interpretation left open, settled by the solver; what that leaves open, in words. Internal to certify.

#include <chrono>
#include <string>
#include <vector>

#include "verify/certify_examine.h"
#include "verify/domains/explore.h"
#include "verify/smt/query.h"

namespace assay::verify {

class Discharge {
 public:
  Discharge(const lower::Program& program, lower::TermPool& pool, const ExamineRequest& request, smt::Solver& solver, Trials& trials)
      : program_(program), pool_(pool), request_(request), solver_(solver), trials_(trials) {}

  /// Every open obligation of a claim that is neither refuted nor in doubt already.
  Result<void> settle(const domains::Exploration& found);
  /// An input that returns, from the ways to a return, where no sample did.
  Result<void> seek_witness(const domains::Exploration& found);

  /// Why a claim is not settled; empty: nothing of it is open.
  const std::string& doubt(lower::Property property) const { return doubt_[index_of(property)]; }
  std::uint64_t settled(lower::Property property) const { return settled_[index_of(property)]; }
  std::vector<std::string>& texts() { return texts_; }  ///< of what was settled, either way
  std::chrono::nanoseconds spent() const { return spent_; }

 private:
  Result<void> settle(const domains::Obligation& obligation);
  Result<bool> hunt(const domains::Obligation& obligation);
  Result<smt::Answer> ask(const std::string& text, lower::Property property, std::uint64_t share);
  void accept_model(const domains::Obligation& obligation, const smt::Answer& answer);
  std::optional<lower::Inputs> inputs_of(const smt::Answer& answer) const;
  std::string title(const domains::Obligation& obligation, std::string_view expected) const;
  std::string place(const domains::Obligation& at) const;

  const lower::Program& program_;
  lower::TermPool& pool_;
  const ExamineRequest& request_;
  smt::Solver& solver_;
  Trials& trials_;
  std::string doubt_[kClaimKinds];
  std::uint64_t settled_[kClaimKinds] = {};
  std::chrono::nanoseconds of_claim_[kClaimKinds] = {};
  std::chrono::nanoseconds spent_{};
  std::vector<std::string> texts_;
};

/// The candidate's line of a debug line; 0 where there is none.
int candidate_line(const ExamineRequest& request, int emitted);

/// Some term of the question stands for a loop's effect: a model of it need not be an execution.
bool mentions_symbols(const lower::TermPool& pool, const domains::Obligation& obligation);

}  // namespace assay::verify
