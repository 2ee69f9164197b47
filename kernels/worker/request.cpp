#include "kernels/worker/request.h"

#include <algorithm>
#include <array>
#include <map>

#include "kernels/base64.h"
#include "kernels/decode_split/shape.h"
#include "kernels/members.h"
#include "kernels/moe_select/shape.h"
#include "kernels/shape_json.h"

namespace assay::kernels::worker {
namespace {

constexpr std::size_t kMostActions = 256, kMostNameBytes = 64;
constexpr int kMostRounds = 10000;
constexpr double kMostBudgetMs = 3.6e6;
constexpr std::array<std::string_view, 4> kVerbs{"verify", "measure", "null", "quit"};

std::unexpected<Failure> bad(const std::string& what) { return failed(Kind::bad_request, what); }

std::string read_orders(const std::map<std::string, std::vector<std::uint32_t>>& orders, Request& request) {
  const auto shape = shape_from<tile_order::Shape>(request.shape).value();
  const auto tiles = static_cast<std::size_t>(tile_order::grid(shape).tiles());
  for (const auto& [name, codes] : orders) {
    if (codes.size() != tiles) return "an order has " + std::to_string(codes.size()) + " codes; the grid has " + std::to_string(tiles) + " tiles";
    request.orders.push_back({name, codes});
  }
  return {};
}

std::string read_actions(const Json& actions, Request& request) {
  if (request.task == Task::tile_order) {
    std::vector<std::string> names;
    if (!take(actions, names)) return "actions of tile_order are names";
    for (const std::string& name : names) {
      const auto found = std::ranges::find(request.orders, name, &Order::name);
      if (found == request.orders.end() && (request.cubin.empty() || name != request.cubin_name)) return "an action has no order of its name";
      request.actions.push_back(static_cast<std::uint32_t>(found - request.orders.begin()));
    }
  } else {
    if (!take(actions, request.actions)) return "actions are whole numbers";
    const bool decode = request.task == Task::decode_split;
    const std::uint32_t low = decode ? 1 : 0, high = decode ? decode_split::kMostSplits : moe_select::kVariantCount - 1;
    for (std::uint32_t action : request.actions)
      if (action < low || action > high) return "actions of this task are " + std::to_string(low) + " to " + std::to_string(high);
  }
  if (request.actions.empty()) return "there are no actions";
  if (request.actions.size() > kMostActions) return "there are more than " + std::to_string(kMostActions) + " actions";
  std::vector<std::uint32_t> sorted = request.actions;
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) != sorted.end() ? "an action is there twice" : "";
}

std::string read_cubins(const std::map<std::string, std::string>& cubins, Request& request) {
  if (cubins.empty()) return {};
  if (cubins.size() > 1) return "one cubin a request: each runs in a process of its own";
  if (request.orders.size() + 1 > kMostActions) return "too many orders";
  const auto bytes = from_base64(cubins.begin()->second);
  if (!bytes || bytes->empty()) return "a cubin is not in base64";
  request.cubin_name = cubins.begin()->first;
  request.cubin.assign(bytes->begin(), bytes->end());
  return std::ranges::find(request.orders, request.cubin_name, &Order::name) != request.orders.end() ? "an order and a cubin have the same name" : "";
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kMostNameBytes && std::ranges::all_of(name, [](char c) { return c > 32 && c < 127; });
}

}  // namespace

Done<Request> read_request(std::string_view line, Json& id) {
  const auto json = parse_line(line);
  if (!json) return bad("no JSON: " + json.error());
  Request request;
  std::string verb, task;
  Json shape, actions;
  std::uint32_t number = 0;
  std::map<std::string, std::vector<std::uint32_t>> orders;
  std::map<std::string, std::string> cubins;
  Members read(*json, "the request");
  read.needs("id", number);
  if (read.fine()) request.id = id = number;
  read.needs("do", verb);
  const auto known = std::ranges::find(kVerbs, verb);
  read.must(known != kVerbs.end(), "has a \"do\" that is none of verify, measure, null, quit");
  if (known != kVerbs.end()) request.verb = static_cast<Verb>(known - kVerbs.begin());
  if (request.verb != Verb::quit) {
    read.needs("task", task).needs("shape", shape).may_have("seed", request.seed).may_have("orders", orders).may_have("cubins", cubins);
    read.needs(request.verb == Verb::null ? "action" : "actions", actions);
    if (request.verb != Verb::verify) read.may_have("rounds", request.rounds).may_have("budget_ms", request.budget_ms);
  }
  if (std::string problem = read.end(); !problem.empty()) return bad(problem);
  if (request.verb == Verb::quit) return request;

  if (request.rounds < 1 || request.rounds > kMostRounds) return bad("\"rounds\" are 1 to " + std::to_string(kMostRounds));
  if (!(request.budget_ms >= 1 && request.budget_ms <= kMostBudgetMs)) return bad("\"budget_ms\" is 1 to an hour");
  const auto found = task_from(task);
  if (!found) return bad(found.error());
  request.task = *found;
  const auto canonical = canonical_shape(request.task, shape);
  if (!canonical) return bad("\"shape\": " + canonical.error());
  request.shape = *canonical;
  if (request.task != Task::tile_order && (!orders.empty() || !cubins.empty())) return bad("only tile_order has orders and cubins");
  for (const auto& [name, codes] : orders)
    if (!is_name(name)) return bad("an order's name is 1 to 64 printable letters without spaces");
  for (const auto& [name, text] : cubins)
    if (!is_name(name)) return bad("a cubin's name is 1 to 64 printable letters without spaces");
  if (request.task == Task::tile_order) {
    if (std::string problem = read_orders(orders, request); !problem.empty()) return bad(problem);
    if (std::string problem = read_cubins(cubins, request); !problem.empty()) return bad(problem);
  }
  if (request.verb == Verb::null) actions = Json::array({actions});
  if (std::string problem = read_actions(actions, request); !problem.empty()) return bad(problem);
  return request;
}

}  // namespace assay::kernels::worker
