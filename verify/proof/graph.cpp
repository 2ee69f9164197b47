#include "verify/proof/graph.h"

#include <charconv>
#include <limits>

#include "verify/proof/words.h"

namespace assay::verify::proof {
namespace {

using lower::kNone;

struct KindName {
  Atom::Kind kind;
  std::string_view name;
  enum class Form : std::uint8_t { two_words, alone, pair } form;
};
constexpr KindName kKinds[] = {
    {Atom::Kind::range, "range", KindName::Form::two_words},
    {Atom::Kind::unsigned_range, "unsigned_range", KindName::Form::two_words},
    {Atom::Kind::known_bits, "known_bits", KindName::Form::two_words},
    {Atom::Kind::congruence, "congruence", KindName::Form::two_words},
    {Atom::Kind::double_range, "double_range", KindName::Form::two_words},
    {Atom::Kind::not_nan, "not_nan", KindName::Form::alone},
    {Atom::Kind::difference, "difference", KindName::Form::pair},
};
constexpr std::string_view kQuantities = "vsct";  ///< value, slot, cost, trips: "v12", "s3", "c", "t0"

// ---- out ---------------------------------------------------------------------------------------------------------------

std::string text_of(const Quantity& quantity) {
  std::string out(1, kQuantities[static_cast<std::size_t>(quantity.kind)]);
  return quantity.kind == Quantity::Kind::cost ? out : out + std::to_string(quantity.index);
}

Json to_json(const Atom& atom) {
  const KindName& known = kKinds[static_cast<std::size_t>(atom.kind)];
  Json out = Json::array({std::string(known.name), text_of(atom.x)});
  if (known.form == KindName::Form::two_words) out.push_back(word_to_json(atom.a));
  if (known.form == KindName::Form::pair) out.push_back(text_of(atom.y));
  if (known.form != KindName::Form::alone) out.push_back(word_to_json(atom.b));
  return out;
}

Json to_json(const Node& node) {
  Json atoms = Json::array(), next = Json::array();
  for (const Atom& atom : node.atoms) atoms.push_back(to_json(atom));
  for (std::uint32_t to : node.next) next.push_back(to == kNone ? Json() : Json(to));
  return {{"block", node.block}, {"cut", node.is_cut}, {"atoms", std::move(atoms)}, {"next", std::move(next)}};
}

// ---- in ----------------------------------------------------------------------------------------------------------------

Result<Quantity> quantity_from(const Json& json, const std::string& place) {
  auto* text = json.get_ptr<const std::string*>();
  auto at = text == nullptr || text->empty() ? std::string_view::npos : kQuantities.find((*text)[0]);
  if (at == std::string_view::npos) return fail(place + ": not a quantity: " + json.dump().substr(0, 40) + "; write v12, s3, c or t0");
  Quantity out{static_cast<Quantity::Kind>(at), 0};
  auto parsed = std::from_chars(text->data() + 1, text->data() + text->size(), out.index);
  bool whole = out.kind == Quantity::Kind::cost ? text->size() == 1 : parsed.ec == std::errc() && parsed.ptr == text->data() + text->size();
  if (!whole || text_of(out) != *text) return fail(place + ": not a quantity: " + json.dump().substr(0, 40) + "; write v12, s3, c or t0");
  return out;
}

Result<Atom> atom_from(const Json& json, const std::string& place) {
  auto* name = json.is_array() && !json.empty() ? json[0].get_ptr<const std::string*>() : nullptr;
  for (const KindName& known : kKinds) {
    if (name == nullptr || *name != known.name) continue;
    if (json.size() != (known.form == KindName::Form::alone ? 2u : 4u)) return fail(place + ": " + *name + " with the wrong number of parts");
    Atom out{.kind = known.kind};
    auto x = quantity_from(json[1], place);
    if (!x) return std::unexpected(x.error());
    out.x = *x;
    if (known.form == KindName::Form::alone) return out;
    auto b = word_from_json(json[3], place);
    if (!b) return std::unexpected(b.error());
    out.b = *b;
    if (known.form == KindName::Form::pair) {
      auto y = quantity_from(json[2], place);
      if (!y) return std::unexpected(y.error());
      out.y = *y;
    } else {
      auto a = word_from_json(json[2], place);
      if (!a) return std::unexpected(a.error());
      out.a = *a;
    }
    return out;
  }
  return fail(place + ": an atom of no known kind: " + json.dump().substr(0, 60));
}

Result<std::uint32_t> number_from(const Json& json, const std::string& place) {
  bool fits = json.is_number_unsigned() && json.get<std::uint64_t>() < kNone;
  if (!fits) return fail(place + ": expected a number below 2^32 - 1, found " + json.dump().substr(0, 40));
  return json.get<std::uint32_t>();
}

Result<Node> node_from(const Json& json, const std::string& place) {
  if (!json.is_object() || json.size() != 4 || !json.contains("block") || !json.contains("cut") || !json.contains("atoms") || !json.contains("next"))
    return fail(place + ": a node has \"block\", \"cut\", \"atoms\" and \"next\", and nothing else");
  if (!json["cut"].is_boolean() || !json["atoms"].is_array() || !json["next"].is_array() || json["next"].size() != 2)
    return fail(place + ": \"cut\" is true or false, \"atoms\" a list, \"next\" a list of two");
  Node out;
  auto block = number_from(json["block"], place + ": block");
  if (!block) return std::unexpected(block.error());
  out.block = *block;
  out.is_cut = json["cut"].get<bool>();
  for (const Json& each : json["atoms"]) {
    auto atom = atom_from(each, place);
    if (!atom) return std::unexpected(atom.error());
    out.atoms.push_back(*atom);
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (json["next"][i].is_null()) continue;
    auto to = number_from(json["next"][i], place + ": next");
    if (!to) return std::unexpected(to.error());
    out.next[i] = *to;
  }
  return out;
}

}  // namespace

Json to_json(const Graph& graph) {
  Json nodes = Json::array();
  for (const Node& node : graph.nodes) nodes.push_back(to_json(node));
  return {{"nodes", std::move(nodes)}};
}

Result<Graph> graph_from_json(const Json& json) {
  if (!json.is_object() || json.size() != 1 || !json.contains("nodes") || !json["nodes"].is_array())
    return fail("graph: an object with \"nodes\", a list, and nothing else");
  Graph out;
  for (const Json& each : json["nodes"]) {
    auto node = node_from(each, "graph: node " + std::to_string(out.nodes.size()));
    if (!node) return std::unexpected(node.error());
    out.nodes.push_back(std::move(*node));
  }
  return out;
}

}  // namespace assay::verify::proof
