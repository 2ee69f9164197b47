// A folder as a provider: prompts appear in it as files, completions are dropped beside them. The model may be a person or
// an agent that knows nothing of this program.
//
// For candidate n: `n.prompt.md` (its last line holds the prompt's digest), then `n.completion.md` or `n.refused.md`. What
// was taken goes to done/ as `n.DIGEST.prompt.md` and so on, the completion first: a campaign that was killed finds its
// completion there again, and one with another prompt does not.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "evolve/edit.h"
#include "evolve/providers/mailbox_folder.h"
#include "evolve/providers/make.h"
#include "evolve/utf8.h"

namespace assay::evolve {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kSettle{200};      ///< a file that did not change for so long, and that nobody writes, is whole
constexpr milliseconds kLookAgain{1000};  ///< where inotify tells nothing (a network file system), and against lost events
constexpr std::size_t kReasonLimit = 300;
constexpr std::size_t kModelLimit = 100;
constexpr std::size_t kHeaderLines = 4;

struct Settings {
  std::string folder;
  double deadline_seconds = 86400;
  std::int64_t concurrency = 8;
};

/// The names of one call. A repair is a call of its own.
struct Letter {
  std::string stem, digest, text;

  explicit Letter(const Proposal& proposal) : stem(std::to_string(proposal.index)), digest(sha256(proposal.prompt).hex()) {
    if (proposal.attempt > 0) stem += ".repair-" + std::to_string(proposal.attempt);
    text = proposal.prompt + (proposal.prompt.ends_with('\n') ? "" : "\n") + "\n<!-- prompt: " + digest + " -->\n";
  }
  std::string name(const char* what) const { return stem + "." + what + ".md"; }
  std::string done(const char* what) const { return done(what, digest); }
  std::string done(const char* what, const std::string& of) const { return stem + "." + of.substr(0, 12) + "." + what + ".md"; }
};

/// "KEY" of "<!-- KEY: VALUE -->", with the value; nothing for another line.
std::optional<std::pair<std::string, std::string>> header_line(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  if (!line.starts_with("<!-- ") || !line.ends_with(" -->") || line.size() < 9) return std::nullopt;
  line = line.substr(5, line.size() - 9);
  const auto colon = line.find(": ");
  if (colon == line.npos) return std::nullopt;
  return std::pair{std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))};
}

struct Header {
  std::string model, prompt;
};

Header header_of(std::string_view text) {
  Header header;
  for (std::size_t i = 0; i < kHeaderLines && !text.empty(); ++i) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = header_line(text.substr(0, end));
    if (!line) break;
    if (line->first == "model") header.model = line->second.substr(0, kModelLimit);
    if (line->first == "prompt") header.prompt = line->second;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::erase_if(header.model, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return header;
}

/// The digest in a prompt's last line; "unknown" where there is none. Hexadecimal digits only: it becomes part of a name.
std::string digest_in(const std::string& text) {
  const auto at = text.rfind("<!-- prompt: ");
  if (at == text.npos) return "unknown";
  const auto line = header_line(std::string_view(text).substr(at, text.find('\n', at) - at));
  return line && Digest::from_hex(line->second) ? line->second : "unknown";
}

/// Wakes when the folder changes, a stop is asked for, or time is up.
class Watch {
 public:
  Watch(const std::filesystem::path& folder, const std::stop_token& stop)
      : changes_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), stopped_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(stop, Signal{stopped_.get()}) {
    if (changes_.valid() && ::inotify_add_watch(changes_.get(), folder.c_str(), IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO) < 0) changes_ = FileDescriptor();
  }
  void wait(milliseconds time) {
    pollfd fds[] = {{stopped_.get(), POLLIN, 0}, {changes_.get(), POLLIN, 0}};  // poll passes over a descriptor of -1
    if (::poll(fds, 2, static_cast<int>(std::max<long long>(time.count(), 1))) <= 0) return;
    char events[4096];
    while (changes_.valid() && ::read(changes_.get(), events, sizeof events) > 0) {}
  }

 private:
  struct Signal {
    int fd;
    void operator()() const { (void)!::eventfd_write(fd, 1); }
  };
  FileDescriptor changes_, stopped_;
  std::stop_callback<Signal> callback_;
};

/// One file on its way: whether it has been left alone long enough.
class Settling {
 public:
  bool is_whole(const Found& found) {
    if (!since_ || !found.same_as(seen_)) seen_ = found.info, since_ = Clock::now();
    return found.info.st_size > 0 && Clock::now() - *since_ >= kSettle && !found.is_being_written();
  }
  bool is_under_way() const { return since_.has_value(); }

 private:
  struct stat seen_{};
  std::optional<Clock::time_point> since_;
};

Completion nothing(std::string why) {
  Completion completion;
  completion.outcome = {OutcomeKind::no_completion, std::move(why), {}};
  return completion;
}

class Call {
 public:
  Call(const MailboxFolder& box, const Proposal& proposal) : box_(box), proposal_(proposal), letter_(proposal) {}

  Result<Completion> run(Clock::time_point deadline) {
    for (const char* what : {"completion", "refused"})
      if (auto found = box_.look_done(letter_.done(what)); found.kind != Found::Kind::nothing) {
        auto taken = take(found, what);
        if (!taken || *taken) return finish(std::move(taken), {"prompt"});
      }
    if (auto posted = post(); !posted) return std::unexpected(posted.error());
    Watch watch(box_.path(), proposal_.stop);
    while (!proposal_.stop.stop_requested()) {
      auto taken = look();
      if (!taken || *taken) return finish(std::move(taken), {"completion", "refused", "prompt"});
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return finish(nothing("no completion within the deadline"), {"prompt"});
      watch.wait(std::min(left, completion_.is_under_way() || refused_.is_under_way() ? kSettle / 4 : kLookAgain));
    }
    return nothing("stopped");  // the prompt stays: a resume finds it, or its completion
  }

 private:
  using Taken = Result<std::optional<Completion>>;

  /// The prompt, unless it lies there already. Whatever else has its name belongs to another prompt.
  Result<void> post() {
    std::string digest = "unanswered";
    if (auto old = box_.look(letter_.name("prompt")); old.kind == Found::Kind::file) {
      auto text = box_.read(old, letter_.name("prompt"));
      if (!text) return std::unexpected(text.error());
      if (*text == letter_.text) return {};
      digest = digest_in(*text);
      if (digest == letter_.digest) digest = "damaged";  // somebody changed it: what was answered to it is not known
    }
    for (const char* what : {"completion", "refused", "prompt"})
      if (auto done = box_.put_away(letter_.name(what), letter_.done(what, digest)); !done) return done;
    return box_.write(letter_.name("prompt"), letter_.text);
  }

  Taken look() {
    struct Place { const char* what; Settling& settling; };
    for (auto [what, settling] : {Place{"completion", completion_}, Place{"refused", refused_}}) {
      const Found found = box_.look(letter_.name(what));
      if (found.kind == Found::Kind::nothing || (found.kind == Found::Kind::file && !settling.is_whole(found))) continue;
      if (auto taken = take(found, what); !taken || *taken) return taken;
    }
    return std::nullopt;
  }

  /// Nothing where it turns out to answer another prompt; it is set aside then.
  Taken take(const Found& found, const char* what) {
    const std::string name = letter_.name(what);
    if (found.kind == Found::Kind::odd) return nothing(name + " " + found.why + "; a plain file is wanted");
    if (static_cast<std::uint64_t>(found.info.st_size) > kCompletionLimit) return nothing(name + " has more than " + std::to_string(kCompletionLimit) + " bytes");
    auto read = box_.read(found, name);
    if (!read) return std::unexpected(read.error());
    std::string text = clean_utf8(*read);
    if (std::string_view(what) == "refused") return nothing("refused: " + clean_utf8(text.substr(0, kReasonLimit)));
    const Header header = header_of(text);
    if (!header.prompt.empty() && !letter_.digest.starts_with(header.prompt)) {
      if (auto done = box_.put_away(name, letter_.done(what, "other")); !done) return std::unexpected(done.error());
      return std::nullopt;
    }
    Completion completion;
    completion.model = header.model;
    take_answer(completion, proposal_, std::move(text));
    return completion;
  }

  /// The completion first: as long as it is not in done/, the prompt is still to be answered.
  Result<Completion> finish(Taken taken, std::initializer_list<const char*> files) const {
    if (!taken) return std::unexpected(taken.error());
    for (const char* what : files)
      if (auto done = box_.put_away(letter_.name(what), letter_.done(what)); !done) return std::unexpected(done.error());
    return std::move(**taken);
  }

  const MailboxFolder& box_;
  const Proposal& proposal_;
  Letter letter_;
  Settling completion_, refused_;
};

class MailboxProvider final : public Provider {
 public:
  explicit MailboxProvider(Settings settings) : settings_(std::move(settings)) {}
  bool reads_prompts() const override { return true; }
  unsigned concurrency() const override { return static_cast<unsigned>(settings_.concurrency); }

  Result<Completion> complete(const Proposal& proposal) override {
    const auto deadline = Clock::now() + milliseconds(static_cast<long long>(settings_.deadline_seconds * 1000));
    auto box = folder();
    if (!box) return std::unexpected(box.error());
    return Call(**box, proposal).run(deadline);
  }

 private:
  /// Opened at the first call: the jails have forked by then and hold nothing of it.
  Result<const MailboxFolder*> folder() {
    std::lock_guard guard(mutex_);
    if (!folder_) {
      auto opened = MailboxFolder::open(settings_.folder);
      if (!opened) return std::unexpected(opened.error());
      folder_.emplace(std::move(*opened));
    }
    return &*folder_;
  }

  Settings settings_;
  std::mutex mutex_;
  std::optional<MailboxFolder> folder_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_mailbox(const Json& json) {
  static constexpr std::string_view kKnown[] = {"folder", "deadline_seconds", "concurrency"};
  const std::string name = "provider mailbox";
  if (auto done = only_known(json, kKnown, name); !done) return std::unexpected(done.error());
  Settings settings;
  auto folder = member<std::string>(json, "folder", name);
  auto deadline = member_or<double>(json, "deadline_seconds", settings.deadline_seconds, name);
  auto concurrency = member_or<std::int64_t>(json, "concurrency", settings.concurrency, name);
  if (!folder) return std::unexpected(folder.error());
  if (!deadline) return std::unexpected(deadline.error());
  if (!concurrency) return std::unexpected(concurrency.error());
  if (folder->empty() || !(*deadline > 0 && *deadline <= 1e8) || *concurrency < 1 || *concurrency > 256)
    return fail(name + ": folder is empty, or deadline_seconds (to 1e8) or concurrency (1 to 256) is out of range");
  return std::make_unique<MailboxProvider>(Settings{*folder, *deadline, *concurrency});
}

}  // namespace assay::evolve
