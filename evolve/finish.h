#pragma once
// The end of a campaign: who is the champion, with a certificate, and how everything does on what nobody has seen.
//
// Serial and deterministic. All of it is written in one transaction: a kill on the way leaves the log as the search left
// it, and the next resume does the whole end again.

#include <optional>
#include <stop_token>

#include "evolve/examine.h"
#include "evolve/meter.h"
#include "evolve/settings.h"
#include "verify/certify.h"

namespace assay::evolve {

struct FinishContext {
  const Problem& problem;
  const SearchSettings& settings;
  Slots& slots;
  verify::Certifier& certifier;
  Archive& archive;
  const Population& population;
  const TrainInstances& train;
  const ValidationInstances& validation;
  std::filesystem::path out;  ///< the champion's bundle goes to out/champion
  Meter& meter;               ///< told what is being done
  std::stop_token stop;
};

struct Finish {
  std::optional<std::uint64_t> champion;  ///< best on validation among those with every claim proved, and on no validation instance worse than every baseline
  std::string certificate_verdict;        ///< of the champion; where there is none, of the best on validation
};

/// Nothing where it was stopped: the log is as the search left it.
Result<std::optional<Finish>> finish(const FinishContext& context);

}  // namespace assay::evolve
