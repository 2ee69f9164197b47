#pragma once
// One solver in one jailed worker: what travels between the two processes, and how the worker starts.

#include <memory>
#include <string>

#include "base/result.h"
#include "sandbox/worker.h"
#include "verify/smt/solver.h"

namespace assay::verify::smt {

enum class Engine : std::uint8_t { z3, cvc5 };
std::string_view name_of(Engine engine);
std::string z3_version();
std::string cvc5_version();

/// Solves in this process. `effort` is in Z3's steps for either: cvc5 counts coarser ones, kStepsOfZ3 each.
Answer solve_with(Engine engine, const std::string& text, std::uint64_t effort);
inline constexpr std::uint64_t kStepsOfZ3 = 20;

/// Warm: the solver's tables are allocated before the jail closes.
Result<std::unique_ptr<sandbox::Worker>> start_worker(Engine engine, const sandbox::JailOptions& jail);
std::string request_of(const std::string& text, std::uint64_t effort);
/// Whatever is not understood, a crash and a timeout are unknown, never a proof.
Answer answer_of(const sandbox::WorkerReply& reply, Engine engine);

}  // namespace assay::verify::smt
