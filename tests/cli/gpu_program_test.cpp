// Figures of the gpu domain through the program: where they come from is chosen, shown and never mixed.

#include "evolve/archive.h"
#include "tests/cli/run_program.h"

namespace assay::cli {
namespace {

const std::string kTask = ASSAY_SOURCE_DIR "/tasks/decode_split";

class GpuProgram : public RunsPrograms {};

TEST_F(GpuProgram, AModelsRatioIsNoSpeedUpAndSaysWhatItIs) {
  const auto text = run({"eval", kTask, "--baseline", "flash_infer", "--figures", "modelled", "--instances", "train"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_NE(text.out.find("figures: modelled, NVIDIA H200"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("modelled_ratio"), std::string::npos);
  EXPECT_EQ(text.out.find("speedup"), std::string::npos);
  const auto json = run({"eval", kTask, "--baseline", "flash_infer", "--figures", "modelled", "--instances", "train", "--json"}).json();
  EXPECT_EQ(json["provenance"], "modelled, NVIDIA H200");
  EXPECT_EQ(json["objective"], "modelled_ratio");
}

TEST_F(GpuProgram, WithoutFiguresTheThreeWaysAreNamed) {
  const std::string none = file("empty.jsonl", "");
  for (const auto& arguments : {std::vector<std::string>{"eval", kTask, "--baseline", "flash_infer", "--table", none},
                                {"run", kTask, "--budget", "candidates=3", "--table", none, "--out", (folder_ / "c").string()},
                                {"eval", kTask, "--baseline", "flash_infer", "--figures", "live", "--gpu", "exec:/nothing/there"}}) {
    const auto failed = run(arguments);
    NEEDS_JAIL(failed);
    EXPECT_GE(failed.code, 2);
    for (const char* way : {"--figures live", "--table FILE", "--figures modelled"}) EXPECT_NE(failed.err.find(way), std::string::npos) << failed.err;
  }
}

TEST_F(GpuProgram, WrongChoicesAreNamed) {
  EXPECT_NE(run({"eval", kTask, "--baseline", "flash_mla", "--figures", "guessed"}).code, 0);
  EXPECT_NE(run({"eval", kTask, "--baseline", "flash_mla", "--figures", "modelled", "--gpu", "local"}).err.find("goes with --figures live"), std::string::npos);
  EXPECT_NE(run({"eval", kTask, "--baseline", "flash_mla", "--figures", "live", "--gpu", "mars"}).err.find("ssh:HOST"), std::string::npos);
  EXPECT_NE(run({"eval", kTask, "--baseline", "flash_mla", "--table", "/nothing/there"}).err.find("no such file"), std::string::npos);
  EXPECT_NE(run({"eval", kTask, "--baseline", "row_major", "--figures", "modelled"}).err.find("known: flash_attention_2"), std::string::npos);
  const auto other = run({"eval", ASSAY_SOURCE_DIR "/tasks/web_cache", "--baseline", "lru", "--figures", "modelled"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("need no figures"), std::string::npos) << other.err;
}

/// No table is needed: the rules are checked, and no score is shown.
TEST_F(GpuProgram, ATaskIsCheckedWithoutFigures) {
  for (const char* name : {"decode_split", "tile_order"}) {
    const auto checked = run({"task", "check", std::string(ASSAY_SOURCE_DIR "/tasks/") + name});
    NEEDS_JAIL(checked);
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_NE(checked.out.find("ok"), std::string::npos) << checked.out;
  }
}

/// An archive in which somebody put figures of two origins side by side.
TEST_F(GpuProgram, AReportOfMixedFiguresIsRefused) {
  const auto write = [&](const std::string& name, const std::string& holdout) {
    auto archive = evolve::Archive::create(folder_ / name);
    EXPECT_TRUE(archive);
    const std::string table = "table 0123456789ab, a GPU of no make, 2026-11-28";
    EXPECT_TRUE((*archive)->append("campaign", {{"format", 1}, {"task", "t"}, {"objective", "speedup"}, {"direction", "maximise"}, {"provenance", table}}));
    Json instances = Json::array({{{"name", "a"}, {"split", "train"}, {"digest", "1"}, {"provenance", table}},
                                  {{"name", "b"}, {"split", "holdout"}, {"digest", "2"}, {"provenance", holdout.empty() ? table : holdout}}});
    EXPECT_TRUE((*archive)->append("result", {{"champion", nullptr}, {"instances", instances}}));
  };
  write("pure", "");
  write("mixed", "modelled, NVIDIA H200");
  const auto pure = run({"report", (folder_ / "pure").string()}), mixed = run({"report", (folder_ / "mixed").string()});
  EXPECT_NE(pure.code, 2) << pure.err;
  EXPECT_NE(pure.out.find("figures: table 0123456789ab"), std::string::npos) << pure.out;
  EXPECT_EQ(mixed.code, 2);
  EXPECT_NE(mixed.err.find("mixes figures of different origin"), std::string::npos) << mixed.err;
}

/// Modelled figures once chosen stay the campaign's own, and its report shows them.
TEST_F(GpuProgram, ACampaignKeepsItsChoiceOfFigures) {
  const std::string out = (folder_ / "campaign").string(), task = (folder_ / "moe_select").string();
  fs::copy(ASSAY_SOURCE_DIR "/tasks/moe_select", task, fs::copy_options::recursive);
  for (const char* name : {"by_tiles.cpp", "by_batch.cpp"}) fs::remove(fs::path(task) / "baselines" / name);
  const auto first = run({"run", task, "--figures", "modelled", "--budget", "candidates=4", "--threads", "1", "--out", out});
  NEEDS_JAIL(first);
  EXPECT_LE(first.code, 1) << first.err;
  EXPECT_NE(first.out.find("figures: modelled, NVIDIA H200"), std::string::npos) << first.out;
  EXPECT_NE(first.out.find("modelled_ratio"), std::string::npos);
  EXPECT_EQ(first.out.find("speedup"), std::string::npos) << first.out;
  const auto replayed = run({"replay", out, "--out", (folder_ / "again").string()});
  EXPECT_EQ(replayed.code, 0) << replayed.out << replayed.err;
}

}  // namespace
}  // namespace assay::cli
