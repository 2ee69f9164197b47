#include "kernels/worker/bench.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>
#include <thread>

#include "kernels/common/compare.h"

namespace assay::kernels::worker {
namespace {

constexpr std::size_t kAlignment = 256, kGuardBytes = 256;
constexpr unsigned char kGuard = 0xa5, kPoison = 0xff;  ///< a bf16 and an fp32 of ones is a NaN
constexpr std::size_t kCacheTimes = 5, kMostSets = 8192, kFewestLaunches = 4;
constexpr double kReferenceCost = 1e8;             ///< multiply-adds in fp64 that each of the host's cores spends
constexpr std::size_t kCompared = std::size_t{1} << 20;  ///< bytes compared after each sample

std::size_t rounded(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }
double value_of(Bf16 value) { return static_cast<double>(to_float(value)); }

}  // namespace

Done<std::unique_ptr<Bench>> Bench::make(Device& device, const Workload& workload, std::span<const std::uint32_t> actions, double least_bytes, std::uint64_t seed) {
  std::unique_ptr<Bench> bench(new Bench(device, workload, seed));
  if (auto done = bench->lay_out(actions, least_bytes); !done) return std::unexpected(done.error());
  if (auto done = bench->fill_sets(); !done) return std::unexpected(done.error());
  for (std::uint32_t action : actions)
    if (auto done = bench->add(action); !done) return std::unexpected(done.error());
  bench->work_out_reference();
  return bench;
}

Bench::~Bench() {
  for (auto& [number, action] : actions_) {
    action.prepared.reset();
    for (void* list : action.lists) device_.release(list);
  }
  if (memory_ != nullptr) device_.release(memory_);
}

Done<void> Bench::lay_out(std::span<const std::uint32_t> actions, double least_bytes) {
  std::size_t at = 0;
  const auto place = [&](std::size_t bytes) {
    const Span span{at, bytes};
    at += rounded(bytes);
    return span;
  };
  const auto guard = [&] {
    guards_.push_back(at);
    at += kGuardBytes;
  };
  for (const Array& input : workload_.inputs()) inputs_.push_back(place(input.bytes));
  guard();
  const std::size_t read_bytes = at - kGuardBytes;
  out_ = place(workload_.rows() * workload_.width() * sizeof(Bf16));
  guard();
  std::size_t workspace = 0;
  for (std::uint32_t action : actions) workspace = std::max(workspace, workload_.workspace_bytes(action));
  workspace_ = place(workspace);
  guard();
  stride_ = at;

  // Neither what a launch leaves alone (an expert without rows) fills the cache, nor the same bytes read often.
  const double unique_bytes = std::min(least_bytes, static_cast<double>(read_bytes + out_.bytes));
  const double needed = static_cast<double>(kCacheTimes * device_.facts().l2_bytes) / unique_bytes;
  if (!(needed <= kMostSets))
    return failed(Kind::bad_request, "the shape is too small: " + std::to_string(kMostSets) + " sets of buffers are less than 5 times the second-level cache");
  sets_ = std::max<std::size_t>(2, static_cast<std::size_t>(std::ceil(needed)));
  auto memory = device_.allocate(sets_ * stride_);
  if (!memory) return std::unexpected(memory.error());
  memory_ = static_cast<char*>(*memory);
  return {};
}

Done<void> Bench::fill_sets() {
  const std::vector<Array> inputs = workload_.inputs();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    char* first = memory_ + inputs_[i].offset;
    if (auto done = device_.upload(first, inputs[i].data, inputs[i].bytes); !done) return done;
    for (std::size_t set = 1; set < sets_; ++set)
      if (auto done = device_.copy(first + set * stride_, first, inputs[i].bytes); !done) return done;
  }
  for (std::size_t offset : guards_)
    if (auto done = device_.fill(memory_ + offset, kGuard, {kGuardBytes, sets_, stride_}); !done) return done;
  return {};
}

Done<void> Bench::add(std::uint32_t number) {
  Action& action = actions_[number];
  if (!action.lists.empty() || action.prepared) return {};  // asked for twice
  for (const Array& list : workload_.lists(number)) {
    auto memory = device_.allocate(list.bytes);
    if (!memory) return std::unexpected(memory.error());
    action.lists.push_back(*memory);
    if (auto done = device_.upload(*memory, list.data, list.bytes); !done) return done;
  }
  return {};
}

Pointers Bench::pointers(std::uint32_t action, std::size_t set) const {
  char* base = memory_ + set * stride_;
  Pointers at;
  for (const Span& input : inputs_) at.inputs.push_back(base + input.offset);
  at.lists = actions_.at(action).lists;
  at.out = base + out_.offset;
  at.workspace = base + workspace_.offset;
  return at;
}

Done<void> Bench::poison(std::size_t sets) {
  for (const Span& span : {out_, workspace_})
    if (span.bytes > 0)
      if (auto done = device_.fill(memory_ + span.offset, kPoison, {span.bytes, sets, stride_}); !done) return done;
  return {};
}

Done<void> Bench::look_at_guards(std::size_t sets) {
  std::vector<unsigned char> bytes(kGuardBytes * sets);
  for (std::size_t offset : guards_) {
    if (auto done = device_.download(bytes.data(), memory_ + offset, {kGuardBytes, sets, stride_}); !done) return done;
    if (!std::ranges::all_of(bytes, [](unsigned char byte) { return byte == kGuard; }))
      return failed(Kind::wrong_result, "something was written outside of the output and the workspace");
  }
  return {};
}

void Bench::work_out_reference() {
  const std::size_t rows = workload_.rows();
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const auto most = static_cast<std::size_t>(std::max(4.0, static_cast<double>(cores) * kReferenceCost / std::max(1.0, workload_.reference_cost())));
  rows_.resize(rows);
  std::iota(rows_.begin(), rows_.end(), std::size_t{0});
  if (rows > most) {
    for (std::size_t i = 0; i < most; ++i) std::swap(rows_[i], rows_[i + random_.below(rows - i)]);
    rows_.resize(most);
    std::ranges::sort(rows_);
  }
  reference_.resize(rows_.size() * workload_.width());
  const std::size_t part = (rows_.size() + cores - 1) / cores;
  std::vector<std::jthread> all;
  for (std::size_t first = 0; first < rows_.size(); first += part)
    all.emplace_back([this, first, count = std::min(part, rows_.size() - first)] {
      std::ranges::copy(workload_.reference_rows(std::span(rows_).subspan(first, count)), reference_.begin() + static_cast<std::ptrdiff_t>(first * workload_.width()));
    });
}

Done<Verified> Bench::compare_with_reference(const std::vector<Bf16>& output) const {
  for (std::size_t i = 0; i < output.size(); ++i)
    if (!std::isfinite(value_of(output[i])))
      return failed(Kind::wrong_result, "value " + std::to_string(i) + " of the output is no number: it was not written, or came from what was not");
  const std::size_t width = workload_.width();
  std::vector<Bf16> checked;
  for (std::size_t row : rows_) checked.insert(checked.end(), output.begin() + static_cast<std::ptrdiff_t>(row * width), output.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
  const Comparison found = compare(checked, reference_, width);
  if (const Tolerance tolerance = workload_.tolerance(); !found.within(tolerance.relative, tolerance.worst))
    return failed(Kind::wrong_result, "the output is off by " + std::to_string(found.relative_error) + " of its size, one value by " +
                                          std::to_string(found.worst_error) + " of the size of its row");
  return Verified{found.relative_error, found.worst_error, found.checked};
}

Done<void> Bench::count(std::uint32_t number) {
  const std::size_t counters = workload_.counters(number);
  std::vector<std::uint32_t> writes(counters);
  auto memory = device_.allocate(counters * sizeof(std::uint32_t));
  if (!memory) return std::unexpected(memory.error());
  const auto counted = [&]() -> Done<void> {
    if (auto done = device_.fill(*memory, 0, {counters * sizeof(std::uint32_t)}); !done) return done;
    Pointers at = pointers(number, 0);
    at.writes = static_cast<std::uint32_t*>(*memory);
    if (auto done = device_.run(workload_.launch(number, at, {device_.is_gpu(), device_.facts().sms})); !done) return done;
    return device_.download(writes.data(), *memory, {counters * sizeof(std::uint32_t)});
  }();
  device_.release(*memory);
  if (!counted) return counted;
  if (std::string objection = workload_.count_objection(number, writes); !objection.empty()) return failed(Kind::not_once, objection);
  return {};
}

Done<Verified> Bench::verify(std::uint32_t number) {
  Action& action = actions_.at(number);
  const Where where{device_.is_gpu(), device_.facts().sms};
  if (auto done = poison(1); !done) return std::unexpected(done.error());
  if (auto done = count(number); !done) return std::unexpected(done.error());
  if (auto done = poison(1); !done) return std::unexpected(done.error());
  if (auto done = device_.run(workload_.launch(number, pointers(number, 0), where)); !done) return std::unexpected(done.error());
  if (auto done = look_at_guards(1); !done) return std::unexpected(done.error());
  std::vector<Bf16> output(workload_.rows() * workload_.width());
  if (auto done = device_.download(output.data(), memory_ + out_.offset, {out_.bytes}); !done) return std::unexpected(done.error());
  auto verified = compare_with_reference(output);
  if (verified) action.output = std::move(output);
  return verified;
}

Done<void> Bench::compare_one_set(const Action& action) {
  // Every set was written: its output no longer begins with poison.
  const std::size_t head = std::min<std::size_t>(out_.bytes, 16);
  std::vector<unsigned char> heads(head * sets_);
  if (auto done = device_.download(heads.data(), memory_ + out_.offset, {head, sets_, stride_}); !done) return done;
  for (std::size_t set = 0; set < sets_; ++set)
    if (std::memcmp(heads.data() + set * head, action.output.data(), head) != 0)
      return failed(Kind::wrong_result, "the timed run left another output in set " + std::to_string(set) + " than the run that was verified");
  const std::size_t bytes = std::min(out_.bytes, kCompared), set = random_.below(sets_);
  const std::size_t from = random_.below((out_.bytes - bytes) / sizeof(Bf16) + 1) * sizeof(Bf16);
  std::vector<unsigned char> output(bytes);
  if (auto done = device_.download(output.data(), memory_ + set * stride_ + out_.offset + from, {bytes}); !done) return done;
  if (std::memcmp(output.data(), reinterpret_cast<const unsigned char*>(action.output.data()) + from, bytes) != 0)
    return failed(Kind::wrong_result, "the timed run's output is not that of the run that was verified, in set " + std::to_string(set));
  return {};
}

Done<Timing> Bench::sample(std::uint32_t number) {
  Action& action = actions_.at(number);
  assert(!action.output.empty());
  if (!action.prepared) {
    std::vector<Launch> launches;
    const std::size_t turns = (kFewestLaunches + sets_ - 1) / sets_;
    for (std::size_t i = 0; i < sets_ * turns; ++i) launches.push_back(workload_.launch(number, pointers(number, i % sets_), {device_.is_gpu(), device_.facts().sms}));
    auto prepared = device_.prepare(std::move(launches));
    if (!prepared) return std::unexpected(prepared.error());
    action.prepared = std::move(*prepared);
  }
  if (auto done = poison(sets_); !done) return std::unexpected(done.error());
  auto timing = device_.time(*action.prepared);
  if (!timing) return timing;
  if (auto done = look_at_guards(sets_); !done) return std::unexpected(done.error());
  if (auto done = compare_one_set(action); !done) return std::unexpected(done.error());
  return timing;
}

}  // namespace assay::kernels::worker
