#pragma once
// From a candidate's text to native code, in the compile jail: screen (Clang AST allowlist), emit, compile.
//
// Receipts: only a Toolchain makes a Screened, and only from a Screened does it make a Binary or a CheckedIr. What is
// compiled is the text that emit() printed, never the candidate's own.
// A Toolchain owns one jailed sandbox::Worker with a warm Clang. One call at a time; a pipeline owns one per thread;
// start it before other threads exist.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/binary.h"
#include "base/outcome.h"
#include "base/result.h"
#include "base/source.h"
#include "sandbox/worker.h"
#include "tasks/contract.h"
#include "verify/ast.h"
#include "verify/driver_objects.h"
#include "verify/properties/properties.h"

namespace assay::verify {

class Toolchain;

class Screened {
 public:
  const Policy& policy() const { return policy_; }
  const std::string& text() const { return text_; }  ///< emit(policy())
  const Digest& ast_digest() const { return ast_digest_; }
  /// What some function reads (verify/reads.h): full paths "Cache.hits.p50", their prefixes "Cache.hits", and each last
  /// record's own pair "Spread.p50"; sorted. A driver keeps up only these.
  const std::vector<std::string>& reads() const { return reads_; }

 private:
  friend class Toolchain;
  Screened() = default;
  Policy policy_;
  std::string text_;
  Digest ast_digest_;
  std::vector<std::string> reads_;
};

/// Where text becomes native code the driver is part of the same translation unit, after the policy:
///   abi headers, sandbox/entry.h, policy.h, `constexpr bool kReads_<Record>_<field>` for every path (verify/reads.h), the
///   policy, `driver`. Helpers are renamed to policy__<name> there, so that they cannot meet a name of the driver.
///
/// The same decisions either way; the bytes and the ir_digest differ, so compare within one effort.
enum class Effort : std::uint8_t {
  /// The fastest code. Policy and driver optimised as one, dear to make (the driver is compiled each time); but where the driver says that
  /// it gains nothing by that (sandbox/driver_mark.h) the policy alone, laid out with a driver that was compiled before.
  full,
  quick,  ///< always laid out with a driver that was compiled before for the same reads, and cheaper code: for a search
};

struct CompileRequest {
  const tasks::Contract& contract;
  const Screened& screened;
  std::string_view driver;  ///< trusted text that defines assay_entry; includes nothing
  Effort effort = Effort::full;
};

/// The policy alone, -O0 with UBSan's traps, then sroa, simplifycfg and helpers inlined: what proofs are about.
/// Each function of the contract is a definition with its C++ parameters in order, under its plain (unmangled) name.
/// Debug lines count where the scope's file is "policy.cpp"; code from elsewhere (the abi) is inlined at such a line.
struct CheckedIr {
  std::string bitcode;
  Digest digest;
  std::vector<Place> places;  ///< debug line in the bitcode (line of the emitted text) -> candidate's place
};

/// What the kernel's side of an exported policy is made of, all trusted text (verify/frontend/bpf.h).
struct BpfTexts {
  std::string view;    ///< shared by both
  std::string call;    ///< C++ after the policy: defines `entry` by extern "C"
  std::string sender;  ///< C: programs and maps
  std::string entry;   ///< name of the one function that calls the policy
};

/// An object for the kernel's BPF machine. The worker that made it has read a candidate: who loads it checks what it holds.
struct BpfObject {
  std::string bytes;
  std::string policy_text;    ///< "policy.cpp" of its lines: what was compiled
  std::vector<Place> places;  ///< line of that text -> candidate's place
};

struct BuildTimes {
  std::chrono::nanoseconds screen{}, compile{};
};

struct ToolchainOptions {
  std::chrono::milliseconds deadline{2000};
  sandbox::JailOptions jail;
  std::shared_ptr<DriverObjects> drivers;  ///< shared with other toolchains; null: its own
};

enum class Detail : std::uint8_t {
  lines,      ///< what proofs are about
  variables,  ///< the same code with the names of its variables, branches unsimplified: for telling an execution
};

class Toolchain {
 public:
  static Result<std::unique_ptr<Toolchain>> start(const ToolchainOptions& options = {});
  /// Over a worker that serves frontend::handle: how tests put a fake, or a hostile worker, in its place.
  static std::unique_ptr<Toolchain> over(std::unique_ptr<sandbox::Worker> worker, const ToolchainOptions& options = {});
  ~Toolchain();

  Result<Attempt<Screened>> screen(const tasks::Contract& contract, const Source& source);

  struct Compiled {
    Binary binary;
    /// Of the optimised IR (Effort::full: with the driver; quick: of the policy), local names and places stripped: for
    /// deduplication.
    Digest ir_digest;
  };
  Result<Attempt<Compiled>> compile(const CompileRequest& request);
  Result<Attempt<CheckedIr>> lower(const tasks::Contract& contract, const Screened& screened, Detail detail = Detail::lines);
  /// The policy as it runs in a search (Effort::quick), optimised, with the checks of the source gone.
  Result<Attempt<CheckedIr>> lower_optimised(const tasks::Contract& contract, const Screened& screened);
  /// The policy as it is exported to the kernel (compile_bpf), optimised for it or before that.
  Result<Attempt<CheckedIr>> lower_for_bpf(const tasks::Contract& contract, const Screened& screened, bool optimised = true);
  /// The policy and the task's properties in one module: each property a definition under its name, `assay_property_<name>`, the
  /// policy's functions inlined (verify/lower/lower.h, lower_properties). With an invariant
  /// (verify/properties/invariant.h) also the functions of the contract that assume it, lower_given. Requires: set.properties is not empty.
  Result<Attempt<CheckedIr>> lower_properties(const tasks::Contract& contract, const Screened& screened,
                                              const properties::PropertySet& set, Detail detail = Detail::lines);
  /// `driver` compiled with the policy at -O0 with UBSan's traps on: where counterexamples are executed.
  Result<Attempt<Binary>> compile_checked(const CompileRequest& request);
  /// The same traps in optimised code: where every table of a property is written out (verify/table/count.h).
  Result<Attempt<Binary>> compile_trapped(const CompileRequest& request);

  /// The policy's emitted text for the kernel, called by trusted text.
  Result<Attempt<BpfObject>> compile_bpf(const tasks::Contract& contract, const Screened& screened, const BpfTexts& texts);

  /// A champion is rebuilt in a fresh worker and must give the same bytes.
  Result<void> recycle();
  /// Of Clang's version, target, flags and pass pipeline; part of every certificate.
  static Digest toolchain_digest();
  static std::string toolchain_description();

 private:
  struct Impl;
  explicit Toolchain(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::verify
