// Every case of tests/cases/attacks (attack_case.h tells the format) through the whole stack and through what is left of it
// without a wall. Each wall must be missed by somebody.

#include <algorithm>
#include <iostream>
#include <set>

#include "sandbox/layers.h"
#include "tests/attacks/shared.h"

namespace assay::attacks {
namespace {

using Table = std::map<std::string, std::vector<std::string>>;

/// Layer -> cases that get further without it.
void print(const char* title, const Table& table) {
  std::cout << title << "\n";
  for (const auto& [layer, names] : table) {
    std::cout << "  " << layer << " (" << names.size() << "):";
    for (const auto& name : names) std::cout << " " << name;
    std::cout << "\n";
  }
}

std::string joined(const LayerNames& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

void expect(const AttackCase& one, const Ended& ended, const Expected& expected, const std::string& how) {
  EXPECT_EQ(name_of(ended.outcome.kind), expected.outcome) << one.name << ", " << how << ": " << ended.words();
  EXPECT_NE(ended.outcome.detail.find(expected.words), std::string::npos) << one.name << ", " << how << ": " << ended.words();
  if (expected.layer == 0) return;
  EXPECT_EQ(ended.layer, expected.layer) << one.name << ", " << how << ": " << ended.words();
}

/// Bombs may end in Clang's jail instead of in a finding; whichever, they do not go on.
bool is_stopped_at_screen(const Ended& ended) { return ended.stage == "screen" && (ended.layer == 'A' || ended.layer == 'L'); }

bool reaches_the_run(const AttackCase& one) {
  return std::string_view("SJRE-").find(one.screen_off.layer) != std::string_view::npos && one.screen_off.words.find("compile") == std::string::npos;
}

class Attacks : public testing::Test {
 protected:
  /// The one layer that a host need not have.
  bool has_groups() { return stack_.jail().missing_layers().empty(); }
  bool names_absent_groups(const Further& way) { return !has_groups() && std::ranges::find(way.without, "cgroups") != way.without.end(); }

  Shared& shared_ = Shared::get();
  Stack& stack_ = *shared_.stack;
  const std::vector<AttackCase>& corpus_ = shared_.corpus;
};

TEST_F(Attacks, EveryNameOfTheReferenceHasItsCase) {
  const std::set<std::string> reference = {
      "include_dev_zero", "include_etc_passwd", "include_proc_environ", "has_include_oracle", "include_self", "template_bomb",
      "macro_bomb", "constexpr_loop", "nested_parens", "giant_array_object", "pragma_optimize", "pragma_diagnostic",
      "bidi_trojan_source", "homoglyph_identifier", "zero_width_identifier", "define_private_public", "define_main",
      "output_flood", "mem_bomb", "memfd_bomb", "symlink_out", "hardlink_out", "proc_maps", "proc_mem", "vdso_clock", "rdtsc",
      "shm_cross_run", "read_future", "timeout_scores_positive", "noop_policy", "ub_gap", "diagnostic_prompt_injection",
      "comment_injects_reviewer", "attribute_constructor", "init_array_section", "global_static_init", "strong_symbol_interpose",
      "replace_operator_new", "const_cast_mutation", "stack_scan", "got_patch", "exit0_forged_stdout", "write_score_file",
      "env_api_key", "longjmp_out", "exception_escape", "abort", "segv", "stack_overflow", "huge_alloca", "vla", "infinite_loop",
      "fork_bomb", "setsid_escape", "background_thread", "ptrace", "process_vm_readv", "io_uring", "keyctl", "flock_channel",
      "mprotect_exec", "trace_fingerprint", "nan_or_inf_metric", "average_hides_local_damage", "uninitialised_output",
      "proof_obligation_weakened"};
  std::set<std::string> names;
  for (const AttackCase& one : corpus_) names.insert(one.name);
  for (const std::string& name : reference) EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_GE(names.size(), reference.size() + 20) << "cases of our own";
}

TEST_F(Attacks, TheWholeStackEndsEachAsItSays) {
  for (const AttackCase& one : corpus_) {
    const Ended ended = shared_.guarded(one, "whole stack", [&] { return stack_.whole(one); });
    Expected expected = one.whole;
    if (expected.layer == 0) expected.layer = ended.stage == "replay" && (one.is_honest || !one.residual.empty()) ? '-' : one.layers[0];

    expect(one, ended, expected, "whole stack");
  }
}

TEST_F(Attacks, WithTheScreenOffTheJailsAndTheReplayHold) {
  for (const AttackCase& one : corpus_) {
    if (!Stack::can_hold(one) && one.screen_off.layer == 'C') continue;
    const Ended ended = shared_.guarded(one, "screen off", [&] { return stack_.raw(one); });
    expect(one, ended, one.screen_off, "screen off");
    EXPECT_EQ(ended.layer == '-' && !one.is_honest, !one.residual.empty()) << one.name << ": what is said not to be held must be so";
  }
}

TEST_F(Attacks, WithTheScreenOffCodeThatIsOneWithTheDriverHoldsToo) {
  std::size_t i = 0;
  for (const AttackCase& one : corpus_) {
    if ((one.screen_off.layer != 'S' && one.screen_off.layer != 'J') || i++ % 6 != 0) continue;
    const Ended ended = shared_.guarded(one, "screen off, one unit", [&] { return stack_.raw_whole(one); });
    expect(one, ended, one.screen_off, "screen off, one unit");
  }
}

TEST_F(Attacks, EitherScreenHoldsWhatItIsSaidToWithoutTheOther) {
  Table further;
  for (const AttackCase& one : corpus_) {
    const Ended tree = shared_.guarded(one, "text screen off", [&] { return stack_.without_text_screen(one); });
    const Ended text = shared_.guarded(one, "AST screen off", [&] { return stack_.without_ast_screen(one); });
    // What takes Clang longer than its deadline may be refused on a faster machine.
    const bool may_be_late = one.screen_off.words.find("compile") != std::string::npos;
    EXPECT_TRUE(may_be_late || is_stopped_at_screen(tree) == one.stopped_by('A')) << one.name << " without the text screen: " << tree.words();
    EXPECT_EQ(is_stopped_at_screen(text), one.stopped_by('L')) << one.name << " without the AST screen: " << text.words();
    if (one.stopped_by('L') && !is_stopped_at_screen(tree)) further["text screen"].push_back(one.name);
    if (one.stopped_by('A') && !is_stopped_at_screen(text)) further["AST screen"].push_back(one.name);
  }
  print("Gets further without", further);
  EXPECT_FALSE(further["text screen"].empty());
  EXPECT_FALSE(further["AST screen"].empty());
}

TEST_F(Attacks, WithoutTheChecksOfObjectsSomeCodeGetsToTheRun) {
  Table further;
  for (std::size_t i = 0; i < corpus_.size(); ++i) {
    const AttackCase& one = corpus_[i];
    if (one.screen_off.layer != 'F' && i % 30 != 0) continue;
    const Ended ended = shared_.guarded(one, "object checks off", [&] { return stack_.without_object_checks(one); });
    EXPECT_EQ(name_of(ended.outcome.kind), one.objects_off.value_or(std::string(name_of(ended.outcome.kind)))) << one.name << ": " << ended.words();
    if (one.screen_off.layer == 'F' && ended.stage != "compile") further["object checks"].push_back(one.name + "=" + std::string(name_of(ended.outcome.kind)));
  }
  print("Gets further without", further);
  EXPECT_FALSE(further["object checks"].empty());
}

TEST_F(Attacks, WithAnyOneLayerOfTheRunJailOffTheHostIsAsItWas) {
  for (const auto& layer : sandbox::kLayerNames) {
    const LayerNames without = {std::string(layer.name)};
    shared_.prepare({}, without);
    std::size_t i = 0;
    for (const AttackCase& one : corpus_) {
      if (!reaches_the_run(one) || (one.screen_off.layer == 'E' && ++i % 4 != 0)) continue;
      if (one.screen_off.outcome == "timeout" && layer.layer != sandbox::kRlimits) continue;
      shared_.guarded(one, "without " + without[0], [&] { return stack_.raw(one, {}, without); });
    }
  }
}

TEST_F(Attacks, EachLayerOfTheRunJailIsMissedBySomebody) {
  Table further;
  for (const AttackCase& one : corpus_)
    for (const Further& way : one.further) {
      if (names_absent_groups(way)) continue;
      shared_.prepare({}, way.without);
      const Ended ended = shared_.guarded(one, "without " + joined(way.without), [&] { return stack_.raw(one, {}, way.without); });
      EXPECT_EQ(name_of(ended.outcome.kind), way.outcome) << one.name << " without " << joined(way.without) << ": " << ended.words();
      for (const std::string& layer : way.without) {
        LayerNames others = way.without;
        std::erase(others, layer);
        shared_.prepare({}, others);
        const Ended held = shared_.guarded(one, "with " + layer, [&] { return stack_.raw(one, {}, others); });
        EXPECT_NE(name_of(held.outcome.kind), way.outcome) << one.name << ": " << layer << " does not matter: " << held.words();
        further[layer].push_back(one.name);
      }
    }
  print("Gets further without (run jail)", further);
  for (const auto& layer : sandbox::kLayerNames)
    if (layer.layer != sandbox::kCgroups || has_groups()) EXPECT_FALSE(further[std::string(layer.name)].empty()) << layer.name;
}

TEST_F(Attacks, ACompilerThatWasTakenOverStaysInItsJail) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer has its shadow where images belong";
#endif
  Table further;
  for (const AttackCase& one : corpus_) {
    if (!Stack::can_hold(one)) continue;
    if (one.compiler) {
      const Ended ended = shared_.guarded(one, "inside the compiler", [&] { return stack_.inside_compiler(one, {}, *one.compiler); });
      EXPECT_EQ(name_of(ended.outcome.kind), *one.compiler) << one.name << ": " << ended.words();
    }
    for (const Further& way : one.compiler_further) {
      if (names_absent_groups(way)) continue;
      shared_.prepare(way.without, {});
      const Ended ended = shared_.guarded(one, "inside the compiler without " + joined(way.without), [&] { return stack_.inside_compiler(one, way.without, way.outcome); });
      EXPECT_EQ(name_of(ended.outcome.kind), way.outcome) << one.name << " without " << joined(way.without) << ": " << ended.words();
      for (const std::string& layer : way.without) {
        LayerNames others = way.without;
        std::erase(others, layer);
        shared_.prepare(others, {});
        const Ended held = shared_.guarded(one, "inside the compiler with " + layer, [&] { return stack_.inside_compiler(one, others); });
        EXPECT_NE(name_of(held.outcome.kind), way.outcome) << one.name << ": " << layer << " does not matter: " << held.words();
        further[layer].push_back(one.name);
      }
    }
  }
  print("Gets further without (compile jail)", further);
  for (const auto& layer : sandbox::kLayerNames)
    if (layer.layer != sandbox::kCgroups || has_groups())
      EXPECT_EQ(further[std::string(layer.name)].empty(), layer.layer == sandbox::kClock) << layer.name;
}

TEST_F(Attacks, WithAnyOneLayerOfTheCompileJailOffTheHostIsAsItWas) {
  for (const auto& layer : sandbox::kLayerNames) {
    if (layer.layer == sandbox::kClock) continue;
    const LayerNames without = {std::string(layer.name)};
    shared_.prepare(without, {});
    for (std::size_t i = 0; i < corpus_.size(); ++i) {
      const AttackCase& one = corpus_[i];
      if (one.weighs == "much") continue;
      if (one.compiler) shared_.guarded(one, "inside the compiler without " + without[0], [&] { return stack_.inside_compiler(one, without); });
      if (one.screen_off.layer == 'C' || i % 50 == 0) shared_.guarded(one, "compiled without " + without[0], [&] { return stack_.raw(one, without, {}); });
    }
  }
}

/// What an evaluator would say that believed the number of decisions instead of replaying them.
TEST_F(Attacks, WithoutTheReplayForgersWouldScore) {
  Table further;
  for (const AttackCase& one : corpus_) {
    if (one.screen_off.layer != 'E' || one.is_honest || one.task != "web_cache") continue;
    const Ended ended = stack_.raw(one);
    if (ended.stage != "replay") continue;
    const double believed = static_cast<double>(ended.decisions.size()) / 4 / 600;
    if (believed < stack_.arena(one.task).worst && (!ended.score || ended.score->objective >= stack_.arena(one.task).worst))
      further["replay"].push_back(one.name);
  }
  print("Would score without", further);
  EXPECT_FALSE(further["replay"].empty());
}

TEST_F(Attacks, TheParentDoesNotGrow) {
  EXPECT_LT(HostWatch::resident_bytes(), shared_.resident_at_start + (256u << 20));
}

}  // namespace
}  // namespace assay::attacks
