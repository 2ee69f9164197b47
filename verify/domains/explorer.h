#pragma once
// The walk itself: visits block instances in order, carries states along edges, settles or opens what they claim.
// Internal to domains; explore() is what others call. Parts: explorer.cpp (instances and their ends), decide.cpp (what is
// known, what is open), execute.cpp (instructions), loop_summary.cpp (loops that are not unrolled).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "verify/domains/explore.h"
#include "verify/domains/loop_summary.h"
#include "verify/domains/state.h"

namespace assay::verify::domains {

/// How one walk goes about loops and merges.
struct Strategy {
  std::set<std::uint32_t> summed_up;     ///< loops that are not unrolled
  bool partitions = false;               ///< ways are kept apart where they would merge, up to a cap
  std::uint32_t unroll_cap = ~0u;        ///< a loop that goes round more often stops the walk: Explorer::too_long
};

class Explorer {
 public:
  Explorer(const lower::Program& program, TermPool& pool, const ExploreOptions& options, const Strategy& strategy,
           const std::vector<Word>& thresholds)
      : program_(program), pool_(pool), options_(options), strategy_(strategy), thresholds_(thresholds), ranges_(pool, program) {}

  Exploration run();
  /// After run(): the loop that passed the cap; nothing was found then.
  std::optional<std::uint32_t> too_long() const { return too_long_; }

 private:
  /// Names one instance of a block so that instances sort topologically: place, iteration, place, iteration, ..., place,
  /// partition.
  using Key = std::vector<std::uint32_t>;

  /// An instance that some way leads to and that is not visited yet.
  struct Pending {
    std::uint32_t block = 0;
    std::uint32_t node = lower::kNone;  ///< its place in the recorded graph
    std::vector<Arrival> arrivals;
  };

  /// What becomes of the ways back to the header of a summed-up loop.
  struct Header {
    bool collects = false;     ///< they are gathered: a summary is being sought; otherwise they must be within it
    bool looks_for_relations = false;
    LoopSummary summary;
    const State* entry = nullptr;  ///< while it collects
    std::vector<Row> rows;
    std::uint32_t node = lower::kNone;
  };

  // explorer.cpp: instances and their order
  State start();
  std::vector<std::uint32_t> loops_around(std::uint32_t block) const;
  Key key_of(std::uint32_t block, const Key& key, std::uint32_t from, bool* goes_back = nullptr) const;
  void send(const Key& key, std::uint32_t from, std::size_t edge, State state);
  std::uint32_t partition_of(const Key& target, std::uint32_t from, const State& state);
  void drain();
  void give_up(std::string why);
  void visit(const Key& key, Pending at_last);
  void pass(const Key& key, std::uint32_t number, State state);
  bool spend(const lower::Block& block, State& state);
  void branch(const Key& key, std::uint32_t number, const lower::Block& block, State state);
  void skipped(std::uint32_t target);
  void confine(TermId id, const Interval& allowed, const std::string& what, const State& state);
  void confine_double(TermId id, const Interval& allowed, const std::string& what, const State& state);
  void give_back(const lower::Block& block, const State& state);
  proof::Node& node_at(std::uint32_t node);
  void record(std::uint32_t number, bool is_cut, const State& state);

  // decide.cpp
  Interval range(TermId id, const State& state);
  Differences differences(const State& state) { return {state.zone, state.facts, pool_, ranges_}; }
  std::optional<bool> decide(TermId bit, State& state);
  bool learn(State& state, TermId bit, bool truth);
  bool learn_again(State& state, TermId bit);
  void make_exact(State& state);
  bool tests_overflow_of(TermId test, TermId result) const;
  bool known_false(TermId bit, const State& state);
  bool hold(std::uint32_t check, TermId bit, State& state);
  bool assumed(TermId bit, State& state);
  void violated(std::uint32_t check, const State& state, TermId violation);
  void open(lower::Property property, std::string what, int line, std::uint32_t check, const State& state, TermId violation);
  TermId past_bound(const State& state);
  std::string too_expensive() const;
  void settle(lower::Property property);
  void settle(std::uint32_t check) { settle(program_.checks[check].property); }

  // execute.cpp
  TermId term(lower::ValueId value, const State& state);
  Integer transfer_of(TermId id, const State& state);
  Integer value(TermId id, const State& state);
  bool execute(const lower::Instruction& at, State& state);
  void compute(const lower::Instruction& at, State& state);
  Interval double_under(const Facts& facts, TermId id, int depth);
  std::vector<std::uint32_t> slots_in_reach(const lower::Instruction& at, const lower::Value& moved, const Integer& offsets) const;
  TermId hits(TermId offset, std::uint32_t slot);
  bool always_hits(const Integer& offset, const std::vector<std::uint32_t>& reach) const;
  std::vector<std::uint32_t> reach(const lower::Instruction& at, const lower::Value& moved, State& state);
  bool load(const lower::Instruction& at, State& state);
  bool store(const lower::Instruction& at, State& state);

  // sum_up.cpp
  std::optional<std::uint32_t> headed_by(std::uint32_t block) const;
  bool lies_in(std::uint32_t block, std::uint32_t loop) const;
  void arrive_back(const Key& header, std::uint32_t from, std::size_t edge, State state);
  Row one_round(const Key& key, const State& entry, LoopSummary& summary, bool looks_for_relations = false);
  std::optional<LoopSummary> find_stable(const Key& key, std::uint32_t loop, const State& entry);
  LoopSummary narrow(const Key& key, const State& entry, LoopSummary stable, Row row);
  std::optional<State> sum_up(const Key& key, std::uint32_t loop, std::uint32_t node, State entry);
  SummaryTools tools() { return {program_, pool_, ranges_}; }
  bool is_quiet() const { return !seeking_.empty(); }

  const lower::Program& program_;
  TermPool& pool_;
  const ExploreOptions& options_;
  const Strategy& strategy_;
  const std::vector<Word>& thresholds_;
  Ranges ranges_;
  Exploration out_;
  int line_ = 0;
  std::uint64_t work_ = 0, instances_ = 0;
  std::uint32_t nodes_ = 0;             ///< numbers given out
  std::uint32_t node_ = lower::kNone;   ///< of the instance that is being visited
  std::optional<std::uint32_t> too_long_;
  std::vector<std::uint32_t> seeking_;  ///< loops whose fixpoint is being sought: nothing is said, and nothing leaves the innermost
  std::uint32_t partitions_ = 0;        ///< beyond the first of each instance
  std::map<Key, std::vector<std::pair<std::uint32_t, std::uint32_t>>> apart_;  ///< instance -> ways kept apart: (partition, from)
  std::map<Key, Header> headers_;
  std::map<Key, Pending> pending_;
  std::map<lower::ValueId, lower::ValueId> guarded_;  ///< sums, differences and products whose overflow was open -> its test
};

}  // namespace assay::verify::domains
