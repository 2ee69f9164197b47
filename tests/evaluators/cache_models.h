#pragma once
// The two machines once more, written from their contracts' words with the plainest of means: what the drivers are
// compared with.

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "evaluators/cache/driver/common.h"
#include "evaluators/cache/trace.h"
#include "policies/abi/assay.h"

namespace assay::evaluators::cache {

namespace by_priority {
#include "tasks/web_cache/policy.h"
}
namespace by_queues {
#include "tasks/web_cache_queues/policy.h"
}

using Words = std::vector<std::uint32_t>;

inline i64 nearest_rank(std::vector<i64> values, i64 percent) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const i64 n = static_cast<i64>(values.size());
  return values[static_cast<std::size_t>((percent * n + 99) / 100 - 1)];
}

class PriorityModel {
 public:
  using Policy = std::function<i64(const by_priority::Object&, const by_priority::Cache&, const by_priority::Ghost&)>;
  PriorityModel(const Trace& trace, u64 capacity, Unit unit, Policy policy)
      : trace_(trace), capacity_(static_cast<i64>(capacity)), unit_(unit), policy_(std::move(policy)) {}

  Words run() {
    for (now_ = 0; now_ < static_cast<i64>(trace_.requests()); ++now_) serve(trace_.ids[static_cast<std::size_t>(now_)]);
    return words_;
  }

 private:
  struct Resident {
    i64 size, hits, last_access, inserted, priority;
  };
  struct Remembered {
    std::uint32_t id;
    i64 size, hits, evicted_at, residency;
  };

  i64 size_now(std::uint32_t) const {
    return unit_ == Unit::objects ? 1 : static_cast<i64>(trace_.request_size(static_cast<std::size_t>(now_)));
  }

  by_priority::Spread spread(const std::function<i64(const Resident&)>& of) const {
    std::vector<i64> values;
    for (const auto& [id, resident] : residents_) values.push_back(of(resident));
    return {nearest_rank(values, 10), nearest_rank(values, 25), nearest_rank(values, 50), nearest_rank(values, 75),
            nearest_rank(values, 90)};
  }

  by_priority::Cache cache() const {
    by_priority::Cache cache{};
    cache.now = now_;
    cache.capacity = capacity_;
    cache.used = used_;
    cache.objects = static_cast<i64>(residents_.size());
    cache.evictions = evictions_;
    cache.last_evicted_priority = last_evicted_priority_;
    cache.hits = spread([](const Resident& each) { return each.hits; });
    cache.ages = spread([this](const Resident& each) { return now_ - each.last_access; });
    cache.sizes = spread([](const Resident& each) { return each.size; });
    return cache;
  }

  void serve(std::uint32_t id) {
    auto found = residents_.find(id);
    found == residents_.end() ? miss(id) : hit(found->second);
  }

  void hit(Resident& resident) {
    const by_priority::Object object{resident.size,          resident.hits + 1, now_ - resident.last_access,
                                     now_ - resident.inserted, now_,            resident.inserted};
    resident.priority = policy_(object, cache(), {});
    ++resident.hits;
    resident.last_access = now_;
  }

  void miss(std::uint32_t id) {
    const i64 size = size_now(id);
    if (size > capacity_) return;
    by_priority::Ghost ghost{};
    for (auto each = ghosts_.begin(); each != ghosts_.end(); ++each) {
      if (each->id != id) continue;
      ghost = {1, each->hits, now_ - each->evicted_at, each->residency};
      ghosts_.erase(each);
      break;
    }
    while (used_ + size > capacity_) evict();
    const by_priority::Object object{size, 0, 0, 0, now_, now_};
    const i64 priority = policy_(object, cache(), ghost);
    residents_[id] = {size, 0, now_, now_, priority};
    used_ += size;
  }

  void evict() {
    auto victim = residents_.begin();
    for (auto each = residents_.begin(); each != residents_.end(); ++each)
      if (each->second.priority < victim->second.priority) victim = each;
    const auto [id, resident] = *victim;
    words_.push_back(id);
    last_evicted_priority_ = resident.priority;
    used_ -= resident.size;
    ++evictions_;
    residents_.erase(victim);
    ghosts_.push_back({id, resident.size, resident.hits, now_, now_ - resident.inserted});
    i64 remembered = 0;
    for (const auto& each : ghosts_) remembered += each.size;
    for (; remembered > capacity_; ghosts_.pop_front()) remembered -= ghosts_.front().size;
  }

  const Trace& trace_;
  i64 capacity_;
  Unit unit_;
  Policy policy_;
  i64 now_ = 0, used_ = 0, evictions_ = 0, last_evicted_priority_ = 0;
  std::map<std::uint32_t, Resident> residents_;
  std::list<Remembered> ghosts_;
  Words words_;
};

struct QueuePolicy {
  i64 (*on_insert)(const by_queues::Object&, const by_queues::Ghost&, const by_queues::Queues&, by_queues::Mark&,
                   by_queues::Memory&);
  i64 (*on_hit)(const by_queues::Object&, const by_queues::Queues&, by_queues::Mark&, by_queues::Memory&);
  i64 (*pick_queue)(const by_queues::Queues&, by_queues::Memory&);
  i64 (*on_head)(const by_queues::Object&, const by_queues::Queues&, by_queues::Mark&, by_queues::Memory&);
};

class QueueModel {
 public:
  QueueModel(const Trace& trace, u64 capacity, Unit unit, QueuePolicy policy)
      : trace_(trace), capacity_(static_cast<i64>(capacity)), unit_(unit), policy_(policy),
        room_(unit == Unit::objects ? static_cast<i64>(capacity) : 1) {}

  Words run() {
    for (now_ = 0; now_ < static_cast<i64>(trace_.requests()); ++now_) {
      credit_ = std::min(credit_ + 8, kNoCap);
      if (now_ - halved_at_ >= room_) halve();
      const std::uint32_t id = trace_.ids[static_cast<std::size_t>(now_)];
      residents_.contains(id) ? hit(id) : miss(id);
    }
    return words_;
  }

 private:
  static constexpr i64 kNoCap = 1LL << 60;
  struct Resident {
    i64 size, queue, inserted, last_access;
    by_queues::Mark mark;
  };
  struct Remembered {
    std::uint32_t id;
    i64 queue, number, evicted_at;
    by_queues::Mark mark;
  };

  void halve() {
    halved_at_ = now_;
    for (i64 i = 0; i < 4; ++i) {
      hits_[i] /= 2;
      ghost_hits_[i] /= 2;
    }
  }

  by_queues::Queues queues() const {
    by_queues::Queues shown{};
    for (i64 i = 0; i < 4; ++i) {
      shown.length[i] = static_cast<i64>(fifo_[i].size());
      for (auto id : fifo_[i]) shown.bytes[i] += residents_.at(id).size;
      shown.hits[i] = hits_[i];
      shown.ghost_hits[i] = ghost_hits_[i];
    }
    shown.capacity = capacity_;
    shown.used = used_;
    shown.objects = static_cast<i64>(residents_.size());
    shown.ghosts = static_cast<i64>(ghosts_.size());
    shown.now = now_;
    return shown;
  }

  by_queues::Object object(std::uint32_t id) const {
    const Resident& resident = residents_.at(id);
    return {resident.size, resident.queue, now_ - resident.inserted, now_ - resident.last_access};
  }

  void hit(std::uint32_t id) {
    Resident& resident = residents_[id];
    const i64 answer = policy_.on_hit(object(id), queues(), resident.mark, memory_);
    ++hits_[resident.queue];
    resident.last_access = now_;
    if (answer == 4) return;
    std::erase(fifo_[resident.queue], id);
    resident.queue = answer;
    fifo_[answer].push_back(id);
  }

  void miss(std::uint32_t id) {
    const i64 size = unit_ == Unit::objects ? 1 : static_cast<i64>(trace_.request_size(static_cast<std::size_t>(now_)));
    if (size > capacity_) return;
    by_queues::Ghost ghost{};
    auto found = std::find_if(ghosts_.begin(), ghosts_.end(), [&](const Remembered& each) { return each.id == id; });
    if (found != ghosts_.end())
      ghost = {1, found->queue, found->mark.count, found->mark.tag, evictions_ - 1 - found->number, now_ - found->evicted_at};
    by_queues::Mark mark{};
    const i64 answer = policy_.on_insert({size, 0, 0, 0}, ghost, queues(), mark, memory_);
    if (found != ghosts_.end()) {
      ++ghost_hits_[found->queue];
      ghosts_.erase(found);
    }
    if (answer == 4) return words_.push_back(id | assay_driver::kReject);
    if (used_ + size > capacity_) credit_ = std::min(credit_, 4 * static_cast<i64>(residents_.size()) + 64);
    while (used_ + size > capacity_) look_at_head();
    residents_[id] = {size, answer, now_, now_, mark};
    fifo_[answer].push_back(id);
    used_ += size;
    if (unit_ == Unit::bytes) room_ = std::max(room_, static_cast<i64>(residents_.size()));
  }

  void look_at_head() {
    i64 queue = policy_.pick_queue(queues(), memory_);
    while (fifo_[queue].empty()) queue = (queue + 1) % 4;
    const std::uint32_t id = fifo_[queue].front();
    Resident& resident = residents_[id];
    const i64 answer = policy_.on_head(object(id), queues(), resident.mark, memory_);
    fifo_[queue].pop_front();
    if (answer < 4 && credit_ > 0) {
      --credit_;
      resident.queue = answer;
      fifo_[answer].push_back(id);
      return;
    }
    words_.push_back(id);
    used_ -= resident.size;
    if (answer != 5) remember(id, queue, resident.mark);
    residents_.erase(id);
  }

  void remember(std::uint32_t id, i64 queue, const by_queues::Mark& mark) {
    ghosts_.push_back({id, queue, evictions_++, now_, mark});
    while (ghosts_.front().number < evictions_ - room_) ghosts_.pop_front();
  }

  const Trace& trace_;
  i64 capacity_;
  Unit unit_;
  QueuePolicy policy_;
  i64 room_;
  i64 now_ = 0, used_ = 0, evictions_ = 0, credit_ = 0, halved_at_ = 0;
  i64 hits_[4] = {}, ghost_hits_[4] = {};
  by_queues::Memory memory_{};
  std::map<std::uint32_t, Resident> residents_;
  std::deque<std::uint32_t> fifo_[4];
  std::deque<Remembered> ghosts_;
  Words words_;
};

}  // namespace assay::evaluators::cache
