#pragma once
// What several tests of evolve/ need: a folder of their own and records to fill an archive with.

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "evolve/archive.h"

namespace assay::evolve {

/// A fresh folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "assay-evolve-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline CandidateRecord sample_candidate(std::uint64_t index) {
  std::string text = "i64 priority() { return " + std::to_string(index) + "; }";
  CandidateRecord record;
  record.index = index;
  record.island = static_cast<std::uint32_t>(index % 2);
  if (index > 1) record.parents = {index / 2};
  record.provider = "mutate";
  record.operation = "constant";
  record.source = sha256(text);
  record.ast = sha256("ast" + text);
  record.emitted = record.source;
  record.ir = sha256("ir" + text);
  record.size = 10 + index % 50;
  record.train = {{"a", 0.5 + 1.0 / (3.0 + static_cast<double>(index)), {{"misses", static_cast<double>(index)}}}};
  record.fitness = record.train[0].objective;
  record.stage_ns = {{"run", 1000 + index}, {"screen", 77}};
  return record;
}

inline Result<void> append_candidate(Archive& archive, const CandidateRecord& record) {
  return archive.transaction([&]() -> Result<void> {
    auto blob = archive.put_blob("i64 priority() { return " + std::to_string(record.index) + "; }");
    if (!blob) return std::unexpected(blob.error());
    return archive.append(record);
  });
}

/// The status of a child that returns from `body`. It ends without destructors, as a kill ends it.
template <class F>
int in_child(F body) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(body());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

template <class T>
T expect_value(Result<T> result) {
  EXPECT_TRUE(result) << (result ? "" : result.error().what);
  if (!result) throw std::runtime_error(result.error().what);
  return std::move(*result);
}
inline void expect_done(const Result<void>& result) { EXPECT_TRUE(result) << (result ? "" : result.error().what); }

}  // namespace assay::evolve
