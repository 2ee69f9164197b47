#include "verify/network/flow_view.h"

#include <charconv>

namespace assay::verify::network {
namespace {

constexpr std::int64_t kSecond = 1'000'000;              ///< microseconds
constexpr std::int64_t kLongAgo = std::int64_t{1} << 39;  ///< bound of the clock at the first call
constexpr std::int64_t kLongRtt = std::int64_t{1} << 30;  ///< bound of a round trip before the first call, microseconds
constexpr std::int64_t kMostRtt = 4294967295;            ///< of the contract: what is longer is shown as this
constexpr std::int64_t kNoSample = 4294967295;           ///< a round without one, so far
constexpr std::int64_t kManyRounds = 1 << 30;
constexpr std::int64_t kManyPackets = std::int64_t{1} << 31;

Formula flag(const Formula& truth) { return choice(truth, whole(1), whole(0)); }

std::string at(const std::string& name, std::size_t t) { return "|view " + name + "@" + std::to_string(t) + "|"; }

}  // namespace

bool is_always_zero(const std::string& input) { return input == "flow.marked" || input.starts_with("history.marked["); }

/// Fields that have formulas of their own; what they take from the trace directly is in make().
const std::map<std::string, FlowView::Make>& FlowView::fields() {
  static const std::map<std::string, Make> kFields = {
      {"now", &FlowView::now},           {"rtt", &FlowView::rtt},
      {"sample", &FlowView::sample},     {"smoothed_rtt", &FlowView::smoothed_rtt},
      {"min_rtt", &FlowView::min_rtt},   {"max_rtt", &FlowView::max_rtt},
      {"rate", &FlowView::rate},         {"max_rate", &FlowView::max_rate},
      {"recovering", &FlowView::recovering}, {"new_round", &FlowView::new_round},
      {"rounds", &FlowView::rounds},     {"round_end", &FlowView::round_end},
  };
  return kFields;
}

std::optional<Formula> FlowView::value(const std::string& input, std::size_t t) {
  const auto key = std::pair{input, t};
  if (auto found = said_.find(key); found != said_.end()) return found->second;
  auto made = make(input, t);
  if (!made) return std::nullopt;
  Formula name = script_.integer(at(input, t));
  script_.claim(equal(name, *made));
  return said_[key] = name;
}

std::optional<Formula> FlowView::make(const std::string& input, std::size_t t) {
  constexpr std::string_view kFlow = "flow.";
  if (is_always_zero(input)) return whole(0);
  if (!input.starts_with(kFlow)) return history(input, t);
  const std::string field = input.substr(kFlow.size());
  if (auto found = fields().find(field); found != fields().end()) return (this->*found->second)(t);
  if (is_start(t)) {
    if (field == "total_delivered" || field == "total_lost") return unknown(field + " before", t, whole(0), whole(kManyPackets));
    return std::nullopt;
  }
  if (field == "window") return trace_.window[t - 1];
  if (field == "inflight") return trace_.inflight(t);
  if (field == "acked") return trace_.acked(t);
  if (field == "lost") return trace_.newly_lost(t);
  if (field == "total_delivered") return flow(field, t - 1) + trace_.acked(t);
  if (field == "total_lost") return flow(field, t - 1) + trace_.newly_lost(t);
  return std::nullopt;
}

Formula FlowView::unknown(const std::string& name, std::size_t t, const Formula& least, const Formula& most) {
  Formula out = script_.integer(at("any " + name, t));
  script_.claim(least <= out && out <= most);
  return out;
}

Formula FlowView::most_rate() const { return whole(path_.rate * (1 + path_.jitter) * (kSecond / path_.step_us)); }

Formula FlowView::now(std::size_t t) {
  if (is_start(t)) return unknown("now", t, whole(0), whole(kLongAgo));
  return flow("now", t - 1) + whole(path_.step_us);
}

/// What the newest acknowledged packet waited: it was accepted in some step, and served in the one that is heard of. Told apart to a
/// step, not closer: within a step nothing says when. (What lies behind that packet says nothing of its own wait.)
Formula FlowView::sample(std::size_t t) {
  const std::size_t heard = trace_.heard(t);
  const Formula out = unknown("sample", t, propagation(), whole(kMostRtt));
  for (std::size_t u = 0; u < heard; ++u) {
    const Formula was_accepted = trace_.accepted(u) >= trace_.served[heard];
    const std::int64_t since = path_.step_us * static_cast<std::int64_t>(heard - u);
    script_.claim(implies(was_accepted, out >= propagation() + whole(since - path_.step_us)));
    script_.claim(implies(!was_accepted, out <= propagation() + whole(since)));
  }
  return out;
}

Formula FlowView::rtt(std::size_t t) {
  if (is_start(t)) return unknown("rtt", t, propagation(), whole(kLongRtt));
  return choice(trace_.acked(t) > whole(0), flow("sample", t), flow("rtt", t - 1));
}

Formula FlowView::smoothed_rtt(std::size_t t) {
  if (is_start(t)) return unknown("smoothed_rtt", t, flow("min_rtt", t), flow("max_rtt", t));
  const Formula before = flow("smoothed_rtt", t - 1), newest = flow("rtt", t);
  return unknown("smoothed_rtt", t, smaller(before, newest), larger(before, newest));
}

Formula FlowView::min_rtt(std::size_t t) {
  if (!is_start(t)) return smaller(flow("min_rtt", t - 1), flow("rtt", t));
  return knows_propagation_ ? propagation() : unknown("min_rtt", t, propagation(), flow("rtt", t));
}

Formula FlowView::max_rtt(std::size_t t) {
  if (!is_start(t)) return larger(flow("max_rtt", t - 1), flow("rtt", t));
  return unknown("max_rtt", t, flow("rtt", t), whole(kLongRtt));
}

/// A sample looks back over a whole flight, and its span is the longer one of sending and of being acknowledged: of what was before the
/// trace nothing is known.
Formula FlowView::rate(std::size_t t) {
  if (is_start(t)) return unknown("rate", t, whole(0), most_rate());
  return choice(trace_.acked(t) > whole(0), unknown("rate", t, whole(0), most_rate()), flow("rate", t - 1));
}

Formula FlowView::max_rate(std::size_t t) {
  if (is_start(t)) return unknown("max_rate", t, flow("rate", t), most_rate());
  return larger(flow("max_rate", t - 1), flow("rate", t));
}

/// Of what was sent before the last reaction, something is neither acknowledged nor known to be lost.
Formula FlowView::recovering(std::size_t t) {
  const Formula all_served = trace_.served[trace_.heard(t)] >= trace_.recovery_end[t] - trace_.reacted[t];
  return flag(!(all_served && trace_.detected[t] >= trace_.reacted[t]));
}

/// The newest acknowledged packet's place among all that were sent lies between what is served and known to be lost, and what is
/// served and was lost; between the two a round may end or not.
Formula FlowView::new_round(std::size_t t) {
  if (is_start(t)) return whole(0);
  const Formula& served = trace_.served[trace_.heard(t)];
  Formula out = unknown("new_round", t, whole(0), whole(1)), end = flow("round_end", t - 1);
  script_.claim(implies(equal(trace_.acked(t), whole(0)), equal(out, whole(0))));
  script_.claim(implies(trace_.acked(t) > whole(0) && served + trace_.detected[t] > end, equal(out, whole(1))));
  script_.claim(implies(served + larger(trace_.detected[t], trace_.lost[trace_.heard(t)]) <= end, equal(out, whole(0))));
  return out;
}

Formula FlowView::rounds(std::size_t t) {
  if (is_start(t)) return unknown("rounds", t, whole(0), whole(kManyRounds));
  return flow("rounds", t - 1) + flow("new_round", t);
}

Formula FlowView::round_end(std::size_t t) {
  if (is_start(t)) return unknown("round_end", t, whole(0), trace_.sent[t]);
  return choice(equal(flow("new_round", t), whole(1)), trace_.sent[t - 1], flow("round_end", t - 1));
}

/// "history.rtt[3]", and the sums of the round under way: "so_far.rtt", "left_over.rtt".
std::optional<Formula> FlowView::history(const std::string& input, std::size_t t) {
  const auto dot = input.find('.'), bracket = input.find('[');
  if (dot == std::string::npos) return std::nullopt;
  const std::string head = input.substr(0, dot), column = input.substr(dot + 1, bracket == std::string::npos ? bracket : bracket - dot - 1);
  if (head == "so_far") return so_far(column, t);
  if (head == "left_over") return left_over(column, t);
  if (head != "history" || bracket == std::string::npos) return std::nullopt;
  if (is_start(t)) return old_round(column, input, t);
  int round = 0;
  std::from_chars(input.data() + bracket + 1, input.data() + input.size(), round);
  const std::string newer = "history." + column + "[" + std::to_string(round - 1) + "]";
  auto before = value(input, t - 1), shifted = round == 0 ? std::optional(ended_round(column, t)) : value(newer, t - 1);
  if (!before || !shifted) return std::nullopt;
  return choice(equal(flow("new_round", t), whole(1)), *shifted, *before);
}

std::optional<Formula> FlowView::old_round(const std::string& column, const std::string& name, std::size_t t) {
  if (column == "delivered" || column == "lost") return unknown(name, t, whole(0), whole(kMostBefore));
  if (column == "rate") return unknown(name, t, whole(0), most_rate());
  if (column != "rtt" && column != "mean_rtt") return std::nullopt;
  Formula out = unknown(name, t, whole(0), whole(kLongRtt));
  script_.claim(equal(out, whole(0)) || out >= flow("min_rtt", t));
  return out;
}

Formula FlowView::ended_round(const std::string& column, std::size_t t) {
  if (column == "mean_rtt") return unknown("mean_rtt", t, *value("so_far.rtt", t), *value("so_far.most_rtt", t));
  return *value("so_far." + column, t);
}

/// Of the round that step t belongs to or ends.
Formula FlowView::so_far(const std::string& column, std::size_t t) {
  if (is_start(t)) {
    if (column == "rtt") return choice(equal(*value("so_far.delivered", t), whole(0)), whole(kNoSample), unknown("round rtt", t, flow("min_rtt", t), whole(kLongRtt)));
    if (column == "most_rtt") return choice(equal(*value("so_far.delivered", t), whole(0)), whole(0), unknown("round most", t, *value("so_far.rtt", t), whole(kNoSample)));
    return unknown("round " + column, t, whole(0), column == "rate" ? most_rate() : whole(kMostBefore));
  }
  const Formula before = *value("left_over." + column, t - 1);
  const Formula is_sampled = trace_.acked(t) > whole(0);
  if (column == "rtt") return choice(is_sampled, smaller(before, flow("sample", t)), before);
  if (column == "most_rtt") return choice(is_sampled, larger(before, flow("sample", t)), before);
  if (column == "rate") return larger(before, flow("rate", t));
  return before + (column == "lost" ? trace_.newly_lost(t) : trace_.acked(t));
}

Formula FlowView::left_over(const std::string& column, std::size_t t) {
  const Formula sum = *value("so_far." + column, t);
  if (is_start(t)) return sum;
  return choice(equal(flow("new_round", t), whole(1)), whole(column == "rtt" ? kNoSample : 0), sum);
}

}  // namespace assay::verify::network
