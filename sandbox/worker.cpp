#include "sandbox/worker.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>

#include "base/file.h"
#include "sandbox/cgroup.h"
#include "sandbox/exchange.h"
#include "sandbox/identity.h"
#include "sandbox/message.h"
#include "sandbox/run_outcome.h"
#include "sandbox/sanitized.h"
#include "sandbox/stream.h"
#include "sandbox/worker_protocol.h"
#include "sandbox/worker_serve.h"
#include "sandbox/worker_template.h"

namespace assay::sandbox {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kGrace{10'000};  ///< for the template to answer, and from SIGKILL to its report
constexpr milliseconds kWarmUp{60'000};
constexpr std::uint64_t kGroupSlackBytes = 256u << 20;  ///< for the template
constexpr std::uint64_t kGroupThreads = 64;

std::uint64_t group_bytes(const WorkerOptions& options) {
  return kLimitMemory ? options.memory_bytes + kGroupSlackBytes : 1ull << 45;
}

void kill_by(const FileDescriptor& pidfd) {
  if (pidfd.valid()) ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

template <class Message>
std::optional<Message> receive_before(int socket, Clock::time_point deadline, FileDescriptor* first = nullptr,
                                      FileDescriptor* second = nullptr) {
  Message message;
  if (!readable_before(socket, deadline)) return {};
  auto received = receive_packet(socket, writable_bytes_of(message));
  FileDescriptor* places[] = {first, second};
  for (std::size_t i = 0; i < received.descriptor_count; ++i) {
    FileDescriptor fd(received.descriptors[i]);
    if (i < 2 && places[i]) *places[i] = std::move(fd);
  }
  if (received.bytes != sizeof message) return {};
  return message;
}

/// The template as its parent sees it: the control socket, the process to kill and the one to reap.
struct Template {
  std::optional<Cgroup> group;
  FileDescriptor control;
  FileDescriptor pidfd;
  pid_t outer = -1;  ///< our own child: it waits for the template and holds nothing

  explicit Template(std::optional<Cgroup> its) : group(std::move(its)) {}
  Template(Template&& other) noexcept
      : group(std::move(other.group)), control(std::move(other.control)), pidfd(std::move(other.pidfd)), outer(std::exchange(other.outer, -1)) {}
  ~Template() {
    if (outer < 0) return;
    kill_by(pidfd);
    control = FileDescriptor();  // an unready template ends when this closes
    if (!pidfd.valid()) ::kill(outer, SIGKILL);
    ::waitpid(outer, nullptr, 0);
  }
};

Result<void> let_go_when_asked(const Template& started, const std::string& name) {
  if (!readable_before(started.control.get(), Clock::now() + kGrace)) return fail("start " + name + ": no answer");
  TemplateReady refusal;
  auto received = receive_packet(started.control.get(), writable_bytes_of(refusal));
  if (received.bytes == sizeof refusal) return fail("start " + name + ": " + refusal.message);
  if (received.bytes != 1) return fail("start " + name + ": the template ended too soon");
  if (started.group)
    if (auto added = started.group->add(started.outer); !added) return fail(layer_does_not_hold(kCgroups, added.error().what));
  if (*reinterpret_cast<const char*>(&refusal) == 'u')
    if (auto mapped = write_identity_maps(started.outer, kWorkerId); !mapped) return mapped;
  return send_packet(started.control.get(), {}, "g") == 0 ? Result<void>{} : fail("start " + name + ": it is gone");
}

/// How a template that closed its socket went, in words; it is killed if it is still there.
std::string end_of(Template& started) {
  if (readable_before(started.control.get(), Clock::now())) {
    int status = 0;
    ::waitpid(std::exchange(started.outer, -1), &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return code > 128 ? ": " + describe_signal(code - 128) : ": exit status " + std::to_string(code);
  }
  return "";
}

Result<void> wait_until_ready(Template& started, const std::string& name) {
  auto ready = receive_before<TemplateReady>(started.control.get(), Clock::now() + kWarmUp, &started.pidfd);
  if (!ready) return fail("start " + name + ": the template ended, or hung, while it warmed up" + end_of(started));
  ready->message[kWorkerMessageBytes - 1] = 0;
  if (!ready->ready) return fail("start " + name + ": " + ready->message);
  return {};
}

Result<Template> start_template(const Worker::Handler& handler, const WorkerOptions& options,
                                const std::function<void()>& warm_up, Layers layers, std::optional<Cgroup> group) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return fail(system_error("socketpair"));
  Template started(std::move(group));
  started.control = FileDescriptor(ends[0]);
  FileDescriptor theirs(ends[1]);
  started.outer = fork_one_thread();
  if (started.outer == 0) run_template({theirs.get(), layers, options, handler, warm_up});
  if (started.outer < 0) return fail(system_error("start " + options.name + ": fork"));
  theirs = FileDescriptor();
  if (auto gone = let_go_when_asked(started, options.name); !gone) return std::unexpected(gone.error());
  if (auto ready = wait_until_ready(started, options.name); !ready) return std::unexpected(ready.error());
  return started;
}

class TemplateWorker final : public Worker {
 public:
  TemplateWorker(Template source, WorkerOptions options) : template_(std::move(source)), options_(std::move(options)) {}

  Result<WorkerReply> call(std::string_view request, milliseconds time) override {
    auto deadline = Clock::now() + time;
    if (auto begun = begin_before(request, deadline); !begun) return std::unexpected(begun.error());
    return finish_before(deadline, time);
  }

  Result<void> begin(std::string_view request) override { return begin_before(request, Clock::now() + kGrace); }
  Result<WorkerReply> finish(milliseconds time) override { return finish_before(Clock::now() + time, time); }
  int reply_socket() const override { return begun_ ? stream_.get() : -1; }

  Result<void> recycle() override {
    begun_.reset();
    if (!stream_.valid()) return {};
    kill_by(serving_);
    auto end = wait_for_end();
    if (!end) return std::unexpected(end.error());
    return {};
  }

 private:
  Result<void> begin_before(std::string_view request, Clock::time_point deadline) {
    if (begun_)
      if (auto recycled = recycle(); !recycled) return recycled;
    if (auto ready = ensure_serving(); !ready) return ready;
    ++served_;
    CallHeader header{CallKind::request, 0, request.size()};
    begun_ = send_before(stream_.get(), bytes_of(header), deadline);
    if (*begun_ == StreamEnd::done) begun_ = send_before(stream_.get(), std::as_bytes(std::span(request)), deadline);
    return {};
  }

  Result<WorkerReply> finish_before(Clock::time_point deadline, milliseconds time) {
    if (!begun_) return fail(options_.name + ": finish without begin");
    auto received = *std::exchange(begun_, std::nullopt);
    CallHeader header;
    if (received == StreamEnd::done) received = receive_before_deadline(writable_bytes_of(header), deadline);
    if (received != StreamEnd::done) return ended(received, time);
    return take_reply(header, deadline, time);
  }

  StreamEnd receive_before_deadline(std::span<std::byte> room, Clock::time_point deadline) {
    return sandbox::receive_before(stream_.get(), room, deadline);
  }

  Result<void> ensure_serving() {
    if (stream_.valid() && readable_before(template_.control.get(), Clock::now()))
      if (auto end = wait_for_end(); !end) return std::unexpected(end.error());  // it died between two calls
    if (stream_.valid() && served_ >= options_.recycle_after)
      if (auto recycled = recycle(); !recycled) return recycled;
    return stream_.valid() ? Result<void>{} : spawn();
  }

  Result<void> spawn() {
    if (send_packet(template_.control.get(), bytes_of(SpawnRequest{})) != 0) return lost();
    auto spawned = receive_before<Spawned>(template_.control.get(), Clock::now() + kGrace, &stream_, &serving_);
    if (!spawned || spawned->pid < 0 || !serving_.valid()) {
      stream_ = FileDescriptor();
      return lost();
    }
    served_ = 0;
    return {};
  }

  Result<Ended> wait_for_end() {
    stream_ = FileDescriptor();
    auto end = receive_before<Ended>(template_.control.get(), Clock::now() + kGrace);
    serving_ = FileDescriptor();
    if (!end) return std::unexpected(lost().error());
    return *end;
  }

  std::unexpected<Error> lost() const { return fail(options_.name + ": the template is lost or cannot fork"); }

  /// The call did not get its reply: the serving process is killed if it is not dead, and its end is told.
  Result<WorkerReply> ended(StreamEnd how, milliseconds time) {
    kill_by(serving_);
    auto end = wait_for_end();
    if (!end) return std::unexpected(end.error());
    if (how == StreamEnd::deadline)
      return WorkerReply{{OutcomeKind::timeout,
                          options_.name + " was not done after " + std::to_string(time.count()) + " ms, the deadline",
                          {}},
                         ""};
    return outcome_of_end(*end);
  }

  Result<WorkerReply> outcome_of_end(const Ended& end) {
    const auto& name = options_.name;
    int signal = WIFSIGNALED(end.wait_status) ? WTERMSIG(end.wait_status) : 0;
    int status = WIFEXITED(end.wait_status) ? WEXITSTATUS(end.wait_status) : 0;
    auto reply = [](OutcomeKind kind, std::string detail) { return WorkerReply{{kind, std::move(detail), {}}, ""}; };
    if (status == kNotJailedStatus) return fail(name + ": a layer of the jail could not be closed");
    // A C library that gets no memory often aborts or crashes: near the limit that is what happened.
    bool near_limit = end.peak_memory_bytes >= options_.memory_bytes / 10 * 8;
    if (status == kOutOfMemoryStatus || signal == SIGKILL || (signal && signal != SIGSYS && near_limit))
      return reply(OutcomeKind::memory,
                   name + " ran out of its " + std::to_string(options_.memory_bytes >> 20) + " MiB");
    if (signal == SIGSYS) return reply(OutcomeKind::syscall_denied, name + " made a system call outside its allowlist");
    if (signal) return reply(OutcomeKind::signal, name + " died of " + describe_signal(signal));
    return reply(OutcomeKind::signal, name + " exited with status " + std::to_string(status) + " before it answered");
  }

  Result<WorkerReply> take_reply(const CallHeader& header, Clock::time_point deadline, milliseconds time) {
    if (header.kind == CallKind::too_long || header.bytes > options_.reply_limit_bytes) {
      if (auto recycled = recycle(); !recycled) return std::unexpected(recycled.error());
      return WorkerReply{
          {OutcomeKind::output_limit,
           options_.name + " answered more than " + std::to_string(options_.reply_limit_bytes) + " bytes",
           {}},
          ""};
    }
    std::string text(header.bytes, '\0');
    auto received = receive_before_deadline(std::as_writable_bytes(std::span(text)), deadline);
    if (received != StreamEnd::done) return ended(received, time);
    if (header.kind == CallKind::threw) {
      if (auto recycled = recycle(); !recycled) return std::unexpected(recycled.error());
      return WorkerReply{{OutcomeKind::signal, options_.name + " threw: " + text, {}}, ""};
    }
    return WorkerReply{{}, std::move(text)};
  }

  Template template_;
  WorkerOptions options_;
  FileDescriptor stream_;   ///< valid while a serving process is believed to live
  FileDescriptor serving_;  ///< its pidfd
  unsigned served_ = 0;
  std::optional<StreamEnd> begun_;  ///< a call in two halves: how its first half went
};

}  // namespace

Result<void> Worker::begin(std::string_view) { return fail("this worker takes whole calls only"); }
Result<WorkerReply> Worker::finish(std::chrono::milliseconds) { return fail("this worker takes whole calls only"); }

Result<std::unique_ptr<Worker>> Worker::start(Handler handler, const WorkerOptions& options,
                                              std::function<void()> warm_up) {
  auto layers = layers_without(options.jail.without);
  if (!layers) return std::unexpected(layers.error());
  std::vector<std::string> missing;  // the run jail beside it tells of them
  auto group = group_if_any(*layers, {group_bytes(options), kGroupThreads}, missing);
  auto started = start_template(handler, options, warm_up, *layers, std::move(group));
  if (!started) return std::unexpected(started.error());
  return std::make_unique<TemplateWorker>(std::move(*started), options);
}

}  // namespace assay::sandbox
