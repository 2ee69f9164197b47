// What a certificate costs, and against what: see --help.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "bench/verify/alone.h"
#include "bench/verify/measure.h"
#include "bench/verify/policies.h"
#include "tasks/task.h"
#include "verify/certify.h"
#include "verify/certify_examine.h"
#include "verify/lower/lower.h"
#include "verify/smt/solver.h"

namespace {

using namespace assay;
using bench::Laps;
using bench::Samples;

constexpr const char* kHelp =
    R"(verify_bench [--policies N] [--rounds N] [--alone N] [--seed N] [--only SECTION]

What certificates cost, milliseconds: by the clock on the wall, and of the processors (this process, Clang's and the solvers').

  safety      default claims of every baseline of both cache tasks (p50 of --rounds), and of --policies random policies of each from
              the `mutate` grammar, as grown and with a small mistake each; time by engine; verdicts
  properties  with the properties of the tasks, on the baselines: required ones only, and all
  growth      policies of 10 to 320 lines; loops of 10 to 100,000 rounds; the exponent that fits
  alone       the same obligations by Z3 alone, without an abstract interpreter, in the same run: the baselines and --alone random
              policies of each task; one question for each obligation, and one for each function; of the processors only

  --policies N   1000     --rounds N   9     --alone N   30     --seed N   1

Examples:
  verify_bench                                   everything, some two minutes on an idle machine
  verify_bench --policies 100 --only safety      a quick look
  verify_bench --only alone --alone 200
)";

struct Options {
  std::size_t policies = 1000, alone = 30;
  int rounds = 9;
  std::uint64_t seed = 1;
  std::string only;
};

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "verify_bench: %s\n", what.c_str());
  std::exit(2);
}

template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

struct Bench {
  std::unique_ptr<verify::Toolchain> toolchain;
  std::unique_ptr<verify::Certifier> certifier;
  std::unique_ptr<verify::smt::Solver> solver;  ///< for examinations apart from certificates
  std::unique_ptr<sandbox::RunJail> jail;
  std::vector<tasks::Task> tasks;
};

verify::Screened screen(Bench& bench, const tasks::Task& task, const Source& source) {
  auto screened = need(bench.toolchain->screen(task.contract, source));
  if (!screened) stop(task.name + ", " + source.name + ": " + screened.error().detail);
  return std::move(*screened);
}

// ---- certificates ----------------------------------------------------------------------------------------------------

struct Totals {
  Laps laps;
  verify::EngineTimes times;
  std::uint64_t proved = 0, refuted = 0, unknown = 0, by_intervals = 0, by_solver = 0, certificates = 0;
  std::map<std::string, std::uint64_t> reasons;  ///< why a claim is not known, without the place

  void add(const verify::Certificate& certificate) {
    ++certificates;
    times += certificate.times;
    for (const verify::Claim& claim : certificate.claims) {
      proved += std::holds_alternative<Proved>(claim.verdict);
      refuted += std::holds_alternative<Refuted>(claim.verdict);
      unknown += std::holds_alternative<Unknown>(claim.verdict);
      if (auto* open = std::get_if<Unknown>(&claim.verdict)) ++reasons[open->reason.substr(0, open->reason.find(" at line"))];
      by_intervals += claim.by_intervals, by_solver += claim.by_solver;
    }
  }
};

verify::CertifyOptions options_of(const tasks::Task& task) {
  verify::CertifyOptions options;
  options.instruction_bound = task.limits.instructions;
  options.grade_cells = 0;
  return options;
}

/// `rounds` times; into the totals the round of p50, once per policy.
verify::Certificate certify(Bench& bench, const tasks::Task& task, const verify::Screened& screened, const verify::CertifyOptions& options,
                            int rounds, Totals& totals) {
  Laps laps;
  verify::Certificate certificate;
  const Source source{screened.text(), "policy"};
  verify::EngineTimes times;
  for (int round = 0; round < rounds; ++round) {
    bench::Stopwatch watch;
    certificate = need(bench.certifier->certify(task.name, task.contract, source, screened, options, *bench.toolchain, *bench.jail));
    laps.add(watch.lap());
    times += certificate.times;
  }
  totals.laps.add({laps.wall.at(0.5), laps.cpu.at(0.5)});
  totals.add(certificate);
  return certificate;
}

void print_head() {
  std::printf("%-30s %5s | %28s | %28s | %s\n", "", "", "wall: p50      p95      max", "cpu: p50      p95      max", "claims: proved refuted unknown");
}

void print(const std::string& name, const Totals& totals) {
  const Laps& laps = totals.laps;
  std::printf("%-30s %5zu | %10.2f %8.2f %8.2f | %10.2f %8.2f %8.2f | %14llu %7llu %7llu\n", name.c_str(), laps.wall.size(), laps.wall.at(0.5),
              laps.wall.at(0.95), laps.wall.at(1), laps.cpu.at(0.5), laps.cpu.at(0.95), laps.cpu.at(1), (unsigned long long)totals.proved,
              (unsigned long long)totals.refuted, (unsigned long long)totals.unknown);
  std::fflush(stdout);
}

void print_engines(const std::string& name, const Totals& totals) {
  const Json times = verify::to_json(totals.times);
  std::printf("%-30s", name.c_str());
  for (const auto& [engine, ms] : times.items()) std::printf("  %s %.2f", engine.c_str(), ms.get<double>() / static_cast<double>(totals.certificates));
  const auto settled = static_cast<double>(std::max<std::uint64_t>(1, totals.by_intervals + totals.by_solver));
  std::printf("  | settled by intervals %.2f %%, by solvers %.2f %%\n", 100 * static_cast<double>(totals.by_intervals) / settled,
              100 * static_cast<double>(totals.by_solver) / settled);
  for (const auto& [reason, count] : totals.reasons) std::printf("%-30s  %llu unknown: %s\n", "", (unsigned long long)count, reason.c_str());
}

void print_solvers(const verify::smt::SolverCounts& before, const verify::smt::SolverCounts& now) {
  std::printf("solvers: asked %llu, answered by Z3 %llu, by cvc5 %llu, killed %llu, from the cache %llu\n", (unsigned long long)(now.asked - before.asked),
              (unsigned long long)(now.settled_by_z3 - before.settled_by_z3), (unsigned long long)(now.settled_by_cvc5 - before.settled_by_cvc5),
              (unsigned long long)(now.killed - before.killed), (unsigned long long)(now.cache_hits - before.cache_hits));
}

void safety(Bench& bench, const Options& options) {
  std::printf("\n== default safety, ms (targets: p50 20, p95 250)\n");
  print_head();
  std::vector<std::pair<std::string, Totals>> groups;
  const auto before = bench.certifier->solver_counts();
  for (const tasks::Task& task : bench.tasks) {
    Totals totals;
    for (const Source& baseline : task.baselines) certify(bench, task, screen(bench, task, baseline), options_of(task), options.rounds, totals);
    print(task.name + ", baselines", totals);
    groups.emplace_back(task.name + ", baselines", std::move(totals));
  }
  for (bench::Make make : {bench::Make::as_grown, bench::Make::with_mistake})
    for (const tasks::Task& task : bench.tasks) {
      const std::string name = task.name + (make == bench::Make::as_grown ? ", random" : ", mistaken");
      Totals totals;
      for (const verify::Screened& policy : need(bench::random_policies(task, *bench.toolchain, options.policies, options.seed, make)))
        certify(bench, task, policy, options_of(task), 1, totals);
      print(name, totals);
      groups.emplace_back(name, std::move(totals));
    }
  std::printf("mean by engine, ms\n");
  for (const auto& [name, totals] : groups) print_engines(name, totals);
  print_solvers(before, bench.certifier->solver_counts());
}

// ---- properties ------------------------------------------------------------------------------------------------------

verify::properties::PropertySet at_level(verify::properties::PropertySet set, verify::properties::Level most) {
  std::erase_if(set.properties, [&](const auto& property) { return property.level > most; });
  return set;
}

void properties(Bench& bench, const Options& options) {
  std::printf("\n== with properties, ms (target: p50 1000 for the required ones)\n");
  print_head();
  using verify::properties::Level;
  const int rounds = std::min(options.rounds, 3);
  for (Level most : {Level::required, Level::preferred}) {
    std::vector<std::pair<std::string, Totals>> groups;
    const auto before = bench.certifier->solver_counts();
    for (const tasks::Task& task : bench.tasks) {
      const auto set = at_level(need(verify::properties::load_properties(task.contract)), most);
      const std::string what = most == Level::required ? "required" : "and preferred";
      Totals all;
      for (const Source& baseline : task.baselines) {
        auto certify_options = options_of(task);
        certify_options.properties = &set;
        Totals mine;
        certify(bench, task, screen(bench, task, baseline), certify_options, rounds, mine);
        print("  " + baseline.name, mine);
        all.laps.add({mine.laps.wall.at(0.5), mine.laps.cpu.at(0.5)});
        all.times += mine.times;
        all.proved += mine.proved, all.refuted += mine.refuted, all.unknown += mine.unknown, all.certificates += mine.certificates;
        all.by_intervals += mine.by_intervals, all.by_solver += mine.by_solver;
      }
      print(task.name + ", " + what, all);
      groups.emplace_back(task.name + ", " + what, std::move(all));
    }
    std::printf("mean by engine, ms\n");
    for (const auto& [name, totals] : groups) print_engines(name, totals);
    print_solvers(before, bench.certifier->solver_counts());
  }
}

// ---- growth ----------------------------------------------------------------------------------------------------------

struct Curve {
  std::vector<double> x, wall, cpu, engines;  ///< engines: what follows Clang
};

void point(Bench& bench, const tasks::Task& task, const Source& source, double x, std::uint64_t instructions, int rounds, Curve& curve) {
  Totals totals;
  auto options = options_of(task);
  options.instruction_bound = instructions;
  const auto certificate = certify(bench, task, screen(bench, task, source), options, rounds, totals);
  const Json times = verify::to_json(certificate.times);
  const double engines = times["lower"].get<double>() + times["trials"].get<double>() + times["intervals"].get<double>() + times["solver"].get<double>();
  std::printf("%-24s %-8s wall %9.2f  cpu %9.2f  clang %8.2f  lower %8.2f  trials %8.2f  intervals %9.2f  solver %8.2f  %s\n", source.name.c_str(),
              std::string(name_of(certificate.overall())).c_str(), totals.laps.wall.at(0.5), totals.laps.cpu.at(0.5), times["clang"].get<double>(),
              times["lower"].get<double>(), times["trials"].get<double>(), times["intervals"].get<double>(), times["solver"].get<double>(),
              std::holds_alternative<Unknown>(certificate.overall()) ? std::get<Unknown>(certificate.overall()).reason.c_str() : "");
  std::fflush(stdout);
  curve.x.push_back(x), curve.wall.push_back(totals.laps.wall.at(0.5)), curve.cpu.push_back(totals.laps.cpu.at(0.5)), curve.engines.push_back(engines);
}

void print_exponent(const char* what, const Curve& curve) {
  std::printf("%-24s grows as %s to the power of: wall %.2f, cpu %.2f, after Clang %.2f\n", "", what, bench::exponent(curve.x, curve.wall),
              bench::exponent(curve.x, curve.cpu), bench::exponent(curve.x, curve.engines));
}

void growth(Bench& bench, const Options& options) {
  const tasks::Task& task = bench.tasks.front();
  const int rounds = std::min(options.rounds, 3);
  std::printf("\n== growth with lines, ms\n");
  Curve lines;
  for (int n : {10, 20, 40, 80, 160, 320}) point(bench, task, bench::policy_of_lines(n), n, 1'000'000, rounds, lines);
  print_exponent("lines", lines);
  for (bench::Loop loop : {bench::Loop::kept, bench::Loop::growing, bench::Loop::nested}) {
    std::printf("\n== growth with the rounds of a loop: %s, ms\n", std::string(name_of(loop)).c_str());
    Curve curve;
    for (std::int64_t n : {10, 100, 1000, 10'000, 100'000})
      point(bench, task, bench::policy_of_rounds(loop, n), static_cast<double>(n), static_cast<std::uint64_t>(64 * n + 4096), rounds, curve);
    print_exponent("rounds", curve);
  }
}

// ---- Z3 alone --------------------------------------------------------------------------------------------------------

struct Race {
  Samples ours, each, at_once;  ///< by policy: exploration and solving of all its functions
  bench::Alone sum;
};

void add(bench::Alone& to, const bench::Alone& from) {
  to.explore += from.explore, to.print += from.print, to.solve += from.solve;
  to.questions += from.questions, to.unsat += from.unsat, to.sat += from.sat, to.unknown += from.unknown;
  to.gave_up = to.gave_up || from.gave_up;
}

void race(Bench& bench, const tasks::Task& task, const verify::Screened& screened, Race& out) {
  const auto options = options_of(task);
  const std::uint64_t effort = static_cast<std::uint64_t>(options.solver_budget.count()) * 1500;  // as certify counts it
  auto ir = need(bench.toolchain->lower(task.contract, screened));
  if (!ir) return;
  const auto functions = need(verify::lower::lower_functions(ir->bitcode, task.contract));
  double ours = 0;
  bench::Alone each, at_once;
  for (const auto& function : functions) {
    if (!function.program) return;
    bench::Stopwatch watch;
    need(verify::examine(function, {task.contract, ir->places, options}, *bench.solver));
    ours += watch.lap().cpu;
    add(each, bench::by_z3_alone(*function.program, options.instruction_bound, bench::Asking::each, effort));
    add(at_once, bench::by_z3_alone(*function.program, options.instruction_bound, bench::Asking::at_once, effort));
  }
  add(out.sum, each);
  if (each.gave_up) return;
  out.ours.add(ours), out.each.add(each.all()), out.at_once.add(at_once.all());
}

void print(const std::string& name, const Race& race) {
  std::printf("%-28s %4zu | %8.2f %8.2f | %9.2f %9.2f %7.1f | %9.2f %9.2f %7.1f | %llu questions: unsat %llu, sat %llu, unknown %llu%s\n", name.c_str(),
              race.ours.size(), race.ours.at(0.5), race.ours.at(0.95), race.each.at(0.5), race.each.at(0.95), race.each.at(0.5) / race.ours.at(0.5),
              race.at_once.at(0.5), race.at_once.at(0.95), race.at_once.at(0.5) / race.ours.at(0.5), (unsigned long long)race.sum.questions,
              (unsigned long long)race.sum.unsat, (unsigned long long)race.sum.sat, (unsigned long long)race.sum.unknown,
              race.sum.gave_up ? "; some could not be written down" : "");
  std::fflush(stdout);
}

void alone(Bench& bench, const Options& options) {
  std::printf("\n== the same obligations by Z3 alone, ms of the processors by policy, all without Clang (target: ratio of the p50s at least 5)\n");
  std::printf("%-28s %4s | %17s | %27s | %27s |\n", "", "", "ours: p50     p95", "each: p50       p95   ratio", "at once: p50    p95   ratio");
  for (const tasks::Task& task : bench.tasks) {
    Race baselines, random;
    for (const Source& baseline : task.baselines) race(bench, task, screen(bench, task, baseline), baselines);
    print(task.name + ", baselines", baselines);
    for (const verify::Screened& policy : need(bench::random_policies(task, *bench.toolchain, options.alone, options.seed))) race(bench, task, policy, random);
    print(task.name + ", random", random);
  }
}

// ----------------------------------------------------------------------------------------------------------------------

std::uint64_t number(int argc, char** argv, int& at) {
  if (at + 1 >= argc) stop(std::string(argv[at]) + " wants a number; see --help");
  char* end = nullptr;
  const std::uint64_t out = std::strtoull(argv[++at], &end, 10);
  if (*end != '\0' || out == 0) stop(std::string(argv[at]) + " is no number above 0; see --help");
  return out;
}

Options read_options(int argc, char** argv) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help") std::fputs(kHelp, stdout), std::exit(0);
    else if (name == "--policies") out.policies = number(argc, argv, i);
    else if (name == "--alone") out.alone = number(argc, argv, i);
    else if (name == "--rounds") out.rounds = static_cast<int>(number(argc, argv, i));
    else if (name == "--seed") out.seed = number(argc, argv, i);
    else if (name == "--only" && i + 1 < argc) out.only = argv[++i];
    else stop("unknown option " + name + "; see --help");
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  struct Section {
    const char* name;
    void (*run)(Bench&, const Options&);
  };
  constexpr Section kSections[] = {{"safety", safety}, {"properties", properties}, {"growth", growth}, {"alone", alone}};
  Bench bench{need(verify::Toolchain::start()), need(verify::Certifier::start()), need(verify::smt::start_portfolio({})), need(sandbox::RunJail::start()), {}};
  for (const char* folder : {"web_cache", "web_cache_queues"}) bench.tasks.push_back(need(tasks::load_task(std::string(ASSAY_SOURCE_DIR "/tasks/") + folder)));
  std::printf("%s\n", verify::smt::solver_versions().c_str());
  bool any = false;
  for (const Section& section : kSections)
    if (options.only.empty() || options.only == section.name) section.run(bench, options), any = true;
  if (!any) stop("no section is called " + options.only + "; see --help");
}
