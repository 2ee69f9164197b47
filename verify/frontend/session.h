#pragma once
// Clang over files that exist in memory only. Internal to verify/frontend: the one header here that names Clang types.

#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInstance.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::verify::frontend {

struct VirtualFile {
  std::string path;  ///< below kRoot
  std::string_view text;
};

inline constexpr std::string_view kRoot = "/policy/";
inline constexpr std::string_view kCandidatePath = "/policy/candidate.cpp";
inline constexpr std::string_view kTriple = "x86_64-pc-linux-gnu";
inline constexpr std::string_view kCpu = "x86-64-v2";

/// An error of Clang. `file` is the last part of its path; line 0: no place.
struct Complaint {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;
};

/// Keeps the first errors, without notes: those could quote other files.
class Complaints : public clang::DiagnosticConsumer {
 public:
  static constexpr std::size_t kMost = 20;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override;
  const std::vector<Complaint>& list() const { return list_; }

 private:
  std::vector<Complaint> list_;
};

/// The flags that every reading of policy text shares; more are added per use.
const std::vector<const char*>& common_arguments();

/// Ready for ExecuteAction; the first of `files` is compiled. `complaints` and the texts of `files` must outlive it. The abi headers are there already.
std::unique_ptr<clang::CompilerInstance> make_compiler(std::span<const char* const> arguments, std::span<const VirtualFile> files,
                                                       Complaints& complaints, clang::Language language = clang::Language::CXX);

}  // namespace assay::verify::frontend
