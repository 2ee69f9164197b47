#include "verify/proof/proof_file.h"

#include <algorithm>

namespace assay::verify::proof {
namespace {

constexpr int kVersion = 2;
constexpr std::size_t kMaxText = 256u << 20;
constexpr int kMaxDepth = 32;
constexpr std::size_t kMostObligations = 2'000'000;
constexpr std::size_t kMostListings = 4;  ///< texts that show an obligation, on average

std::string text_name(const std::string& group, std::size_t index, const char* ending = ".smt2") {
  std::string number = std::to_string(index + 1);
  return "obligations/" + group + "/" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number + ending;
}

/// [first, last] for each run of consecutive numbers.
Json ranges_of(const std::vector<std::uint32_t>& items) {
  Json out = Json::array();
  for (std::size_t i = 0; i < items.size();) {
    std::size_t last = i;
    while (last + 1 < items.size() && items[last + 1] == items[last] + 1) ++last;
    out.push_back({items[i], items[last]});
    i = last + 1;
  }
  return out;
}

Result<std::vector<std::uint32_t>> items_from(const Json& json, const std::string& place, std::size_t most) {
  std::vector<std::uint32_t> out;
  if (!json.is_array()) return fail(place + ": \"items\" is a list of [first, last]");
  for (const Json& each : json) {
    bool good = each.is_array() && each.size() == 2 && each[0].is_number_unsigned() && each[1].is_number_unsigned();
    if (!good) return fail(place + ": \"items\" is a list of [first, last]");
    auto first = each[0].get<std::uint64_t>(), last = each[1].get<std::uint64_t>();
    if (first > last || last >= most || (!out.empty() && first <= out.back() + std::uint64_t{1})) return fail(place + ": \"items\" are not in order, or beyond the obligations");
    for (std::uint64_t item = first; item <= last; ++item) out.push_back(static_cast<std::uint32_t>(item));
  }
  return out;
}

Json verdicts_of(const std::vector<std::pair<std::string, smt::Verdict>>& verdicts) {
  Json out = Json::object();
  for (const auto& [solver, verdict] : verdicts) out[solver] = smt::name_of(verdict);
  return out;
}

bool is_shallow(std::string_view json) {
  int depth = 0;
  for (char c : json) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxDepth) return false;
  }
  return true;
}

Result<void> only_keys(const Json& json, const std::string& place, std::initializer_list<const char*> keys) {
  if (!json.is_object() || json.size() != keys.size()) return fail(place + ": keys are missing, or there are more than its format has");
  for (const char* key : keys)
    if (!json.contains(key)) return fail(place + ": \"" + key + "\" is missing");
  return {};
}

/// Clauses stand beside their text, under the same number.
Result<void> read_sat(const Json& json, const std::string& group, std::size_t number, const std::string& place, ListedText& out) {
  if (json.is_null()) return {};
  if (out.file.empty()) return fail(place + ": \"sat\" without a file");
  if (auto good = only_keys(json, place + ": sat", {"cnf", "cnf_digest", "drat", "drat_digest"}); !good) return good;
  for (const Json& each : json)
    if (!each.is_string()) return fail(place + ": \"sat\" names files and their digests");
  out.cnf = text_name(group, number, ".cnf"), out.drat = text_name(group, number, ".drat");
  if (json["cnf"] != out.cnf || json["drat"] != out.drat) return fail(place + ": \"sat\" names other files than those of its number");
  out.cnf_digest = json["cnf_digest"].get<std::string>(), out.drat_digest = json["drat_digest"].get<std::string>();
  return {};
}

Result<ListedText> text_from(const Json& json, const std::string& group, std::size_t index, std::size_t& files, std::size_t obligations) {
  std::string place = proof_name(group) + ": text " + std::to_string(index);
  if (auto good = only_keys(json, place, {"mode", "theory", "items", "file", "digest", "sat", "verdicts"}); !good) return std::unexpected(good.error());
  ListedText out;
  bool known = false;
  for (Mode mode : {Mode::steps, Mode::whole})
    if (json["mode"] == name_of(mode)) out.mode = mode, known = true;
  if (!known) return fail(place + ": \"mode\" is steps or whole");
  known = false;
  for (smt::Theory theory : {smt::Theory::integers, smt::Theory::bit_vectors, smt::Theory::reals, smt::Theory::floating_point, smt::Theory::unbounded})
    if (json["theory"] == smt::name_of(theory)) out.theory = theory, known = true;
  if (!known) return fail(place + ": \"theory\" is not known");
  auto items = items_from(json["items"], place, obligations);
  if (!items) return std::unexpected(items.error());
  if (items->empty()) return fail(place + ": it shows nothing");
  out.items = std::move(*items);
  if (json["file"].is_null() != json["digest"].is_null()) return fail(place + ": \"file\" and \"digest\" go together");
  if (!json["file"].is_null()) {
    if (json["file"] != text_name(group, files++)) return fail(place + ": \"file\" is not the next of its group");
    out.file = json["file"].get<std::string>();
    if (!json["digest"].is_string()) return fail(place + ": \"digest\" is no text");
    out.digest = json["digest"].get<std::string>();
  }
  if (auto good = read_sat(json["sat"], group, files - 1, place, out); !good) return std::unexpected(good.error());
  if (!json["verdicts"].is_object()) return fail(place + ": \"verdicts\" names solvers");
  for (const auto& [solver, verdict] : json["verdicts"].items()) {
    if (verdict != smt::name_of(smt::Verdict::unsat) && verdict != smt::name_of(smt::Verdict::unknown)) return fail(place + ": a verdict that is neither unsat nor unknown");
    out.verdicts.push_back({solver, verdict == smt::name_of(smt::Verdict::unsat) ? smt::Verdict::unsat : smt::Verdict::unknown});
  }
  return out;
}

}  // namespace

std::string property_group(const std::string& property) { return "property-" + property; }
std::string proof_name(const std::string& group) { return "proof/" + group + ".json"; }

std::vector<BundleFile> files_of(const std::string& group, const Proof& proof) {
  std::vector<BundleFile> out{{proof_name(group), ""}};
  Json texts = Json::array();
  std::size_t number = 0;
  for (const Text& text : proof.texts) {
    Json listed{{"mode", name_of(text.mode)}, {"theory", smt::name_of(text.theory)}, {"items", ranges_of(text.items)},
                {"file", nullptr}, {"digest", nullptr}, {"sat", nullptr}, {"verdicts", verdicts_of(text.verdicts)}};
    if (!text.smt2.empty()) {
      std::string name = text_name(group, number), cnf = text_name(group, number, ".cnf"), drat = text_name(group, number, ".drat");
      ++number;
      listed["file"] = name;
      listed["digest"] = sha256(text.smt2).hex();
      out.push_back({name, text.smt2});
      if (!text.by_sat.cnf.empty()) {
        listed["sat"] = {{"cnf", cnf}, {"cnf_digest", sha256(text.by_sat.cnf).hex()}, {"drat", drat}, {"drat_digest", sha256(text.by_sat.drat).hex()}};
        out.push_back({cnf, text.by_sat.cnf});
        out.push_back({drat, text.by_sat.drat});
      }
    }
    texts.push_back(std::move(listed));
  }
  Json json{{"version", kVersion},
            {"group", group},
            {"instruction_bound", proof.instruction_bound},
            {"obligations", proof.obligations},
            {"trivial", proof.trivial},
            {"open", ranges_of(proof.open)},
            {"graph", to_json(proof.graph)},
            {"texts", std::move(texts)}};
  out[0].text = json.dump() + "\n";
  return out;
}

Result<ListedProof> read_proof(const std::string& group, const std::string& text) {
  std::string place = proof_name(group);
  if (text.size() > kMaxText || !is_shallow(text)) return fail(place + ": larger or deeper than any proof");
  auto json = parse_json(text, place);
  if (!json) return std::unexpected(json.error());
  if (auto good = only_keys(*json, place, {"version", "group", "instruction_bound", "obligations", "trivial", "open", "graph", "texts"}); !good)
    return std::unexpected(good.error());
  if (json->dump() + "\n" != text) return fail(place + ": not written as its own program writes it");
  if ((*json)["version"] != kVersion || (*json)["group"] != group) return fail(place + ": another version, or another group's");
  ListedProof out;
  for (auto [key, into] : {std::pair{"obligations", &out.obligations}, std::pair{"trivial", &out.trivial}, std::pair{"instruction_bound", &out.instruction_bound}}) {
    if (!(*json)[key].is_number_unsigned()) return fail(place + ": \"" + key + "\" is no count");
    *into = (*json)[key].get<std::uint64_t>();
  }
  if (out.obligations > kMostObligations) return fail(place + ": more obligations than are followed");
  auto open = items_from((*json)["open"], place + ": open", out.obligations);
  if (!open) return std::unexpected(open.error());
  out.open = std::move(*open);
  auto graph = graph_from_json((*json)["graph"]);
  if (!graph) return fail(place + ": " + graph.error().what);
  out.graph = std::move(*graph);
  if (!(*json)["texts"].is_array()) return fail(place + ": \"texts\" is no list");
  std::size_t files = 0, items = 0;
  for (const Json& each : (*json)["texts"]) {
    auto listed = text_from(each, group, out.texts.size(), files, out.obligations);
    if (!listed) return std::unexpected(listed.error());
    // A run of two million takes twelve characters: what each text may list, all together may not.
    if ((items += listed->items.size()) > kMostListings * (out.obligations + 1)) return fail(place + ": its texts show the same again and again");
    out.texts.push_back(std::move(*listed));
  }
  return out;
}

}  // namespace assay::verify::proof
