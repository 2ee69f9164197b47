#pragma once
// What a policy of tasks/congestion_control is shown at each step of a trace: the fields of Flow and History as integers of
// the model. Each is said when it is first asked for, so that a policy that reads little is a small question.
//
// A step is one event: its acknowledgements come together, with one round-trip sample, which is what the newest of them waited, known to
// a step, and the propagation delay. A delivery rate is any up to what the link can do; a smoothed round trip and a round's mean are any value
// that samples of the steps could give; marks do not occur; what lies before the first call is any value that agrees with itself.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "verify/network/packet_path.h"

namespace assay::verify::network {

/// What the model never shows but as 0: marks.
bool is_always_zero(const std::string& input);

class FlowView {
 public:
  /// All must outlive it. `knows_propagation`: the least round trip before the first call is the propagation delay itself.
  FlowView(Script& script, const PacketPath& path, const PacketTrace& trace, bool knows_propagation)
      : script_(script), path_(path), trace_(trace), knows_propagation_(knows_propagation) {}

  /// The input of that name ("flow.rtt", "history.lost[3]") at step t, first() - 1 <= t, as a constant of sort Int. nullopt: the
  /// model does not know the name; it may then be any value of its range.
  std::optional<Formula> value(const std::string& input, std::size_t t);

 private:
  using Make = Formula (FlowView::*)(std::size_t t);
  static const std::map<std::string, Make>& fields();

  Formula flow(const std::string& field, std::size_t t) { return *value("flow." + field, t); }
  std::optional<Formula> make(const std::string& input, std::size_t t);
  std::optional<Formula> history(const std::string& input, std::size_t t);
  std::optional<Formula> old_round(const std::string& column, const std::string& name, std::size_t t);
  Formula ended_round(const std::string& column, std::size_t t);

  bool is_start(std::size_t t) const { return t + 1 == path_.first(); }
  Formula unknown(const std::string& name, std::size_t t, const Formula& least, const Formula& most);
  Formula propagation() const { return whole(propagation_us()); }
  std::int64_t propagation_us() const { return path_.step_us * path_.rtt; }
  Formula most_rate() const;

  Formula now(std::size_t t);
  Formula rtt(std::size_t t);
  Formula sample(std::size_t t);
  Formula smoothed_rtt(std::size_t t);
  Formula min_rtt(std::size_t t);
  Formula max_rtt(std::size_t t);
  Formula rate(std::size_t t);
  Formula max_rate(std::size_t t);
  Formula recovering(std::size_t t);
  Formula new_round(std::size_t t);
  Formula rounds(std::size_t t);
  Formula round_end(std::size_t t);
  Formula so_far(const std::string& column, std::size_t t);
  Formula left_over(const std::string& column, std::size_t t);

  Script& script_;
  const PacketPath& path_;
  const PacketTrace& trace_;
  bool knows_propagation_;
  std::map<std::pair<std::string, std::size_t>, Formula> said_;
};

}  // namespace assay::verify::network
