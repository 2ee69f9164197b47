#include "evaluators/congestion/kernel/bpf_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace assay::evaluators::congestion {
namespace {

constexpr std::size_t kLogBytes = 4u << 20;
constexpr char kTypes[] = "/sys/kernel/btf/vmlinux";

/// Complaints that come from the kernel being another one than the trusted text is written for: an argument of cong_control that came
/// with 6.10, a field that is not there (libbpf's mark of it).
bool is_of_another_kernel(std::string_view complaint) {
  return complaint.find("-th argument") != complaint.npos || complaint.find("unknown#195896080") != complaint.npos;
}

int say_nothing(libbpf_print_level, const char*, va_list) { return 0; }

}  // namespace

void BpfFile::Close::operator()(bpf_object* object) const { bpf_object__close(object); }

Result<BpfFile> BpfFile::open(std::string bytes) {
  libbpf_set_print(say_nothing);
  BpfFile file;
  file.bytes_ = std::move(bytes);
  bpf_object_open_opts options{};
  options.sz = sizeof options;
  options.object_name = "assay";
  file.object_.reset(bpf_object__open_mem(file.bytes_.data(), file.bytes_.size(), &options));
  if (file.object_ == nullptr) return fail(std::string("libbpf does not read the object: ") + std::strerror(errno));
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, file.object_.get()) {
    const auto type = bpf_program__type(program);
    if (type != BPF_PROG_TYPE_STRUCT_OPS && type != BPF_PROG_TYPE_SYSCALL)
      return fail("the BPF object holds a program of another kind, " + std::string(bpf_program__name(program)) + "; it is not loaded");
    file.logs_.push_back({program, {}});
  }
  for (Log& log : file.logs_) {
    log.text.resize(kLogBytes);
    bpf_program__set_log_buf(log.program, log.text.data(), log.text.size());
    bpf_program__set_log_level(log.program, 1);
  }
  return file;
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

Result<Judgement> BpfFile::load() {
  if (const int error = bpf_object__load(object_.get()); error != 0) return why_not(-error);
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
