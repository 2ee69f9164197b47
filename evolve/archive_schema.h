#pragma once
// The archive's tables, and how a chain digest is computed. Internal to evolve/.

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"

namespace assay::evolve {

/// `events` is the chain. `candidate_index` is a view of it, kept for speed and rebuilt where it does not fit.
/// `notes`, `stage_times` and `pending` hold what depends on a clock or on this machine and are in no digest.
inline constexpr const char* kSchema = R"(
CREATE TABLE events(sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, digest BLOB NOT NULL);
CREATE INDEX events_by_kind ON events(kind, sequence);
CREATE TABLE blobs(digest BLOB PRIMARY KEY, packed INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE candidate_index(
  candidate INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, island INTEGER NOT NULL, is_seed INTEGER NOT NULL,
  outcome INTEGER NOT NULL, size INTEGER NOT NULL, fitness REAL, ast BLOB, ir BLOB, behaviour BLOB);
CREATE TABLE stage_times(candidate INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE notes(key TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE pending(candidate INTEGER PRIMARY KEY, prompt BLOB NOT NULL, body TEXT NOT NULL);
)";

/// Statements in it.
inline constexpr std::size_t kSchemaParts = 7;

/// Marks a file as an archive of this layout (PRAGMA user_version).
inline constexpr int kSchemaVersion = 1;

/// sha256 of the previous digest, then kind and body, each after its length, so that no two events share an input.
inline Digest chain(const Digest& previous, std::string_view kind, std::string_view body) {
  std::string text(reinterpret_cast<const char*>(previous.bytes.data()), previous.bytes.size());
  text += std::to_string(kind.size()) + ":" + std::to_string(body.size()) + ":";
  text.append(kind).append(body);
  return sha256(text);
}

/// What is in no digest carries a check sum behind its JSON, in a line of its own: over the row's key, so that a row that moved
/// to another key is found, too. JSON as `dump` writes it holds no line break.
inline std::string seal(const std::string& key, const std::string& body) {
  return body + "\n" + sha256(key + "\n" + body).hex().substr(0, 16);
}

/// The JSON of a sealed row. A row without a check sum is from before there were any, and all of it is the JSON.
inline Result<std::string_view> unseal(const std::string& key, std::string_view stored) {
  const auto end = stored.find('\n');
  if (end == stored.npos) return stored;
  const std::string body(stored.substr(0, end));
  if (seal(key, body) != stored) return fail(key + " was changed: its check sum is another");
  return stored.substr(0, end);
}

inline std::string note_key(const std::string& key) { return "note " + key; }
inline std::string times_key(std::uint64_t candidate) { return "times of candidate " + std::to_string(candidate); }
/// `prompt`: the digest's bytes, which are a column of their own.
inline std::string pending_key(std::uint64_t candidate, std::string_view prompt) {
  return "pending completion of candidate " + std::to_string(candidate) + " for prompt " + sha256(prompt).short_hex();
}

inline std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

}  // namespace assay::evolve
