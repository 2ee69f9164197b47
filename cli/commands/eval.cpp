// assay eval: a policy or a baseline on instances of a task, or on any trace.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/adhoc_instance.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/workbench.h"
#include "evolve/archive.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string task, policy, baseline;
  std::vector<std::string> instances;
  AdhocArguments adhoc;
  std::vector<std::string> without;
  FiguresArguments figures;
  bool json = false;
};

/// What is evaluated. `source` is empty for a native baseline.
struct Subject {
  std::string name;
  std::string kind;  ///< "policy", "native baseline" or "contract baseline"
  std::optional<Source> source;
  std::string path;  ///< of the source
};

std::string known_baselines(const LoadedTask& loaded) {
  std::string known;
  auto add = [&](const std::string& name) { known += (known.empty() ? "" : ", ") + name; };
  for (const auto& name : loaded.domain->baselines()) add(name);
  for (const auto& source : loaded.task.baselines) add("contract:" + source.name);
  return known;
}

/// "lru": the domain's own where it has one, else the task's; "native:lru" and "contract:lru" ask for one of the two.
Result<Subject> baseline_named(const LoadedTask& loaded, const std::string& asked) {
  bool only_native = asked.starts_with("native:"), only_contract = asked.starts_with("contract:");
  std::string name = only_native || only_contract ? asked.substr(asked.find(':') + 1) : asked;
  auto natives = loaded.domain->baselines();
  if (!only_contract && std::ranges::find(natives, name) != natives.end()) return Subject{name, "native baseline", {}, ""};
  auto found = std::ranges::find(loaded.task.baselines, name, &Source::name);
  if (!only_native && found != loaded.task.baselines.end()) return Subject{name, "contract baseline", *found, baseline_path(loaded.task, name)};
  return fail("--baseline " + asked + ": unknown (known: " + known_baselines(loaded) + ")");
}

Result<Subject> subject_of(const LoadedTask& loaded, const Arguments& arguments) {
  if (!arguments.baseline.empty()) return baseline_named(loaded, arguments.baseline);
  auto text = read_file(arguments.policy);
  if (!text) return std::unexpected(text.error());
  return Subject{arguments.policy, "policy", Source{std::move(*text), arguments.policy}, arguments.policy};
}

Result<std::vector<InstanceResult>> native_results(const LoadedTask& loaded, const std::string& name,
                                                   const std::vector<tasks::InstanceSpec>& instances) {
  std::vector<InstanceResult> results;
  for (const auto& spec : instances) {
    auto instance = loaded.domain->load(loaded.task, spec);
    if (!instance) return std::unexpected(instance.error());
    auto score = (*instance)->baseline(name);
    if (!score) return std::unexpected(score.error());
    evaluators::Evaluation evaluation;
    evaluation.score = std::move(*score);
    results.push_back({spec.name, std::string(tasks::name_of(spec.split)), std::move(evaluation), (*instance)->provenance()});
  }
  return results;
}

struct Findings {
  Outcome build;  ///< ok: `results` are there
  std::vector<InstanceResult> results;
  std::vector<std::string> missing_layers;
  Json digests = Json::object();
  bool failed() const {
    return build.kind != OutcomeKind::ok ||
           std::ranges::any_of(results, [](const auto& r) { return r.evaluation.outcome.kind != OutcomeKind::ok; });
  }
};

Result<Findings> evaluate_source(const LoadedTask& loaded, const Source& source, const Arguments& arguments,
                                 const std::vector<tasks::InstanceSpec>& instances) {
  auto bench = Workbench::start(arguments.without);
  if (!bench) return std::unexpected(bench.error());
  Findings findings;
  findings.missing_layers = bench->jail().missing_layers();
  findings.digests["source"] = sha256(source.text).hex();
  auto built = bench->build(loaded, source);
  if (!built) return std::unexpected(built.error());
  if (!*built) {
    findings.build = built->error();
    return findings;
  }
  findings.digests["ast"] = (*built)->screened.ast_digest().hex();
  findings.digests["binary"] = (*built)->compiled.binary.digest().hex();
  auto results = bench->run(loaded, (*built)->compiled.binary, instances);
  if (!results) return std::unexpected(results.error());
  findings.results = std::move(*results);
  return findings;
}

std::string provenance_of(const Findings& findings) { return findings.results.empty() ? "" : findings.results[0].provenance; }

Json json_of(const LoadedTask& loaded, const Subject& subject, const Findings& findings, bool adhoc) {
  Json instances = Json::array();
  const std::string provenance = provenance_of(findings);
  for (const auto& result : findings.results) {
    Json one{{"instance", result.instance}, {"outcome", evolve::to_json(result.evaluation.outcome)}};
    if (!adhoc) one["split"] = result.split;
    if (result.evaluation.score) {
      one["objective"] = result.evaluation.score->objective;
      one["metrics"] = Json::object();
      for (const auto& [name, value] : result.evaluation.score->metrics) put_metric(one["metrics"], name, value);
    }
    instances.push_back(std::move(one));
  }
  Json json{{"task", loaded.task.name},   {"subject", subject.name},           {"kind", subject.kind},
            {"outcome", evolve::to_json(findings.build)}, {"objective", evaluators::shown_objective(loaded.task.objective, provenance)}, {"instances", std::move(instances)},
            {"digests", findings.digests}, {"missing_layers", findings.missing_layers}};
  if (!provenance.empty()) json["provenance"] = provenance;
  if (adhoc && !findings.results.empty() && findings.results[0].evaluation.score)
    for (const auto& [name, value] : findings.results[0].evaluation.score->metrics) put_metric(json, name, value);
  return json;
}

void print_text(const LoadedTask& loaded, const Subject& subject, const Findings& findings) {
  if (findings.build.kind != OutcomeKind::ok) return say_outcome(subject.name, findings.build);
  std::printf("%s (%s) on %s\n", subject.name.c_str(), subject.kind.c_str(), loaded.task.name.c_str());
  if (const std::string provenance = provenance_of(findings); !provenance.empty()) std::printf("figures: %s\n", printable(provenance).c_str());
  for (const auto& result : findings.results) {
    if (!result.evaluation.score) {
      say_outcome(result.instance, result.evaluation.outcome);
      continue;
    }
    std::string line;
    for (const auto& [name, value] : result.evaluation.score->metrics) line += "  " + name + " " + metric_text(value);
    std::printf("%-20s%s\n", result.instance.c_str(), line.c_str());
  }
  auto explained = [](const InstanceResult& result) { return certify_explains(result.evaluation.outcome); };
  if (subject.source && std::ranges::any_of(findings.results, explained))
    say_certify_explains(loaded.task.folder.string(), subject.path);
}

Result<int> evaluate(const Arguments& arguments) {
  if (arguments.policy.empty() == arguments.baseline.empty()) return fail("give a POLICY.cpp or --baseline NAME, one of the two");
  auto loaded = load(arguments.task, arguments.figures);
  if (!loaded) return std::unexpected(loaded.error());
  auto adhoc = make_adhoc(arguments.adhoc);
  if (!adhoc) return std::unexpected(adhoc.error());
  bool is_adhoc = adhoc->spec.has_value();
  if (is_adhoc && !arguments.instances.empty()) return fail("--trace and --instances exclude each other");
  auto instances = is_adhoc ? std::vector{*adhoc->spec} : chosen_instances(loaded->task, arguments.instances);
  if (!instances) return std::unexpected(instances.error());
  auto subject = subject_of(*loaded, arguments);
  if (!subject) return std::unexpected(subject.error());
  Result<Findings> findings;
  if (subject->source) {
    findings = evaluate_source(*loaded, *subject->source, arguments, *instances);
  } else {
    auto results = native_results(*loaded, subject->name, *instances);
    if (!results) return std::unexpected(results.error());
    findings->results = std::move(*results);
  }
  if (!findings) return std::unexpected(findings.error());
  if (arguments.json) print_json(json_of(*loaded, *subject, *findings, is_adhoc));
  else print_text(*loaded, *subject, *findings);
  return findings->failed() ? kFindings : kOk;
}

}  // namespace

void add_eval(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("eval", "score a policy or a baseline on instances of a task, or on any trace");
  command->add_option("task", arguments->task, "the task's folder")->required();
  command->add_option("policy", arguments->policy, "a policy, C++ in the task's contract");
  command->add_option("--baseline", arguments->baseline,
                      "a baseline instead: by name; native:NAME or contract:NAME where both are there");
  command->add_option("--instances", arguments->instances, "instances or splits (train, validation, holdout); default: all")
      ->delimiter(',');
  add_adhoc_options(*command, arguments->adhoc);
  add_without(*command, arguments->without);
  add_figures_options(*command, arguments->figures);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Exit codes: 0 scored, 1 the policy failed (refused, timeout, broke a rule, ...), 2 wrong usage or input.\n\n"
      "Examples:\n"
      "  assay eval tasks/web_cache my_policy.cpp --instances train\n"
      "  assay eval tasks/web_cache --baseline lru --trace day.oracleGeneral.zst --capacity 185 --unit objects --json\n"
      "  assay eval tasks/web_cache_queues tasks/web_cache_queues/baselines/sieve.cpp --trace ids.txt --capacity 1%\n"
      "  assay eval tasks/decode_split my_policy.cpp --figures modelled\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = evaluate(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
