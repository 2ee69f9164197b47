// What the parent makes of a reply of the compile worker. A candidate may have taken the worker over: nothing in the reply is
// believed, and a policy that comes out of it is in the language or refused.

#include <set>

#include "tests/fuzz/fuzz.h"
#include "verify/frontend/handler.h"
#include "verify/frontend/wire.h"
#include "verify/rules.h"
#include "verify/toolchain.h"

// The jailed worker and Clang are not part of this: a fake stands in their place.
namespace assay::sandbox {
Result<std::unique_ptr<Worker>> Worker::start(Handler, const WorkerOptions&, std::function<void()>) { return fail("not here"); }
Result<void> Worker::begin(std::string_view) { return fail("not here"); }
Result<WorkerReply> Worker::finish(std::chrono::milliseconds) { return fail("not here"); }
}  // namespace assay::sandbox
namespace assay::verify::frontend {
std::string handle(std::string_view) { return ""; }
void warm_up() {}
std::string describe_toolchain() { return ""; }
}  // namespace assay::verify::frontend

namespace assay::verify {
namespace {

using fuzz::must;

/// Says what it is told to, as often as it is asked.
class FakeWorker final : public sandbox::Worker {
 public:
  std::string reply;
  Result<sandbox::WorkerReply> call(std::string_view, std::chrono::milliseconds) override { return sandbox::WorkerReply{{}, reply}; }
  Result<void> recycle() override { return {}; }
};

struct Bench {
  tasks::Contract contract;
  FakeWorker* worker = nullptr;
  std::unique_ptr<Toolchain> toolchain;
  Screened screened;
};

std::string screen_reply(std::string_view policy) {
  return frontend::pack({"parsed", R"({"findings":[],"unfinished":[],"policy":)" + std::string(policy) + "}"});
}

constexpr char kLeast[] = R"({"functions":[{"name":"priority","returns":"i64","helper":false,"parameters":[
  {"name":"object","type":"Object","reference":true,"const":true},{"name":"cache","type":"Cache","reference":true,"const":true}],
  "body":[{"k":"return","e":[{"k":"integer","t":"i64","v":7}]}]}]})";

Bench make_bench() {
  auto contract = tasks::read_contract_text(R"(#include "policies/abi/assay.h"
constexpr i64 kLimit = 9;
struct Spread { i64 p50 ASSAY_FIELD("", 0, 100); Array<i64, 4> items ASSAY_FIELD("", 0, 9); };
struct Object { i64 size ASSAY_FIELD("bytes", 1, 1000); bool warm; i64 hits ASSAY_FIELD("requests", 0, 1000); };
struct Cache { i64 used ASSAY_FIELD("bytes", 0, 1000); Spread sizes; };
i64 priority(const Object& object, const Cache& cache) ASSAY_RETURNS("", -1000, 1000);
)", "policy.h");
  must(contract.has_value(), "the contract of this target can be read");
  auto worker = std::make_unique<FakeWorker>();
  worker->reply = screen_reply(kLeast);
  FakeWorker* told = worker.get();
  auto toolchain = Toolchain::over(std::move(worker));
  auto screened = toolchain->screen(*contract, {});
  must(screened && *screened, "a plain policy is screened");
  return {std::move(*contract), told, std::move(toolchain), std::move(**screened)};
}

void check_outcome(const Outcome& outcome) {
  must(outcome.kind == OutcomeKind::compile_error || outcome.kind == OutcomeKind::refused, "a bad reply is the candidate's failure");
  must(!outcome.detail.empty() && outcome.diagnostics.size() <= 20, "an outcome says why, within bounds");
  for (const auto& diagnostic : outcome.diagnostics) must(diagnostic.line >= 0 && diagnostic.column >= 0, "places are not negative");
}

void check_screened(const Bench& bench, const Screened& screened) {
  const Policy& policy = screened.policy();
  must(check(policy, bench.contract).empty(), "what is screened is in the language");
  must(screened.text() == emit(policy) && screened.ast_digest() == digest(policy), "text and digest are the policy's");
  const auto lines = static_cast<std::size_t>(std::ranges::count(screened.text(), '\n'));
  must(emitted_places(policy).size() >= lines, "every emitted line has a place");
  for (unsigned char c : screened.text()) must((c >= 0x20 && c < 0x7f) || c == '\n', "emitted text is plain");
  auto again = policy_from_json(to_json(policy));
  must(again && digest(*again) == screened.ast_digest() && size_of(*again) == size_of(policy), "a policy comes back the same through JSON");
  must(std::ranges::is_sorted(screened.reads()), "reads are sorted");
  for (const auto& read : screened.reads()) {
    const auto record = read.substr(0, read.find('.'));
    must(bench.contract.record(record) != nullptr, "what is read is of the contract");
  }
}

void check_screen(Bench& bench) {
  auto screened = bench.toolchain->screen(bench.contract, {"text", "candidate.cpp"});
  must(screened.has_value(), "no reply to a screen is our own fault");
  if (*screened) check_screened(bench, **screened);
  else check_outcome(screened->error());
}

void check_compile(Bench& bench, Effort effort) {
  auto compiled = bench.toolchain->compile({bench.contract, bench.screened, "driver", effort});
  if (!compiled) return must(!compiled.error().what.empty(), "an Error says why");
  if (!*compiled) return check_outcome(compiled->error());
  const Binary& binary = (*compiled)->binary;
  must(binary.entry_offset() < binary.image().size() && binary.digest() == sha256(binary.image()), "an image holds its entry");
}

void check_lower(Bench& bench) {
  auto lowered = bench.toolchain->lower(bench.contract, bench.screened);
  if (!lowered) return must(!lowered.error().what.empty(), "an Error says why");
  if (!*lowered) return check_outcome(lowered->error());
  must((*lowered)->digest == sha256((*lowered)->bitcode), "checked code has its digest");
}

void check_wire(std::string_view bytes) {
  auto fields = frontend::unpack(bytes);
  if (fields) must(frontend::pack(*fields) == bytes, "a list has one form");
}

/// A reply from the parts of an input, so that lengths are right.
std::string packed(fuzz::Input& input) {
  std::vector<std::string_view> fields;
  for (auto count = input.byte() % 5; count > 0; --count) fields.push_back(input.text());
  fields.push_back(input.rest());
  return frontend::pack(fields);
}

}  // namespace
}  // namespace assay::verify

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::verify;
  static Bench bench = make_bench();
  assay::fuzz::Input input(data, size);
  const auto how = input.byte();
  // Mostly a policy inside a reply that is else right: the deepest reader.
  if (how < 32) bench.worker->reply = std::string(input.rest());
  else if (how < 64) bench.worker->reply = packed(input);
  else bench.worker->reply = screen_reply(input.rest());
  check_wire(bench.worker->reply);
  if (how >= 64 || how % 4 == 0) check_screen(bench);
  else if (how % 4 == 1) check_compile(bench, Effort::full);
  else if (how % 4 == 2) check_compile(bench, Effort::quick);
  else check_lower(bench);
  return 0;
}
