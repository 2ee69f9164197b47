// Proof graphs as JSON: both ways, strict.

#include <gtest/gtest.h>

#include <functional>

#include "verify/proof/graph.h"
#include "verify/proof/words.h"

namespace assay::verify::proof {
namespace {

using lower::kNone;

Graph every_kind() {
  Graph graph;
  Node node{.block = 0, .is_cut = true};
  node.next[0] = 1;
  auto value = [](std::uint32_t index) { return Quantity{Quantity::Kind::value, index}; };
  node.atoms = {{.kind = Atom::Kind::range, .x = value(3), .a = -5, .b = 9},
                {.kind = Atom::Kind::unsigned_range, .x = {Quantity::Kind::slot, 2}, .a = 0, .b = (Word{1} << 64) - 1},
                {.kind = Atom::Kind::known_bits, .x = value(1), .a = 7, .b = 4},
                {.kind = Atom::Kind::congruence, .x = value(1), .a = 8, .b = 3},
                {.kind = Atom::Kind::double_range, .x = value(2), .a = 0, .b = lower::kInfinity},
                {.kind = Atom::Kind::not_nan, .x = value(2)},
                {.kind = Atom::Kind::difference, .x = {Quantity::Kind::trips, 0}, .y = {Quantity::Kind::cost, 0}, .b = 0}};
  graph.nodes = {node, Node{.block = 1}};
  return graph;
}

TEST(ProofGraph, ComesBackFromJsonAsItWas) {
  Json json = to_json(every_kind());
  auto back = graph_from_json(json);
  ASSERT_TRUE(back.has_value()) << back.error().what;
  ASSERT_EQ(back->nodes.size(), 2u);
  EXPECT_EQ(back->nodes[0].atoms, every_kind().nodes[0].atoms);
  EXPECT_EQ(back->nodes[0].next[1], kNone);
  EXPECT_EQ(to_json(*back).dump(), json.dump());
}

TEST(ProofGraph, AWordHasOneText) {
  for (Word word : {Word{0}, Word{-1}, Word{1} << 62, Word{1} << 63, -(Word{1} << 63), -(Word{1} << 63) - 1, lower::largest(128), lower::smallest(128)}) {
    auto back = word_from_json(word_to_json(word), "w");
    ASSERT_TRUE(back.has_value()) << lower::text_of(word);
    EXPECT_TRUE(*back == word) << lower::text_of(word);
  }
  for (const Json& bad : {Json("5"), Json("-0"), Json(""), Json("9223372036854775808x"), Json("09223372036854775808"), Json(1.5), Json(true), Json(nullptr),
                          Json(std::uint64_t{1} << 63), Json("340282366920938463463374607431768211456")})
    EXPECT_FALSE(word_from_json(bad, "w").has_value()) << bad.dump();
}

/// Every place of a document, changed in every way that keeps it JSON.
void each_change(const Json& json, const std::function<void(const Json&)>& visit) {
  for (const Json& other : {Json(nullptr), Json(-1), Json("x"), Json::array(), Json::object(), Json(1.5), Json(true)})
    if (other.type() != json.type()) visit(other);
  if (!json.is_structured()) return;
  for (auto it = json.begin(); it != json.end(); ++it) {
    Json smaller = json;
    if (json.is_object()) smaller.erase(it.key());
    else smaller.erase(static_cast<std::size_t>(it - json.begin()));
    visit(smaller);
    each_change(*it, [&](const Json& changed) {
      Json whole = json;
      if (json.is_object()) whole[it.key()] = changed;
      else whole[static_cast<std::size_t>(it - json.begin())] = changed;
      visit(whole);
    });
  }
}

TEST(ProofGraph, WhatIsMalformedIsRefusedAndNeverReadAsSomethingElse) {
  Json json = to_json(every_kind());
  int refused = 0;
  each_change(json, [&](const Json& changed) {
    auto read = graph_from_json(changed);
    refused += !read;
    if (read) EXPECT_EQ(to_json(*read), changed);  // still a graph, and this very one
  });
  EXPECT_GT(refused, 150);
  for (const char* quantity : {"v", "v-1", "v01", "x3", "c0", "v4294967296", "t 1", "V1"}) {
    Json changed = json;
    changed["nodes"][0]["atoms"][0][1] = quantity;
    EXPECT_FALSE(graph_from_json(changed).has_value()) << quantity;
  }
}

}  // namespace
}  // namespace assay::verify::proof
