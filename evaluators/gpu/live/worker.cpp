#include "evaluators/gpu/live/worker.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "kernels/table.h"

namespace assay::evaluators::gpu {
namespace {

namespace fs = std::filesystem;

constexpr int kProtocol = 1;
constexpr std::string_view kBadRequest = "bad_request: ";
constexpr auto kHelloTime = std::chrono::seconds(60);  // a driver that wakes up, or an ssh that connects

/// Beside this program, where it was built, else wherever the shell finds it.
std::string worker_program() {
  std::error_code code;
  const fs::path beside = fs::read_symlink("/proc/self/exe", code).parent_path() / "assay-gpu-worker";
  return !code && fs::exists(beside, code) ? beside.string() : "assay-gpu-worker";
}

bool is_host(const std::string& host) {
  return !host.empty() && host[0] != '-' &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@") == std::string::npos;
}

bool is_cpu(const std::string& place) {
  if (place == "cpu") return true;
  return place.starts_with("cpu:") && place.size() > 4 && place.size() < 8 && place.find_first_not_of("0123456789", 4) == std::string::npos;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

bool close(double a, double b) { return std::abs(a - b) <= 1e-3 * std::max(std::abs(a), std::abs(b)); }

std::string shortened(const std::string& line) {
  const Json quoted = line.substr(0, 120);
  return quoted.dump(-1, ' ', true, Json::error_handler_t::replace);
}

/// Everything that the worker says to one request.
class Session {
 public:
  Session(const Subject& subject, std::span<const Action> actions, const Device& device)
      : floor_(kernels::floor_us(subject.least_bytes, subject.flops, device)), is_order_(kind_of(subject.shape) == Kind::tile_order) {
    for (const Action& action : actions) names_.push_back(name(action));
  }

  /// Of an order its digest: unlike names, it is of one order only.
  Json request(std::uint64_t id, const Subject& subject, std::span<const Action> actions, const MeasureRequest& how) const {
    Json json{{"id", id}, {"do", "measure"}, {"task", name_of(kind_of(subject.shape))}, {"shape", to_json(subject.shape)}, {"seed", how.seed},
              {"rounds", how.rounds}, {"budget_ms", how.budget_ms}, {"actions", names_}};
    if (!is_order_) return json;
    for (const Action& action : actions) json["orders"][action.key] = *action.order;
    return json;
  }

  /// True: the request is done.
  Result<bool> take(const Json& event) {
    const std::string what = event.value("event", "");
    if (what == "sample") return sample(event);
    if (what == "result") return result(event);
    if (what == "error") return refused(event);
    if (what == "done") return true;
    return fail("an event \"" + what + "\" of no known kind");
  }

  Result<std::vector<Figure>> figures() const {
    std::vector<Figure> all;
    for (const Json& name : names_) {
      const auto found = figures_.find(name.dump());
      if (found == figures_.end()) return fail("no figure for action " + name.dump() + " within its budget; raise \"budget_ms\"");
      all.push_back(found->second);
    }
    return all;
  }

 private:
  Json name(const Action& action) const { return is_order_ ? Json(action.key) : Json(action.number); }

  Result<std::string> action_of(const Json& event) const {
    const Json action = event.value("action", Json());
    if (std::ranges::find(names_, action) == names_.end()) return fail("a figure for an action that was not asked for: " + action.dump());
    return action.dump();
  }

  Result<bool> sample(const Json& event) {
    auto action = action_of(event);
    auto us = member<double>(event, "us", "a sample");
    if (!action) return std::unexpected(action.error());
    if (!us) return std::unexpected(us.error());
    if (!std::isfinite(*us) || *us <= 0) return fail("a sample of " + std::to_string(*us) + " us");
    samples_[*action].push_back(*us);
    return false;
  }

  Result<bool> result(const Json& event) {
    auto action = action_of(event);
    if (!action) return std::unexpected(action.error());
    auto us = member<double>(event, "median_us", "a result"), error = member<double>(event, "relative_error", "a result");
    auto floor = member<double>(event, "floor_us", "a result");
    auto once = member<bool>(event, "writes_once", "a result");
    auto count = member<std::uint64_t>(event, "samples", "a result");
    for (const Error* each : {us ? nullptr : &us.error(), error ? nullptr : &error.error(), floor ? nullptr : &floor.error(), once ? nullptr : &once.error(),
                              count ? nullptr : &count.error()})
      if (each != nullptr) return std::unexpected(*each);
    const std::string of = "action " + *action + ": ";
    std::vector<double>& samples = samples_[*action];
    if (*count == 0 || samples.size() < *count) return fail(of + "a result of " + std::to_string(*count) + " samples after " + std::to_string(samples.size()));
    samples.resize(*count);  // a last round that is not whole does not count
    if (!close(median(samples), *us)) return fail(of + "a median that is not that of its samples");
    if (!close(*floor, floor_)) return fail(of + "a floor of " + std::to_string(*floor) + " us; bytes and arithmetic take " + std::to_string(floor_));
    if (!(median(samples) >= floor_)) return fail(of + "a time under the floor: " + std::to_string(*us) + " us");
    if (!(*error >= 0 && *error <= kernels::kMostRelativeError)) return fail(of + "the kernel's result is wrong by " + std::to_string(*error));
    if (!*once) return fail(of + "the kernel does not write every output once");
    if (!figures_.emplace(*action, Figure{median(samples), floor_}).second) return fail(of + "a second result");
    return false;
  }

  static Result<bool> refused(const Json& event) {
    const std::string kind = event.value("kind", "");
    return fail(kind + ": " + event.value("what", ""));
  }

  double floor_;
  bool is_order_;
  Json names_ = Json::array();
  std::map<std::string, std::vector<double>> samples_;
  std::map<std::string, Figure> figures_;
};

}  // namespace

Result<std::vector<std::string>> worker_command(const std::string& place) {
  if (place == "local") return std::vector<std::string>{worker_program()};
  if (is_cpu(place)) return std::vector<std::string>{worker_program(), "--device", place};
  if (place.starts_with("ssh:") && is_host(place.substr(4)))
    return std::vector<std::string>{"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15", place.substr(4), "assay-gpu-worker"};
  if (place.starts_with("exec:") && place.size() > 5) return std::vector<std::string>{place.substr(5)};
  return fail("no GPU worker at \"" + place + "\"; it may be at local, cpu, cpu:THREADS, ssh:HOST or exec:PROGRAM");
}

Result<void> Worker::read_hello() {
  auto line = process_->read_line(std::chrono::steady_clock::now() + kHelloTime);
  if (!line) return std::unexpected(line.error());
  auto hello = parse_json(*line, "the worker's first line");
  if (!hello || !hello->is_object() || hello->value("event", Json()) != "hello") return fail("its first line is no hello: " + shortened(*line));
  if (hello->value("protocol", Json()) != kProtocol) return fail("it speaks another protocol than " + std::to_string(kProtocol));
  auto build = member<std::string>(*hello, "build", "hello");
  if (!build) return std::unexpected(build.error());
  const Json device = hello->value("device", Json());
  if (device.is_null()) return fail(hello->value("why", Json("no device")).dump(), Fault::provider);
  auto facts = kernels::device_from(device);
  if (!facts) return fail(facts.error());
  device_ = std::move(*facts);
  build_ = std::move(*build);
  return {};
}

Result<std::unique_ptr<Worker>> Worker::start(const std::string& place) {
  auto command = worker_command(place);
  if (!command) return std::unexpected(command.error());
  auto process = LineProcess::start(*command);
  if (!process) return fail("GPU worker at " + place + ": " + process.error().what, Fault::provider);
  std::unique_ptr<Worker> worker(new Worker(place, std::move(*process)));
  if (auto hello = worker->read_hello(); !hello) return fail("GPU worker at " + place + ": " + hello.error().what, hello.error().fault);
  return worker;
}

Result<std::vector<Figure>> Worker::measure(const Subject& subject, std::span<const Action> actions, const MeasureRequest& request) {
  // What it says wrong is trouble of its host, except where we asked for what it does not know.
  const auto failed = [&](const Error& error) {
    return fail("GPU worker at " + place_ + ", " + subject.text + ": " + error.what, error.what.starts_with(kBadRequest) ? Fault::harness : Fault::provider);
  };
  Session session(subject, actions, device_);
  const std::uint64_t id = next_id_++;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(request.budget_ms + request.slack_ms);
  if (auto sent = process_->write_line(session.request(id, subject, actions, request).dump(), deadline); !sent) return failed(sent.error());
  while (true) {
    auto line = process_->read_line(deadline);
    if (!line) return failed(line.error());
    auto event = parse_json(*line, "a line of the worker");
    if (!event || !event->is_object()) return failed({"a line that is no JSON object: " + shortened(*line)});
    if (event->value("id", Json()) != id) return failed({"an answer to another request: " + shortened(*line)});
    try {
      auto done = session.take(*event);
      if (!done) return failed(done.error());
      if (!*done) continue;
    } catch (const nlohmann::json::exception& wrong) {
      return failed({std::string("a line with a wrong type in it: ") + wrong.what()});
    }
    auto figures = session.figures();
    return figures ? figures : failed(figures.error());
  }
}

}  // namespace assay::evaluators::gpu
