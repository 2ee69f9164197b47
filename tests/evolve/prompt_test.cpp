// Golden tests of prompts. ASSAY_UPDATE_GOLDEN=1 writes tests/cases/prompts/ anew; read the difference before it is kept.

#include "evolve/prompt.h"

#include <cstdlib>
#include <fstream>

#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

void expect_golden(const std::string& name, const std::string& text) {
  const fs::path path = fs::path(ASSAY_SOURCE_DIR) / "tests/cases/prompts" / (name + ".md");
  if (std::getenv("ASSAY_UPDATE_GOLDEN")) put(path, text);
  EXPECT_EQ(content(path), text) << path << " (ASSAY_UPDATE_GOLDEN=1 writes it anew)";
}

struct Case {
  tasks::Task task;
  verify::properties::PropertySet properties;
  PromptParent parent(std::size_t baseline, double score) const {
    const Source& source = task.baselines.at(baseline);
    return {baseline, source.text, {{"a", score, {}}, {"b", score / 2, {}}}, std::nullopt};
  }
};
Case load(const std::string& name) {
  Case loaded{expect_value(tasks::load_task(fs::path(ASSAY_SOURCE_DIR) / "tasks" / name)), {}};
  loaded.properties = expect_value(verify::properties::load_properties(loaded.task.contract));
  return loaded;
}

const PromptFailure kFailure = {"i64 f() {\n  return x;\n}\n", {OutcomeKind::refused, "unknown name", {{2, 10, "use of undeclared identifier 'x'"}, {9, 1, "no such line"}}}};

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, ThePromptsOfATask) {
  const Case that = load(GetParam());
  const Templates templates = Templates::builtin();
  expect_golden(GetParam() + ".improve", make_prompt(templates, that.task, std::vector{that.parent(0, 0.5)}, {}, that.properties));
  PromptParent second = that.parent(1, 0.25);
  const std::vector<PromptBaseline> baselines = {{"one", {{"a", 0.3, {}}, {"b", 0.2, {}}}}, {"two", {{"a", 0.1, {}}, {"b", 0.6, {}}}}, {"none", {}}};
  second.certificate = CandidateCertificate{0.75, "refuted", 0.01, "line 3: overflow\nfor hits = 1"};
  const std::string combine = make_prompt(templates, that.task, std::vector{that.parent(0, 0.5), second}, std::vector{kFailure, kFailure}, that.properties, baselines);
  expect_golden(GetParam() + ".combine", combine);
  EXPECT_TRUE(has(combine, "combines what is good in these"));
  expect_golden(GetParam() + ".repair", make_repair_prompt(templates, that.task, kFailure, ""));
}

TEST_P(Golden, ThePromptsOfACampaignThatTunesMarkedConstants) {
  const Case that = load(GetParam());
  Templates templates = Templates::builtin();
  templates.tell_of_marks();
  EXPECT_NE(templates.digest(), Templates::builtin().digest());
  const std::string improve = make_prompt(templates, that.task, std::vector{that.parent(0, 0.5)}, {}, that.properties);
  expect_golden(GetParam() + ".improve.tuning", improve);
  EXPECT_TRUE(has(improve, "tunable(value, low, high)"));
  expect_golden(GetParam() + ".repair.tuning", make_repair_prompt(templates, that.task, kFailure, ""));
}
INSTANTIATE_TEST_SUITE_P(Tasks, Golden, testing::Values("web_cache", "web_cache_queues"));

TEST(Prompt, ARepairShowsTheDiagnosticsOnTheCandidatesOwnLinesAndTheTextThatWasToBeEdited) {
  const Case that = load("web_cache");
  const std::string prompt = make_repair_prompt(Templates::builtin(), that.task, kFailure, "i64 base();\n");
  EXPECT_TRUE(has(prompt, "line 2, column 10: use of undeclared identifier 'x'\n      return x;\n")) << prompt;
  EXPECT_TRUE(has(prompt, "line 9, column 1: no such line\n```")) << prompt;
  EXPECT_LT(prompt.find("i64 base();"), prompt.find("return x;"));
}

TEST(Prompt, WhatAPolicySaysIsNoSlot) {
  const Case that = load("web_cache");
  PromptParent parent = that.parent(0, 0.5);
  parent.code = "// {{problem}} {{nonsense}} {{\n";
  const std::string prompt = make_prompt(Templates::builtin(), that.task, std::vector{parent}, {}, {});
  EXPECT_TRUE(has(prompt, "// {{problem}} {{nonsense}} {{\n"));
}

class TaskTemplates : public testing::Test {
 protected:
  std::string error() {
    auto loaded = Templates::load(folder_.path());
    EXPECT_FALSE(loaded);
    return loaded ? "" : loaded.error().what;
  }
  fs::path at(const std::string& name) { return folder_.path() / "prompts" / name; }
  TemporaryFolder folder_;
};

TEST_F(TaskTemplates, WithoutAFolderOfItsOwnATaskHasThoseOfTheProgram) {
  EXPECT_EQ(expect_value(Templates::load(folder_.path())).digest(), Templates::builtin().digest());
}

TEST_F(TaskTemplates, ATaskReplacesOneAndTheDigestTellsIt) {
  put(at("improve.md"), "Do better, please.\n");
  auto templates = expect_value(Templates::load(folder_.path()));
  EXPECT_NE(templates.digest(), Templates::builtin().digest());
  const Case that = load("web_cache");
  const std::string prompt = make_prompt(templates, that.task, std::vector{that.parent(0, 0.5)}, {}, {});
  EXPECT_TRUE(has(prompt, "# Answer\n\nDo better, please.\nThen give either")) << prompt;
}

TEST_F(TaskTemplates, WhatIsWrongIsNamedWithFileAndLine) {
  put(at("parent.md"), "{{code}}\n{{scores}} {{skores}}\n");
  EXPECT_TRUE(has(error(), at("parent.md").string() + ":2: unknown slot {{skores}}; the slots of parent.md are: {{code}}, {{scores}}, {{certificate}}")) << error();
  put(at("parent.md"), "one\n{{code}}\nthree");
  EXPECT_TRUE(has(error(), at("parent.md").string() + ":3: the slot {{scores}} is not used")) << error();
  put(at("parent.md"), "{{code}}\n{{scores}}\n{{code\n}}");
  EXPECT_TRUE(has(error(), at("parent.md").string() + ":3: a slot without a name or an end")) << error();
  put(at("parent.md"), "{{code}}{{scores}}{{}}");
  EXPECT_TRUE(has(error(), ":1: a slot without a name")) << error();
  fs::remove(at("parent.md"));
  put(at("parents.md"), "{{code}}");
  EXPECT_TRUE(has(error(), at("parents.md").string() + ": is no prompt's name; they are: ")) << error();
  put(at("improve.txt"), "x");
  EXPECT_TRUE(has(error(), "improve.txt: is no prompt's name")) << error();
}

TEST_F(TaskTemplates, AllProblemsAreToldAtOnce) {
  put(at("scores.md"), "{{a}}\n{{b}}");
  const std::string what = error();
  EXPECT_TRUE(has(what, "{{a}}") && has(what, ":2: unknown slot {{b}}") && has(what, "the slot {{mean}} is not used")) << what;
}

}  // namespace
}  // namespace assay::evolve
