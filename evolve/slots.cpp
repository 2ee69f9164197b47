#include "evolve/slots.h"

#include <cstdlib>

namespace assay::evolve {
namespace {

/// Where a user wants drivers' object code kept from campaign to campaign (docs/cli.md); empty: nowhere.
std::string kept_drivers() {
  const char* folder = std::getenv("ASSAY_KEPT_DRIVERS");
  return folder != nullptr ? folder : "";
}

}  // namespace

Result<std::unique_ptr<Slots>> Slots::start(unsigned count, const sandbox::JailOptions& jail, bool solver) {
  std::unique_ptr<Slots> pool(new Slots());
  auto drivers = std::make_shared<verify::DriverObjects>(kept_drivers());
  for (unsigned i = 0; i < count; ++i) {
    verify::ToolchainOptions options;
    options.jail = jail;
    options.drivers = drivers;
    options.deadline = std::chrono::seconds(10);  // generous: a busy machine must not decide what a candidate is
    auto toolchain = verify::Toolchain::start(options);
    if (!toolchain) return std::unexpected(toolchain.error());
    auto run = sandbox::RunJail::start(jail);
    if (!run) return std::unexpected(run.error());
    auto certifier = solver ? verify::Certifier::start(jail) : verify::Certifier::without_solver();
    if (!certifier) return std::unexpected(certifier.error());
    pool->all_.push_back(std::make_unique<Slot>(Slot{std::move(*toolchain), std::move(*run), std::move(*certifier)}));
    pool->free_.push_back(pool->all_.back().get());
  }
  return pool;
}

Slots::Lease Slots::take() {
  std::unique_lock lock(mutex_);
  came_back_.wait(lock, [this] { return !free_.empty(); });
  Slot* slot = free_.front();
  free_.pop_front();
  return Lease(*this, slot);
}

void Slots::take_back(Slot* slot) {
  {
    std::lock_guard lock(mutex_);
    free_.push_back(slot);
  }
  came_back_.notify_one();
}

Slots::Lease::~Lease() {
  if (slot_) pool_->take_back(slot_);
}

}  // namespace assay::evolve
