// What each layer costs: all jails beside each other, each with one layer off.

#include "bench/sandbox/sections.h"
#include "bench/sandbox/tools.h"
#include "sandbox/worker.h"

namespace assay::bench {
namespace {

constexpr int kStarts = 50;
constexpr int kRecycles = 200;

void each_layer_off(Report& report, int runs) {
  const Binary word = image("one_word");
  std::vector<std::unique_ptr<sandbox::RunJail>> jails;
  std::vector<Contender> contenders;
  auto add = [&](const std::string& name, const std::vector<std::string>& without) {
    jails.push_back(start_jail(without));
    contenders.push_back({name, [&word, jail = jails.back().get()] { decide_one_word(*jail, word); }});
  };
  add("a run, every layer", {});
  for (const auto& layer : all_layer_names()) add("a run, without " + layer, {layer});
  add("a run, without any layer", all_layer_names());
  auto samples = interleave_into(report, runs, contenders);
  for (std::size_t i = 1; i < contenders.size(); ++i)
    report.value(contenders[i].name.substr(7) + ", saved at p50", samples[0].at(0.5) - samples[i].at(0.5), "us");
}

void workers(Report& report, int runs) {
  auto echo = [](std::string_view request) { return std::string(request); };
  auto worker = need(sandbox::Worker::start(echo, {}));
  auto call = [&] { need(worker->call("0123456789abcdef", std::chrono::seconds(5))); };
  interleave_into(report, runs, {{"a worker call of 16 bytes", call}});
  auto fresh = [&] {
    need(worker->recycle());
    call();
  };
  interleave_into(report, kRecycles, {{"a worker call after recycle", fresh}});
}

}  // namespace

void layers_section(Report& report, const SandboxOptions& options) {
  report.section("layers", "a run with each layer off, beside each other; starts; the worker");
  workers(report, options.runs);  // first: its template is a copy of this process
  each_layer_off(report, options.runs);
  interleave_into(report, kStarts, {{"start and end of a run jail, with self-test", [] { start_jail(); }}});
}

}  // namespace assay::bench
