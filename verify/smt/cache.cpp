#include "verify/smt/cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "base/digest.h"

namespace assay::verify::smt {
namespace {

// A record: "answer", key, verdict, effort, name=value pairs, checksum of all that; between tabs, on a line of its own.

constexpr std::string_view kHead = "answer\t";
constexpr std::string_view kFileHead = "assay solver answers 1\n";

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0; begin <= line.size();) {
    std::size_t end = std::min(line.find('\t', begin), line.size());
    out.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

std::optional<Verdict> verdict_named(std::string_view name) {
  for (Verdict verdict : {Verdict::unsat, Verdict::sat, Verdict::unknown})
    if (name_of(verdict) == name) return verdict;
  return std::nullopt;
}

bool is_plain(std::string_view text) { return text.find_first_of("\t\n\r=") == std::string_view::npos; }

std::string record(const std::string& key, std::uint64_t effort, const Answer& answer) {
  std::string out = std::string(kHead) + key + "\t" + std::string(name_of(answer.verdict)) + "\t" + std::to_string(effort);
  for (const auto& [name, value] : answer.model) out += "\t" + name + "=" + value;
  return out + "\t" + sha256(out).short_hex();
}

/// The comment lines that a text begins with say for whom a question is asked, not what it is.
std::string_view without_title(std::string_view text) {
  while (text.starts_with(';')) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text;
}

/// Whole-file lock for the time of one append; dies with the process.
class Lock {
 public:
  explicit Lock(int fd) : fd_(fd) { held_ = ::flock(fd, LOCK_EX) == 0; }
  ~Lock() {
    if (held_) ::flock(fd_, LOCK_UN);
  }
  bool held() const { return held_; }

 private:
  int fd_;
  bool held_ = false;
};

class CachingSolver : public Solver {
 public:
  CachingSolver(std::unique_ptr<Solver> solver, std::unique_ptr<AnswerCache> cache) : solver_(std::move(solver)), cache_(std::move(cache)) {}

  Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) override {
    if (auto known = cache_->find(text, effort)) {
      ++hits_;
      return *known;
    }
    ++misses_;
    auto answer = solver_->ask(text, effort, deadline);
    return answer ? kept(text, effort, std::move(*answer)) : answer;
  }

  Result<Answer> ask_uncached(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) override {
    return solver_->ask_uncached(text, effort, deadline);
  }

  Result<Answer> ask_all(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) override {
    auto answer = solver_->ask_all(text, effort, deadline);
    return answer ? kept(text, effort, std::move(*answer)) : answer;
  }

  void stop_when(std::stop_token stop) override { solver_->stop_when(std::move(stop)); }

  SolverCounts counts() const override {
    SolverCounts out = solver_->counts();
    out.cache_hits += hits_;
    out.cache_misses += misses_;
    return out;
  }

 private:
  Result<Answer> kept(const std::string& text, std::uint64_t effort, Answer answer) {
    if (auto done = cache_->keep(text, effort, answer); !done) return std::unexpected(done.error());
    return answer;
  }

  std::unique_ptr<Solver> solver_;
  std::unique_ptr<AnswerCache> cache_;
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace

std::string AnswerCache::key_of(const std::string& text) const { return sha256(versions_ + "\n" + std::string(without_title(text))).hex(); }

Result<std::unique_ptr<AnswerCache>> AnswerCache::open(const CacheOptions& options, const std::string& versions) {
  std::unique_ptr<AnswerCache> out(new AnswerCache(options, versions));
  if (options.file.empty()) return out;
  out->file_ = FileDescriptor(::open(options.file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!out->file_.valid()) return fail(system_error("solver cache: open " + options.file.string()));
  if (auto read = out->read_all(); !read) return std::unexpected(read.error());
  return out;
}

Result<void> AnswerCache::read_all() {
  Lock lock(file_.get());
  if (!lock.held()) return fail(system_error("solver cache: lock " + options_.file.string()));
  auto text = read_file(options_.file);
  if (!text) return std::unexpected(text.error());
  if (text->empty()) {
    if (::write(file_.get(), kFileHead.data(), kFileHead.size()) != static_cast<ssize_t>(kFileHead.size()))
      return fail(system_error("solver cache: write " + options_.file.string()));
    return {};
  }
  // A writer that was killed at its very first write leaves part of the head: what follows is on lines of its own.
  std::string_view head = std::string_view(*text).substr(0, std::min(text->find('\n'), text->size()));
  if (!kFileHead.starts_with(head))
    return fail("solver cache: " + options_.file.string() + " is not one; name another file, or remove it");
  std::string_view rest(*text);
  rest.remove_prefix(std::min(head.size() + 1, rest.size()));
  while (!rest.empty()) {
    std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) read_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

void AnswerCache::read_line(std::string_view line) {
  ++passed_over_;
  auto parts = split(line);
  if (parts.size() < 5 || parts[0] != "answer" || parts[1].size() != 64) return;
  std::string_view signed_part = line.substr(0, line.size() - parts.back().size() - 1);
  auto verdict = verdict_named(parts[2]);
  if (sha256(signed_part).short_hex() != parts.back() || !verdict) return;
  Kept kept{{*verdict, {}, "", {}}, 0};
  std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), kept.effort);
  if (*verdict == Verdict::unknown) kept.answer.reason = "the effort did not suffice before";
  for (std::size_t i = 4; i + 1 < parts.size(); ++i) {
    auto equals = parts[i].find('=');
    if (equals == std::string_view::npos) return;
    kept.answer.model.emplace_back(parts[i].substr(0, equals), parts[i].substr(equals + 1));
  }
  --passed_over_;
  remember(std::string(parts[1]), std::move(kept));
}

void AnswerCache::remember(const std::string& key, Kept kept) {
  auto [at, is_new] = answers_.try_emplace(key);
  if (!is_new && at->second.answer.verdict != Verdict::unknown) return;  // what is settled stays
  at->second = std::move(kept);
  if (!is_new) return;
  order_.push_back(key);
  if (order_.size() <= options_.most_answers) return;
  answers_.erase(order_.front());
  order_.pop_front();
}

std::optional<Answer> AnswerCache::find(const std::string& text, std::uint64_t effort) const {
  auto at = answers_.find(key_of(text));
  if (at == answers_.end()) return std::nullopt;
  const Kept& kept = at->second;
  if (kept.answer.verdict == Verdict::unknown && kept.effort < effort) return std::nullopt;
  return kept.answer;
}

Result<void> AnswerCache::keep(const std::string& text, std::uint64_t effort, const Answer& answer) {
  if (answer.verdict != Verdict::unsat && !answer.repeatable) return {};
  for (const auto& [name, value] : answer.model)
    if (!is_plain(name) || !is_plain(value)) return {};
  std::string key = key_of(text);
  Answer bare{answer.verdict, answer.model, answer.reason, answer.by};
  remember(key, {bare, effort});
  return file_.valid() ? append(record(key, effort, answer)) : Result<void>{};
}

/// The line break comes first as well: after a torn line, this one is still on its own.
Result<void> AnswerCache::append(const std::string& line) {
  Lock lock(file_.get());
  struct stat about {};
  if (!lock.held() || ::fstat(file_.get(), &about) != 0) return fail(system_error("solver cache: lock " + options_.file.string()));
  std::string text = "\n" + line + "\n";
  if (static_cast<std::uint64_t>(about.st_size) + text.size() > options_.most_file_bytes) return {};
  if (::write(file_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(system_error("solver cache: write " + options_.file.string()));
  return {};
}

std::unique_ptr<Solver> with_cache(std::unique_ptr<Solver> solver, std::unique_ptr<AnswerCache> cache) {
  return std::make_unique<CachingSolver>(std::move(solver), std::move(cache));
}

}  // namespace assay::verify::smt
