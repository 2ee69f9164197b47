// The corpus: small annotated cases through the whole certifier, against what is true of them. Wrong answers: none.

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/verify/concrete.h"
#include "tests/verify/corpus_case.h"
#include "verify/certify.h"
#include "verify/lower/lower.h"
#include "verify/properties/invariant.h"

namespace assay::verify {
namespace {

struct Row {
  int safe = 0, unsafe = 0, correct_safe = 0, correct_unsafe = 0, unknown_safe = 0, unknown_unsafe = 0, wrong = 0;
  std::uint64_t runs = 0;

  void add(const Row& other) {
    safe += other.safe, unsafe += other.unsafe, correct_safe += other.correct_safe, correct_unsafe += other.correct_unsafe;
    unknown_safe += other.unknown_safe, unknown_unsafe += other.unknown_unsafe, wrong += other.wrong, runs += other.runs;
  }
};

void print(const std::string& name, const Row& row) {
  std::printf("  %-16s correct-safe %3d, correct-unsafe %3d, unknown %2d (safe) %2d (unsafe), wrong %d   concrete runs %llu\n", name.c_str(),
              row.correct_safe, row.correct_unsafe, row.unknown_safe, row.unknown_unsafe, row.wrong, static_cast<unsigned long long>(row.runs));
}

bool is_long() { return std::getenv("ASSAY_LONG_TESTS") != nullptr; }

std::string told(const Claim& claim) {
  const std::string head = claim.function + " " + claim.property + ": ";
  if (auto* refuted = std::get_if<Refuted>(&claim.verdict)) return head + "refuted, line " + std::to_string(claim.line) + ": " + refuted->counterexample;
  if (auto* unknown = std::get_if<Unknown>(&claim.verdict)) return head + "unknown: " + unknown->reason;
  return head + "proved";
}

class Corpus : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    auto certifier = Certifier::start();
    auto jail = sandbox::RunJail::start();
    ASSERT_TRUE(certifier.has_value()) << certifier.error().what;
    ASSERT_TRUE(jail.has_value()) << jail.error().what;
    certifier_ = std::move(*certifier);
    jail_ = std::move(*jail);
    toolchain_ = local_toolchain();
    total_ = {};
  }
  static void TearDownTestSuite() {
    print("all", total_);
    certifier_.reset();
    jail_.reset();
    toolchain_.reset();
  }

  /// Certifies the case and confirms its truth by running it.
  void examine(const CorpusCase& one, Row& row) {
    auto contract = contract_of_case(one);
    Source source{one.text, one.path.filename()};
    auto screened = toolchain_->screen(contract, source);
    ASSERT_TRUE(screened.has_value() && screened->has_value()) << one.path << (screened ? words_of(screened->error()) : screened.error().what);
    const auto properties = properties_of(one, contract);
    confirm(one, contract, **screened, properties, row);
    CertifyOptions options;
    options.instruction_bound = one.bound;
    options.properties = &properties;
    options.grade_cells = 0;
    if (!one.unknown.empty() && !is_long()) options.solver_budget = std::chrono::milliseconds{50};  // it would only be waited for
    else options.solver_budget *= ASSAY_SLOWNESS;
    auto certificate = certifier_->certify("case", contract, source, **screened, options, *toolchain_, *jail_);
    ASSERT_TRUE(certificate.has_value()) << one.path << ": " << certificate.error().what;
    judge(one, *certificate, row);
  }

 private:
  /// What the head says against what runs show: no safe claim breaks, and each false one is seen to break.
  /// Where the policy has an invariant its own claims speak only of states of which that holds: a run from any other state may
  /// break them.
  void confirm(const CorpusCase& one, const tasks::Contract& contract, const Screened& screened, const properties::PropertySet& told, Row& row) {
    std::set<std::string> seen;
    const auto assumed = properties::with_invariant(told, contract, screened.policy());
    const properties::PropertySet& set = assumed ? *assumed : told;
    for (const lower::LoweredFunction& function : programs_of(one, contract, screened, set)) {
      if (!function.program) continue;  // the certificate says so
      const Truth truth = truth_of(one, *function.program);
      row.runs += truth.runs;
      for (std::size_t i = 0; i < truth.breaks.size(); ++i) {
        if (!truth.breaks[i]) continue;
        const auto broken = static_cast<lower::Property>(i);
        if (is_property(set, function.name) && broken != lower::Property::claim) continue;  // told of the function itself
        const std::string property(broken == lower::Property::claim ? function.name : lower::name_of(broken));
        const bool may_be_excluded = assumed && broken != lower::Property::claim;
        EXPECT_TRUE(may_be_excluded || one.expected(function.name, property)) << one.path << " breaks " << property << " at " << words(*function.program, *truth.breaks[i]);
        seen.insert(property);
      }
    }
    for (const auto& expected : one.refuted) EXPECT_TRUE(seen.contains(expected.property)) << one.path << ": no run breaks " << expected.property;
  }

  static bool is_property(const properties::PropertySet& set, const std::string& name) {
    return std::ranges::any_of(set.properties, [&](const properties::Property& each) { return each.name == name; });
  }

  static properties::PropertySet properties_of(const CorpusCase& one, const tasks::Contract& contract) {
    if (one.properties_text.empty()) return {};
    auto set = properties::read_properties(contract, one.properties_text, one.path.filename());
    EXPECT_TRUE(set.has_value()) << one.path << (set ? "" : set.error().what);
    return set.value_or(properties::PropertySet{});
  }

  /// The functions of the contract, then the properties.
  static std::vector<lower::LoweredFunction> programs_of(const CorpusCase& one, const tasks::Contract& contract, const Screened& screened,
                                                         const properties::PropertySet& set) {
    std::vector<lower::LoweredFunction> out;
    auto take = [&](auto ir, auto lower_all) {
      if (!ir || !*ir) return ADD_FAILURE() << one.path << ": " << (ir ? ir->error().detail : ir.error().what), void();
      auto programs = lower_all((**ir).bitcode);
      EXPECT_TRUE(programs.has_value()) << one.path;
      if (programs) std::ranges::move(*programs, std::back_inserter(out));
    };
    take(toolchain_->lower(contract, screened), [&](const std::string& code) { return lower::lower_functions(code, contract); });
    if (!set.properties.empty())
      take(toolchain_->lower_properties(contract, screened, set), [&](const std::string& code) { return lower::lower_properties(code, contract, set); });
    return out;
  }

  Truth truth_of(const CorpusCase& one, const lower::Program& program) const {
    RunPlan plan;
    plan.bound = one.bound;
    if (is_long()) plan.samples = 200'000, plan.most_exhaustive = 1'000'000, plan.most_cost = 100'000'000;
    Truth truth = find_out(program, plan);
    for (const auto& named : one.tries)
      if (auto inputs = inputs_of(program, named)) run_one(program, *inputs, one.bound, truth);
    return truth;
  }

  /// Nothing where the names are those of another program's inputs.
  static std::optional<lower::Inputs> inputs_of(const lower::Program& program, const std::map<std::string, std::string>& named) {
    lower::Inputs out;
    std::size_t found = 0;
    for (const lower::Input& input : program.inputs) {
      const auto at = named.find(input.name);
      out.push_back(at == named.end() ? lower::simplest(input) : lower::Word{std::stoll(at->second)});
      found += at != named.end();
    }
    return found == named.size() ? std::optional(out) : std::nullopt;
  }

  static std::string words(const lower::Program& program, const lower::Inputs& inputs) {
    std::string out;
    for (std::size_t i = 0; i < inputs.size(); ++i) out += program.inputs[i].name + "=" + lower::text_of(inputs[i]) + " ";
    return out;
  }

  void judge(const CorpusCase& one, const Certificate& certificate, Row& row) {
    bool wrong = certificate.claims.empty(), open = false;
    std::size_t found = 0;
    for (const Claim& claim : certificate.claims) {
      const auto* expected = one.expected(claim.function, claim.property);
      const bool proved = std::holds_alternative<Proved>(claim.verdict), refuted = std::holds_alternative<Refuted>(claim.verdict);
      found += expected != nullptr;
      wrong |= expected ? proved : refuted;
      EXPECT_FALSE(expected ? proved : refuted) << "WRONG: " << one.path << " " << told(claim);
      if (refuted) {
        EXPECT_TRUE(claim.reproduced) << one.path << " " << told(claim);
      }
      if (refuted && expected && expected->line != 0) {
        EXPECT_EQ(claim.line, expected->line) << one.path << " " << told(claim);
      }
      const bool settled = expected ? refuted : proved || !one.is_safe;  // a false claim may leave others open
      const bool known = one.knows_unknown(claim.property);
      EXPECT_NE(settled, known) << one.path << (known ? ": is settled, take the mark away: " : " ") << told(claim);
      open |= !settled;
    }
    EXPECT_GE(found, one.refuted.size()) << one.path << ": an expectation names no claim";
    (one.is_safe ? row.safe : row.unsafe) += 1;
    if (wrong) row.wrong += 1;
    else if (open) (one.is_safe ? row.unknown_safe : row.unknown_unsafe) += 1;
    else (one.is_safe ? row.correct_safe : row.correct_unsafe) += 1;
  }

 protected:
  static inline std::unique_ptr<Certifier> certifier_;
  static inline std::unique_ptr<sandbox::RunJail> jail_;
  static inline std::unique_ptr<Toolchain> toolchain_;
  static inline Row total_;
};

TEST_P(Corpus, GetsItsVerdicts) {
  Row row;
  for (const CorpusCase& one : cases_of(GetParam())) examine(one, row);
  print(GetParam(), row);
  total_.add(row);
  EXPECT_EQ(row.wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Group, Corpus, testing::ValuesIn(corpus_groups()), [](const auto& group) { return group.param; });

TEST(CorpusFolder, HoldsEnoughCasesAndFewThatAreKnownToStayUnknown) {
  int cases = 0, safe = 0, unknown = 0;
  for (const std::string& group : corpus_groups())
    for (const CorpusCase& one : cases_of(group)) ++cases, safe += one.is_safe, unknown += one.is_safe && !one.unknown.empty();
  std::printf("  %d cases, %d safe, %d of them known to stay unknown\n", cases, safe, unknown);
  EXPECT_GE(cases, 300);
  EXPECT_LE(unknown * 10, safe);
}

}  // namespace
}  // namespace assay::verify
