#include "tests/verify/screen_support.h"

#include "verify/frontend/wire.h"

namespace assay::verify {
namespace {

constexpr char kDriver[] = "extern \"C\" u64 assay_entry(const AssayRun*) { return 0; }";

/// The real one: Clang in the jailed worker.
class JailedToolchain : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ToolchainOptions options;
    options.deadline = std::chrono::seconds(20);
    auto started = Toolchain::start(options);
    if (started)
      toolchain_ = std::move(*started);
    else
      why_not_ = started.error().what;
  }
  static void TearDownTestSuite() { toolchain_.reset(); }
  void SetUp() override { ASSERT_NE(toolchain_, nullptr) << why_not_; }

  static std::unique_ptr<Toolchain> toolchain_;
  static std::string why_not_;
};
std::unique_ptr<Toolchain> JailedToolchain::toolchain_;
std::string JailedToolchain::why_not_;

TEST_F(JailedToolchain, ScreensCompilesAndLowersInTheJail) {
  const auto contract = contract_of("web_cache");
  auto screened = toolchain_->screen(contract, {text_of(source_dir() / "tasks/web_cache/baselines/lfuda.cpp")});
  ASSERT_TRUE(screened && *screened) << (!screened ? screened.error().what : words_of(screened->error()));
  auto compiled = toolchain_->compile({contract, **screened, kDriver});
  ASSERT_TRUE(compiled && *compiled) << (!compiled ? compiled.error().what : words_of(compiled->error()));
  auto checked = toolchain_->compile_checked({contract, **screened, kDriver});
  ASSERT_TRUE(checked && *checked) << (!checked ? checked.error().what : words_of(checked->error()));
  auto lowered = toolchain_->lower(contract, **screened);
  ASSERT_TRUE(lowered && *lowered) << (!lowered ? lowered.error().what : words_of(lowered->error()));
}

TEST_F(JailedToolchain, GivesTheSameBytesFromAFreshWorkerAndFromThisProcess) {
  const auto contract = contract_of("web_cache_queues");
  const Source source{text_of(source_dir() / "tasks/web_cache_queues/baselines/s3fifo.cpp")};
  auto here = local_toolchain();
  auto screened = toolchain_->screen(contract, source);
  ASSERT_TRUE(screened && *screened);
  auto first = toolchain_->compile({contract, **screened, kDriver});
  ASSERT_TRUE(toolchain_->recycle().has_value());
  auto second = toolchain_->compile({contract, **screened, kDriver});
  auto third = here->compile({contract, **screened, kDriver});
  ASSERT_TRUE(first && *first && second && *second && third && *third);
  EXPECT_EQ((*first)->binary.digest(), (*second)->binary.digest());
  EXPECT_EQ((*first)->binary.digest(), (*third)->binary.digest());
  EXPECT_EQ((*first)->ir_digest, (*second)->ir_digest);
}

TEST_F(JailedToolchain, RefusesWhatDoesNotScreenAndGoesOn) {
  const auto contract = contract_of("web_cache");
  for (const char* text : {"", "#include \"/dev/zero\"", "\xff\xfe", "while (true) {}"}) {
    auto screened = toolchain_->screen(contract, {text});
    ASSERT_TRUE(screened.has_value());
    ASSERT_FALSE(screened->has_value());
    EXPECT_EQ(screened->error().kind, OutcomeKind::refused);
    EXPECT_FALSE(screened->error().diagnostics.empty());
  }
}

TEST(Toolchain, EndsACandidateWhoseCompilationTakesTooLong) {
  ToolchainOptions options;
  options.deadline = std::chrono::milliseconds(1);
  auto toolchain = Toolchain::start(options);
  ASSERT_TRUE(toolchain.has_value()) << toolchain.error().what;
  auto screened = local_toolchain()->screen(contract_of("web_cache"), {text_of(source_dir() / "tasks/web_cache/baselines/lru.cpp")});
  ASSERT_TRUE(screened && *screened);
  auto compiled = (*toolchain)->compile({contract_of("web_cache"), **screened, kDriver});
  ASSERT_TRUE(compiled.has_value()) << compiled.error().what;
  if (!*compiled) {
    EXPECT_EQ(compiled->error().kind, OutcomeKind::timeout);
  }
}

/// A worker that died: its outcome becomes the candidate's.
TEST(Toolchain, PassesOnHowTheWorkerEnded) {
  class DyingWorker : public sandbox::Worker {
   public:
    Result<sandbox::WorkerReply> call(std::string_view, std::chrono::milliseconds) override {
      return sandbox::WorkerReply{{OutcomeKind::signal, "SIGSEGV", {}}, ""};
    }
    Result<void> recycle() override { return {}; }
  };
  auto screened = Toolchain::over(std::make_unique<DyingWorker>())->screen(contract_of("web_cache"), {"x"});
  ASSERT_TRUE(screened.has_value());
  ASSERT_FALSE(screened->has_value());
  EXPECT_EQ(screened->error().kind, OutcomeKind::signal);
}

TEST(Toolchain, DescribesItselfForCertificates) {
  EXPECT_TRUE(Toolchain::toolchain_description().contains("clang version 19"));
  EXPECT_EQ(Toolchain::toolchain_digest(), Toolchain::toolchain_digest());
}

TEST(Wire, ReadsBackWhatItPackedAndNothingElse) {
  const std::string bytes = frontend::pack({"one", "", std::string_view("\0\xff", 2)});
  auto fields = frontend::unpack(bytes);
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(*fields, (std::vector<std::string_view>{"one", "", std::string_view("\0\xff", 2)}));
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    if (auto partial = frontend::unpack(bytes.substr(0, cut))) EXPECT_LT(partial->size(), 3u);
  EXPECT_FALSE(frontend::unpack(std::string(8, '\xff')).has_value());
}

}  // namespace
}  // namespace assay::verify
