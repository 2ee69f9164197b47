#include "evaluators/cache/trace_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstring>

#include "evaluators/cache/trace_image.h"

namespace assay::evaluators::cache {
namespace {

constexpr char kMagic[16] = "assay trace v2\n";

struct CacheHeader {
  char magic[16];
  std::uint64_t skipped;
  std::uint64_t padding;
  Digest key;
  Digest content;  ///< of the image that follows; the trace's digest
  Digest seal;     ///< of this header up to here
};
static_assert(sizeof(CacheHeader) == 128 && std::is_trivially_copyable_v<CacheHeader>);

Digest seal_of(const CacheHeader& header) {
  return sha256({reinterpret_cast<const char*>(&header), offsetof(CacheHeader, seal)});
}

std::string text_of(const ReadOptions& o) {
  std::string text = "v2|" + std::string(o.format ? name_of(*o.format) : "auto");
  for (const auto& part : {o.csv.time, o.csv.id, o.csv.size}) text += "|" + std::to_string(part.size()) + ":" + part;
  text += "|" + std::to_string(static_cast<int>(o.csv.delimiter));
  text += "|" + std::string(!o.csv.header ? "auto" : *o.csv.header ? "yes" : "no");
  return text + (o.allow_unsorted ? "|unsorted" : "|sorted");
}

Result<Mapping> map_file(const std::filesystem::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return fail(system_error("open " + path.string()));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(system_error("stat " + path.string()));
  if (!S_ISREG(info.st_mode)) return fail(path.string() + " is not a file");
  return Mapping::shared(fd.get(), static_cast<std::size_t>(info.st_size), false);
}

template <class T>
bool copy_array(std::string_view image, unsigned long long offset, unsigned long long count, std::vector<T>& out) {
  if (offset == 0) return true;
  if (offset > image.size() || count > (image.size() - offset) / sizeof(T)) return false;
  out.resize(count);
  if (count > 0) std::memcpy(out.data(), image.data() + offset, count * sizeof(T));
  return true;
}

/// What every reader of traces gives, and every user of one relies on: a file may carry right digests and still not be ours.
bool is_trace(const Trace& trace) {
  std::uint32_t seen = 0;
  std::uint64_t requested = 0, working_set = 0;
  for (auto size : trace.sizes) {
    if (size == 0 || size > kMaxObjectBytes) return false;
    working_set += size;
  }
  for (std::size_t i = 0; i < trace.ids.size(); ++i) {
    const auto id = trace.ids[i];
    if (id > seen || id >= trace.sizes.size()) return false;
    const auto size = trace.request_size(i);
    if (size == 0 || size > kMaxObjectBytes || (id == seen && size != trace.sizes[id])) return false;
    seen += id == seen;
    requested += size;
  }
  return seen > 0 && seen == trace.sizes.size() && requested == trace.requested_bytes && working_set == trace.working_set_bytes;
}

}  // namespace

Result<Digest> cache_key(const std::filesystem::path& path, const ReadOptions& options) {
  auto bytes = map_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  auto view = bytes->bytes();
  Digest content = sha256({reinterpret_cast<const char*>(view.data()), view.size()});
  // Which format is tried depends on the name too.
  return sha256(content.hex() + "|" + path.filename().string() + "|" + text_of(options));
}

std::filesystem::path cache_path(const std::filesystem::path& trace, const Digest& key) {
  return trace.string() + "." + key.short_hex() + ".assay-cache";
}

std::optional<Trace> load_cache(const std::filesystem::path& path, const Digest& key) {
  auto mapped = map_file(path);
  if (!mapped) return std::nullopt;
  auto bytes = mapped->bytes();
  if (bytes.size() < sizeof(CacheHeader) + sizeof(TraceImage)) return std::nullopt;
  CacheHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::string_view image(reinterpret_cast<const char*>(bytes.data()) + sizeof header, bytes.size() - sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.key != key || seal_of(header) != header.seal ||
      sha256(image) != header.content)
    return std::nullopt;
  TraceImage about;
  std::memcpy(&about, image.data(), sizeof about);
  Trace trace;
  trace.requested_bytes = about.requested_bytes;
  trace.working_set_bytes = about.working_set_bytes;
  trace.skipped = header.skipped;
  trace.digest = header.content;
  bool whole = about.magic == kTraceImageMagic && copy_array(image, about.ids_offset, about.requests, trace.ids) &&
               copy_array(image, about.sizes_offset, about.objects, trace.sizes) &&
               copy_array(image, about.request_sizes_offset, about.requests, trace.request_sizes) &&
               copy_array(image, about.times_offset, about.requests, trace.times) &&
               copy_array(image, about.labels_offset, about.objects, trace.labels);
  if (!whole || !is_trace(trace)) return std::nullopt;
  return trace;
}

Result<void> store_cache(const std::filesystem::path& path, const Digest& key, const Trace& trace) {
  std::string image = image_of(trace, true);
  CacheHeader header{.magic = {}, .skipped = trace.skipped, .padding = 0, .key = key, .content = trace.digest, .seal = {}};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.seal = seal_of(header);
  image.insert(0, reinterpret_cast<const char*>(&header), sizeof header);
  return write_file(path, image);
}

Result<Trace> load_trace(const std::filesystem::path& path, const ReadOptions& options) {
  auto key = cache_key(path, options);
  if (!key) return read_trace(path, options);
  auto beside = cache_path(path, *key);
  if (auto trace = load_cache(beside, *key)) return std::move(*trace);
  auto trace = read_trace(path, options);
  // A folder that cannot be written costs time, not a result.
  if (trace) (void)store_cache(beside, *key, *trace);
  return trace;
}

}  // namespace assay::evaluators::cache
