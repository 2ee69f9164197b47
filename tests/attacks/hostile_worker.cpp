#include "tests/attacks/hostile_worker.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <span>

#include "sandbox/entry.h"
#include "tests/attacks/loose_link.h"
#include "verify/frontend/compile.h"
#include "verify/frontend/handler.h"
#include "verify/frontend/parse.h"
#include "verify/frontend/wire.h"

namespace assay::attacks {
namespace {

namespace frontend = verify::frontend;
using Fields = std::span<const std::string_view>;

constexpr std::size_t kRoom = 8u << 20;

std::string dumped(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

std::string tree(Fields fields) {
  const auto parsed = frontend::parse_candidate(fields[0], fields[1], false);
  Json findings = Json::array();
  for (const Diagnostic& finding : parsed.findings) findings.push_back({finding.line, finding.column, finding.message});
  return frontend::pack({"parsed", dumped({{"policy", verify::to_json(parsed.policy)}, {"unfinished", parsed.unfinished}, {"findings", std::move(findings)}})});
}

std::string errors(const std::vector<frontend::CompileError>& list) {
  Json json = Json::array();
  for (const auto& error : list) json.push_back({error.file, error.line, error.column, error.message});
  return frontend::pack({"errors", dumped(json)});
}

std::string image(const frontend::Image& made) {
  return frontend::pack({"image", made.bytes, std::to_string(made.entry_offset), made.ir_digest});
}

std::string raw(Fields fields) {
  auto made = frontend::compile_image({fields[0], fields[1], fields[2], fields[3]}, frontend::Mode::run);
  return made ? image(*made) : errors(made.error());
}

std::string raw_quick(Fields fields) {
  const std::vector<std::string> functions(fields.begin() + 3, fields.end());
  auto made = frontend::compile_against({fields[0], "", fields[1], ""}, functions, fields[2], true);
  return made ? image(*made) : errors(made.error());
}

/// compile_driver() hands its object out before any check: the policy goes there as a part of the driver.
std::string loose(Fields fields) {
  const std::string both = std::string(fields[2]) + "\n" + std::string(fields[3]);
  auto object = frontend::compile_driver({fields[0], fields[1], "", both});
  if (!object) return errors(object.error());
  auto made = link_loosely(*object, "assay_entry");
  return made ? image(*made) : errors({{"policy.cpp", 0, 0, "cannot be laid out"}});
}

std::string possess(Fields fields) {
  auto* place = reinterpret_cast<unsigned char*>(frontend::kLoadAddress);
  if (fields[0].size() > kRoom) return "too large";
  std::memcpy(place, fields[0].data(), fields[0].size());
  const AssayRun run{};
  using Entry = u64 (*)(const AssayRun*);
  reinterpret_cast<Entry>(place + std::strtoull(std::string(fields[1]).c_str(), nullptr, 10))(&run);
  return frontend::pack({"survived"});
}

}  // namespace

std::string hostile_handle(std::string_view request) {
  const auto unpacked = frontend::unpack(request);
  if (!unpacked || unpacked->empty()) return "";
  const std::string_view what = unpacked->front();
  const Fields fields(unpacked->begin() + 1, unpacked->end());
  if (what == "tree") return tree(fields);
  if (what == "raw") return raw(fields);
  if (what == "raw quick") return raw_quick(fields);
  if (what == "loose") return loose(fields);
  if (what == "possess") return possess(fields);
  return frontend::handle(request);
}

void hostile_warm_up() {
  frontend::warm_up();
  ::mmap(reinterpret_cast<void*>(frontend::kLoadAddress), kRoom, PROT_READ | PROT_WRITE | PROT_EXEC,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

Result<sandbox::WorkerReply> TreeOnlyWorker::call(std::string_view request, std::chrono::milliseconds deadline) {
  auto fields = frontend::unpack(request);
  if (!fields || fields->empty() || fields->front() != "screen") return worker_.call(request, deadline);
  fields->front() = "tree";
  return worker_.call(frontend::pack(*fields), deadline);
}

}  // namespace assay::attacks
