#pragma once
// The test program's hook behind base/failpoint.h, and what a campaign that ended at one has told and paid.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "base/failpoint.h"
#include "tests/evolve/campaign_process.h"

namespace assay::evolve {

/// What happens at a failpoint, from any thread. Set in a child before its threads exist.
inline std::function<void(const char*)>& on_failpoint() {
  static std::function<void(const char*)> hook;
  return hook;
}

/// One line at the end of a file, by one write: several threads and a kill leave whole lines.
inline void add_line(const std::filesystem::path& path, std::string line) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  line += "\n";
  (void)!::write(fd, line.data(), line.size());
  ::close(fd);
}
inline std::size_t lines_in(const std::filesystem::path& path) {
  const std::string text = content_of(path);
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

/// A model as a script: another policy for each prompt, now and then no answer. Its calls are lines of `calls`.
inline std::string write_model_script(const std::filesystem::path& folder) {
  const std::string here = folder.string();
  std::ofstream(folder / "model.sh") << "n=$(cksum | cut -d' ' -f1)\necho x >> " << here << "/calls\n" << R"([ $((n % 13)) = 5 ] && { echo "no idea"; exit 0; }
cat <<ANSWER
\`\`\`cpp
i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return ghost.known; }
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, $((1 + n / 7 % 5)));
  return kStay;
}
i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity * $((n % 500)) / 1000 ? 0 : 1; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (object.queue == 0) return mark.count < $((1 + n / 11 % 3)) ? kEvict : 1;
  if (mark.count == 0) return kForget;
  mark.count -= 1;
  return 1;
}
\`\`\`
ANSWER
)";
  return "sh " + (folder / "model.sh").string();
}

/// What a run must end with, however often it was cut off.
inline double recorded_usd(const Archive& archive) {
  double usd = 0;
  for (const auto& record : expect_value(archive.candidates())) usd += record.usd;
  return usd;
}
inline double lost_usd(const Archive& archive) {
  auto note = expect_value(archive.note("lost_usd"));
  return note ? note->get<double>() : 0;
}
/// Answers of which two are in the log for one candidate.
inline std::size_t answered_twice(const Archive& archive) {
  std::map<std::uint64_t, std::size_t> answers;
  std::size_t twice = 0;
  expect_done(archive.for_each("completion", [&](const Event& event) -> Result<void> {
    twice += ++answers[event.body["candidate"].get<std::uint64_t>()] == 2;
    return {};
  }));
  return twice;
}

}  // namespace assay::evolve
