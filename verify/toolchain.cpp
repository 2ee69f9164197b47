#include "verify/toolchain.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "sandbox/driver_mark.h"
#include "verify/frontend/compile.h"
#include "verify/frontend/handler.h"
#include "verify/frontend/wire.h"
#include "verify/properties/any_text.h"
#include "verify/properties/invariant.h"
#include "verify/reads.h"
#include "verify/rules.h"

namespace assay::verify {
namespace {

constexpr std::size_t kMaxDiagnostics = 20;
constexpr std::size_t kMaxImageBytes = 16u << 20;
constexpr std::size_t kMaxJsonBytes = 16u << 20;
constexpr int kMaxJsonDepth = 1000;
constexpr std::size_t kMaxMessage = 400;
constexpr std::chrono::milliseconds kDriverDeadline{10'000};

/// A worker that answers nonsense was taken over by what it read: the candidate's doing.
std::unexpected<Outcome> nonsense(std::string what) {
  return ended(OutcomeKind::compile_error, "the compile worker gave a reply that does not hold: " + std::move(what));
}

/// One printable line, whatever the worker wrote.
std::string tame(std::string text) {
  if (text.size() > kMaxMessage) text.resize(kMaxMessage);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  return text;
}

/// Deep JSON would be copied and freed by recursion: it is turned away unread.
bool is_shallow(std::string_view json) {
  int depth = 0;
  for (char c : json) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxJsonDepth) return false;
  }
  return true;
}

/// [line, column, message], or what can be read of it.
Diagnostic diagnostic_of(const Json& json, std::size_t first) {
  Diagnostic diagnostic;
  if (!json.is_array() || json.size() != first + 3) return {0, 0, "unreadable"};
  auto number = [&](std::size_t at) {
    const bool fits = json[at].is_number_integer() && json[at] >= 0 && json[at] <= 1 << 20;
    return fits ? json[at].get<int>() : 0;
  };
  diagnostic.line = number(first), diagnostic.column = number(first + 1);
  if (json[first + 2].is_string()) diagnostic.message = tame(json[first + 2].get<std::string>());
  return diagnostic;
}

std::string first_of(const std::vector<Diagnostic>& diagnostics) {
  const Diagnostic& first = diagnostics.front();
  std::string text = first.line > 0 ? "line " + std::to_string(first.line) + ": " : "";
  text += first.message;
  if (diagnostics.size() > 1) text += " (and " + std::to_string(diagnostics.size() - 1) + " more)";
  return text;
}

void rename_calls(Expr& expr, const std::set<std::string>& helpers) {
  if (expr.kind == ExprKind::call && helpers.contains(expr.text)) expr.text.insert(0, "policy__");
  for (Expr& child : expr.children) rename_calls(child, helpers);
}

void rename_calls(std::vector<Stmt>& statements, const std::set<std::string>& helpers) {
  for (Stmt& statement : statements) {
    for (Expr& expr : statement.exprs) rename_calls(expr, helpers);
    rename_calls(statement.header, helpers);
    rename_calls(statement.body, helpers);
    rename_calls(statement.other, helpers);
  }
}

/// emit() with helpers under names that neither a driver nor another policy can have. Same lines.
std::string compiled_text(Policy policy) {
  std::set<std::string> helpers;
  for (const PolicyFunction& function : policy.functions)
    if (function.is_helper) helpers.insert(function.name);
  for (PolicyFunction& function : policy.functions) {
    if (function.is_helper) function.name.insert(0, "policy__");
    rename_calls(function.body, helpers);
  }
  return emit(policy);
}

}  // namespace

struct Toolchain::Impl {
  std::unique_ptr<sandbox::Worker> worker;
  ToolchainOptions options;

  /// A reply in fields, the first of which is one of `expected` or "errors".
  struct Reply {
    std::string text;
    std::vector<std::string_view> fields;
  };

  Result<Attempt<std::unique_ptr<Reply>>> call(const std::vector<std::string_view>& request) {
    auto answer = worker->call(frontend::pack(request), options.deadline);
    if (!answer) return std::unexpected(answer.error());
    if (answer->outcome.kind != OutcomeKind::ok) {
      answer->outcome.detail = "while compiling: " + answer->outcome.detail;
      return Attempt<std::unique_ptr<Reply>>(std::unexpected(std::move(answer->outcome)));
    }
    auto reply = std::make_unique<Reply>();
    reply->text = std::move(answer->text);
    auto fields = frontend::unpack(reply->text);
    if (!fields || fields->empty()) return Attempt<std::unique_ptr<Reply>>(nonsense("no fields"));
    reply->fields = std::move(*fields);
    return Attempt<std::unique_ptr<Reply>>(std::move(reply));
  }

  static Attempt<Json> json_of(std::string_view text) {
    if (text.size() > kMaxJsonBytes || !is_shallow(text)) return nonsense("JSON without bounds");
    auto json = parse_json(text, "reply");
    if (!json) return nonsense("no JSON");
    return std::move(*json);
  }

  static Attempt<Screened> screened(const Json& reply, const tasks::Contract& contract);
  static Result<Outcome> why_no_code(const Reply& reply, const Policy& policy);
  Result<Attempt<Compiled>> compile(const CompileRequest& request, std::string_view mode);
  Result<Attempt<Compiled>> compile_against_driver(const CompileRequest& request, std::string_view mode);
  Result<DriverObjects::Object> driver_object(const CompileRequest& request);
  Result<std::string> make_driver(const CompileRequest& request, const std::string& constants);
  static Result<Attempt<Compiled>> compiled_of(Result<Attempt<std::unique_ptr<Reply>>> reply, const Policy& policy);
  static Attempt<Compiled> image_of(const Reply& reply);
  Result<Attempt<CheckedIr>> optimised(std::string_view what, const tasks::Contract& contract, std::string_view policy, const Screened& screened);
  static Result<Attempt<CheckedIr>> ir_of(Result<Attempt<std::unique_ptr<Reply>>> reply, const Policy& policy);
};

// -- screen --

Attempt<Screened> Toolchain::Impl::screened(const Json& reply, const tasks::Contract& contract) {
  if (!reply.is_object() || !reply.contains("policy") || !reply.contains("findings") || !reply.contains("unfinished") ||
      !reply["findings"].is_array() || !reply["unfinished"].is_array())
    return nonsense("a part is missing");
  auto policy = policy_from_json(reply["policy"]);
  if (!policy) return nonsense(tame(policy.error().what));
  std::vector<Diagnostic> findings;
  for (const Json& finding : reply["findings"])
    if (findings.size() < kMaxDiagnostics) findings.push_back(diagnostic_of(finding, 0));
  std::set<std::string> unfinished;
  for (const Json& name : reply["unfinished"])
    if (name.is_string() && !findings.empty()) unfinished.insert(name.get<std::string>());
  // Without functions there was no parse to judge.
  if (findings.empty() || !policy->functions.empty())
    for (Diagnostic& finding : check(*policy, contract, unfinished)) findings.push_back(std::move(finding));
  if (!findings.empty()) {
    std::ranges::stable_sort(findings, {}, [](const Diagnostic& finding) {
      return finding.line > 0 ? finding.line : std::numeric_limits<int>::max();  // what has no place comes last
    });
    if (findings.size() > kMaxDiagnostics) findings.resize(kMaxDiagnostics);
    std::string detail = first_of(findings);
    return ended(OutcomeKind::refused, std::move(detail), std::move(findings));
  }
  Screened screened;
  screened.policy_ = std::move(*policy);
  screened.text_ = emit(screened.policy_);
  screened.ast_digest_ = verify::digest(screened.policy_);
  screened.reads_ = reads_of(screened.policy_, contract);
  return screened;
}

Result<Attempt<Screened>> Toolchain::screen(const tasks::Contract& contract, const Source& source) {
  auto reply = impl_->call({"screen", contract.text, source.text});
  if (!reply) return std::unexpected(reply.error());
  if (!*reply) return Attempt<Screened>(std::unexpected(reply->error()));
  const auto& fields = (**reply)->fields;
  if (fields[0] != "parsed" || fields.size() != 2) return Attempt<Screened>(nonsense("not what was asked"));
  auto json = Impl::json_of(fields[1]);
  if (!json) return Attempt<Screened>(std::unexpected(json.error()));
  return Impl::screened(*json, contract);
}

// -- compile --

/// Errors in the emitted policy are the candidate's and are shown at its own lines; errors elsewhere are ours.
Result<Outcome> Toolchain::Impl::why_no_code(const Reply& reply, const Policy& policy) {
  auto json = reply.fields[0] == "errors" && reply.fields.size() == 2 ? json_of(reply.fields[1]) : nonsense("not code");
  if (!json) return json.error();
  const std::vector<Place> places = emitted_places(policy);
  Outcome outcome{OutcomeKind::compile_error, "", {}};
  for (const Json& error : *json) {
    Diagnostic diagnostic = diagnostic_of(error, 1);
    const std::string file = error.is_array() && error.size() == 4 && error[0].is_string() ? tame(error[0]) : "";
    if (file != "policy.cpp")
      return fail("compiling the harness's own text failed: " + file + ":" + std::to_string(diagnostic.line) + ": " +
                  diagnostic.message);
    const auto line = static_cast<std::size_t>(diagnostic.line);
    const Place place = line >= 1 && line <= places.size() ? places[line - 1] : Place{};
    diagnostic.line = place.line, diagnostic.column = place.column;
    if (outcome.diagnostics.size() < kMaxDiagnostics) outcome.diagnostics.push_back(std::move(diagnostic));
  }
  if (outcome.diagnostics.empty()) return nonsense("no error and no code").error();
  outcome.detail = first_of(outcome.diagnostics);
  return outcome;
}

Attempt<Toolchain::Compiled> Toolchain::Impl::image_of(const Reply& reply) {
  const auto& fields = reply.fields;
  if (fields[0] != "image" || fields.size() != 4) return nonsense("not an image");
  std::uint64_t entry = 0;
  const auto parsed = std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), entry);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == fields[2].data() + fields[2].size();
  Digest ir;
  if (!whole || fields[1].size() > kMaxImageBytes || entry >= fields[1].size() || fields[3].size() != ir.bytes.size())
    return nonsense("an image out of bounds");
  std::ranges::copy(fields[3], ir.bytes.begin());
  return Compiled{Binary(std::string(fields[1]), frontend::kLoadAddress, entry), ir};
}

Result<Attempt<Toolchain::Compiled>> Toolchain::Impl::compile(const CompileRequest& request, std::string_view mode) {
  const std::string constants = reads_constants(request.contract, request.screened.reads());
  const std::string policy = compiled_text(request.screened.policy());
  return compiled_of(call({mode, request.contract.text, constants, policy, request.driver}), request.screened.policy());
}

Result<Attempt<Toolchain::Compiled>> Toolchain::Impl::compiled_of(Result<Attempt<std::unique_ptr<Reply>>> reply,
                                                                  const Policy& policy) {
  if (!reply) return std::unexpected(reply.error());
  if (!*reply) return Attempt<Compiled>(std::unexpected(reply->error()));
  if ((**reply)->fields[0] == "image") return image_of(***reply);
  auto outcome = why_no_code(***reply, policy);
  if (!outcome) return std::unexpected(outcome.error());
  return Attempt<Compiled>(std::unexpected(std::move(*outcome)));
}

/// The object is kept for later candidates, so it comes from a fresh worker, which has read no candidate.
Result<std::string> Toolchain::Impl::make_driver(const CompileRequest& request, const std::string& constants) {
  if (auto fresh = worker->recycle(); !fresh) return std::unexpected(fresh.error());
  auto answer = worker->call(frontend::pack({"driver", request.contract.text, constants, request.driver}),
                             std::max(options.deadline, kDriverDeadline));
  if (!answer) return std::unexpected(answer.error());
  if (answer->outcome.kind != OutcomeKind::ok)
    return fail("compiling the driver: " + std::string(name_of(answer->outcome.kind)) + ": " + answer->outcome.detail);
  auto fields = frontend::unpack(answer->text);
  if (!fields || fields->size() != 2 || (*fields)[0] != "object")
    return fail("compiling the driver failed: " + tame(fields && fields->size() == 2 ? std::string((*fields)[1]) : ""));
  return std::string((*fields)[1]);
}

Result<DriverObjects::Object> Toolchain::Impl::driver_object(const CompileRequest& request) {
  const std::string constants = reads_constants(request.contract, widened(request.screened.reads(), request.contract));
  const Digest key = sha256(frontend::pack({request.contract.text, constants, request.driver}));
  return options.drivers->find_or_make(key, [&] { return make_driver(request, constants); });
}

Result<Attempt<Toolchain::Compiled>> Toolchain::Impl::compile_against_driver(const CompileRequest& request, std::string_view mode) {
  auto driver = driver_object(request);
  if (!driver) return std::unexpected(driver.error());
  const std::string& policy = request.screened.text();
  std::vector<std::string_view> fields = {mode, request.contract.text, policy, **driver};
  for (const tasks::Function& function : request.contract.functions) fields.push_back(function.name);
  return compiled_of(call(fields), request.screened.policy());
}

Result<Attempt<Toolchain::Compiled>> Toolchain::compile(const CompileRequest& request) {
  if (request.effort == Effort::quick) return impl_->compile_against_driver(request, "quick");
  if (request.driver.starts_with(sandbox::kCompiledApart)) return impl_->compile_against_driver(request, "apart");
  return impl_->compile(request, "run");
}

namespace {

Result<Attempt<Binary>> binary_of(Result<Attempt<Toolchain::Compiled>> compiled) {
  if (!compiled) return std::unexpected(compiled.error());
  if (!*compiled) return Attempt<Binary>(std::unexpected(compiled->error()));
  return Attempt<Binary>(std::move((*compiled)->binary));
}

}  // namespace

Result<Attempt<Binary>> Toolchain::compile_checked(const CompileRequest& request) { return binary_of(impl_->compile(request, "checked")); }
Result<Attempt<Binary>> Toolchain::compile_trapped(const CompileRequest& request) { return binary_of(impl_->compile(request, "trapped")); }

Result<Attempt<CheckedIr>> Toolchain::lower(const tasks::Contract& contract, const Screened& screened, Detail detail) {
  std::vector<std::string_view> request = {detail == Detail::lines ? "lower" : "told", contract.text, screened.text()};
  for (const tasks::Function& function : contract.functions) request.push_back(function.name);
  return Impl::ir_of(impl_->call(request), screened.policy());
}

Result<Attempt<CheckedIr>> Toolchain::Impl::optimised(std::string_view what, const tasks::Contract& contract, std::string_view policy, const Screened& screened) {
  std::vector<std::string_view> request = {what, contract.text, policy};
  for (const tasks::Function& function : contract.functions) request.push_back(function.name);
  return ir_of(call(request), screened.policy());
}

Result<Attempt<CheckedIr>> Toolchain::lower_optimised(const tasks::Contract& contract, const Screened& screened) {
  return impl_->optimised("optimised", contract, screened.text(), screened);
}

Result<Attempt<CheckedIr>> Toolchain::lower_for_bpf(const tasks::Contract& contract, const Screened& screened, bool optimised) {
  return impl_->optimised(optimised ? "optimised for bpf" : "read for bpf", contract, compiled_text(screened.policy()), screened);
}

Result<Attempt<CheckedIr>> Toolchain::Impl::ir_of(Result<Attempt<std::unique_ptr<Reply>>> reply, const Policy& policy) {
  if (!reply) return std::unexpected(reply.error());
  if (!*reply) return Attempt<CheckedIr>(std::unexpected(reply->error()));
  const auto& fields = (**reply)->fields;
  if (fields[0] == "bitcode" && fields.size() == 2) {
    CheckedIr ir{std::string(fields[1]), sha256(fields[1]), {Place{}}};
    for (const Place& place : emitted_places(policy)) ir.places.push_back(place);
    return Attempt<CheckedIr>(std::move(ir));
  }
  auto outcome = why_no_code(***reply, policy);
  if (!outcome) return std::unexpected(outcome.error());
  return Attempt<CheckedIr>(std::unexpected(std::move(*outcome)));
}

Result<Attempt<CheckedIr>> Toolchain::lower_properties(const tasks::Contract& contract, const Screened& screened,
                                                       const properties::PropertySet& set, Detail detail) {
  const std::string policy = compiled_text(screened.policy()), generated = properties::any_text(contract) +
                                                              properties::assume_invariant_text(contract, !set.invariant_text.empty());
  std::vector<std::string> functions;
  for (const properties::Property& property : set.properties) functions.push_back(function_of(property));
  if (!set.invariant_text.empty())
    for (const tasks::Function& function : contract.functions) functions.push_back(properties::given_function_of(function));
  std::vector<std::string_view> request = {detail == Detail::lines ? "properties" : "told properties", contract.text, policy, generated, set.text, set.invariant_text};
  request.insert(request.end(), functions.begin(), functions.end());
  return Impl::ir_of(impl_->call(request), screened.policy());
}

Result<Attempt<BpfObject>> Toolchain::compile_bpf(const tasks::Contract& contract, const Screened& screened, const BpfTexts& texts) {
  if (auto fresh = recycle(); !fresh) return std::unexpected(fresh.error());  // one process makes one (verify/frontend/bpf.h)
  std::string policy = compiled_text(screened.policy());
  auto reply = impl_->call({"bpf", contract.text, policy, texts.view, texts.call, texts.sender, texts.entry});
  if (!reply) return std::unexpected(reply.error());
  if (!*reply) return Attempt<BpfObject>(std::unexpected(reply->error()));
  const auto& fields = (**reply)->fields;
  if (fields[0] == "object" && fields.size() == 2 && fields[1].size() <= kMaxImageBytes) {
    BpfObject object{std::string(fields[1]), std::move(policy), {Place{}}};
    for (const Place& place : emitted_places(screened.policy())) object.places.push_back(place);
    return Attempt<BpfObject>(std::move(object));
  }
  auto outcome = Impl::why_no_code(***reply, screened.policy());
  if (!outcome) return std::unexpected(outcome.error());
  return Attempt<BpfObject>(std::unexpected(std::move(*outcome)));
}

// -- life --

Toolchain::Toolchain(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Toolchain::~Toolchain() = default;

std::unique_ptr<Toolchain> Toolchain::over(std::unique_ptr<sandbox::Worker> worker, const ToolchainOptions& options) {
  auto impl = std::make_unique<Impl>(Impl{std::move(worker), options});
  if (impl->options.drivers == nullptr) impl->options.drivers = std::make_shared<DriverObjects>();
  return std::unique_ptr<Toolchain>(new Toolchain(std::move(impl)));
}

Result<std::unique_ptr<Toolchain>> Toolchain::start(const ToolchainOptions& options) {
  sandbox::WorkerOptions worker_options;
  worker_options.name = "compile";
  worker_options.jail = options.jail;
  auto worker = sandbox::Worker::start(frontend::handle, worker_options, frontend::warm_up);
  if (!worker) return std::unexpected(worker.error());
  return over(std::move(*worker), options);
}

Result<void> Toolchain::recycle() { return impl_->worker->recycle(); }

std::string Toolchain::toolchain_description() { return frontend::describe_toolchain(); }
Digest Toolchain::toolchain_digest() { return sha256(toolchain_description()); }

}  // namespace assay::verify
