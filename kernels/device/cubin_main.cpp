// assay-cubin: device texts of policies to cubins, JSON lines in and out. The caller has the clock: it kills this program when it takes too long, and
// starts another. Nothing here runs what it compiles.
//
//   {"id":1,"policy":"<text>"}  ->  {"id":1,"cubin":"<base64>","kernels":{"assay_prefill_ordered":168},"registers":46,"frame_bytes":24,
//                                    "operations":{"IADD3":30},"milliseconds":{"compile":31,"inspect":0.1,"link":0.4}}
//                              or  {"id":1,"error":{"kind":"compile"|"refused"|"registers"|"link"|"bad_request","what":"..."}}

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "kernels/base64.h"
#include "kernels/device/compile.h"

namespace {

using Json = nlohmann::json;
using namespace assay::kernels;

constexpr std::size_t kMostText = 256u << 10;
constexpr rlim_t kMostMemory = rlim_t{8} << 30;  // of addresses: NVRTC maps 2 GiB

Json error(const Json& id, const char* kind, const std::string& what) { return {{"id", id}, {"error", {{"kind", kind}, {"what", what}}}}; }

Json json_of(const Json& id, const device::Compiled& compiled) {
  Json kernels = Json::object();
  for (const auto& [name, registers] : compiled.kernels) kernels[name] = registers;
  return {{"id", id},
          {"cubin", base64({compiled.cubin.data(), compiled.cubin.size()})},
          {"kernels", std::move(kernels)},
          {"registers", compiled.policy.registers},
          {"frame_bytes", compiled.policy.frame_bytes},
          {"operations", compiled.policy.operations},
          {"milliseconds", {{"compile", compiled.compile.count()}, {"inspect", compiled.inspect.count()}, {"link", compiled.link.count()}}}};
}

Json answer(const std::string& line) {
  const Json request = Json::parse(line, nullptr, false);
  if (!request.is_object()) return error(nullptr, "bad_request", "a line is a JSON object");
  const Json id = request.value("id", Json());
  const auto policy = request.find("policy");
  if (policy == request.end() || !policy->is_string()) return error(id, "bad_request", "\"policy\" is missing or no text");
  const auto& text = policy->get_ref<const std::string&>();
  if (text.size() > kMostText) return error(id, "bad_request", "a policy of more than 256 KiB");
  const auto compiled = device::compile_policy(text);
  if (!compiled) return error(id, compiled.error().kind.c_str(), compiled.error().what);
  return json_of(id, *compiled);
}

void confine() {
  const rlimit memory{kMostMemory, kMostMemory}, nothing{0, 0};
  setrlimit(RLIMIT_AS, &memory);
  setrlimit(RLIMIT_CORE, &nothing);
  setrlimit(RLIMIT_FSIZE, &nothing);  // it writes to the pipe alone
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) {
    std::printf("%s: device texts of policies to cubins for sm_90a\n\n  echo '{\"id\":1,\"policy\":\"...\"}' | %s\n", arguments[0], arguments[0]);
    return std::string_view(arguments[1]) == "--help" ? 0 : 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  confine();
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    std::cout << answer(line).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    if (!std::cout) return 0;
  }
  return 0;
}
