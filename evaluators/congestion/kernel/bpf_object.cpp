#include "evaluators/congestion/kernel/bpf_object.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace assay::evaluators::congestion {
namespace {

constexpr std::size_t kLogBytes = 4u << 20;
constexpr unsigned kWords = 1, kStatistics = 4;  // levels of the verifier's log: every path, which a long program's is too long for; or its counts
constexpr char kTypes[] = "/sys/kernel/btf/vmlinux";

/// Complaints that come from the kernel being another one than the trusted text is written for: an argument of cong_control that came
/// with 6.10, a field that is not there (libbpf's mark of it).
bool is_of_another_kernel(std::string_view complaint) {
  return complaint.find("-th argument") != complaint.npos || complaint.find("unknown#195896080") != complaint.npos;
}

int say_nothing(libbpf_print_level, const char*, va_list) { return 0; }

/// Everything that would be registered is a congestion control: read as libbpf reads it.
bool registers_controls_only(const bpf_object* object) {
  const btf* types = bpf_object__btf(object);
  const int section = types == nullptr ? -1 : btf__find_by_name_kind(types, ".struct_ops", BTF_KIND_DATASEC);
  if (section < 0) return true;
  const btf_type* data = btf__type_by_id(types, static_cast<unsigned>(section));
  const btf_var_secinfo* variables = btf_var_secinfos(data);
  for (int i = 0; i < btf_vlen(data); ++i) {
    const int type = btf__resolve_type(types, variables[i].type);
    const char* name = type < 0 ? nullptr : btf__name_by_offset(types, btf__type_by_id(types, static_cast<unsigned>(type))->name_off);
    if (name == nullptr || std::strcmp(name, "tcp_congestion_ops") != 0) return false;
  }
  return true;
}

/// Empty where there is none. A pinned map would outlive the process, or be another tool's.
std::string stranger_among_maps(bpf_object* object) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    const auto type = bpf_map__type(map);
    if (bpf_map__pin_path(map) != nullptr) return "a pinned map";
    if (type != BPF_MAP_TYPE_STRUCT_OPS && type != BPF_MAP_TYPE_SK_STORAGE && type != BPF_MAP_TYPE_ARRAY) return "a map of another kind";
  }
  return registers_controls_only(object) ? "" : "operations other than a congestion control's";
}

}  // namespace

void BpfFile::Close::operator()(bpf_object* object) const { bpf_object__close(object); }

Result<BpfFile> BpfFile::open(std::string bytes) {
  BpfFile file;
  file.bytes_ = std::move(bytes);
  if (auto read = file.read(kStatistics); !read) return std::unexpected(read.error());
  return file;
}

Result<void> BpfFile::read(unsigned log_level) {
  libbpf_set_print(say_nothing);
  logs_.clear();
  bpf_object_open_opts options{};
  options.sz = sizeof options;
  options.object_name = "assay";
  object_.reset(bpf_object__open_mem(bytes_.data(), bytes_.size(), &options));
  if (object_ == nullptr) return fail(std::string("libbpf does not read the object: ") + std::strerror(errno));
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_.get()) {
    const auto type = bpf_program__type(program);
    if (type != BPF_PROG_TYPE_STRUCT_OPS && type != BPF_PROG_TYPE_SYSCALL)
      return fail("the BPF object holds a program of another kind, " + std::string(bpf_program__name(program)) + "; it is not loaded");
    logs_.push_back({program, {}});
  }
  if (std::string why = stranger_among_maps(object_.get()); !why.empty()) return fail("the BPF object holds " + why + "; it is not loaded");
  for (Log& log : logs_) {
    log.text.resize(kLogBytes);
    bpf_program__set_log_buf(log.program, log.text.data(), log.text.size());
    bpf_program__set_log_level(log.program, log_level);
  }
  return {};
}

/// The kernel's log is the candidate's affair, anything else the host's.
Result<Judgement> BpfFile::why_not(int error) const {
  for (const Log& log : logs_) {
    const std::string_view text = log.text.data();
    if (text.empty() || bpf_program__fd(log.program) >= 0) continue;
    Refused refused = refused_of(bpf_program__name(log.program), text);
    if (is_of_another_kernel(refused.complaint)) return Unavailable{"this kernel's TCP is not the one that exported policies are written for (Linux 6.10 or later): " + refused.complaint};
    if (!refused.complaint.empty()) return refused;
  }
  if (access(kTypes, R_OK) != 0) return Unavailable{std::string("this kernel has no type information (") + kTypes + "): CONFIG_DEBUG_INFO_BTF"};
  if (error == EPERM || error == EACCES) return Unavailable{"loading BPF programs is not permitted here: it takes root, or CAP_BPF and CAP_NET_ADMIN"};
  if (error == ENOSYS || error == ENOTSUP || error == EINVAL || error == ESRCH || error == ENOENT)
    return Unavailable{std::string("this kernel does not take congestion controls of this form (Linux 6.10 or later is needed): ") + std::strerror(error)};
  return fail(std::string("loading the BPF object: ") + std::strerror(error));
}

/// What is refused is loaded once more for the verifier's words: a log of all that it accepts could be larger than any buffer.
Result<Judgement> BpfFile::load() {
  if (bpf_object__load(object_.get()) != 0) {
    if (auto again = read(kWords); !again) return std::unexpected(again.error());
    if (const int error = bpf_object__load(object_.get()); error != 0) return why_not(-error);
  }
  Accepted accepted;
  for (Log& log : logs_) {
    accepted.programs.push_back({bpf_program__name(log.program), processed_of(log.text.data())});
    log.text = {};
  }
  return accepted;
}

bpf_map* BpfFile::map(const char* name) const { return bpf_object__find_map_by_name(object_.get(), name); }

int BpfFile::program(const char* name) const {
  const bpf_program* found = bpf_object__find_program_by_name(object_.get(), name);
  return found == nullptr ? -1 : bpf_program__fd(found);
}

}  // namespace assay::evaluators::congestion
