#include "tests/attacks/attack_case.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/file.h"

namespace assay::attacks {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  return from == text.npos ? "" : text.substr(from, text.find_last_not_of(' ') - from + 1);
}

/// "syscall_denied S | words".
Expected expected_of(const std::string& value) {
  const auto bar = value.find('|');
  const auto words = words_of(value.substr(0, bar));
  Expected expected;
  if (!words.empty()) expected.outcome = words[0];
  if (words.size() > 1) expected.layer = words[1][0];
  if (bar != value.npos) expected.words = trimmed(value.substr(bar + 1));
  return expected;
}

/// "seccomp rlimits: ok".
Further further_of(const std::string& value) {
  const auto colon = value.rfind(':');
  return {words_of(value.substr(0, colon)), colon == value.npos ? "" : trimmed(value.substr(colon + 1))};
}

bool take(AttackCase& one, const std::string& key, const std::string& value) {
  if (key == "attack") one.attack = value;
  else if (key == "task") one.task = value;
  else if (key == "layer") one.layers = value;
  else if (key == "outcome") one.whole = expected_of(value);
  else if (key == "screen-off") one.screen_off = expected_of(value);
  else if (key == "further-without") one.further.push_back(further_of(value));
  else if (key == "compiler") one.compiler = value;
  else if (key == "compiler-without") one.compiler_further.push_back(further_of(value));
  else if (key == "objects-off") one.objects_off = value;
  else if (key == "residual") one.residual = value;
  else if (key == "needs") one.needs = value;
  else if (key == "weighs") one.weighs = value;
  else if (key == "honest") one.is_honest = value == "yes";
  else return false;
  return true;
}

std::string unescaped(const std::string& text, std::size_t number) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) out += text[i];
    else if (text[i + 1] == 'n') out += '\n', ++i;
    else if (text[i + 1] == 'i') out += std::to_string(number), ++i;
    else if (text[i + 1] == 'p') out += std::to_string(number - 1), ++i;
    else if (text[i + 1] == 'x') out += static_cast<char>(std::strtoul(text.substr(i + 2, 2).c_str(), nullptr, 16)), i += 3;
    else out += text[i];
  }
  return out;
}

/// "//* N TEXT".
std::string repeated(const std::string& line) {
  char* end = nullptr;
  const auto count = std::strtoul(line.c_str() + 3, &end, 10);
  const std::string part = *end == ' ' ? end + 1 : end;
  std::string out;
  out.reserve(count * part.size());
  for (std::size_t i = 1; i <= count; ++i) out += unescaped(part, i);
  return out;
}

Result<std::string> expanded(const std::string& body, const std::filesystem::path& folder) {
  std::string out;
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find('\n', at), body.size());
    const std::string line = body.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("//* ")) {
      out += repeated(line);
    } else if (line.starts_with("// with: ")) {
      auto kit = read_file(folder / line.substr(9));
      if (!kit) return std::unexpected(kit.error());
      out += *kit;
    } else {
      out += line + "\n";
    }
  }
  return out;
}

}  // namespace

Result<AttackCase> read_case(const std::filesystem::path& file) {
  auto whole = read_file(file);
  if (!whole) return std::unexpected(whole.error());
  AttackCase one;
  one.name = file.stem().string();
  std::size_t at = 0;
  while (whole->compare(at, 3, "// ") == 0) {
    const auto end = std::min(whole->find('\n', at), whole->size());
    const std::string line = whole->substr(at + 3, end - at - 3);
    const auto colon = line.find(": ");
    if (colon == line.npos || !take(one, line.substr(0, colon), trimmed(line.substr(colon + 2)))) break;
    at = std::min(end + 1, whole->size());
  }
  if (one.attack.empty() || one.layers.empty() || one.whole.outcome.empty() || one.screen_off.outcome.empty())
    return fail(file.string() + ": the head must have attack, layer, outcome and screen-off");
  auto text = expanded(whole->substr(at), file.parent_path());
  if (!text) return std::unexpected(text.error());
  one.text = std::move(*text);
  return one;
}

Result<std::vector<AttackCase>> read_corpus(const std::filesystem::path& folder) {
  std::vector<AttackCase> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    auto one = read_case(entry.path());
    if (!one) return std::unexpected(one.error());
    corpus.push_back(std::move(*one));
  }
  std::ranges::sort(corpus, {}, &AttackCase::name);
  return corpus;
}

}  // namespace assay::attacks
