// Hostile candidates in great number, and ends in the middle of them: see --help.

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "bench/sandbox/hostile.h"
#include "bench/sandbox/shutdown.h"
#include "bench/sandbox/tools.h"

namespace {

using namespace assay;
using bench::need;
using bench::Report;
namespace fs = std::filesystem;

constexpr const char* kHelp =
    R"(hostile_load [--candidates N] [--rounds N] [--only SECTION] [--json]

  jailed    candidates that spin, are deaf to signals, fork, or take memory, 8 at a time, with every layer: how long after its deadline
            each was reported and gone; what is left of them; memory and descriptors of the parent
  weak      the same without seccomp and rlimits, where forks and deafness really happen and only namespaces and SIGKILL hold
  shutdown  a process with 8 such candidates is ended by SIGTERM and by SIGKILL: how long until no jailed process is left
  campaign  `assay run` is ended in the middle by SIGINT and by SIGKILL, and resumed

  --candidates N   of jailed and of weak (1000)      --rounds N   of shutdown (5)

Exit code 1: a target was missed.
)";

struct Arguments {
  int candidates = 1000, rounds = 5;
  std::string only;
  bool json = false, hold = false, weak = false;
};

const std::vector<std::string> kWeak = {"seccomp", "rlimits"};
constexpr unsigned kAtATime = 8;
constexpr double kMayBeLateMs = 100, kShutdownMs = 2000;
constexpr double kFlatBytes = 64;  ///< a candidate: 1,000 of them 64 KiB

Arguments read_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool has_value = i + 1 < argc;
    if (word == "--json") arguments.json = true;
    else if (word == "--hold") arguments.hold = true;  // this program, to be ended by itself
    else if (word == "--weak") arguments.weak = true;
    else if (word == "--candidates" && has_value) arguments.candidates = std::atoi(argv[++i]);
    else if (word == "--rounds" && has_value) arguments.rounds = std::atoi(argv[++i]);
    else if (word == "--only" && has_value) arguments.only = argv[++i];
    else std::printf("%s", kHelp), std::exit(word == "--help" ? 0 : 2);
  }
  if (arguments.candidates < 1 || arguments.rounds < 1) bench::stop("--candidates and --rounds must be numbers above 0");
  return arguments;
}

void print_load(Report& report, const bench::LoadResult& result) {
  report.times("ended by a layer, before the deadline", result.ended_early, "ms");
  report.times("reported, after the deadline", result.reported, "ms");
  report.times("gone, after the deadline", result.gone, "ms");
  report.times("for comparison: a sleep of 1 ms, too long by", result.overslept, "ms");
  report.at_most("the latest to be gone", result.gone.at(1), kMayBeLateMs, "ms");
  report.at_most("gone later than that", static_cast<double>(result.late), 0, "candidates");
  report.at_most("alive in part after the report", static_cast<double>(result.left_after_report), 0, "candidates");
  report.at_most("outcomes that were not expected", static_cast<double>(result.wrong_outcomes), 0, "candidates");
  if (result.wrong_outcomes) report.text("the first of them", result.first_wrong);
  report.at_most("orphans", static_cast<double>(result.orphans), 0, "processes");
  report.at_most("descendants that were not reaped", result.children_left, 0, "or more");
  report.at_most("descriptors leaked", static_cast<double>(result.descriptors_after) - static_cast<double>(result.descriptors_before), 0, "");
  const auto& first = result.memory.front();
  const auto& last = result.memory.back();
  report.text("memory of the parent", std::to_string(static_cast<long>(first.parent_bytes) >> 10) + " KiB at the start, " + std::to_string(static_cast<long>(last.parent_bytes) >> 10) + " at the end");
  report.text("memory of the 8 zygotes", std::to_string(static_cast<long>(first.zygote_bytes) >> 10) + " KiB at the start, " + std::to_string(static_cast<long>(last.zygote_bytes) >> 10) + " at the end");
  report.at_most("growth of the parent", bench::slope(result.memory, &bench::MemoryPoint::parent_bytes), kFlatBytes, "bytes a candidate");
  report.at_most("growth of the zygotes", bench::slope(result.memory, &bench::MemoryPoint::zygote_bytes), kFlatBytes, "bytes a candidate");
}

void jailed_section(Report& report, const Arguments& arguments) {
  report.section("jailed", std::to_string(arguments.candidates) + " hostile candidates, 8 at a time, deadline 50 ms, every layer");
  print_load(report, bench::run_load({.candidates = arguments.candidates, .at_a_time = kAtATime}));
}

void weak_section(Report& report, const Arguments& arguments) {
  report.section("weak", std::to_string(arguments.candidates) + " hostile candidates, 8 at a time, deadline 50 ms, without seccomp and rlimits");
  print_load(report, bench::run_load({.candidates = arguments.candidates, .at_a_time = kAtATime, .without = kWeak}));
}

std::string own_path() { return fs::read_symlink("/proc/self/exe"); }

/// A folder of its own, gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "hostile_load_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  Scratch(const Scratch&) = delete;
  ~Scratch() { fs::remove_all(folder_); }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_;
};

void shutdown_section(Report& report, const Arguments& arguments) {
  report.section("shutdown", "from the signal until nothing of a process with 8 hostile candidates is left");
  Scratch scratch;
  for (const bool weak : {false, true})
    for (const int signal : {SIGTERM, SIGKILL}) {
      bench::Samples gone;
      for (int round = 0; round < arguments.rounds; ++round) {
        std::vector<std::string> command = {own_path(), "--hold"};
        if (weak) command.push_back("--weak");
        auto held = bench::start_program(command, scratch / "held");
        bench::wait_for_words(held, "ready");
        gone.add(bench::end_by(held, signal).all_gone_ms);
      }
      const std::string name = std::string(signal == SIGTERM ? "SIGTERM" : "SIGKILL") + (weak ? ", without seccomp and rlimits" : ", every layer");
      report.times(name, gone, "ms");
      report.at_most(name + ", the slowest", gone.at(1), kShutdownMs, "ms");
    }
}

/// The program beside this one.
std::string assay_path() { return fs::path(own_path()).parent_path() / "assay"; }

int assay(const fs::path& output, std::vector<std::string> words) {
  words.insert(words.begin(), assay_path());
  return bench::wait_for_end(bench::start_program(words, output));
}

std::uint64_t candidates_in(const Scratch& scratch, const std::string& campaign) {
  if (assay(scratch / "report", {"report", campaign, "--json"}) != 0) bench::stop("assay report: " + read_file(scratch / "report").value_or(""));
  const std::string text = read_file(scratch / "report").value_or("");
  auto json = need(parse_json(text.substr(text.find('{')), "the report"));
  return need(member<std::uint64_t>(json, "candidates", "the report"));
}

/// 0, 1: the budget was used up, with or without a certified champion.
void resume(Report& report, const Scratch& scratch, const std::string& campaign) {
  const auto before = candidates_in(scratch, campaign);
  const int code = assay(scratch / "resumed", {"resume", campaign, "--budget", "candidates=" + std::to_string(before + 20)});
  const auto after = candidates_in(scratch, campaign);
  report.text("resumed", std::to_string(before) + " candidates kept, " + std::to_string(after) + " after resuming, exit code " + std::to_string(code));
  report.at_most("resumed short of its budget by", static_cast<double>(before + 20) - static_cast<double>(after), 0, "candidates");
}

/// A model whose policies are right and slow: each call of the last one takes as long as a run may take.
std::string slow_policy_command(const Scratch& scratch) {
  std::string policy = read_file(fs::path(ASSAY_SOURCE_DIR) / "bench/sandbox/slow_policy.cpp").value_or("");
  need(write_file(scratch / "completion", "```cpp\n" + policy + "```\n"));
  return "cat > /dev/null; sed s/NUMBER/$$/ " + (scratch / "completion").string();
}

void end_campaign(Report& report, const std::string& name, int signal, bool slow) {
  Scratch scratch;
  const std::string campaign = scratch / "campaign";
  std::vector<std::string> command = {assay_path(), "run", fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues", "--budget", "candidates=100000", "--out", campaign};
  if (slow) command.insert(command.end(), {"--provider", "exec", "--set", "command=" + slow_policy_command(scratch)});
  auto running = bench::start_program(command, scratch / "output");
  bench::wait_for_words(running, slow ? "timeout" : "candidates ");
  const auto ending = bench::end_by(running, signal);
  report.text(name, "exit code " + std::to_string(ending.code) + ", ended after " + std::to_string(ending.ended_ms) + " ms, all of it gone after " + std::to_string(ending.all_gone_ms) + " ms");
  report.at_most(name + ", all gone", ending.all_gone_ms, kShutdownMs, "ms");
  if (signal == SIGINT) report.at_most(name + ", exit code less 130", std::abs(ending.code - 130), 0, "");
  if (!slow) resume(report, scratch, campaign);
}

void campaign_section(Report& report, const Arguments&) {
  report.section("campaign", "`assay run` on web_cache_queues, ended in the middle");
  if (::access(assay_path().c_str(), X_OK) != 0) return report.text("assay", "left out: " + assay_path() + " is not built");
  end_campaign(report, "SIGINT", SIGINT, false);
  end_campaign(report, "SIGKILL", SIGKILL, false);
  end_campaign(report, "SIGINT, slow policies", SIGINT, true);
  end_campaign(report, "SIGKILL, slow policies", SIGKILL, true);
}

struct Section {
  const char* name;
  void (*measure)(Report&, const Arguments&);
};
constexpr Section kSections[] = {{"jailed", jailed_section}, {"weak", weak_section}, {"shutdown", shutdown_section}, {"campaign", campaign_section}};

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = read_arguments(argc, argv);
  if (arguments.hold) bench::hold(kAtATime, arguments.weak ? kWeak : std::vector<std::string>{});
  bench::adopt_orphans();
  Report report(arguments.json);
  report.load_average("at the start");
  bool any = false;
  for (const Section& section : kSections)
    if (arguments.only.empty() || arguments.only == section.name) any = true, section.measure(report, arguments);
  if (!any) bench::stop("--only " + arguments.only + ": no such section; there are jailed, weak, shutdown, campaign");
  report.load_average("at the end");
  return report.finish() ? 0 : 1;
}
