#pragma once
// What a request can end with instead of figures. Each has a name that the parent acts on.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace assay::kernels::worker {

enum class Kind : std::uint8_t { no_device, bad_request, wrong_result, under_floor, not_once, device_lost, cubin_refused, out_of_memory };

constexpr std::string_view name_of(Kind kind) {
  constexpr std::string_view kNames[] = {"no_device", "bad_request", "wrong_result", "under_floor", "not_once", "device_lost", "cubin_refused", "out_of_memory"};
  return kNames[static_cast<std::size_t>(kind)];
}

struct Failure {
  Kind kind = Kind::bad_request;
  std::string what;
};

template <class T>
using Done = std::expected<T, Failure>;

inline std::unexpected<Failure> failed(Kind kind, std::string what) { return std::unexpected(Failure{kind, std::move(what)}); }

}  // namespace assay::kernels::worker
