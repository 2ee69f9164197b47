#include "cli/kernel/exported.h"

#include <utility>
#include <vector>

#include "base/file.h"
#include "cli/output.h"
#include "verify/frontend/bpf.h"

namespace assay::cli {
namespace {

namespace congestion = evaluators::congestion;

std::string readme_of(const Exported& exported, const std::string& stem) {
  return "# " + stem + " as a congestion control of Linux\n\n"
         "`" + stem + ".bpf.o` registers the congestion control `" + exported.name + "`. It needs Linux 6.10 or later with BTF\n"
         "(/sys/kernel/btf/vmlinux), and root:\n\n"
         "    bpftool struct_ops register " + stem + ".bpf.o\n"
         "    bpftool struct_ops unregister name assay_policy\n\n"
         "A socket chooses it by `setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, \"" + exported.name + "\", " + std::to_string(exported.name.size()) + ")`; a network\n"
         "namespace by `sysctl net.ipv4.tcp_congestion_control=" + exported.name + "`.\n\n"
         "`source/` has every text that is in it: the policy as it was screened (policy.cpp, policy.h), what calls it (bpf_call.cpp), and the\n"
         "kernel's side (bpf_sender.c). The same by hand, without Assay:\n\n"
         "    cd source\n"
         "    clang++-19 -target bpfel -mcpu=v4 -O2 -Xclang -disable-llvm-passes -emit-llvm -std=c++20 -ffreestanding -fno-exceptions -fno-rtti -fwrapv \\\n"
         "      -fno-finite-loops -fno-jump-tables -DASSAY_ONE_PIECE -I. -c main.cpp -o policy.bc\n"
         "    clang-19 -target bpfel -mcpu=v4 -O2 -Xclang -disable-llvm-passes -emit-llvm -g -ffreestanding -fwrapv -fno-jump-tables -I. -c bpf_sender.c -o sender.bc\n"
         "    llvm-link-19 policy.bc sender.bc -o all.bc\n"
         "    clang-19 -target bpfel -mcpu=v4 -O2 -mllvm -inline-threshold=1000000 -c all.bc -o by_hand.bpf.o\n\n"
         "That gives the same program in another shape: everything in one piece, without lines of the policy for the verifier's log.\n";
}

}  // namespace

Result<Attempt<Exported>> export_policy(verify::Toolchain& toolchain, const tasks::Contract& contract, const verify::Screened& screened,
                                        const congestion::KernelTextOptions& options) {
  auto texts = congestion::kernel_texts(contract, screened.text(), options);
  if (!texts) return std::unexpected(texts.error());
  verify::BpfTexts given{texts->view, texts->call, texts->sender, texts->entry};
  auto object = toolchain.compile_bpf(contract, screened, given);
  if (!object) return std::unexpected(object.error());
  if (!*object) return Attempt<Exported>(std::unexpected(std::move(object->error())));
  return Attempt<Exported>(Exported{texts->name, std::move(**object), std::move(given)});
}

int source_line(const Exported& exported, const congestion::Refused& refused) {
  const auto line = static_cast<std::size_t>(refused.line);
  return line < exported.object.places.size() ? exported.object.places[line].line : 0;
}

void say_refused(const std::string& policy, const Exported& exported, const congestion::Refused& refused) {
  const int line = source_line(exported, refused);
  say(policy + (line > 0 ? ":" + std::to_string(line) : "") + ": refused by the kernel's verifier in " + refused.program + ": " + printable(refused.complaint) +
      (refused.mend.empty() ? "" : "; " + refused.mend));
}

Result<void> write_export(const Exported& exported, const tasks::Contract& contract, const std::filesystem::path& folder, const std::string& stem) {
  std::vector<std::pair<std::filesystem::path, std::string>> files = {
      {stem + ".bpf.o", exported.object.bytes},
      {"README.md", readme_of(exported, stem)},
      {"source/policy.h", contract.text},
      {"source/policy.cpp", exported.object.policy_text},
      {"source/bpf_view.h", exported.texts.view},
      {"source/bpf_call.cpp", exported.texts.call},
      {"source/bpf_sender.c", exported.texts.sender},
      {"source/main.cpp", "#include \"policy.h\"\n#include \"bpf_view.h\"\n#include \"policy.cpp\"\n#include \"bpf_call.cpp\"\n"}};
  files.emplace_back("source/policies/abi/assay.h", verify::frontend::bpf_abi_header());
  for (const auto& [name, text] : files) {
    const auto path = folder / name;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return fail("making the folder " + path.parent_path().string() + ": " + error.message());
    if (auto written = write_file(path, text); !written) return written;
  }
  return {};
}

}  // namespace assay::cli
