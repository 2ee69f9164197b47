#include "verify/driver_objects.h"

#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

namespace assay::verify {
namespace {

namespace fs = std::filesystem;

/// Of the running program's file: changes when it is built again.
std::string program_mark() {
  std::error_code code;
  const fs::path program = "/proc/self/exe";
  const auto size = fs::file_size(program, code);
  const auto time = fs::last_write_time(program, code);
  return sha256(fs::read_symlink(program, code).string() + " " + std::to_string(size) + " " + std::to_string(time.time_since_epoch().count())).hex();
}

/// Its digest in front, so that a file of which a part is missing is none.
std::string sealed(const std::string& object) { return sha256(object).hex() + object; }

std::optional<std::string> unsealed(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string all = std::move(text).str();
  const std::size_t mark = Digest{}.hex().size();
  if (!file || all.size() < mark) return std::nullopt;
  std::string object = all.substr(mark);
  if (sealed(object) != all) return std::nullopt;
  return object;
}

void seal(const fs::path& path, const std::string& object) {
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  fs::path draft = path;
  draft += "." + std::to_string(::getpid());
  std::ofstream file(draft, std::ios::binary);
  file << sealed(object);
  file.close();
  if (file) fs::rename(draft, path, code);
  else fs::remove(draft, code);
}

}  // namespace

DriverObjects::DriverObjects(fs::path folder) {
  if (!folder.empty()) folder_ = folder / program_mark();
}

Result<std::string> DriverObjects::find_in_folder_or_make(const Digest& key, const Make& make) const {
  if (folder_.empty()) return make();
  const fs::path path = folder_ / key.hex();
  if (auto kept = unsealed(path)) return std::move(*kept);
  auto made = make();
  if (made) seal(path, *made);
  return made;
}

Result<DriverObjects::Object> DriverObjects::find_or_make(const Digest& key, const Make& make) {
  std::unique_lock lock(mutex_);
  for (auto found = objects_.find(key); found != objects_.end(); found = objects_.find(key)) {
    if (found->second != nullptr) return found->second;
    made_.wait(lock);
  }
  if (objects_.size() >= kMost) std::erase_if(objects_, [](const auto& entry) { return entry.second != nullptr; });
  objects_.emplace(key, nullptr);
  lock.unlock();
  auto text = find_in_folder_or_make(key, make);
  lock.lock();
  made_.notify_all();
  if (!text) {
    objects_.erase(key);
    return std::unexpected(text.error());
  }
  return objects_[key] = std::make_shared<const std::string>(std::move(*text));
}

}  // namespace assay::verify
