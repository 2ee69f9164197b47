#include "evolve/templates.h"

#include <algorithm>
#include <cassert>
#include <span>

#include "base/file.h"
#include "evolve/prompt_texts.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

struct Slot {
  std::string_view name;
  bool required = true;
};

struct Shape {
  std::string_view name;
  std::vector<Slot> slots;
};

/// The templates and their slots. One that is not required may be left out by a task that does without.
const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = {
      {"proposal", {{"problem"}, {"interface"}, {"properties", false}, {"objective", false}, {"better", false}, {"parents"}, {"failures", false}, {"answer"}, {"form"}}},
      {"properties", {{"properties"}}},
      {"parent", {{"code"}, {"scores"}, {"certificate", false}}},
      {"scores", {{"objective", false}, {"mean"}, {"instances", false}}},
      {"certificate", {{"share"}, {"verdict", false}}},
      {"refutation", {{"refutation"}}},
      {"failures", {{"failures"}}},
      {"failure", {{"code"}, {"said"}}},
      {"improve", {}},
      {"combine", {}},
      {"form", {}},
      {"repair", {{"problem", false}, {"interface"}, {"policy"}, {"code"}, {"said"}, {"form"}}},
      {"base", {{"code"}}},
      {"tuning", {}},
  };
  return kShapes;
}

/// Between two slots, or a slot.
struct Piece {
  std::string_view text;
  bool is_slot = false;
  std::size_t at = 0;  ///< in the template
};

/// A "{{" that no "}}" on its line closes is a piece "{{", as a slot without a name.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = std::min(text.find("{{", at), text.size());
    if (open > at) pieces.push_back({text.substr(at, open - at), false, at});
    if (open == text.size()) break;
    const auto line_end = std::min(text.find('\n', open), text.size());
    const auto close = text.find("}}", open + 2);
    if (close >= line_end) {
      pieces.push_back({"", true, open});
      at = open + 2;
    } else {
      pieces.push_back({text.substr(open + 2, close - open - 2), true, open});
      at = close + 2;
    }
  }
  return pieces;
}

std::string listed(const std::vector<Slot>& slots) {
  std::string text;
  for (const Slot& slot : slots) text += (text.empty() ? "{{" : ", {{") + std::string(slot.name) + "}}";
  return text.empty() ? "none" : text;
}

/// `place` is the file's.
void check(const Shape& shape, std::string_view text, const std::string& place, std::vector<std::string>& problems) {
  const auto pieces = pieces_of(text);
  auto line = [&](std::size_t at) { return place + ":" + std::to_string(1 + std::ranges::count(text.substr(0, at), '\n')) + ": "; };
  for (const Piece& piece : pieces) {
    if (!piece.is_slot || std::ranges::find(shape.slots, piece.text, &Slot::name) != shape.slots.end()) continue;
    if (piece.text.empty()) problems.push_back(line(piece.at) + "a slot without a name or an end; the slots of " + std::string(shape.name) + ".md are: " + listed(shape.slots));
    else problems.push_back(line(piece.at) + "unknown slot {{" + std::string(piece.text.substr(0, 60)) + "}}; the slots of " + std::string(shape.name) + ".md are: " + listed(shape.slots));
  }
  for (const Slot& slot : shape.slots) {
    const bool used = std::ranges::any_of(pieces, [&](const Piece& piece) { return piece.is_slot && piece.text == slot.name; });
    if (slot.required && !used) problems.push_back(line(text.size()) + "the slot {{" + std::string(slot.name) + "}} is not used; put it where it belongs");
  }
}

std::string names() {
  std::string text;
  for (const Shape& shape : shapes()) text += (text.empty() ? "" : ", ") + std::string(shape.name) + ".md";
  return text;
}

}  // namespace

Templates Templates::builtin() {
  Templates templates;
  for (const PromptText& each : prompt_texts()) templates.texts_.emplace(each.name, each.text);
  return templates;
}

Result<Templates> Templates::load(const fs::path& folder) {
  Templates templates = builtin();
  std::vector<std::string> problems;
  for (const Shape& shape : shapes()) check(shape, templates.texts_[std::string(shape.name)], "evolve/prompts/" + std::string(shape.name) + ".md", problems);
  std::error_code code;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder / "prompts", code), end; !code && entry != end; entry.increment(code)) paths.push_back(entry->path());
  if (code && code != std::errc::no_such_file_or_directory) problems.push_back((folder / "prompts").string() + ": " + code.message());
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    const auto shape = std::ranges::find(shapes(), path.stem().string(), &Shape::name);
    if (shape == shapes().end() || path.extension() != ".md") {
      problems.push_back(path.string() + ": is no prompt's name; they are: " + names());
      continue;
    }
    auto text = read_file(path);
    if (!text) problems.push_back(text.error().what);
    else check(*shape, *text, path.string(), problems), templates.texts_[std::string(shape->name)] = std::move(*text);
  }
  if (problems.empty()) return templates;
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return fail(std::move(all));
}

std::string Templates::fill(std::string_view name, const SlotValues& values) const {
  const auto found = texts_.find(name);
  assert(found != texts_.end() && "the names are fixed");
  std::string text;
  for (const Piece& piece : pieces_of(found->second)) {
    if (!piece.is_slot) {
      text += piece.text;
      continue;
    }
    const auto value = std::ranges::find(values, piece.text, &SlotValues::value_type::first);
    assert(value != values.end() && "load() has checked them");
    text += value->second;
  }
  return text;
}

std::string Templates::form() const {
  std::string text = fill("form", {});
  if (tells_of_marks_) text += "\n" + fill("tuning", {});
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

Digest Templates::digest() const {
  std::string all;
  for (const auto& [name, text] : texts_)
    if (tells_of_marks_ || name != "tuning") all += name + ":" + std::to_string(text.size()) + ":" + text;
  return sha256(all);
}

}  // namespace assay::evolve
