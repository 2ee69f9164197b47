// A disk that is full, writes half, or fails, at every single write: of the archive through a small campaign, of a mailbox, of a
// champion's bundle. Each ends in an Error that names the file, nothing acknowledged is lost, and going on gives the same bytes.

#include <sqlite3.h>
#include <stdarg.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <cerrno>
#include <cstring>

#include "evolve/providers/mailbox_folder.h"
#include "evolve/search.h"
#include "tests/evolve/failpoints.h"
#include "tests/evolve/file_faults.h"
#include "tests/evolve/sqlite_faults.h"

// Files --------------------------------------------------------------------------------------------------------------

namespace {

std::atomic<long> g_files_left = 0, g_files_seen = 0;
std::atomic<int> g_file_error = 0;

bool fails_now() {
  ++g_files_seen;
  if (g_files_left > 0 && --g_files_left == 0) return errno = g_file_error, true;
  return false;
}

}  // namespace

extern "C" {
int __real_open(const char*, int, ...);
int __real_openat(int, const char*, int, ...);
ssize_t __real_write(int, const void*, size_t);
int __real_fsync(int);
int __real_rename(const char*, const char*);
int __real_renameat(int, const char*, int, const char*);

int __wrap_open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
  va_end(list);
  return (flags & O_CREAT) && fails_now() ? -1 : __real_open(path, flags, mode);
}
int __wrap_openat(int folder, const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
  va_end(list);
  return (flags & O_CREAT) && fails_now() ? -1 : __real_openat(folder, path, flags, mode);
}
ssize_t __wrap_write(int fd, const void* data, size_t size) {
  if (!fails_now()) return __real_write(fd, data, size);
  if (g_file_error == ENOSPC && size > 1) {
    g_files_left = 1;  // half of it, and nothing at the next try
    return __real_write(fd, data, size / 2);
  }
  return -1;
}
int __wrap_fsync(int fd) { return fails_now() ? -1 : __real_fsync(fd); }
int __wrap_rename(const char* from, const char* to) { return fails_now() ? -1 : __real_rename(from, to); }
int __wrap_renameat(int a, const char* from, int b, const char* to) { return fails_now() ? -1 : __real_renameat(a, from, b, to); }
}

namespace assay::evolve {

void arm_file_fault(long nth, int error) {
  g_file_error = error;
  g_files_seen = 0;
  g_files_left = nth;
}
long file_changes() { return g_files_seen; }

// SQLite -------------------------------------------------------------------------------------------------------------

struct SqliteFaults::Vfs {
  sqlite3_vfs shim{};
  sqlite3_vfs* real = nullptr;
  std::atomic<long> left = 0, seen = 0;
  std::atomic<bool> failed = false;
  DiskFault fault = DiskFault::full;

  /// SQLITE_OK, or what this change ends with.
  int change() {
    ++seen;
    const bool again = failed && fault != DiskFault::io_error;
    if (!again && (left == 0 || --left != 0)) return SQLITE_OK;
    failed = true;
    return fault == DiskFault::io_error ? SQLITE_IOERR_WRITE : SQLITE_FULL;
  }
};

namespace {

struct File {
  sqlite3_file base;
  void* vfs;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return ours(file)->real(); }

}  // namespace

/// The methods, as SQLite wants them. Each passes on what it does not let fail.
template <class Vfs>
struct Methods {
  static Vfs& of(sqlite3_file* file) { return *static_cast<Vfs*>(ours(file)->vfs); }
  static int close(sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); }
  static int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); }
  static int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    const int code = of(f).change();
    if (code != SQLITE_OK && of(f).fault == DiskFault::short_write) (void)real(f)->pMethods->xWrite(real(f), from, n / 2, at);
    return code != SQLITE_OK ? code : real(f)->pMethods->xWrite(real(f), from, n, at);
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 size) {
    const int code = of(f).change();
    return code != SQLITE_OK ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), size);
  }
  static int sync(sqlite3_file* f, int flags) {
    const int code = of(f).change();
    return code != SQLITE_OK ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
  }
  static int size(sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); }
  static int lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
  static int unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
  static int reserved(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
  static int control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
  static int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
  static int device(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
  static int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    if (extend && of(f).change() != SQLITE_OK) return of(f).fault == DiskFault::io_error ? SQLITE_IOERR_SHMSIZE : SQLITE_FULL;
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* f, int offset, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); }
  static void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
  static int shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }
  static int open(sqlite3_vfs* shim, const char* name, sqlite3_file* file, int flags, int* out) {
    static const sqlite3_io_methods kMethods{2, close, read, write, truncate, sync, size, lock, unlock, reserved, control, sector, device,
                                             shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};
    auto* vfs = static_cast<Vfs*>(shim->pAppData);
    ours(file)->vfs = vfs;
    file->pMethods = nullptr;
    const int code = vfs->real->xOpen(vfs->real, name, real(file), flags, out);
    if (real(file)->pMethods) file->pMethods = &kMethods;
    return code;
  }
};

SqliteFaults::SqliteFaults() : vfs_(std::make_unique<Vfs>()) {
  vfs_->real = sqlite3_vfs_find(nullptr);
  vfs_->shim = *vfs_->real;
  vfs_->shim.zName = "faulty";
  vfs_->shim.szOsFile = static_cast<int>(sizeof(File)) + vfs_->real->szOsFile;
  vfs_->shim.pAppData = vfs_.get();
  vfs_->shim.xOpen = Methods<Vfs>::open;
  sqlite3_vfs_register(&vfs_->shim, 1);
}
SqliteFaults::~SqliteFaults() {
  sqlite3_vfs_register(vfs_->real, 1);
  sqlite3_vfs_unregister(&vfs_->shim);
}
void SqliteFaults::arm(long nth, DiskFault fault) {
  vfs_->fault = fault;
  vfs_->failed = false;
  vfs_->seen = 0;
  vfs_->left = nth;
}
long SqliteFaults::changes() const { return vfs_->seen; }
bool SqliteFaults::has_failed() const { return vfs_->failed; }

// Campaigns ----------------------------------------------------------------------------------------------------------

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kCandidates = 5;
constexpr double kPrice = 0.25;

std::string policy(std::uint64_t level) {
  return "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return ghost.known; }\n"
         "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { mark.count = min(mark.count + 1, " + std::to_string(level) + "); return kStay; }\n"
         "i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 10 ? 0 : 1; }\n"
         "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue == 0 && mark.count > 0 ? 1 : kEvict; }\n";
}

/// Answers at once, and counts what it is paid for.
class Model final : public Provider {
 public:
  bool reads_prompts() const override { return true; }
  double worst_usd(const Proposal&) const override { return kPrice; }
  Result<Completion> complete(const Proposal& proposal) override {
    ++calls;
    Completion completion;
    completion.text = policy(1 + proposal.index);
    completion.raw = "```cpp\n" + completion.text + "```\n";
    completion.usd = kPrice;
    return completion;
  }
  int calls = 0;
};

/// The loop with everything as it is but the toolchain's and the jail's part, so that thousands of campaigns take seconds.
class StoreFaults : public testing::TestWithParam<DiskFault> {
 protected:
  StoreFaults() : task_(expect_value(tasks::load_task(make_task(folder_.path(), {"fifo"})))), problem_(expect_value(Problem::of(task_))), slots_(expect_value(Slots::start(1, {}))) {}
  ~StoreFaults() override { on_failpoint() = nullptr; }

  void SetUp() override {
    on_failpoint() = [this](const char* name) {
      if (std::string_view(name) == "search.committed") ++committed_;
      if (std::string_view(name) == "pending.kept") ++answers_;
    };
  }

  Result<Examined> examined(const Source& source) {
    auto known = screened_.find(source.text);
    if (known == screened_.end()) {
      auto slot = other_->take();
      auto screened = slot->toolchain->screen(task_.contract, source);
      if (!screened || !*screened) return fail("not screened");
      known = screened_.emplace(source.text, std::move(**screened)).first;
    }
    Examined result;
    result.ast = known->second.ast_digest();
    result.ir = sha256(known->second.text());
    result.emitted = known->second.text();
    result.size = 30;
    result.train = {{"train", 0.1 + static_cast<double>(result.ast->bytes[0]) / 1000, {}}};
    result.fitness = result.train[0].objective;
    result.confirmed = true;
    result.material = std::make_shared<const Material>(Material{known->second.policy(), {*result.fitness}});
    return result;
  }

  /// A campaign as campaign.cpp leads it, from where `out` ends, with what finish writes.
  Result<void> campaign(const fs::path& out, Model& model) {
    const bool begun = fs::exists(out / "archive.sqlite");
    auto archive = begun ? Archive::open(out) : Archive::create(out);
    if (!archive) return std::unexpected(archive.error());
    if (!begun) {
      auto first = (*archive)->transaction([&]() -> Result<void> {
        if (auto noted = (*archive)->put_note("threads", 1); !noted) return noted;
        return (*archive)->append("campaign", {{"seed", 1}});
      });
      if (!first) return first;
    }
    Budget budget;
    budget.candidates = kCandidates;
    Meter meter(budget, task_.direction, {}, {});
    const TrainInstances train;
    const ValidationInstances validation;
    const SearchSettings settings;
    auto strategy = expect_value(make_strategy("islands", {settings.strategies, {}}));
    SearchContext context{problem_, settings, budget, 1, "test", model, *strategy, *slots_, **archive, meter, train, validation, nullptr, {}};
    context.examiner = [&](Slot&, const Problem&, const TrainInstances&, const Source& source, const Background&) { return examined(source); };
    Search search(context);
    if (auto restored = search.restore(); !restored) return restored;
    tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    tbb::task_arena arena(1);
    auto reason = arena.execute([&] { return search.run(); });
    if (!reason) return std::unexpected(reason.error());
    std::size_t stops = 0;
    auto walked = (*archive)->for_each("stop", [&](const Event&) -> Result<void> { ++stops; return {}; });
    if (!walked || stops) return walked;
    return (*archive)->transaction([&]() -> Result<void> {
      if (auto blob = (*archive)->put_blob("a certificate"); !blob) return std::unexpected(blob.error());
      if (auto done = (*archive)->append(PromotionRecord{1, {{"validation", 0.2, {}}}, 0.2, "proved", sha256("a certificate")}); !done) return done;
      if (auto done = (*archive)->append("result", {{"champion", 1}}); !done) return done;
      return (*archive)->append("stop", {{"reason", "budget"}, {"candidates", kCandidates}});
    });
  }
  Digest head(const fs::path& out) { return expect_value(expect_value(Archive::open_read_only(out))->head()); }

  TemporaryFolder folder_;
  const tasks::Task task_;
  const Problem problem_;
  std::unique_ptr<Slots> slots_;
  Slots* other_ = nullptr;
  std::map<std::string, verify::Screened> screened_;
  std::size_t committed_ = 0, answers_ = 0;
};

TEST_P(StoreFaults, AtEveryWriteOfACampaignEndInAnErrorThatNamesTheFileAndLoseNothing) {
  auto second = expect_value(Slots::start(1, {}));  // the loop holds the other one while it examines
  other_ = second.get();
  Model model;
  const fs::path whole = folder_.path() / "whole";
  SqliteFaults faults;
  faults.disarm();
  expect_done(campaign(whole, model));
  const long all = faults.changes();
  const Digest wanted = head(whole);
  ASSERT_GT(all, 50);
  long errors = 0, restarts = 0;
  for (long nth = 1; nth <= all; ++nth) {
    SCOPED_TRACE("write " + std::to_string(nth) + " of " + std::to_string(all));
    const fs::path out = folder_.path() / "cut";
    fs::remove_all(out);
    committed_ = answers_ = 0;
    Model paid;
    faults.arm(nth, GetParam());
    auto ended = campaign(out, paid);
    const bool struck = faults.has_failed();
    faults.disarm();
    if (!ended) {
      ++errors;
      EXPECT_NE(ended.error().what.find(out.string()), std::string::npos) << ended.error().what;
      EXPECT_TRUE(struck) << ended.error().what;
    }
    auto left = Archive::open_read_only(out);
    if (!left || expect_value((*left)->head()) == Digest{}) {  // before the first event: nothing was acknowledged, and it is begun again
      ASSERT_FALSE(ended);
      ASSERT_EQ(committed_ + answers_, 0u) << (left ? "" : left.error().what);
      ++restarts;
      if (left) left->reset();
      fs::remove_all(out);
    } else {
      expect_done((*left)->verify_chain());
      const auto count = expect_value((*left)->candidate_count());
      EXPECT_GE(count, committed_);
      std::size_t answers = count > 1 ? count - 1 : 0;
      for (const auto& [index, kept] : expect_value((*left)->pending())) answers += kept.body.value("asked_usd", 0.0) == 0;
      EXPECT_GE(answers, answers_);
      left->reset();
    }
    expect_done(campaign(out, paid));
    auto log = expect_value(Archive::open_read_only(out));
    EXPECT_EQ(expect_value(log->head()).hex(), wanted.hex());
    expect_done(log->verify_chain());
    EXPECT_EQ(answered_twice(*log), 0u);
    EXPECT_EQ(recorded_usd(*log) + lost_usd(*log), paid.calls * kPrice);
    if (HasFailure()) return;
  }
  EXPECT_GT(errors, all / 2) << "most writes are none that SQLite may put off";
  EXPECT_LT(restarts, all / 4);
}

INSTANTIATE_TEST_SUITE_P(Kinds, StoreFaults, testing::Values(DiskFault::full, DiskFault::short_write, DiskFault::io_error), [](const auto& info) {
  return std::string(info.param == DiskFault::full ? "NoSpace" : info.param == DiskFault::short_write ? "ShortWrites" : "IoErrors");
});

// Files that are no database -----------------------------------------------------------------------------------------

class FileFaults : public testing::TestWithParam<int> {
 protected:
  ~FileFaults() override { arm_file_fault(0, 0); }
  TemporaryFolder folder_;
};

TEST_P(FileFaults, AtEveryWriteOfAMailboxLeaveThePromptAsItWasOrWhole) {
  const std::string text(20000, 'p');
  for (long nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    const fs::path place = folder_.path() / std::to_string(nth);
    auto box = expect_value(MailboxFolder::open(place));
    expect_done(box.write("7.prompt.md", "the old prompt"));
    std::ofstream(place / "7.completion.md") << "an answer";
    arm_file_fault(nth, GetParam());
    auto written = box.write("7.prompt.md", text);
    auto moved = box.put_away("7.completion.md", "7.done.md");
    const long calls = file_changes();
    arm_file_fault(0, 0);
    if (nth > calls) {
      expect_done(written);
      expect_done(moved);
      EXPECT_GT(nth, 4) << "make, write, sync, rename, put away";
      return;
    }
    EXPECT_TRUE(!written || !moved);
    for (const auto& result : {written, moved})
      if (!result) {
        EXPECT_NE(result.error().what.find(place.string()), std::string::npos) << result.error().what;
        EXPECT_NE(result.error().what.find("7."), std::string::npos) << result.error().what;
        EXPECT_NE(result.error().what.find(std::strerror(GetParam())), std::string::npos) << result.error().what;
        EXPECT_EQ(result.error().fault, Fault::provider);
      }
    EXPECT_EQ(content_of(place / "7.prompt.md"), written ? text : "the old prompt");
    EXPECT_EQ(fs::exists(place / "done/7.done.md"), moved.has_value());
    EXPECT_EQ(fs::exists(place / "7.completion.md"), !moved.has_value()) << "it is in one place or in the other";
    for (const auto& entry : fs::directory_iterator(place)) EXPECT_FALSE(entry.path().string().ends_with(".tmp")) << entry.path();
  }
}

TEST_P(FileFaults, AtEveryWriteOfAChampionsBundleEndInAnErrorAndTheNextTryIsWhole) {
  const auto task = expect_value(tasks::load_task(make_task(folder_.path(), {"fifo"})));
  auto slots = expect_value(Slots::start(1, {}));
  auto slot = slots->take();
  const Source source{policy(2)};
  auto screened = expect_value(slot->toolchain->screen(task.contract, source));
  ASSERT_TRUE(screened);
  auto ir = expect_value(slot->toolchain->lower(task.contract, *screened));
  ASSERT_TRUE(ir);
  verify::Certificate certificate;
  certificate.source = sha256(source.text);
  certificate.ir = ir->digest;
  certificate.obligations = certificate.obligations_digest();
  const fs::path bundle = folder_.path() / "champion";
  auto write = [&] { return verify::write_bundle(certificate, task.contract, source, *screened, *ir, bundle, {}); };
  long failed = 0;
  for (long nth = 1;; ++nth) {
    SCOPED_TRACE(nth);
    fs::remove_all(bundle);
    arm_file_fault(nth, GetParam());
    auto written = write();
    const long calls = file_changes();
    arm_file_fault(0, 0);
    if (nth > calls) {
      expect_done(written);
      break;
    }
    ++failed;
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().what.find(bundle.string()), std::string::npos) << written.error().what;
    EXPECT_NE(written.error().what.find(std::strerror(GetParam())), std::string::npos) << written.error().what;
    EXPECT_FALSE(verify::check_bundle(bundle)) << "half a bundle is none";
    for (const auto& entry : fs::recursive_directory_iterator(bundle)) EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
    expect_done(write());
    expect_done(verify::check_bundle(bundle));
  }
  EXPECT_GE(failed, 5 * 4) << "five files, each made, written, synced and renamed";
}

INSTANTIATE_TEST_SUITE_P(Errors, FileFaults, testing::Values(ENOSPC, EIO), [](const auto& info) { return info.param == ENOSPC ? "NoSpace" : "IoError"; });

}  // namespace
}  // namespace assay::evolve
