#include "verify/frontend/session.h"

#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <map>
#include <mutex>

#include "tasks/contract.h"

namespace assay::verify::frontend {

void Complaints::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) {
  clang::DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
  if (level < clang::DiagnosticsEngine::Error || list_.size() >= kMost) return;
  llvm::SmallString<128> text;
  diagnostic.FormatDiagnostic(text);
  Complaint complaint{"", 0, 0, text.str().substr(0, 300).str()};
  if (diagnostic.hasSourceManager() && diagnostic.getLocation().isValid()) {
    const auto& sources = diagnostic.getSourceManager();
    const auto place = sources.getFileLoc(diagnostic.getLocation());
    const llvm::StringRef path = sources.getFilename(place);
    complaint.file = path.substr(path.rfind('/') + 1).str();
    complaint.line = static_cast<int>(sources.getSpellingLineNumber(place));
    complaint.column = static_cast<int>(sources.getSpellingColumnNumber(place));
  }
  list_.push_back(std::move(complaint));
}

const std::vector<const char*>& common_arguments() {
  static const std::vector<const char*> arguments = {
      "-x", "c++", "-std=c++20", "-ffreestanding", "-nostdsysteminc", "-nobuiltininc", "-fno-rtti", "-w",
      // A loop without an end is a timeout, not undefined: UBSan has no trap for it.
      "-fno-finite-loops", "-ffp-contract=off", "-fbracket-depth", "1000", "-fno-caret-diagnostics", "-I/", "-triple", kTriple.data(), "-target-cpu", kCpu.data()};
  return arguments;
}

namespace {

/// Reading arguments takes longer than copying what they say.
std::shared_ptr<clang::CompilerInvocation> invocation_of(std::span<const char* const> arguments,
                                                         clang::DiagnosticsEngine& diagnostics) {
  static std::mutex mutex;
  static std::map<std::vector<std::string>, clang::CompilerInvocation> known;
  const std::lock_guard lock(mutex);
  const auto [found, is_new] = known.try_emplace({arguments.begin(), arguments.end()});
  if (is_new) {
    std::vector<const char*> all = common_arguments();
    all.insert(all.end(), arguments.begin(), arguments.end());
    clang::CompilerInvocation::CreateFromArgs(found->second, all, diagnostics);
  }
  return std::make_shared<clang::CompilerInvocation>(found->second);
}

}  // namespace

std::unique_ptr<clang::CompilerInstance> make_compiler(std::span<const char* const> arguments, std::span<const VirtualFile> files,
                                                       Complaints& complaints, clang::Language language) {
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const tasks::AbiHeader& header : tasks::abi_headers())
    memory->addFile("/" + header.path, 0, llvm::MemoryBuffer::getMemBuffer(header.text, header.path));
  for (const VirtualFile& file : files)
    memory->addFile(std::string(kRoot) + file.path, 0, llvm::MemoryBuffer::getMemBufferCopy(file.text, file.path));
  auto compiler = std::make_unique<clang::CompilerInstance>();
  compiler->createDiagnostics(&complaints, false);
  compiler->setInvocation(invocation_of(arguments, compiler->getDiagnostics()));
  compiler->getFrontendOpts().Inputs = {clang::FrontendInputFile(std::string(kRoot) + files.front().path, language)};
  compiler->createFileManager(memory);
  return compiler;
}

}  // namespace assay::verify::frontend
