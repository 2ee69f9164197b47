// Climbing towards a proof: campaigns with the certificate in the objective against campaigns that certify at the end; same
// task, seeds and candidates, no model.
//
//   certificate_curves [--task DIR] [--seeds N] [--first-seed S] [--candidates N] [--weight W] [--instances N] [--threads N]
//                      [--engines search|all] [--require preferred|all] [--out DIR]
//
// --instances N: the first N of train and one of the other splits. --engines all (as at a campaign's end) certifies in
// full whatever the end would try; `search` believes the certificates that the search recorded. Campaigns that are in
// --out already are not run again. --require preferred makes the preferred properties required, all the others too. Writes curves.html there. What is counted: evolve/climb.h and docs/search.md.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/report/climb_plot.h"
#include "evolve/campaign.h"
#include "evolve/climb.h"
#include "evolve/settings.h"
#include "verify/certify.h"

namespace {

namespace fs = std::filesystem;
using namespace assay;
using evolve::CandidateRecord;
using evolve::ClimbStep;
using evolve::Proof;

struct Options {
  fs::path task = ASSAY_SOURCE_DIR "/tasks/web_cache", out = "certificate-curves";
  std::uint64_t seeds = 5, first_seed = 1, candidates = 300;
  double weight = 0.3;
  std::size_t instances = 0;  ///< 0: all
  unsigned threads = 2;
  bool all_engines = true;
  std::string require;  ///< which properties are raised to required: "", "preferred" or "all"
};

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(2);
}

template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string key = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
    auto whole = [&] { return std::strtoull(value.c_str(), nullptr, 10); };
    if (key == "--task") options.task = value;
    else if (key == "--out") options.out = value;
    else if (key == "--seeds") options.seeds = whole();
    else if (key == "--first-seed") options.first_seed = whole();
    else if (key == "--candidates") options.candidates = whole();
    else if (key == "--instances") options.instances = whole();
    else if (key == "--threads") options.threads = static_cast<unsigned>(whole());
    else if (key == "--weight") options.weight = std::atof(value.c_str());
    else if (key == "--engines") options.all_engines = value != "search";
    else if (key == "--require") options.require = value;
    else stop("unknown option " + key + "; see the head of bench/certificate_curves.cpp");
  }
  if (options.seeds == 0 || options.candidates == 0) stop("--seeds and --candidates need at least 1");
  return options;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// Properties are read from beside the contract: a copy with other levels, and a contract that is there.
void raise_levels(tasks::Task& task, const Options& options) {
  if (options.require.empty()) return;
  std::string text = need(read_file(task.folder / "properties.cpp"));
  replace_all(text, ", preferred)", ", required)");
  if (options.require == "all") replace_all(text, ", info)", ", required)");
  fs::create_directories(options.out / "contract");
  std::ofstream(options.out / "contract" / "properties.cpp") << text;
  task.contract.path = (options.out / "contract" / "policy.h").string();
}

/// The task with little beside its train instances: the rest of a campaign's end is not what is measured.
tasks::Task smaller_task(const Options& options) {
  tasks::Task task = need(tasks::load_task(options.task));
  task.native_baselines = {"lru"};
  raise_levels(task, options);
  std::map<tasks::Split, std::size_t> kept;
  if (options.instances > 0)
    std::erase_if(task.instances, [&](const tasks::InstanceSpec& spec) {
      return kept[spec.split]++ >= (spec.split == tasks::Split::train ? options.instances : 1);
    });
  return task;
}

// Campaigns ---------------------------------------------------------------------------------------------------------

/// A campaign wants to start its jails before there are threads: each has a process of its own.
double run_alone(tasks::Task task, const Options& options, std::uint64_t seed, double weight, const fs::path& out) {
  if (fs::exists(out / "archive.sqlite")) return 0;
  const auto began = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child < 0) stop("fork failed");
  if (child == 0) {
    task.search["certificate"] = {{"weight", weight}};
    evolve::CampaignOptions campaign;
    campaign.out = out;
    campaign.budget.candidates = options.candidates;
    campaign.seed = seed;
    campaign.threads = options.threads;
    auto ended = evolve::run_campaign(task, campaign, {}, {});
    if (!ended) std::fprintf(stderr, "%s\n", ended.error().what.c_str());
    ::_exit(ended ? 0 : 2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) stop(out.string() + ": the campaign did not end well");
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// Certificates after the fact ---------------------------------------------------------------------------------------

/// What every engine says of a candidate, asked once; what the search proved in full stays proved.
class Prover {
 public:
  Prover(const tasks::Task& task, bool all_engines, fs::path kept_at)
      : task_(task), all_engines_(all_engines), kept_at_(std::move(kept_at)), properties_(need(verify::properties::load_properties(task.contract))) {
    if (!all_engines) return;
    toolchain_ = need(verify::Toolchain::start());
    certifier_ = need(verify::Certifier::start());
    jail_ = need(sandbox::RunJail::start());
    std::ifstream file(kept_at_);
    std::string digest;
    for (int proof = 0; file >> digest >> proof;) known_[digest] = static_cast<Proof>(proof);
  }

  Proof of(const evolve::Archive& archive, const CandidateRecord& record) {
    const Proof recorded = recorded_proof(record);
    if (!all_engines_ || recorded == Proof::full) return recorded;
    auto [entry, is_new] = known_.try_emplace(record.source.hex(), Proof::none);
    if (!is_new) return entry->second;
    entry->second = std::max(recorded, certified(Source{need(archive.blob(record.source))}));
    std::ofstream(kept_at_, std::ios::app) << entry->first << ' ' << static_cast<int>(entry->second) << '\n';
    ++asked_;
    return entry->second;
  }
  std::uint64_t asked() const { return asked_; }

 private:
  Proof certified(const Source& source) {
    auto screened = need(toolchain_->screen(task_.contract, source));
    if (!screened) stop("a candidate was accepted once and is refused now: " + screened.error().detail);
    verify::CertifyOptions options;  // as at a campaign's end, but for the grades, which change no verdict
    options.properties = &properties_;
    options.instruction_bound = task_.limits.instructions;
    options.solver_budget = std::chrono::seconds(4);
    options.grade_cells = 0;
    auto certificate = need(certifier_->certify(task_.name, task_.contract, source, *screened, options, *toolchain_, *jail_));
    if (!std::holds_alternative<Proved>(certificate.overall())) return Proof::none;
    return certificate.score() >= 1 ? Proof::full : Proof::required;
  }

  const tasks::Task& task_;
  bool all_engines_;
  fs::path kept_at_;
  verify::properties::PropertySet properties_;
  std::unique_ptr<verify::Toolchain> toolchain_;
  std::unique_ptr<verify::Certifier> certifier_;
  std::unique_ptr<sandbox::RunJail> jail_;
  std::map<std::string, Proof> known_;
  std::uint64_t asked_ = 0;
};

// One campaign, read ------------------------------------------------------------------------------------------------

struct Run {
  std::vector<CandidateRecord> records;
  std::vector<ClimbStep> full, required;  ///< by the level that the champion must have
  std::map<std::uint64_t, Proof> best_proof;  ///< of those that were the best so far by selection
  double best_baseline = 0;                   ///< loss of the best one that is fully certified
};

Run read_run(const fs::path& folder, const evolve::SearchSettings& search, Prover& prover) {
  auto archive = need(evolve::Archive::open_read_only(folder));
  Run run{need(archive->candidates()), {}, {}, {}, 1e300};
  auto proof_of = [&](const CandidateRecord& record) { return prover.of(*archive, record); };
  evolve::EndRule rule{search.promote, search.certify, Proof::full};
  run.full = climb(run.records, rule, proof_of);
  rule.wanted = Proof::required;
  run.required = climb(run.records, rule, proof_of);
  for (const ClimbStep& step : run.full) run.best_proof[step.best] = proof_of(run.records[step.best]);
  for (const auto& record : run.records)
    if (record.provider == "baseline" && record.fitness && proof_of(record) == Proof::full) run.best_baseline = std::min(run.best_baseline, *record.fitness);
  return run;
}

std::optional<double> champion_loss(const Run& run, const ClimbStep& step) {
  return step.champion ? run.records[*step.champion].fitness : std::nullopt;
}

std::optional<double> final_loss(const Run& run, const std::vector<ClimbStep>& steps) {
  return steps.empty() ? std::nullopt : champion_loss(run, steps.back());
}

/// Certified so far at each number of candidates, for the figure, in the task's own direction.
std::vector<std::optional<double>> course(const Run& run, const std::vector<ClimbStep>& steps, double sign) {
  std::vector<std::optional<double>> values(run.records.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::size_t end = i + 1 < steps.size() ? steps[i + 1].candidates - 1 : values.size();
    for (std::size_t n = steps[i].candidates - 1; n < end; ++n)
      if (auto loss = champion_loss(run, steps[i])) values[n] = sign * *loss;
  }
  return values;
}

// Table -------------------------------------------------------------------------------------------------------------

using Count = std::optional<std::uint64_t>;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n == 0 ? 0 : (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/// A count that was not reached counts as more than any other.
std::string counts_text(const std::vector<Count>& counts, std::uint64_t budget) {
  std::string out;
  std::vector<double> values;
  for (const Count& count : counts) {
    char text[32];
    std::snprintf(text, sizeof text, "%9s", count ? std::to_string(*count).c_str() : "never");
    out += text;
    values.push_back(count ? static_cast<double>(*count) : 1e18);
  }
  const double middle = median(values);
  return out + "   median " + (middle > static_cast<double>(budget) ? "never" : std::to_string(static_cast<std::uint64_t>(middle)));
}

void print_pair(const char* title, const std::vector<Count>& with, const std::vector<Count>& at_end, std::uint64_t budget) {
  int fewer = 0, more = 0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    const auto a = with[i].value_or(~0ull), b = at_end[i].value_or(~0ull);
    fewer += a < b, more += a > b;
  }
  std::printf("%s\n  (a) in the objective %s\n  (b) at the end       %s\n  (a) needs fewer on %d, more on %d of %zu seeds\n", title,
              counts_text(with, budget).c_str(), counts_text(at_end, budget).c_str(), fewer, more, with.size());
}

void print_losses(const char* title, const std::vector<Run>& runs, std::vector<ClimbStep> Run::* steps, double sign) {
  std::printf("  %-48s", title);
  for (const Run& run : runs)
    if (auto loss = final_loss(run, run.*steps)) std::printf(" %8.4f", sign * *loss);
    else std::printf(" %8s", "none");
  std::printf("\n");
}

void print_shares(const char* title, const std::vector<Run>& runs) {
  std::uint64_t scored = 0, graded = 0, required = 0, full = 0;
  for (const Run& run : runs)
    for (const auto& record : run.records) {
      if (record.provider == "baseline") continue;
      scored += record.fitness.has_value(), graded += record.certificate.has_value();
      required += recorded_proof(record) >= Proof::required, full += recorded_proof(record) == Proof::full;
    }
  const double all = static_cast<double>(std::max<std::uint64_t>(1, graded)) / 100;
  std::printf("  %-22s %5llu scored, %5llu graded, of these all required claims proved %5.1f %%, preferred ones too %5.1f %%\n", title,
              static_cast<unsigned long long>(scored), static_cast<unsigned long long>(graded), static_cast<double>(required) / all,
              static_cast<double>(full) / all);
}

using Holds = std::function<bool(const Run&, std::size_t seed, const ClimbStep&)>;

std::vector<Count> counts(const std::vector<Run>& runs, std::vector<ClimbStep> Run::* steps, const Holds& holds) {
  std::vector<Count> all;
  for (std::size_t i = 0; i < runs.size(); ++i)
    all.push_back(reached_for_good(runs[i].*steps, [&](const ClimbStep& step) { return holds(runs[i], i, step); }));
  return all;
}

void print_counts(const std::vector<Run>& with, const std::vector<Run>& at_end, const Options& options) {
  auto pair = [&](const char* title, std::vector<ClimbStep> Run::* steps, const Holds& holds) {
    print_pair(title, counts(with, steps, holds), counts(at_end, steps, holds), options.candidates);
  };
  pair("1. the best so far, by what selection goes by, is fully certified and better than every certified baseline", &Run::full,
       [](const Run& run, std::size_t, const ClimbStep& step) {
         return run.best_proof.at(step.best) == Proof::full && *run.records[step.best].fitness < run.best_baseline;
       });
  const Holds beats = [](const Run& run, std::size_t, const ClimbStep& step) { return champion_loss(run, step).value_or(1e300) < run.best_baseline; };
  pair("2. the champion, had it ended, is fully certified and better than every certified baseline", &Run::full, beats);
  pair("3. the champion, had it ended, is fully certified and as good as the fully certified one that (b) ends with", &Run::full,
       [&](const Run& run, std::size_t i, const ClimbStep& step) {
         return champion_loss(run, step).value_or(1e300) <= final_loss(at_end[i], at_end[i].full).value_or(1e299);
       });
  if (options.require.empty())  // else it is what 2 counts
    pair("4. the champion, had it ended, has all required claims proved and is better than every certified baseline", &Run::required, beats);
}

// Page --------------------------------------------------------------------------------------------------------------

cli::Figure figure(const char* caption, const std::string& objective, const std::vector<Run>& with, const std::vector<Run>& at_end,
                   std::vector<ClimbStep> Run::* steps, double sign) {
  std::vector<cli::Way> ways{{"in the objective", "best", {}}, {"at the end", "certified", {}}};
  for (const Run& run : with) ways[0].runs.push_back(course(run, run.*steps, sign));
  for (const Run& run : at_end) ways[1].runs.push_back(course(run, run.*steps, sign));
  return {std::string("The champion, had the campaign ended there: ") + caption +
              " Lines: the mean over seeds, where every seed has one. Bands: from the least to the largest.",
          cli::climb_comparison(objective + " on train", ways, {"certified baseline", sign * with[0].best_baseline})};
}

void write_page(const Options& options, const tasks::Task& task, const std::vector<Run>& with, const std::vector<Run>& at_end, double sign) {
  std::vector<cli::Figure> figures{figure("every required and every preferred claim proved.", task.objective, with, at_end, &Run::full, sign)};
  if (options.require.empty())
    figures.push_back(figure("every required claim proved.", task.objective, with, at_end, &Run::required, sign));
  std::ofstream(options.out / "curves.html") << cli::climb_page("The certificate in the objective, or at the end: " + task.name, figures);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  const tasks::Task task = smaller_task(options);
  const auto search = need(evolve::read_search(task.search, "search"));
  const auto began = std::chrono::steady_clock::now();
  double seconds[2] = {0, 0};
  auto folder = [&](std::uint64_t seed, bool with) { return options.out / (std::string(with ? "with" : "end") + "-" + std::to_string(seed)); };
  for (std::uint64_t seed = options.first_seed; seed < options.first_seed + options.seeds; ++seed)
    for (bool with : {true, false}) {
      seconds[with] += run_alone(task, options, seed, with ? options.weight : 0, folder(seed, with));
      std::fprintf(stderr, "seed %llu, %s: ended\n", static_cast<unsigned long long>(seed), with ? "in the objective" : "at the end");
    }
  std::vector<Run> with, at_end;
  Prover prover(task, options.all_engines, options.out / "proofs.txt");
  for (std::uint64_t seed = options.first_seed; seed < options.first_seed + options.seeds; ++seed) {
    with.push_back(read_run(folder(seed, true), search, prover));
    at_end.push_back(read_run(folder(seed, false), search, prover));
  }
  const double sign = task.direction == tasks::Direction::minimise ? 1 : -1;
  std::printf("%s%s: %llu candidates, seeds %llu to %llu, weight %g; certificates by %s\n", task.name.c_str(),
              options.require.empty() ? "" : (" (required: " + options.require + " properties)").c_str(),
              static_cast<unsigned long long>(options.candidates), static_cast<unsigned long long>(options.first_seed),
              static_cast<unsigned long long>(options.first_seed + options.seeds - 1), options.weight,
              options.all_engines ? "all engines" : "the search alone");
  std::printf("shares (by the search's own certificates, baselines aside):\n");
  print_shares("(a) in the objective", with);
  print_shares("(b) at the end", at_end);
  std::printf("candidates until, for good:\n");
  print_counts(with, at_end, options);
  std::printf("%s on train at the end (the best certified baseline has %.4f):\n", task.objective.c_str(), sign * with[0].best_baseline);
  print_losses("(a) fully certified champion", with, &Run::full, sign);
  print_losses("(b) fully certified champion", at_end, &Run::full, sign);
  if (options.require.empty()) {
    print_losses("(a) champion with all required claims", with, &Run::required, sign);
    print_losses("(b) champion with all required claims", at_end, &Run::required, sign);
  }
  write_page(options, task, with, at_end, sign);
  std::printf("campaigns (a) %.0f s, (b) %.0f s; %llu certified after the fact; %.0f s in all; %s\n", seconds[1], seconds[0],
              static_cast<unsigned long long>(prover.asked()),
              std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), (options.out / "curves.html").c_str());
  return 0;
}
