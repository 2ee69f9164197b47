#include "tests/attacks/shared.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

namespace assay::attacks {
namespace {

std::filesystem::path fresh_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "assay-corpus-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

}  // namespace

Shared& Shared::get() {
  static Shared shared;
  return shared;
}

Shared::Shared() : watch(fresh_folder()) {
  auto started = Stack::start(watch.folder() / "tasks");
  if (!started) throw std::runtime_error(started.error().what);
  stack = std::move(*started);
  auto read = read_corpus(std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/cases/attacks");
  if (!read) throw std::runtime_error(read.error().what);
  corpus = std::move(*read);
  resident_at_start = HostWatch::resident_bytes();
  prepare({}, {});
}

void Shared::prepare(const LayerNames& without_compile, const LayerNames& without_run) {
  stack->prepare(without_compile, without_run);
  before_.include(watch.now());
  spare_allowed();
}

/// A recycled jail starts its next zygote in the background: one more may be there than was seen.
void Shared::spare_allowed() {
  if (spare_counted_) return;
  spare_counted_ = true;
  before_.zygotes += 1;
  before_.descendants += 1;
}

const AttackCase& Shared::named(const std::string& name) const {
  auto at = std::ranges::find(corpus, name, &AttackCase::name);
  if (at == corpus.end()) throw std::runtime_error("no case " + name);
  return *at;
}

Ended Shared::guarded(const AttackCase& one, const std::string& how, const std::function<Ended()>& way) {
  SCOPED_TRACE(one.name + ", " + how);
  Ended ended = way();
  // A jail that was recycled starts its next zygote meanwhile; what leaked stays.
  HostState after = watch.now();
  for (int i = 0; i < 300 && !HostWatch::difference(before_, after).empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    after = watch.now();
  }
  EXPECT_EQ(HostWatch::difference(before_, after), "") << ended.words();
  before_.include(after);
  EXPECT_EQ(watch.leak_in(ended.outcome, ended.decisions), "") << ended.words();
  EXPECT_FALSE(watch.was_connected()) << "somebody reached the host's port";
  EXPECT_NE(ended.stage, "harness") << ended.words();
  if (one.residual.empty() && !one.is_honest) {
    EXPECT_NE(ended.layer, '-') << ended.words();
  }
  return ended;
}

}  // namespace assay::attacks
