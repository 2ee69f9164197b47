#include "evolve/slots.h"

#include <tbb/concurrent_queue.h>

namespace assay::evolve {

struct Slots::Queue {
  tbb::concurrent_bounded_queue<Slot*> slots;
};

Slots::Slots() : free_(std::make_unique<Queue>()) {}
Slots::~Slots() = default;

Result<std::unique_ptr<Slots>> Slots::start(unsigned count, const sandbox::JailOptions& jail) {
  std::unique_ptr<Slots> pool(new Slots());
  auto drivers = std::make_shared<verify::DriverObjects>();
  for (unsigned i = 0; i < count; ++i) {
    verify::ToolchainOptions options;
    options.jail = jail;
    options.drivers = drivers;
    options.deadline = std::chrono::seconds(10);  // generous: a busy machine must not decide what a candidate is
    auto toolchain = verify::Toolchain::start(options);
    if (!toolchain) return std::unexpected(toolchain.error());
    auto run = sandbox::RunJail::start(jail);
    if (!run) return std::unexpected(run.error());
    pool->all_.push_back(std::make_unique<Slot>(Slot{std::move(*toolchain), std::move(*run), verify::Certifier::without_solver()}));
    pool->free_->slots.push(pool->all_.back().get());
  }
  return pool;
}

Slots::Lease Slots::take() {
  Slot* slot = nullptr;
  free_->slots.pop(slot);
  return Lease(*this, slot);
}

Slots::Lease::~Lease() {
  if (slot_) pool_->free_->slots.push(slot_);
}

}  // namespace assay::evolve
