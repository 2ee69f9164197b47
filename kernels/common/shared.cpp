#include "kernels/common/shared.h"

#include <algorithm>
#include <utility>

#include "kernels/common/per_thread.h"

namespace assay::kernels {
namespace {

constexpr int kCellBytes = 2;

std::string by(int thread) { return "thread " + std::to_string(thread); }

}  // namespace

CheckedMemory::CheckedMemory(int bytes, Findings& findings)
    : findings_(&findings), memory_(static_cast<std::size_t>(bytes)), cells_(static_cast<std::size_t>((bytes + kCellBytes - 1) / kCellBytes)) {}

void CheckedMemory::begin_block(int index) {
  block_ = index;
  epoch_ = warp_epoch_ = 1;
  std::ranges::fill(memory_, static_cast<unsigned char>(0xff));  // NaN as a float and as a bf16
  std::ranges::fill(cells_, Cell{});
  open_.clear();
  committed_.clear();
}

void CheckedMemory::end_block() {
  if (!open_.empty() || !committed_.empty()) complain("ends with an async copy that nobody waited for");
}

void CheckedMemory::sync() { ++epoch_; }
void CheckedMemory::warp_sync() { ++warp_epoch_; }

CheckedMemory::Access CheckedMemory::now(int thread) const { return {epoch_, warp_epoch_, thread}; }

bool CheckedMemory::inside(int thread, int offset, int bytes, std::string_view verb) {
  if (offset >= 0 && offset <= this->bytes() - bytes && offset % kCellBytes == 0) return true;
  complain(by(thread) + " " + std::string(verb) + " " + std::to_string(bytes) + " bytes at " + std::to_string(offset) + " of " +
           std::to_string(this->bytes()) + " in shared memory");
  return false;
}

/// Whether nothing ordered an earlier access before one that `thread` makes now.
bool CheckedMemory::unordered(const Access& earlier, int thread) const {
  if (earlier.thread < 0 || earlier.thread == thread || earlier.epoch != epoch_) return false;
  return earlier.thread / kLanes != thread / kLanes || earlier.warp_epoch == warp_epoch_;
}

void CheckedMemory::race(const Access& earlier, int thread, std::size_t cell, std::string_view was, std::string_view is) {
  complain("race on shared byte " + std::to_string(cell * kCellBytes) + ": " + std::string(was) + " by " + by(earlier.thread) + ", " + std::string(is) + " by " +
           by(thread) + ", no sync between");
}

/// Keeps the latest reader, the latest one of another warp, and another one of the latest one's warp in the same epoch of it. Of all readers
/// since the last sync, if one is unordered with a write, one of these three is: one of another warp than the writer's is unordered always,
/// and `reader` or `reader_of_other_warp` is such a one; of the writer's own warp only the current warp epoch counts.
void CheckedMemory::note_read(Cell& cell, int thread) {
  const Access access = now(thread);
  Access& last = cell.reader;
  if (last.thread >= 0 && last.thread != thread) {
    if (last.thread / kLanes != thread / kLanes) {
      cell.reader_of_other_warp = last;
      cell.reader_of_same_warp = {};
    } else {
      cell.reader_of_same_warp = last;
    }
  }
  last = access;
}

void CheckedMemory::note_write(std::size_t at, int thread) {
  Cell& cell = cells_[at];
  if (unordered(cell.writer, thread)) race(cell.writer, thread, at, "written", "written");
  for (const Access& reader : {cell.reader, cell.reader_of_other_warp, cell.reader_of_same_warp})
    if (unordered(reader, thread)) {
      race(reader, thread, at, "read", "written");
      break;
    }
  if (cell.awaited) complain(by(thread) + " writes shared byte " + std::to_string(at * kCellBytes) + " before an async copy to it was waited for");
  cell.writer = now(thread);
  cell.written = true;
}

bool CheckedMemory::read(int thread, int offset, int bytes, void* into) {
  std::memset(into, 0xff, static_cast<std::size_t>(bytes));
  if (!inside(thread, offset, bytes, "reads")) return false;
  for (int byte = offset; byte < offset + bytes; byte += kCellBytes) {
    const auto at = static_cast<std::size_t>(byte / kCellBytes);
    Cell& cell = cells_[at];
    if (cell.awaited) complain(by(thread) + " reads shared byte " + std::to_string(byte) + " before the async copy to it was waited for");
    else if (!cell.written) complain(by(thread) + " reads shared byte " + std::to_string(byte) + ", which was never written");
    if (unordered(cell.writer, thread)) race(cell.writer, thread, at, "written", "read");
    note_read(cell, thread);
  }
  std::memcpy(into, &memory_[static_cast<std::size_t>(offset)], static_cast<std::size_t>(bytes));
  return true;
}

void CheckedMemory::write(int thread, int offset, int bytes, const void* from) {
  if (!inside(thread, offset, bytes, "writes")) return;
  for (int byte = offset; byte < offset + bytes; byte += kCellBytes) note_write(static_cast<std::size_t>(byte / kCellBytes), thread);
  std::memcpy(&memory_[static_cast<std::size_t>(offset)], from, static_cast<std::size_t>(bytes));
}

void CheckedMemory::issue_copy(int thread, int offset, int bytes, const void* from) {
  if (!inside(thread, offset, bytes, "copies")) return;
  if (offset % bytes != 0) complain(by(thread) + " copies to shared byte " + std::to_string(offset) + ", which is not aligned to " + std::to_string(bytes));
  for (int byte = offset; byte < offset + bytes; byte += kCellBytes) {
    const auto at = static_cast<std::size_t>(byte / kCellBytes);
    note_write(at, thread);
    cells_[at].awaited = true;
  }
  std::memset(&memory_[static_cast<std::size_t>(offset)], 0xff, static_cast<std::size_t>(bytes));
  open_.push_back({thread, offset, bytes, from});
}

void CheckedMemory::commit_copies() {
  committed_.push_back(std::move(open_));
  open_.clear();
}

void CheckedMemory::wait_copies(int still_open) {
  while (committed_.size() > static_cast<std::size_t>(still_open)) {
    for (const Copy& copy : committed_.front()) {
      auto* target = &memory_[static_cast<std::size_t>(copy.offset)];
      if (copy.from != nullptr) std::memcpy(target, copy.from, static_cast<std::size_t>(copy.bytes));
      else std::memset(target, 0, static_cast<std::size_t>(copy.bytes));
      for (int byte = copy.offset; byte < copy.offset + copy.bytes; byte += kCellBytes) {
        Cell& cell = cells_[static_cast<std::size_t>(byte / kCellBytes)];
        cell.awaited = false;
        cell.writer = now(copy.thread);
      }
    }
    committed_.pop_front();
  }
}

}  // namespace assay::kernels
