// The event log: a file with any bytes, or a sound one with an event of any body in it.

#include "evolve/archive.h"

#include "tests/fuzz/fuzz.h"

namespace assay::evolve {
namespace {

using fuzz::must;

bool same(const CandidateSummary& a, const CandidateSummary& b) {
  return a.index == b.index && a.island == b.island && a.is_seed == b.is_seed && a.outcome == b.outcome && a.size == b.size &&
         a.fitness == b.fitness && a.ast == b.ast && a.ir == b.ir && a.behaviour == b.behaviour;
}

/// Reads all that an archive can tell. Whatever it holds: values or Errors; and where the chain holds, all of it agrees.
bool check_reading(const Archive& archive) {
  const bool holds = archive.verify_chain().has_value();
  auto records = archive.candidates();
  auto promotions = archive.promotions();
  auto count = archive.candidate_count();
  auto head = archive.head();
  auto pending = archive.pending();
  auto note = archive.note("budget");
  std::vector<CandidateSummary> summaries;
  auto walked = archive.for_each_summary([&](const CandidateSummary& summary) {
    must(static_cast<std::size_t>(summary.outcome) < 14, "an outcome is of a known kind");
    summaries.push_back(summary);
  });
  auto second = archive.candidate(1);
  Digest last;
  auto events = archive.for_each("", [&](const Event& event) -> Result<void> {
    last = event.digest;
    return {};
  });
  if (!holds) return false;
  must(records && count && *count == records->size(), "a chain that holds has readable candidates");
  must(head && events && *head == last, "the head is the last event's digest");
  must(walked && summaries.size() == records->size(), "the index has a row for each candidate");
  for (std::size_t i = 0; i < summaries.size(); ++i) must(same(summaries[i], summary_of((*records)[i])), "the index fits the log");
  for (const auto& record : *records)
    if (auto blob = archive.blob(record.source)) must(sha256(*blob) == record.source, "a blob is what its digest says");
  must(second && second->has_value() == (records->size() > 1), "a candidate that the log has is found");
  return true;
}

CandidateRecord one_more(std::uint64_t index) {
  CandidateRecord record;
  record.index = index;
  record.provider = "mutate";
  record.source = sha256("text");
  record.fitness = 0.5;
  return record;
}

/// A writer goes on where the log ends: what held before holds after.
void check_writing(const std::filesystem::path& folder, bool held) {
  auto archive = Archive::open(folder);
  if (!archive) return must(!archive.error().what.empty(), "an Error says why");
  auto count = (*archive)->candidate_count();
  auto appended = (*archive)->append(one_more(count.value_or(0)));
  auto blob = (*archive)->put_blob(std::string(100, 'x'));
  if (held) must(appended && blob && (*archive)->verify_chain().has_value(), "a sound log grows and stays sound");
}

void check_file(const fuzz::Folder& folder, std::string_view bytes) {
  folder.write("archive.sqlite", bytes);
  bool held = false;
  if (auto archive = Archive::open_read_only(folder.path())) held = check_reading(**archive);
  check_writing(folder.path(), held);
}

/// Anything that is JSON may stand in the log, under its kind: a later reader must live with it.
void check_body(const fuzz::Folder& folder, std::string_view kind, std::string_view text) {
  auto body = parse_json(text, "body");
  if (!body) return;
  bool held = false;
  {
    auto archive = Archive::create(folder.path());
    must(archive && (*archive)->append("campaign", {{"seed", 1}}) && (*archive)->append(one_more(0)), "an archive can be made");
    must((*archive)->append(std::string(kind), *body).has_value(), "an event can be appended");
    must((*archive)->put_note("budget", *body).has_value() && (*archive)->put_pending(7, {sha256("p"), *body}).has_value(), "notes can be kept");
    must((*archive)->note("budget").value_or(Json()).value_or(Json()) == *body, "a note comes back");
    held = check_reading(**archive);
    must(held || kind == "candidate", "a log that was written as it should be is sound");
  }
  check_writing(folder.path(), held);
}

}  // namespace
}  // namespace assay::evolve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::evolve;
  static const assay::fuzz::Folder folder;
  folder.clear();
  assay::fuzz::Input input(data, size);
  constexpr const char* kKinds[] = {"candidate", "promotion", "completion", "odd"};
  // A file begins with SQLite's own magic, so that corpora are plain archives.
  if (size > 0 && data[0] < 4) check_body(folder, kKinds[input.byte()], input.rest());
  else check_file(folder, input.rest());
  return 0;
}
