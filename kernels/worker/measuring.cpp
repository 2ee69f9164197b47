#include "kernels/worker/measuring.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/measure/plan.h"
#include "kernels/measure/statistics.h"
#include "kernels/worker/bench.h"
#include "kernels/worker/host.h"

namespace assay::kernels::worker {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kShareOfMemory = 0.4;  ///< that inputs may take of what is free on the host

/// What is known of one action so far.
struct Progress {
  std::uint32_t action = 0;
  Verified verified;
  std::vector<double> us;
  std::vector<int> clock_mhz;
  bool out = false;  ///< refused: it has no figure
};

class Measuring {
 public:
  Measuring(Device& device, const Request& request, const Say& say) : device_(device), request_(request), say_(say) {}

  void run(const MakeWorkload& make) {
    floor_us_ = kernels::floor_us(request_.task, request_.shape, device_.facts());
    if (const double bytes = input_bytes(request_.task, request_.shape); bytes > kShareOfMemory * available_bytes()) {
      refuse({Kind::out_of_memory, "inputs of " + std::to_string(bytes) + " bytes do not fit into the host's memory"});
      return done(false);
    }
    const int threads = device_.is_gpu() ? static_cast<int>(std::max(1u, std::thread::hardware_concurrency())) : device_.facts().sms;
    const auto workload = make(request_.task, request_.shape, request_.seed, request_.orders, threads);
    const double least_bytes = floor_bytes();
    auto bench = Bench::make(device_, *workload, request_.actions, least_bytes, request_.seed);
    if (!bench) {
      refuse(bench.error());
      return done(false);
    }
    bench_ = bench->get();
    verify();
    if (request_.verb == Verb::verify) return done(!stopped_ && !lost_);
    const bool copies = request_.verb == Verb::null && actions_.size() == 1;
    if (copies) actions_.push_back(actions_.front());  // the second copy of the same action
    const bool complete = sample();
    if (request_.verb == Verb::measure) results();
    else null_result();
    done(complete);
  }

 private:
  bool going() const { return !stopped_ && !lost_; }
  void say(Json event) { stopped_ = !say_(std::move(event)) || stopped_; }

  void refuse(const Failure& failure, std::optional<std::uint32_t> action = std::nullopt) {
    Json event{{"event", "error"}, {"kind", name_of(failure.kind)}, {"what", failure.what}};
    if (action) event["action"] = request_.action_json(*action);
    lost_ = lost_ || failure.kind == Kind::device_lost;
    say(std::move(event));
  }

  /// Bytes that any launch must move: the floor's, taken back from a device of one byte a nanosecond and no end of arithmetic.
  double floor_bytes() const {
    DeviceFacts only_bytes;
    only_bytes.bandwidth_gb_s = 1;
    only_bytes.bf16_tflops = 1e30;
    return kernels::floor_us(request_.task, request_.shape, only_bytes) * 1e3;
  }

  void verify() {
    for (std::uint32_t action : request_.actions) {
      if (!going()) return;
      const auto verified = bench_->verify(action);
      if (!verified) {
        refuse(verified.error(), action);
        continue;
      }
      Progress progress;
      progress.action = action;
      progress.verified = *verified;
      actions_.push_back(std::move(progress));
      if (request_.verb != Verb::verify) continue;
      say({{"event", "verified"},
           {"action", request_.action_json(action)},
           {"relative_error", verified->relative_error},
           {"worst_error", verified->worst_error},
           {"writes_once", true},
           {"checked", verified->checked}});
    }
  }

  /// One timed run. An action that fails is out: it has no figure at all.
  std::optional<Timing> time(Progress& progress) {
    const auto timing = bench_->sample(progress.action);
    if (!timing) refuse(timing.error(), progress.action);
    else if (timing->us < floor_us_)
      refuse({Kind::under_floor, std::to_string(timing->us) + " us; no kernel moves the bytes and does the arithmetic in less than " + std::to_string(floor_us_) + " us"}, progress.action);
    else return *timing;
    progress.out = true;
    return std::nullopt;
  }

  /// Whole rounds only; a round that is not whole is not kept, but for its events. False: the budget or a signal ended it.
  bool sample() {
    for (Progress& progress : actions_)
      if (going()) time(progress);  // apart: modules are loaded, caches of the host are filled
    const auto begin = Clock::now();
    for (int round = 0; round < request_.rounds; ++round) {
      if (!going() || std::ranges::all_of(actions_, &Progress::out)) return false;
      const std::chrono::duration<double, std::milli> spent = Clock::now() - start_, a_round = (Clock::now() - begin) / std::max(1, round);
      if (round > 0 && spent.count() + a_round.count() > request_.budget_ms) return false;
      if (!sample_round(round)) return false;
    }
    return true;
  }

  bool sample_round(int round) {
    std::map<std::size_t, std::vector<Timing>> timings;
    for (std::size_t i : measure::abba_round(actions_.size(), round, request_.seed)) {
      Progress& progress = actions_[i];
      if (progress.out) continue;
      if (!going()) return false;
      const auto timing = time(progress);
      if (!timing) continue;
      timings[i].push_back(*timing);
      Json event{{"event", "sample"}, {"round", round}, {"action", request_.action_json(progress.action)}, {"us", timing->us}, {"clock_mhz", timing->clock_mhz}};
      if (request_.verb == Verb::null) event["copy"] = i;
      say(std::move(event));
    }
    if (!going()) return false;
    for (const auto& [i, all] : timings)
      for (const Timing& timing : all) actions_[i].us.push_back(timing.us), actions_[i].clock_mhz.push_back(timing.clock_mhz);
    return true;
  }

  void results() {
    for (const Progress& progress : actions_) {
      if (progress.out || progress.us.empty() || stopped_) continue;
      const auto outliers = measure::clock_outliers(progress.clock_mhz);
      say({{"event", "result"},
           {"action", request_.action_json(progress.action)},
           {"median_us", measure::median(progress.us)},
           {"samples", progress.us.size()},
           {"floor_us", floor_us_},
           {"writes_once", true},
           {"relative_error", progress.verified.relative_error},
           {"clock_outliers", std::ranges::count(outliers, true)}});
    }
  }

  void null_result() {
    if (actions_.size() != 2 || actions_[0].out || actions_[1].out || actions_[0].us.empty() || stopped_) return;
    const auto ratios = measure::block_log_ratios(actions_[0].us, actions_[1].us);
    const measure::Null null = measure::null_of(ratios, request_.seed);
    say({{"event", "null"},
         {"action", request_.action_json(actions_[0].action)},
         {"rounds", ratios.size()},
         {"log_ratios_p95", null.p95},
         {"interval", {null.interval.low, null.interval.high}}});
  }

  void done(bool complete) {
    Json event{{"event", "done"}, {"complete", complete}, {"floor_us", floor_us_}};
    if (bench_ != nullptr) event["sets"] = bench_->sets();
    say_(std::move(event));
  }

  Device& device_;
  const Request& request_;
  const Say& say_;
  Clock::time_point start_ = Clock::now();
  Bench* bench_ = nullptr;  ///< of run()
  std::vector<Progress> actions_;
  double floor_us_ = 0;
  bool stopped_ = false, lost_ = false;
};

}  // namespace

void serve_request(Device& device, const Request& request, const MakeWorkload& make, const Say& say) { Measuring(device, request, say).run(make); }

}  // namespace assay::kernels::worker
