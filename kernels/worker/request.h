#pragma once
// A request, read strictly: what is not understood is refused, never guessed.
//
//   {"id":1,"do":"verify","task":"decode_split","shape":{..},"seed":7,"actions":[1,2,4]}
//   {"id":2,"do":"measure", .. ,"rounds":8,"budget_ms":2000}
//   {"id":3,"do":"null","task":..,"shape":..,"seed":7,"action":4,"rounds":8,"budget_ms":2000}
//   {"id":4,"do":"quit"}
//
// For tile_order actions are names, and "orders":{"name":[codes]} holds their codes; or "cubins":{"name":"<base64>"}, one at most.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/task.h"
#include "kernels/worker/failure.h"
#include "kernels/worker/workload.h"

namespace assay::kernels::worker {

enum class Verb : std::uint8_t { verify, measure, null, quit };

struct Request {
  Json id;  ///< null where the line does not say
  Verb verb = Verb::quit;
  Task task = Task::decode_split;
  Json shape;  ///< canonical
  std::uint64_t seed = 0;
  std::vector<std::uint32_t> actions;  ///< each once; of tile_order the place in orders, of a cubin the place after the last
  std::vector<Order> orders;
  std::string cubin_name, cubin;  ///< empty: none
  int rounds = 8;
  double budget_ms = 60000;

  /// As it is written in lines: a number, or the name of an order.
  Json action_json(std::uint32_t action) const {
    if (task != Task::tile_order) return action;
    return action < orders.size() ? orders[action].name : cubin_name;
  }
};

/// What a line asks for. The Failure is a bad_request; `id` is set as soon as it is known.
Done<Request> read_request(std::string_view line, Json& id);

}  // namespace assay::kernels::worker
