#include "evaluators/congestion/kernel/bpf_control.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/digest.h"
#include "evaluators/congestion/kernel/bpf_inspect.h"
#include "evaluators/congestion/kernel/bpf_object.h"

namespace assay::evaluators::congestion {
namespace {

constexpr char kMap[] = "assay_policy";
constexpr std::uint32_t kLinkFlag = 1u << 13;    // BPF_F_LINK, Linux 6.4: registered for as long as a link lives
constexpr std::uint32_t kStructOpsAttach = 44;   // BPF_STRUCT_OPS; both are newer than the headers of Debian 12
constexpr std::size_t kNameBytes = 15;
constexpr int kMostTries = 8;

/// The name by which an object registers: of "assay_" and nine hexadecimal digits in its section .struct_ops.
std::string own_name(std::string_view object) {
  for (std::size_t at = object.find("assay_"); at != object.npos; at = object.find("assay_", at + 1)) {
    if (at + kNameBytes >= object.size() || object[at + kNameBytes] != '\0') continue;
    const std::string_view digits = object.substr(at + 6, kNameBytes - 6);
    if (digits.find_first_not_of("0123456789abcdef") == digits.npos) return std::string(object.substr(at, kNameBytes));
  }
  return "";
}

std::string renamed(std::string_view object, std::string_view from, std::string_view to) {
  std::string bytes(object);
  for (std::size_t at = bytes.find(from); at != bytes.npos; at = bytes.find(from, at + 1)) bytes.replace(at, from.size(), to);
  return bytes;
}

bool is_taken(std::string_view name) {
  std::ifstream file("/proc/sys/net/ipv4/tcp_available_congestion_control");
  for (std::string known; file >> known;)
    if (known == name) return true;
  return false;
}

std::string fresh_name(std::string_view object, int attempt) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  std::string seed(object);
  for (auto number : {static_cast<long long>(getpid()), static_cast<long long>(now), static_cast<long long>(attempt)}) seed += ":" + std::to_string(number);
  return "assay_" + sha256(seed).hex().substr(0, kNameBytes - 6);
}

std::string chosen_name(std::string_view object, const std::string& own, Registration registration) {
  std::string name = own;
  for (int attempt = 0; registration != Registration::own_name && attempt < kMostTries && (attempt == 0 || is_taken(name)); ++attempt)
    name = fresh_name(object, attempt);
  return name;
}

int create_link(int map) {
  bpf_attr attr;
  std::memset(&attr, 0, sizeof attr);
  attr.link_create.prog_fd = static_cast<std::uint32_t>(map);
  attr.link_create.attach_type = kStructOpsAttach;
  const long fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof attr);
  return fd < 0 ? -errno : static_cast<int>(fd);
}

}  // namespace

struct RegisteredControl::Loaded {
  BpfFile file;
  int link = -1;
  ~Loaded() {
    if (link >= 0) close(link);
  }
};

RegisteredControl::RegisteredControl(std::unique_ptr<Loaded> loaded, std::string name) : loaded_(std::move(loaded)), name_(std::move(name)) {}
RegisteredControl::~RegisteredControl() = default;
RegisteredControl::RegisteredControl(RegisteredControl&&) noexcept = default;
RegisteredControl& RegisteredControl::operator=(RegisteredControl&&) noexcept = default;

struct Registrar {
  /// libbpf puts the values into the map; with BPF_F_LINK it is the link that registers them.
  static Result<std::unique_ptr<RegisteredControl>> enter(BpfFile file, const std::string& name) {
    bpf_map* map = file.map(kMap);
    bpf_link* filled = bpf_map__attach_struct_ops(map);
    if (filled == nullptr) return fail("filling in the congestion control " + name + ": " + std::strerror(errno));
    bpf_link__disconnect(filled);
    bpf_link__destroy(filled);
    auto loaded = std::make_unique<RegisteredControl::Loaded>(std::move(file));
    loaded->link = create_link(bpf_map__fd(map));
    if (loaded->link == -EEXIST) return fail("a congestion control of the name " + name + " is registered already; another process runs the same policy");
    if (loaded->link < 0) return fail("registering the congestion control " + name + ": " + std::strerror(-loaded->link));
    return std::unique_ptr<RegisteredControl>(new RegisteredControl(std::move(loaded), name));
  }
};

Result<Judged> load_control(std::string_view object, Registration registration) {
  if (auto fits = inspect_object(object); !fits) return std::unexpected(fits.error());
  const std::string own = own_name(object);
  if (own.empty()) return fail("the BPF object names no congestion control of ours");
  const std::string name = chosen_name(object, own, registration);
  auto file = BpfFile::open(renamed(object, own, name));
  if (!file) return std::unexpected(file.error());
  bpf_map* map = file->map(kMap);
  if (map == nullptr) return fail("the BPF object has no map \"" + std::string(kMap) + "\"");
  bpf_map__set_map_flags(map, kLinkFlag);
  auto judgement = file->load();
  if (!judgement) return std::unexpected(judgement.error());
  Judged judged{std::move(*judgement), nullptr};
  auto* accepted = std::get_if<Accepted>(&judged.judgement);
  if (accepted == nullptr) return judged;
  accepted->name = name;
  if (registration == Registration::none) return judged;
  auto control = Registrar::enter(std::move(*file), name);
  if (!control) return std::unexpected(control.error());
  judged.control = std::move(*control);
  return judged;
}

}  // namespace assay::evaluators::congestion
