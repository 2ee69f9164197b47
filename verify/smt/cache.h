#pragma once
// Answers to questions that were asked before, by the SHA-256 of the text and the solvers' versions.
//
// Unsat is kept, and sat with its model; unknown with the effort that did not suffice, and only where no clock had a part
// in it. A text's title is no part of it. A cache is believed: it is as trusted as the program that uses it, and a checker
// of certificates uses none (ask_all goes past it).
//
// On disk: lines appended under a lock, each with a checksum. A torn or altered line is passed over, so that a killed
// writer costs its last answer and nothing else; two processes may write one file.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/file.h"
#include "base/result.h"
#include "verify/smt/solver.h"

namespace assay::verify::smt {

struct CacheOptions {
  std::filesystem::path file;           ///< empty: in memory only
  std::size_t most_answers = 1u << 16;  ///< kept in memory; past it the oldest goes
  std::uint64_t most_file_bytes = 256u << 20;  ///< past it nothing is appended
};

class AnswerCache {
 public:
  /// Makes the file if there is none. The Error: it cannot be read or written, or is no cache.
  static Result<std::unique_ptr<AnswerCache>> open(const CacheOptions& options, const std::string& versions);

  std::optional<Answer> find(const std::string& text, std::uint64_t effort) const;
  Result<void> keep(const std::string& text, std::uint64_t effort, const Answer& answer);
  std::size_t size() const { return answers_.size(); }
  std::uint64_t passed_over() const { return passed_over_; }  ///< lines of the file that were no records

 private:
  struct Kept {
    Answer answer;
    std::uint64_t effort = 0;  ///< unknown
  };
  AnswerCache(const CacheOptions& options, const std::string& versions) : options_(options), versions_(versions) {}
  Result<void> read_all();
  Result<void> append(const std::string& line);
  void remember(const std::string& key, Kept kept);
  void read_line(std::string_view line);
  std::string key_of(const std::string& text) const;

  CacheOptions options_;
  std::string versions_;
  FileDescriptor file_;
  std::unordered_map<std::string, Kept> answers_;
  std::deque<std::string> order_;
  std::uint64_t passed_over_ = 0;
};

/// Asks `solver` only what the cache does not know.
std::unique_ptr<Solver> with_cache(std::unique_ptr<Solver> solver, std::unique_ptr<AnswerCache> cache);

}  // namespace assay::verify::smt
