#pragma once
// The harness's own failures. A candidate's failure is an Outcome (base/outcome.h) and never an Error.

#include <expected>
#include <string>
#include <utility>

namespace assay {

enum class Fault {
  harness,   ///< wrong input, full disk, our defect: exit code 2
  provider,  ///< a model's endpoint or the host is in trouble; worth a retry: exit code 3
};

/// Says what was tried, on what, why it failed and, where we know it, the mend.
struct Error {
  std::string what;
  Fault fault = Fault::harness;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string what, Fault fault = Fault::harness) {
  return std::unexpected(Error{std::move(what), fault});
}

}  // namespace assay
