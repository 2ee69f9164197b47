#include "kernels/worker/serve.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <new>
#include <optional>

#include "kernels/sha256.h"
#include "kernels/shape_json.h"
#include "kernels/worker/cpu_device.h"
#include "kernels/worker/cubin_process.h"
#include "kernels/worker/cuda_device.h"
#include "kernels/worker/lines.h"
#include "kernels/worker/measuring.h"
#include "kernels/worker/request.h"
#include "kernels/worker/workloads.h"

namespace assay::kernels::worker {
namespace {

constexpr int kMostThreads = 1024;
constexpr int kCubinSeconds = 60;  ///< that a process of a cubin may take beyond the budget

std::optional<int> number_after(std::string_view text, std::string_view prefix, int most) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number > most) return std::nullopt;
  return number;
}

Json hello(const Serving& serving) {
  Json json{{"event", "hello"}, {"protocol", 1}, {"build", serving.build}, {"device", nullptr}};
  if (serving.opened.device == nullptr) json["why"] = "no device: " + serving.opened.why;
  else json["device"] = to_json(serving.opened.device->facts()), json["clocks"] = serving.opened.device->clock_source();
  return json;
}

/// One conversation's state.
class Session {
 public:
  Session(Serving& serving, Streams streams) : serving_(serving), reader_(streams.in), writer_(streams.out) {}

  void run() {
    say(nullptr, hello(serving_));
    std::string line;
    while (writer_.open() && !asked_to_stop()) {
      const Next next = reader_.next(line);
      if (next == Next::end) return;
      if (next == Next::too_long) refuse(nullptr, {Kind::bad_request, "a line of more than 64 MiB"});
      else if (!answer(line)) return;
    }
  }

 private:
  bool say(const Json& id, Json event) {
    if (event["event"] != "hello") event["id"] = id;
    return writer_.write(event.dump(-1, ' ', false, Json::error_handler_t::replace)) && !asked_to_stop();
  }
  void refuse(const Json& id, const Failure& failure) {
    say(id, {{"event", "error"}, {"kind", name_of(failure.kind)}, {"what", failure.what}});
    say(id, {{"event", "done"}, {"complete", false}});
  }

  /// False: it was asked to quit.
  bool answer(const std::string& line) {
    Json id;
    try {
      return answer(line, id);
    } catch (const std::bad_alloc&) {  // of a line that is large, or of a shape whose host side is
      refuse(id, {Kind::out_of_memory, "the host has no memory for this request"});
      return true;
    }
  }

  bool answer(const std::string& line, Json& id) {
    const auto request = read_request(line, id);
    if (!request) {
      refuse(id, request.error());
    } else if (request->verb == Verb::quit) {
      say(id, {{"event", "done"}, {"complete", true}});
      return false;
    } else if (serving_.opened.device == nullptr) {
      refuse(id, {Kind::no_device, serving_.opened.why});
    } else if (lost_) {
      refuse(id, {Kind::device_lost, "an earlier request lost the device; start the worker again"});
    } else if (!request->cubin.empty() && !serving_.one) {
      pass_on(id, *request, line);
    } else {
      work(id, *request);
    }
    return true;
  }

  /// The cubin's own process says all lines but the end, where it did not get to it.
  void pass_on(const Json& id, const Request& request, const std::string& line) {
    const auto pass = [&](const std::string& said) { return (said.empty() || writer_.write(said)) && !asked_to_stop(); };
    if (!serving_.opened.device->is_gpu()) refuse(id, {Kind::cubin_refused, "a cubin runs on a GPU"});
    else if (const auto failure = run_in_own_process(serving_.device_name, line, kCubinSeconds + static_cast<int>(request.budget_ms / 1000), pass)) refuse(id, *failure);
  }

  void work(const Json& id, const Request& request) {
    MakeWorkload make = serving_.make;
    if (!request.cubin.empty()) {
      const auto shape = shape_from<tile_order::Shape>(request.shape).value();
      const auto code = load_cubin(request.cubin, shape.kernel);
      if (!code) return refuse(id, code.error());
      make = [shape, &code](Task, const Json&, std::uint64_t seed, const std::vector<Order>& orders, int threads) {
        return make_order_workload(shape, seed, orders, threads, *code);
      };
    }
    serve_request(*serving_.opened.device, request, make, [&](Json event) {
      lost_ = lost_ || (event["event"] == "error" && event["kind"] == name_of(Kind::device_lost));
      return say(id, std::move(event));
    });
  }

  Serving& serving_;
  LineReader reader_;
  LineWriter writer_;
  bool lost_ = false;
};

}  // namespace

std::expected<Opened, std::string> open_device(const std::string& name) {
  if (name == "cpu") return Opened{make_cpu_device(0), {}};
  if (const auto threads = number_after(name, "cpu:", kMostThreads); threads && *threads > 0) return Opened{make_cpu_device(*threads), {}};
  const auto index = name == "cuda" ? 0 : number_after(name, "cuda:", 63);
  if (!index) return std::unexpected("--device is cuda, cuda:N, cpu or cpu:THREADS, not " + name);
  Opened opened;
  opened.device = make_cuda_device(*index, opened.why);
  return opened;
}

int serve(Serving& serving, Streams streams) {
  Session(serving, streams).run();
  return 0;
}

std::string own_digest() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return bytes.empty() ? std::string() : sha256_hex(bytes);
}

}  // namespace assay::kernels::worker
