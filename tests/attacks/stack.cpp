#include "tests/attacks/stack.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "tests/attacks/hostile_worker.h"
#include "verify/frontend/compile.h"
#include "verify/frontend/text_screen.h"
#include "verify/frontend/wire.h"
#include "verify/reads.h"

namespace assay::attacks {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

const fs::path kSource = ASSAY_SOURCE_DIR;

/// Long enough on a loaded machine for what must not time out; what must, need not wait that long.
constexpr milliseconds kPatient{30'000 * ASSAY_SLOWNESS}, kBrief{700 * ASSAY_SLOWNESS};
constexpr milliseconds kBriefRun{100};  // the zygote is the same in every build

Json instance_json(const char* name) {
  return {{"name", name}, {"trace", std::string(name) + ".txt"}, {"format", "ids"}, {"capacity", {{"objects", 30}}}, {"size_aware", false}};
}

Result<tasks::Task> copy_task(const fs::path& folder, const std::string& name) {
  const fs::path to = folder / name, from = kSource / "tasks" / name;
  fs::create_directories(to / "baselines");
  for (const char* file : {"policy.h", "properties.cpp", "prompt.md"}) fs::copy(from / file, to);
  for (const auto& entry : fs::directory_iterator(from / "baselines")) fs::copy(entry.path(), to / "baselines");
  for (const char* file : {"train.txt", "validation.txt"}) fs::copy(kSource / "tests/cases/attacks/instances" / file, to);
  Json json{{"domain", "cache"}, {"objective", "miss_ratio"}, {"direction", "minimise"},
            {"limits", {{"run_milliseconds", 10'000}, {"memory_mib", 64}, {"instructions", 4096}}}};
  json["instances"] = {{"train", Json::array({instance_json("train")})},
                       {"validation", Json::array({instance_json("validation")})},
                       {"holdout", Json::array({{{"name", "holdout"}, {"trace", "validation.txt"}, {"format", "ids"}, {"capacity", {{"objects", 20}}}, {"size_aware", false}}})}};
  std::ofstream(to / "task.json") << json.dump(2);
  return tasks::load_task(to);
}

char layer_of(const std::string& stage, OutcomeKind kind) {
  if (stage == "screen" && (kind == OutcomeKind::refused || kind == OutcomeKind::compile_error)) return 'A';
  if (kind == OutcomeKind::compile_error) return 'F';
  switch (kind) {
    case OutcomeKind::timeout:
    case OutcomeKind::memory: return 'R';
    case OutcomeKind::syscall_denied: return 'S';
    case OutcomeKind::signal: return stage == "run" ? 'J' : 'C';
    default: return 'E';
  }
}

Ended ended_at(std::string stage, Outcome outcome) {
  const char layer = layer_of(stage, outcome.kind);
  return {std::move(stage), std::move(outcome), std::nullopt, "", layer};
}

/// Ours, and so the end of the test: no candidate may cause it.
Ended broken(const std::string& what) {
  return {"harness", {OutcomeKind::no_completion, "the harness failed: " + what, {}}, std::nullopt, "", '!'};
}

Outcome outcome_of_errors(std::string_view text) {
  Outcome outcome{OutcomeKind::compile_error, "no reason", {}};
  auto json = parse_json(std::string(text), "errors");
  if (!json || !json->is_array()) return outcome;
  for (const Json& error : *json)
    outcome.diagnostics.push_back({error[1].get<int>(), error[2].get<int>(), error[3].get<std::string>()});
  if (!outcome.diagnostics.empty()) outcome.detail = outcome.diagnostics[0].message;
  return outcome;
}

bool is_compile_bomb(const AttackCase& one) { return one.screen_off.words.find("compile") != std::string::npos; }

/// `constexpr bool kReads_...` for every field that the text names: what the screen would find, and perhaps more.
std::string constants_for(const tasks::Contract& contract, const std::string& text) {
  std::vector<std::string> reads;
  for (const std::string& path : verify::paths_of(contract)) {
    std::istringstream parts(path);
    std::string part;
    std::getline(parts, part, '.');
    bool is_named = true;
    while (std::getline(parts, part, '.')) is_named &= text.find("." + part) != text.npos;
    if (is_named) reads.push_back(path);
  }
  std::ranges::sort(reads);
  return verify::reads_constants(contract, reads);
}

/// Calls a priority policy once, on nothing: for code that runs where there is no driver.
constexpr std::string_view kOneCall =
    "extern \"C\" u64 assay_entry(const AssayRun*) {\n"
    "  Object object{}; Cache cache{}; Ghost ghost{};\n  return (u64)priority(object, cache, ghost);\n}\n";

}  // namespace

std::string Ended::words() const {
  std::string text = std::string(name_of(outcome.kind)) + " " + layer + " at " + stage + ": " + outcome.detail;
  if (score) text += " (objective " + std::to_string(score->objective) + ")";
  return text;
}

// -- start --

Result<std::unique_ptr<Stack>> Stack::start(const fs::path& folder) {
  std::unique_ptr<Stack> stack(new Stack);
  auto toolchain = verify::Toolchain::start({.deadline = kPatient});
  if (!toolchain) return std::unexpected(toolchain.error());
  stack->toolchain_ = std::move(*toolchain);
  stack->tree_ = verify::Toolchain::over(std::make_unique<TreeOnlyWorker>(stack->worker({})), {.deadline = kBrief});
  for (const char* name : {"web_cache", "web_cache_queues"})
    if (auto added = stack->add_arena(folder, name); !added) return std::unexpected(added.error());
  return stack;
}

Result<void> Stack::add_arena(const fs::path& folder, const std::string& name) {
  auto task = copy_task(folder, name);
  if (!task) return std::unexpected(task.error());
  Arena& arena = arenas_[name];
  arena.task = std::move(*task);
  auto domain = evaluators::domain_named(arena.task.domain);
  if (!domain) return std::unexpected(domain.error());
  arena.domain = *domain;
  auto driver = arena.domain->driver(arena.task.contract);
  if (!driver) return std::unexpected(driver.error());
  arena.driver = std::move(*driver);
  for (auto [split, instance] : {std::pair{tasks::Split::train, &arena.train}, {tasks::Split::validation, &arena.validation}}) {
    auto loaded = arena.domain->load(arena.task, arena.task.split(split)[0]);
    if (!loaded) return std::unexpected(loaded.error());
    *instance = std::move(*loaded);
  }
  return measure_baselines(arena);
}

/// Each goes through the whole stack, too: no honest policy is refused.
Result<void> Stack::measure_baselines(Arena& arena) {
  for (const Source& source : arena.task.baselines) {
    AttackCase one;
    one.name = source.name, one.task = arena.task.name, one.text = source.text;
    for (auto [on_validation, worst] : {std::pair{false, &arena.worst}, {true, &arena.worst_on_validation}}) {
      auto screened = toolchain_->screen(arena.task.contract, source);
      if (!screened || !*screened) return fail("the baseline " + source.name + " is refused");
      auto compiled = toolchain_->compile({arena.task.contract, **screened, arena.driver, verify::Effort::quick});
      if (!compiled || !*compiled) return fail("the baseline " + source.name + " does not compile");
      Ended ended = run_and_replay(one, (*compiled)->binary, {}, on_validation);
      if (!ended.score) return fail("the baseline " + source.name + ": " + ended.words());
      if (!harmless_) harmless_ = std::make_shared<const Binary>((*compiled)->binary);
      *worst = std::max(*worst, ended.score->objective);
    }
  }
  return {};
}

sandbox::Worker& Stack::worker(const LayerNames& without) {
  auto& place = workers_[without];
  if (!place) {
    sandbox::WorkerOptions options;
    options.name = "compile";
    options.jail.without = without;
    auto started = sandbox::Worker::start(hostile_handle, options, hostile_warm_up);
    if (!started) throw std::runtime_error(started.error().what);
    place = std::move(*started);
  }
  return *place;
}

sandbox::RunJail& Stack::jail(const LayerNames& without) {
  auto& place = jails_[without];
  if (!place) {
    auto started = sandbox::RunJail::start({without});
    if (!started) throw std::runtime_error(started.error().what);
    place = std::move(*started);
  }
  return *place;
}

void Stack::prepare(const LayerNames& without_compile, const LayerNames& without_run) {
  AttackCase honest;
  run_and_replay(honest, *harmless_, without_run);
  worker(without_compile);
  for (auto& [names, started] : workers_)
    if (auto answer = started->call("", kPatient); !answer) throw std::runtime_error(answer.error().what);
}

// -- ways --

Ended Stack::screened(verify::Toolchain& toolchain, const AttackCase& one) {
  const Arena& arena = arenas_.at(one.task);
  auto screened = toolchain.screen(arena.task.contract, Source{one.text});
  if (!screened) return broken(screened.error().what);
  if (!*screened) return ended_at("screen", screened->error());
  auto compiled = toolchain.compile({arena.task.contract, **screened, arena.driver, verify::Effort::quick});
  if (!compiled) return broken(compiled.error().what);
  if (!*compiled) return ended_at("compile", compiled->error());
  return run_and_replay(one, (*compiled)->binary);
}

Ended Stack::whole(const AttackCase& one) {
  Ended ended = screened(*toolchain_, one);
  if (ended.stage == "screen" && !verify::frontend::screen_text(one.text).findings.empty()) ended.layer = 'L';
  return ended;
}

Ended Stack::without_text_screen(const AttackCase& one) { return screened(*tree_, one); }

Ended Stack::without_ast_screen(const AttackCase& one) {
  auto text = verify::frontend::screen_text(one.text);
  if (text.findings.empty()) return raw(one);
  Ended ended = ended_at("screen", {OutcomeKind::refused, text.findings[0].message, text.findings});
  ended.layer = 'L';
  return ended;
}

/// What must not compile in time need not be waited for.
bool Stack::can_hold(const AttackCase& one) { return ASSAY_SLOWNESS == 1 || one.needs != "worker memory"; }

milliseconds Stack::patience(const AttackCase& one) { return is_compile_bomb(one) ? kBrief : kPatient; }

Stack::Built Stack::build(const char* way, const AttackCase& one, const LayerNames& without) {
  const Arena& arena = arenas_.at(one.task);
  const std::string constants = constants_for(arena.task.contract, one.text);
  const bool is_possession = std::string_view(way) == "possess";
  const std::string_view driver = is_possession ? kOneCall : std::string_view(arena.driver);
  return built_of(worker(without).call(
      verify::frontend::pack({is_possession ? "raw" : way, arena.task.contract.text, constants, one.text, driver}), patience(one)));
}

Stack::Built Stack::built_of(const Result<sandbox::WorkerReply>& answer) {
  if (!answer) return {broken(answer.error().what), nullptr};
  if (answer->outcome.kind != OutcomeKind::ok) return {ended_at("compile", answer->outcome), nullptr};
  const auto fields = verify::frontend::unpack(answer->text);
  if (!fields || fields->size() < 2) return {broken("a reply without fields"), nullptr};
  if ((*fields)[0] == "errors") return {ended_at("compile", outcome_of_errors((*fields)[1])), nullptr};
  return {std::nullopt, std::make_shared<const Binary>(Binary::trusted(std::string((*fields)[1]), verify::frontend::kLoadAddress,
                                                                       std::stoull(std::string((*fields)[2]))))};
}

Ended Stack::raw(const AttackCase& one, const LayerNames& without_compile, const LayerNames& without_run) {
  if (!without_compile.empty()) {
    Built made = build("raw", one, without_compile);
    return made.ended ? *made.ended : run_and_replay(one, *made.binary, without_run);
  }
  auto [at, is_new] = built_.try_emplace(one.name);
  const bool is_native = one.screen_off.layer == 'S' || one.screen_off.layer == 'J';
  if (is_new) at->second = is_native ? build_quick(one) : build("raw", one, {});
  return at->second.ended ? *at->second.ended : run_and_replay(one, *at->second.binary, without_run);
}

const std::string& Stack::driver_object(const std::string& task) {
  std::string& object = driver_objects_[task];
  if (!object.empty()) return object;
  const Arena& arena = arenas_.at(task);
  std::vector<std::string> all = verify::paths_of(arena.task.contract);
  std::ranges::sort(all);
  const std::string constants = verify::reads_constants(arena.task.contract, all);
  auto answer = worker({}).call(verify::frontend::pack({"driver", arena.task.contract.text, constants, arena.driver}), kPatient);
  auto fields = answer ? verify::frontend::unpack(answer->text) : std::nullopt;
  if (!fields || fields->size() != 2) throw std::runtime_error("the driver does not compile");
  return object = std::string((*fields)[1]);
}

Stack::Built Stack::build_quick(const AttackCase& one) {
  const Arena& arena = arenas_.at(one.task);
  std::vector<std::string_view> request = {"raw quick", arena.task.contract.text, one.text, driver_object(one.task)};
  for (const auto& function : arena.task.contract.functions) request.push_back(function.name);
  return built_of(worker({}).call(verify::frontend::pack(request), patience(one)));
}

Ended Stack::raw_whole(const AttackCase& one) {
  const Built made = build("raw", one, {});
  return made.ended ? *made.ended : run_and_replay(one, *made.binary);
}

Ended Stack::without_object_checks(const AttackCase& one) {
  Built made = build("loose", one, {});
  return made.ended ? *made.ended : run_and_replay(one, *made.binary);
}

Ended Stack::inside_compiler(const AttackCase& one, const LayerNames& without, std::string_view expected) {
  Built made = build("possess", one, {});
  if (made.ended) return *made.ended;
  auto answer = worker(without).call(
      verify::frontend::pack({"possess", made.binary->image(), std::to_string(made.binary->entry_offset())}), expected == "timeout" ? kBrief : kPatient);
  if (!answer) return broken(answer.error().what);
  // Whatever was in there is not trusted with anything afterwards.
  if (auto fresh = worker(without).recycle(); !fresh) return broken(fresh.error().what);
  Ended ended = ended_at("compile", answer->outcome);
  ended.decisions = answer->text;
  return ended;
}

Ended Stack::run_and_replay(const AttackCase& one, const Binary& binary, const LayerNames& without, bool on_validation) {
  const Arena& arena = arenas_.at(one.task);
  const evaluators::Instance& instance = on_validation ? *arena.validation : *arena.train;
  sandbox::RunRequest request = instance.request(binary, std::nullopt);
  if (one.screen_off.outcome == "timeout") request.deadline = kBriefRun;
  auto report = jail(without).run(request);
  if (!report) return broken(report.error().what);
  if (report->outcome.kind != OutcomeKind::ok) return ended_at("run", report->outcome);
  auto score = instance.score(report->output);
  Ended ended = ended_at("replay", score ? Outcome{} : score.error());
  ended.decisions.assign(reinterpret_cast<const char*>(report->output.data()), report->output.size());
  if (!score) return ended;
  const double worst = on_validation ? arena.worst_on_validation : arena.worst;
  if (without.empty() || score->objective < worst) {  // a score counts once it is confirmed
    const evaluators::Decided decided{&instance, evaluators::digest_of(std::as_bytes(std::span(ended.decisions)))};
    auto confirmed = evaluators::confirm(jail(without), binary, std::span(&decided, 1), evaluators::Depth::future);
    if (!confirmed) return broken(confirmed.error().what);
    if (confirmed->kind != OutcomeKind::ok) return ended_at("replay", *confirmed);
  }
  ended.score = *score;
  if (score->objective < worst) ended.layer = '-';
  return ended;
}

}  // namespace assay::attacks
