// The second run of a score of record: what decides by chance, or by where it lies, is found.

#include <gtest/gtest.h>

#include "base/file.h"
#include "evaluators/domain.h"

#if defined(ASSAY_IMAGE_FOLDER)

namespace assay::evaluators {
namespace {

/// Accepts any decision of eight bytes. `argument` tells the image what to decide by.
class Anything final : public Instance {
 public:
  Anything(std::string name, std::string argument) : name_(std::move(name)), argument_(std::move(argument)) {}
  const std::string& name() const override { return name_; }
  Digest digest() const override { return sha256(name_); }
  sandbox::RunRequest request(const Binary& binary, std::optional<double>) const override {
    return {.binary = binary, .arguments = argument_, .arena_bytes = 1 << 16, .output_bytes = 64, .deadline = std::chrono::seconds(20)};
  }
  Attempt<Score> score(std::span<const std::byte> decisions) const override {
    if (decisions.size() != 8) return ended(OutcomeKind::protocol_violation, "no decision");
    return Score{name_, 0.5, {}};
  }
  /// Without a past or a future.
  Result<OtherFuture> other_future(std::uint64_t) const override { return OtherFuture{std::make_unique<Anything>(*this), 0}; }
  Attempt<std::size_t> decided_before(std::uint64_t, std::span<const std::byte>) const override { return 0; }
  Result<Score> baseline(std::string_view) const override { return fail("none"); }

 private:
  std::string name_, argument_;
};

std::vector<std::unique_ptr<Instance>> instances(const std::vector<std::string>& arguments) {
  std::vector<std::unique_ptr<Instance>> all;
  for (const auto& argument : arguments) all.push_back(std::make_unique<Anything>("instance " + argument, argument));
  return all;
}

std::vector<Evaluation> evaluated(const std::vector<std::string>& arguments) {
  auto jail = sandbox::RunJail::start();
  EXPECT_TRUE(jail) << jail.error().what;
  auto bytes = read_file(std::string(ASSAY_IMAGE_FOLDER) + "/randomly.bin");
  EXPECT_TRUE(bytes) << bytes.error().what;
  auto evaluations = evaluate_all(**jail, Binary::trusted(*bytes, 0x20000000, 0), instances(arguments));
  EXPECT_TRUE(evaluations) << evaluations.error().what;
  return std::move(*evaluations);
}

TEST(Confirm, LetsPassWhatDecidesTheSameAgain) {
  for (const auto& evaluation : evaluated({"n", "n", "n"})) {
    EXPECT_EQ(name_of(evaluation.outcome.kind), "ok") << evaluation.outcome.detail;
    EXPECT_TRUE(evaluation.score);
  }
}

TEST(Confirm, FindsWhatDecidesByChanceByAnAddressOrByTheUnusedStack) {
  for (const char* how : {"r", "s", "u"}) {
    auto evaluations = evaluated({"n", how, "n"});
    ASSERT_EQ(evaluations.size(), 3u);
    for (const auto& evaluation : evaluations) {
      EXPECT_EQ(name_of(evaluation.outcome.kind), "nondeterministic") << how;
      EXPECT_NE(evaluation.outcome.detail.find(std::string("instance ") + how), std::string::npos) << evaluation.outcome.detail;
      EXPECT_FALSE(evaluation.score);
    }
  }
}

TEST(Confirm, KeepsTheOutcomeOfWhatFailedAtFirst) {
  auto jail = sandbox::RunJail::start();
  ASSERT_TRUE(jail);
  auto evaluations = evaluate_all(**jail, Binary::trusted("\x0f\x0b", 0x20000000, 0), instances({"n", "n"}));  // ud2
  ASSERT_TRUE(evaluations);
  for (const auto& evaluation : *evaluations) EXPECT_EQ(name_of(evaluation.outcome.kind), "signal");
}

}  // namespace
}  // namespace assay::evaluators

#endif
