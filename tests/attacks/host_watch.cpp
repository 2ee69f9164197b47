#include "tests/attacks/host_watch.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace assay::attacks {
namespace {

namespace fs = std::filesystem;

std::string word_in(const fs::path& file) {
  std::ifstream stream(file);
  std::string text;
  std::getline(stream, text);
  return text;
}

std::map<int, int> parents() {
  std::map<int, int> parent_of;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    if (name.empty() || !std::isdigit(static_cast<unsigned char>(name[0]))) continue;
    const std::string stat = word_in(entry.path() / "stat");
    const auto close = stat.rfind(')');  // the name before it may hold anything
    if (close == stat.npos) continue;
    std::istringstream rest(stat.substr(close + 1));
    std::string state;
    int parent = 0;
    rest >> state >> parent;
    parent_of[std::atoi(name.c_str())] = parent;
  }
  return parent_of;
}

bool descends(int pid, int from, const std::map<int, int>& parent_of) {
  for (int steps = 0; steps < 100; ++steps) {
    auto at = parent_of.find(pid);
    if (at == parent_of.end() || at->second == 0) return false;
    if (at->second == from) return true;
    pid = at->second;
  }
  return false;
}

void add_files(HostState& state, const fs::path& folder, std::string_view prefix, bool with_bytes) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix)) continue;
    std::string what = "there";
    if (with_bytes && entry.is_regular_file(ignored))
      what = read_file(entry.path()).value_or("?") + " @" + std::to_string(entry.last_write_time(ignored).time_since_epoch().count());
    state.files[entry.path()] = what;
  }
}

void add_descriptors(HostState& state) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd", ignored)) {
    std::string target = fs::read_symlink(entry.path(), ignored).string();
    if (target.find("/proc/") == 0) continue;  // of this very look
    if (target.find("/memfd:assay-image") == 0) continue;  // of a jail, which keeps the last ones
    std::erase_if(target, [](char c) { return std::isdigit(static_cast<unsigned char>(c)); });
    ++state.descriptors[target];
  }
}

void add_processes(HostState& state) {
  const auto parent_of = parents();
  for (const auto& [pid, parent] : parent_of) {
    const std::string name = word_in("/proc/" + std::to_string(pid) + "/comm");
    state.strays += name == kAttackName;
    if (!descends(pid, ::getpid(), parent_of)) continue;
    state.zygotes += name == "assay-zygote";
    ++state.descendants;
  }
}

}  // namespace

void HostState::include(const HostState& other) {
  files = other.files;
  for (const auto& [kind, count] : other.descriptors) descriptors[kind] = std::max(descriptors[kind], count);
  zygotes = std::max(zygotes, other.zygotes);
  descendants = std::max(descendants, other.descendants);
  strays = std::max(strays, other.strays);
}

HostWatch::HostWatch(fs::path folder) : folder_(std::move(folder)), key_("sk-canary-7f3a91d04b5e") {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "canary") << "nobody writes here\n";
  ::setenv("OPENAI_API_KEY", key_.c_str(), 1);
  fs::current_path(folder_);
  listener_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // Attacks know this port; where somebody has it already, any other serves as a canary that stays silent.
  address.sin_port = htons(47613);
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    address.sin_port = 0;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ::listen(listener_.get(), 16);
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

HostWatch::~HostWatch() {
  std::error_code ignored;
  fs::current_path("/", ignored);
  fs::remove_all(folder_, ignored);
}

HostState HostWatch::now() const {
  HostState state;
  add_files(state, folder_, "", true);
  for (const char* place : {"/", "/tmp", "/var/tmp", "/dev/shm"}) add_files(state, place, kAttackName, false);
  add_descriptors(state);
  add_processes(state);
  return state;
}

std::string HostWatch::difference(const HostState& before, const HostState& after) {
  std::string words;
  for (const auto& [name, what] : after.files)
    if (auto at = before.files.find(name); at == before.files.end()) words += "new file " + name + "; ";
    else if (at->second != what) words += "changed file " + name + "; ";
  for (const auto& [name, what] : before.files)
    if (!after.files.contains(name)) words += "lost file " + name + "; ";
  for (const auto& [kind, count] : after.descriptors)
    if (auto at = before.descriptors.find(kind); count > (at == before.descriptors.end() ? 0 : at->second))
      words += "new descriptor " + kind + "; ";
  if (after.strays > before.strays) words += "a process of the attack is left; ";
  if (after.zygotes > before.zygotes) words += "more zygotes; ";
  if (after.descendants > before.descendants) words += "more processes; ";
  return words;
}

bool HostWatch::was_connected() const {
  pollfd wait{listener_.get(), POLLIN, 0};
  return ::poll(&wait, 1, 0) > 0;
}

std::string HostWatch::leak_in(const Outcome& outcome, std::string_view decisions) const {
  const std::string secrets[] = {key_, "root:x:0:0", "OPENAI_API_KEY="};
  std::string told = outcome.detail;
  for (const Diagnostic& diagnostic : outcome.diagnostics) told += "\n" + diagnostic.message;
  for (const std::string& secret : secrets)
    if (told.find(secret) != told.npos || decisions.find(secret) != decisions.npos) return secret;
  return "";
}

std::size_t HostWatch::resident_bytes() {
  std::ifstream stream("/proc/self/statm");
  std::size_t pages = 0, resident = 0;
  stream >> pages >> resident;
  return resident * 4096;
}

}  // namespace assay::attacks
