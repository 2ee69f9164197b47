#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include "evolve/archive.h"
#include "evolve/provider.h"
#include "evolve/utf8.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

const std::string kCode = "i64 f() {\n  return 1;\n}\n";
const std::string kAnswer = "Sure:\n```cpp\n" + kCode + "```\n";
constexpr std::chrono::seconds kLong{60};  ///< far more than anything here takes

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void put(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void await(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + kLong;
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(condition());
}

class Mailbox : public testing::Test {
 protected:
  fs::path box() const { return folder_.path() / "box"; }
  fs::path at(const std::string& name) const { return box() / name; }

  std::unique_ptr<Provider> provider(double deadline = 3600) const {
    return expect_value(make_provider("mailbox", {{"folder", box().string()}, {"deadline_seconds", deadline}}));
  }
  Proposal proposal(const std::string& prompt = "improve this", std::uint64_t index = 7) {
    Proposal proposal;
    proposal.index = index;
    proposal.prompt = prompt;
    proposal.stop = stop_.get_token();
    return proposal;
  }
  /// A call of its own thread; the prompt lies there when this returns.
  std::future<Result<Completion>> ask(Provider& provider, const Proposal& what) {
    auto called = std::async(std::launch::async, [&provider, what] { return provider.complete(what); });
    const fs::path prompt = at(std::to_string(what.index) + ".prompt.md");
    await([&] { return fs::exists(prompt) && content(prompt).find(sha256(what.prompt).hex()) != std::string::npos; });
    return called;
  }
  Completion answered(const std::string& name, const std::string& text) {
    auto mailbox = provider();
    auto called = ask(*mailbox, proposal());
    put(at("x.tmp"), text);
    fs::rename(at("x.tmp"), at(name));
    return expect_value(called.get());
  }
  /// A call that a stop ends as soon as the prompt lies there.
  void ask_and_stop(const Proposal& what) {
    auto mailbox = provider();
    auto called = ask(*mailbox, what);
    stop_.request_stop();
    auto completion = expect_value(called.get());
    EXPECT_EQ(completion.outcome.detail, "stopped");
    stop_ = std::stop_source();
  }

  TemporaryFolder folder_;
  std::stop_source stop_;
};

TEST_F(Mailbox, AsksInAFileAndTakesTheAnswerBesideIt) {
  auto mailbox = provider();
  auto called = ask(*mailbox, proposal("what is\nbetter?\n"));
  const std::string prompt = content(at("7.prompt.md")), digest = sha256("what is\nbetter?\n").hex();
  EXPECT_EQ(prompt, "what is\nbetter?\n\n<!-- prompt: " + digest + " -->\n");
  EXPECT_NE(content(at("README.md")).find("completion.md"), std::string::npos);
  put(at("7.completion.md"), kAnswer);
  auto completion = expect_value(called.get());
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(completion.raw, kAnswer);
  EXPECT_EQ(completion.operation, "rewrite");
  EXPECT_EQ(completion.model, "");
  EXPECT_EQ(content(at("done/7." + digest.substr(0, 12) + ".completion.md")), kAnswer);
  EXPECT_EQ(content(at("done/7." + digest.substr(0, 12) + ".prompt.md")), prompt);
  EXPECT_FALSE(fs::exists(at("7.prompt.md")));
  EXPECT_FALSE(fs::exists(at("7.completion.md")));
}

TEST_F(Mailbox, TheHeaderNamesTheModel) {
  auto completion = answered("7.completion.md", "<!-- model: some-model 3 -->\r\n" + kAnswer);
  EXPECT_EQ(completion.model, "some-model 3");
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(expect_value(completion_from_json(to_json(completion))).model, "some-model 3");
}

TEST_F(Mailbox, ARefusalEndsTheCandidateWithItsReason) {
  auto completion = answered("7.refused.md", "I ran out of ideas.\n");
  EXPECT_EQ(name_of(completion.outcome.kind), "no_completion");
  EXPECT_NE(completion.outcome.detail.find("refused: I ran out of ideas."), std::string::npos);
}

TEST_F(Mailbox, WhatIsEmptyGrowsOrHasTheNameOfATemporaryIsNotTaken) {
  auto mailbox = provider();
  put(box().parent_path() / "ignored", "");
  auto called = ask(*mailbox, proposal());
  put(at("7.completion.md.tmp"), kAnswer);
  std::ofstream writing(at("7.completion.md"), std::ios::binary);
  EXPECT_EQ(called.wait_for(milliseconds(600)), std::future_status::timeout) << "it is empty";
  writing << "```cpp\n" << kCode << std::flush;
  EXPECT_EQ(called.wait_for(milliseconds(600)), std::future_status::timeout) << "somebody is writing it";
  writing << "```\n";
  writing.close();
  EXPECT_EQ(expect_value(called.get()).text, kCode);
  EXPECT_TRUE(fs::exists(at("7.completion.md.tmp")));
}

TEST_F(Mailbox, AStopEndsTheWaitAndAResumeTakesWhatCameMeanwhileWithoutAskingTwice) {
  ask_and_stop(proposal());
  const auto asked = fs::last_write_time(at("7.prompt.md"));
  put(at("7.completion.md"), kAnswer);
  auto completion = expect_value(provider()->complete(proposal()));
  EXPECT_EQ(completion.text, kCode);
  EXPECT_EQ(fs::last_write_time(at("done/7." + sha256("improve this").short_hex() + ".prompt.md")), asked) << "the same file";
}

TEST_F(Mailbox, ACompletionThatWasTakenJustBeforeAKillIsFoundAgain) {
  EXPECT_EQ(answered("7.completion.md", kAnswer).text, kCode);
  EXPECT_EQ(expect_value(provider()->complete(proposal())).text, kCode);
  fs::rename(at("done/7." + sha256("improve this").short_hex() + ".prompt.md"), at("7.prompt.md"));  // killed between the two moves
  EXPECT_EQ(expect_value(provider()->complete(proposal())).text, kCode);
  EXPECT_FALSE(fs::exists(at("7.prompt.md")));
}

TEST_F(Mailbox, ACompletionOfAnotherPromptIsSetAside) {
  ask_and_stop(proposal("the old prompt"));
  put(at("7.completion.md"), "old " + kAnswer);
  auto mailbox = provider();
  auto called = ask(*mailbox, proposal("the new prompt"));
  EXPECT_FALSE(fs::exists(at("7.completion.md")));
  EXPECT_EQ(content(at("done/7." + sha256("the old prompt").short_hex() + ".completion.md")), "old " + kAnswer);
  put(at("7.completion.md"), "<!-- prompt: " + sha256("the old prompt").short_hex() + " -->\n" + kAnswer);  // it came late
  await([&] { return !fs::exists(at("7.completion.md")); });
  EXPECT_EQ(called.wait_for(milliseconds(300)), std::future_status::timeout) << "it names the old prompt";
  put(at("7.completion.md"), "<!-- model: m -->\n<!-- prompt: " + sha256("the new prompt").short_hex() + " -->\nnew " + kAnswer);
  EXPECT_NE(expect_value(called.get()).raw.find("new Sure"), std::string::npos);
  EXPECT_EQ(expect_value(mailbox->complete(proposal("the old prompt"))).raw, "old " + kAnswer) << "the first prompt came back";
}

TEST_F(Mailbox, ACompletionWithoutAPromptOrBesideAChangedOneIsSetAside) {
  fs::create_directories(box());
  put(at("7.completion.md"), kAnswer);
  ask_and_stop(proposal());
  EXPECT_TRUE(fs::exists(at("done/7.unanswered.completion.md")));
  put(at("7.prompt.md"), "something else <!-- prompt: ../../../escape -->");
  put(at("7.completion.md"), kAnswer);
  ask_and_stop(proposal());
  EXPECT_TRUE(fs::exists(at("done/7.unknown.completion.md")));
  EXPECT_TRUE(fs::exists(at("done/7.unknown.prompt.md")));
}

TEST_F(Mailbox, ADeadlineIsNoCompletionAndWithdrawsThePrompt) {
  auto completion = expect_value(provider(0.05)->complete(proposal()));
  EXPECT_EQ(name_of(completion.outcome.kind), "no_completion");
  EXPECT_NE(completion.outcome.detail.find("deadline"), std::string::npos);
  EXPECT_FALSE(fs::exists(at("7.prompt.md")));
}

TEST_F(Mailbox, SeveralPromptsLieThereAtOnceAndAreAnsweredInAnyOrder) {
  auto mailbox = provider();
  auto first = ask(*mailbox, proposal("a", 1)), second = ask(*mailbox, proposal("b", 2));
  put(at("2.completion.md"), "two " + kAnswer);
  EXPECT_EQ(expect_value(second.get()).raw, "two " + kAnswer);
  put(at("1.completion.md"), "one " + kAnswer);
  EXPECT_EQ(expect_value(first.get()).raw, "one " + kAnswer);
}

TEST_F(Mailbox, LinksPipesAndFoldersAreNeitherFollowedNorWaitedFor) {
  put(folder_.path() / "secret", kAnswer);
  struct Case {
    std::function<void(const fs::path&)> make;
    const char* words;
  };
  const Case cases[] = {{[&](const fs::path& to) { fs::create_symlink(folder_.path() / "secret", to); }, "is a symbolic link"},
                        {[&](const fs::path& to) { ::mkfifo(to.c_str(), 0644); }, "is a pipe"},
                        {[&](const fs::path& to) { fs::create_symlink("/dev/zero", to); }, "is a symbolic link"},
                        {[&](const fs::path& to) { fs::create_directory(to); }, "is a folder"}};
  std::uint64_t index = 20;
  for (const auto& [make, words] : cases) {
    auto mailbox = provider();
    auto called = ask(*mailbox, proposal("p", ++index));
    make(at(std::to_string(index) + ".completion.md"));
    auto completion = expect_value(called.get());
    EXPECT_EQ(name_of(completion.outcome.kind), "no_completion");
    EXPECT_NE(completion.outcome.detail.find(words), std::string::npos) << completion.outcome.detail;
    EXPECT_EQ(completion.raw, "");
  }
  EXPECT_EQ(content(folder_.path() / "secret"), kAnswer);
}

TEST_F(Mailbox, AHugeCompletionIsNotRead) {
  auto mailbox = provider();
  auto called = ask(*mailbox, proposal());
  put(at("x.tmp"), "```cpp\n");
  fs::resize_file(at("x.tmp"), 100u << 20);
  fs::rename(at("x.tmp"), at("7.completion.md"));
  auto completion = expect_value(called.get());
  EXPECT_EQ(name_of(completion.outcome.kind), "no_completion");
  EXPECT_NE(completion.outcome.detail.find("more than 8388608 bytes"), std::string::npos) << completion.outcome.detail;
  EXPECT_EQ(completion.raw, "");
}

TEST_F(Mailbox, NothingInTheFolderPointsOutOfIt) {
  const fs::path outside = folder_.path() / "outside";
  fs::create_directories(outside);
  fs::create_directories(box());
  fs::create_directory_symlink(outside, at("done"));
  auto completion = provider()->complete(proposal());
  ASSERT_FALSE(completion);
  EXPECT_NE(completion.error().what.find("no link to one"), std::string::npos) << completion.error().what;
  fs::remove(at("done"));
  put(outside / "victim", "as it was");
  for (const char* name : {"7.prompt.md", ".7.prompt.md.tmp"}) fs::create_symlink(outside / "victim", at(name));
  ask_and_stop(proposal());
  EXPECT_EQ(content(outside / "victim"), "as it was");
  EXPECT_FALSE(fs::is_symlink(at("7.prompt.md")));
  EXPECT_EQ(std::distance(fs::directory_iterator(outside), {}), 1);
}

TEST_F(Mailbox, OneFolderIsOneCampaigns) {
  auto first = provider(), second = provider();
  auto called = ask(*first, proposal());
  auto refused = second->complete(proposal("p", 8));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::provider);
  EXPECT_NE(refused.error().what.find("another campaign uses this folder"), std::string::npos);
  stop_.request_stop();
  EXPECT_EQ(expect_value(called.get()).outcome.detail, "stopped");
}

TEST_F(Mailbox, BytesThatAreNoUtf8AreReplaced) {
  auto completion = answered("7.completion.md", "\xEF\xBB\xBF<!-- model: m\x01\xFF -->\n\xC0\xAF" + kAnswer);
  EXPECT_EQ(completion.model, "m\xEF\xBF\xBD");
  EXPECT_NE(completion.raw.find("\xEF\xBF\xBD\xEF\xBF\xBDSure"), std::string::npos);
}

TEST(CleanUtf8, KeepsWhatIsValidAndReplacesEachByteThatIsNot) {
  const std::string valid = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n";
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_utf8(valid), valid);
  EXPECT_EQ(clean_utf8("\xE2\x82"), mark + mark);                  // cut off
  EXPECT_EQ(clean_utf8("\xED\xA0\x80"), mark + mark + mark);       // a surrogate
  EXPECT_EQ(clean_utf8("\xC0\x80x"), mark + mark + "x");           // overlong
  EXPECT_EQ(clean_utf8("\xF4\x90\x80\x80"), mark + mark + mark + mark);  // beyond U+10FFFF
  EXPECT_EQ(clean_utf8(std::string("\0x", 2)), std::string("\0x", 2));
}

TEST(MailboxSettings, AreCheckedAndListTheKnownOnes) {
  EXPECT_FALSE(make_provider("mailbox", Json::object()));
  EXPECT_FALSE(make_provider("mailbox", {{"folder", "x"}, {"concurrency", 0}}));
  EXPECT_FALSE(make_provider("mailbox", {{"folder", "x"}, {"deadline_seconds", -1}}));
  auto unknown = make_provider("mailbox", {{"folder", "x"}, {"dir", 1}});
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().what.find("folder, deadline_seconds, concurrency"), std::string::npos);
}

}  // namespace
}  // namespace assay::evolve
