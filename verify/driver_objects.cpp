#include "verify/driver_objects.h"

#include <utility>

namespace assay::verify {

Result<DriverObjects::Object> DriverObjects::find_or_make(const Digest& key, const Make& make) {
  std::unique_lock lock(mutex_);
  for (auto found = objects_.find(key); found != objects_.end(); found = objects_.find(key)) {
    if (found->second != nullptr) return found->second;
    made_.wait(lock);
  }
  if (objects_.size() >= kMost) std::erase_if(objects_, [](const auto& entry) { return entry.second != nullptr; });
  objects_.emplace(key, nullptr);
  lock.unlock();
  auto text = make();
  lock.lock();
  made_.notify_all();
  if (!text) {
    objects_.erase(key);
    return std::unexpected(text.error());
  }
  return objects_[key] = std::make_shared<const std::string>(std::move(*text));
}

}  // namespace assay::verify
