#include "tests/verify/screen_support.h"

#include <algorithm>
#include <random>

#include "verify/frontend/parse.h"
#include "verify/reads.h"

namespace assay::verify {
namespace {

const std::filesystem::path kCases = source_dir() / "tests/verify/cases/screen";

struct Expected {
  int line = 0;
  std::string substring;
};

/// "// expect: <line>: <substring>", one a line, anywhere in the case.
std::vector<Expected> expectations(const std::string& text) {
  constexpr std::string_view kMark = "// expect: ";
  std::vector<Expected> list;
  for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
    const std::string line = text.substr(at + kMark.size(), text.find('\n', at) - at - kMark.size());
    const std::size_t colon = line.find(": ");
    list.push_back({std::stoi(line), line.substr(colon + 2)});
  }
  return list;
}

class Screen : public testing::Test {
 protected:
  Attempt<Screened> screen(const tasks::Contract& contract, const std::string& text) {
    auto screened = toolchain_->screen(contract, {text});
    EXPECT_TRUE(screened.has_value()) << (screened ? "" : screened.error().what);
    return screened ? std::move(*screened) : ended(OutcomeKind::refused, "harness");
  }

  /// The law: what was emitted is accepted, and is the same policy.
  void expect_same_again(const tasks::Contract& contract, const Screened& first) {
    auto again = screen(contract, first.text());
    ASSERT_TRUE(again.has_value()) << words_of(again.error()) << "\n" << first.text();
    EXPECT_EQ(again->ast_digest().hex(), first.ast_digest().hex()) << first.text() << "---\n" << again->text();
    EXPECT_EQ(again->text(), first.text());
    EXPECT_EQ(again->reads(), first.reads());
  }

  std::unique_ptr<Toolchain> toolchain_ = local_toolchain();
};

TEST_F(Screen, AcceptsEveryBaselineAndParsesItsEmissionToTheSamePolicy) {
  for (const std::string task : {"web_cache", "web_cache_queues"}) {
    const auto contract = contract_of(task);
    for (const auto& path : sources_in(source_dir() / "tasks" / task / "baselines")) {
      SCOPED_TRACE(path.string());
      auto screened = screen(contract, text_of(path));
      ASSERT_TRUE(screened.has_value()) << words_of(screened.error());
      expect_same_again(contract, *screened);
    }
  }
}

TEST_F(Screen, AcceptsEveryCaseInAcceptAndParsesItsEmissionToTheSamePolicy) {
  const auto paths = sources_in(kCases / "accept");
  ASSERT_FALSE(paths.empty());
  for (const auto& path : paths) {
    SCOPED_TRACE(path.string());
    const std::string text = text_of(path);
    const auto contract = contract_of(task_of_case(text));
    auto screened = screen(contract, text);
    ASSERT_TRUE(screened.has_value()) << words_of(screened.error());
    expect_same_again(contract, *screened);
  }
}

TEST_F(Screen, RefusesEveryCaseInRefuseAtTheStatedPlaces) {
  const auto paths = sources_in(kCases / "refuse");
  ASSERT_FALSE(paths.empty());
  for (const auto& path : paths) {
    SCOPED_TRACE(path.string());
    const std::string text = text_of(path);
    const auto contract = contract_of(task_of_case(text));
    auto screened = screen(contract, text);
    ASSERT_FALSE(screened.has_value());
    const Outcome& outcome = screened.error();
    EXPECT_EQ(outcome.kind, OutcomeKind::refused);
    const auto expected = expectations(text);
    EXPECT_FALSE(expected.empty()) << "a case says what it expects\n" << words_of(outcome);
    for (const Expected& one : expected)
      EXPECT_TRUE(std::ranges::any_of(outcome.diagnostics, [&](const Diagnostic& found) {
        return found.line == one.line && found.message.contains(one.substring);
      })) << "expected " << one.line << ": " << one.substring << "\n"
          << words_of(outcome);
  }
}

/// Attacks that the tokens give away must not depend on the tokens alone.
TEST_F(Screen, RefusesByItsTreeWhatItsTextScreenWouldHaveRefused) {
  for (const char* name : {"while_loop", "goto_out", "lambda", "template_bomb", "struct_of_its_own", "asm_statement",
                           "throw_exception", "global_static_init", "attribute_constructor", "init_array_section",
                           "replace_operator_new", "const_cast_mutation", "include_dev_zero", "longjmp_out", "switch_case",
                           "string_literal", "float_value", "pointer_arithmetic", "strong_symbol_interpose"}) {
    SCOPED_TRACE(name);
    const std::string text = text_of(kCases / "refuse" / (std::string(name) + ".cpp"));
    ASSERT_FALSE(text.empty());
    EXPECT_FALSE(frontend::parse_candidate(contract_of("web_cache").text, text, false).findings.empty());
  }
}

TEST_F(Screen, ReportsManyProblemsAtOnceInTheOrderOfTheText) {
  auto screened = screen(contract_of("web_cache"),
                         "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
                         "  i64 a;\n  i64 b = object.nothing_here;\n  return a;\n}\n");
  ASSERT_FALSE(screened.has_value());
  screened = screen(contract_of("web_cache"),
                    "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
                    "  i64 a;\n  i64 array[3];\n  static i64 c = 1;\n  a = c = 2;\n  return a;\n}\n");
  ASSERT_FALSE(screened.has_value());
  const auto& found = screened.error().diagnostics;
  ASSERT_GE(found.size(), 4u) << words_of(screened.error());
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &Diagnostic::line)) << words_of(screened.error());
}

TEST_F(Screen, RefusesTextsThatAreTooLongOrTooDeep) {
  const auto contract = contract_of("web_cache");
  const std::string head = "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return ";
  auto repeated = [](const std::string& part, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += part;
    return text;
  };
  for (const std::string& body :
       {repeated("(", 5000) + "1" + repeated(")", 5000), repeated("-", 20000) + "1", repeated("1+", 20000) + "1",
        repeated("!", 900) + "true", repeated("1?", 1000) + "1" + repeated(":2", 1000), std::string(70'000, ' ') + "1",
        repeated("bool(", 190) + "1" + repeated(")", 190)}) {
    auto screened = screen(contract, head + body + "; }");
    EXPECT_FALSE(screened.has_value()) << body.substr(0, 40);
  }
  auto chain = screen(contract, "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { if (true) return 1;" +
                                    repeated("else if (true) return 1;", 1000) + " return 2; }");
  EXPECT_FALSE(chain.has_value());
  auto nested = screen(contract, "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {" +
                                     repeated("if (true) ", 900) + " return 1; return 2; }");
  EXPECT_FALSE(nested.has_value());
}

TEST_F(Screen, RefusesEveryByteThatIsNotPlainText) {
  const auto contract = contract_of("web_cache");
  const std::string good = text_of(source_dir() / "tasks/web_cache/baselines/lru.cpp");
  for (int byte = 0; byte < 256; ++byte) {
    if ((byte >= 0x20 && byte < 0x7f && byte != '\\') || byte == '\n' || byte == '\t' || byte == '\r') continue;
    EXPECT_FALSE(screen(contract, "// " + std::string(1, static_cast<char>(byte)) + "\n" + good).has_value()) << byte;
  }
}

/// Mutations of honest policies: never a crash, never a Screened whose emission is another policy.
TEST_F(Screen, HoldsItsLawOverRandomlyDamagedBaselines) {
  std::mt19937 random(7);
  const std::string pieces[] = {"(", ")", "{", "}", ";", ",", "-", "!", "1", "i64 ", "bool ", "return ", "if (true) ",
                                "else ", "for (i64 q = 0; q < 3; ++q) ", "x", "object", ".hits", "9223372036854775807",
                                "<<", ">>", "%", "&&", "||", "?", ":", "=", "==", "const ", "[0]", "&", "min(1, 2)",
                                "true", "u", "LL", "0x", "~", "break;", "continue;", "\n", " "};
  int accepted = 0;
  for (const std::string task : {"web_cache", "web_cache_queues"}) {
    const auto contract = contract_of(task);
    for (const auto& path : sources_in(source_dir() / "tasks" / task / "baselines")) {
      const std::string original = text_of(path);
      for (int round = 0; round < 40; ++round) {
        std::string text = original;
        for (int edits = 1 + static_cast<int>(random() % 2); edits > 0; --edits) {
          const std::size_t at = original.find("{") + random() % (original.size() - original.find("{"));
          if (random() % 3 == 0)
            text.erase(std::min(at, text.size()), 1 + random() % 4);
          else
            text.insert(std::min(at, text.size()), pieces[random() % std::size(pieces)]);
        }
        auto screened = screen(contract, text);
        if (!screened) continue;
        ++accepted;
        expect_same_again(contract, *screened);
        if (HasFailure()) FAIL() << text;
      }
    }
  }
  EXPECT_GT(accepted, 20);
}

TEST_F(Screen, NamesTheFieldsThatAreReadByTheirFullPaths) {
  const auto contract = contract_of("web_cache");
  auto screened = screen(contract,
                         "i64 middle(const Spread& spread) { return spread.p50; }\n"
                         "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {\n"
                         "  return object.hits + middle(cache.ages) + cache.sizes.p90;\n}\n");
  ASSERT_TRUE(screened.has_value()) << words_of(screened.error());
  const std::vector<std::string> expected = {"Cache.ages",      "Cache.ages.p50", "Cache.sizes", "Cache.sizes.p90",
                                             "Object.hits",     "Spread.p50",     "Spread.p90"};
  EXPECT_EQ(screened->reads(), expected);
}

TEST_F(Screen, WidenedReadsCoverTheReadsAndStayInTheirGroups) {
  const auto contract = contract_of("web_cache_queues");
  const std::vector<std::string> queues = {"Queues.capacity", "Queues.ghosts", "Queues.now", "Queues.objects", "Queues.used"};
  auto wide = widened({"Queues.now"}, contract);
  std::erase_if(wide, [](const std::string& path) { return path.starts_with("Mark.") || path.starts_with("Memory."); });
  EXPECT_EQ(wide, queues) << "plain fields of one record go together; its arrays are another group";
  EXPECT_EQ(widened({}, contract).size(), 6u) << "state counts always: 2 of Mark, 4 of Memory";
  const auto priority = contract_of("web_cache");
  EXPECT_EQ(widened({"Cache.ages", "Cache.ages.p50"}, priority).size(), 6u) << "a nested record goes whole";
  for (const std::string& path : paths_of(priority)) {
    const auto covered = widened({path}, priority);
    EXPECT_TRUE(std::ranges::binary_search(covered, path)) << path;
    EXPECT_EQ(widened(covered, priority), covered) << path;
  }
}

TEST_F(Screen, CountsWhatIsOnlyWrittenAsUnread) {
  auto screened = screen(contract_of("web_cache_queues"),
                         "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {\n"
                         "  mark.count = 1; memory.a += 1; return 0;\n}\n"
                         "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kStay; }\n"
                         "i64 pick_queue(const Queues& queues, Memory& memory) { return queues.length[queues.now % 4] > 3 ? 1 : 0; }\n"
                         "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kEvict; }\n");
  ASSERT_TRUE(screened.has_value()) << words_of(screened.error());
  const std::vector<std::string> expected = {"Memory.a", "Queues.length", "Queues.now"};
  EXPECT_EQ(screened->reads(), expected);
}

// -- hostile workers --

class HostileWorker : public sandbox::Worker {
 public:
  explicit HostileWorker(std::string reply) : reply_(std::move(reply)) {}
  Result<sandbox::WorkerReply> call(std::string_view, std::chrono::milliseconds) override {
    return sandbox::WorkerReply{{}, reply_};
  }
  Result<void> recycle() override { return {}; }

 private:
  std::string reply_;
};

std::string screen_reply(const std::string& json) {
  auto field = [](const std::string& text) {
    const std::uint64_t size = text.size();
    return std::string(reinterpret_cast<const char*>(&size), sizeof size) + text;
  };
  return field("parsed") + field(json);
}

TEST(ScreenReply, IsNotBelievedWhenTheWorkerIsHostile) {
  const auto contract = contract_of("web_cache");
  const std::string deep(100'000, '[');
  for (const std::string& reply :
       {std::string(), std::string("x"), std::string(64, '\xff'), screen_reply(""), screen_reply("{}"), screen_reply(deep),
        screen_reply("{\"policy\": {\"functions\": []}, \"findings\": [], \"unfinished\": []}"),
        screen_reply("{\"policy\": 3, \"findings\": [], \"unfinished\": []}"),
        screen_reply(R"({"policy": {"functions": [{"name": "priority", "returns": "i64", "parameters": [], "helper": false,
          "body": [{"k": "return", "e": [{"k": "name", "t": "i64", "s": "0;}asm(\"nop\");{"}]}]}]},
          "findings": [], "unfinished": []})"),
        screen_reply(R"({"policy": {"functions": [{"name": "priority", "returns": "i64", "parameters": [], "helper": false,
          "body": []}]}, "findings": [], "unfinished": ["priority"]})")}) {
    auto screened = Toolchain::over(std::make_unique<HostileWorker>(reply))->screen(contract, {""});
    ASSERT_TRUE(screened.has_value());
    EXPECT_FALSE(screened->has_value()) << reply.substr(0, 80);
  }
}

}  // namespace
}  // namespace assay::verify
