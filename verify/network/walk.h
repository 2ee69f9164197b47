#pragma once
// Runs of a policy on drawn behaviours of a path: no solver, only the interpreter and the laws as formulas. A drawn run is a proposal;
// execute.h says whether it is an execution that the path allows.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "verify/network/evaluate.h"
#include "verify/network/policy_sender.h"

namespace assay::verify::network {

class Walker {
 public:
  /// The script holds path, premises and sender at Detail::exact, whose names these are. All must outlive it.
  Walker(const Script& script, const PolicySender& sender, const CallNames& names, const PacketPath& path, std::uint64_t instruction_bound);

  /// The same for the same seed. A value of every constant that the laws speak of, but possibly not one that they allow.
  Values walk(std::uint64_t seed);

 private:
  /// A claim that gives a constant its value (low is high), or bounds it.
  struct Definition {
    std::string name;
    Formula low, high;
    bool is_bound = false;
    std::size_t step = 0;              ///< of a bound: the step whose view it belongs to
    std::vector<const Formula*> more;  ///< of a bound: claims nearby that mention the constant
  };
  void add(std::size_t place);

  void start();
  void begin();
  void hear(std::size_t t);
  void show(std::size_t t);
  void answer(std::size_t t);
  void send(std::size_t t);
  void serve(std::size_t t);

  Values::mapped_type draw(Values::mapped_type low, Values::mapped_type high);
  bool flip() { return (random_() & 1) != 0; }
  lower::Word remembered(const lower::Input& input);
  void fill(std::size_t t);
  bool define(const Definition& definition, bool may_draw);
  bool is_excluded(const Definition& definition) const;
  lower::Word& at(const char* name, std::size_t t) { return values_[std::string(name) + "_" + std::to_string(t)]; }

  const Script& script_;
  const PolicySender& sender_;
  const CallNames& names_;
  const PacketPath& path_;
  std::uint64_t bound_;
  std::vector<Definition> definitions_;
  std::vector<const Formula*> start_claims_;

  std::mt19937_64 random_;
  Values values_;
  std::vector<lower::Word> inputs_;
  std::vector<const Definition*> open_;
  bool is_lagging_ = false, is_dropping_ = false;  ///< of the path
  bool is_new_ = false, is_small_ = false;         ///< of the state at the first call
};

}  // namespace assay::verify::network
