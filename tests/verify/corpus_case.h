#pragma once
// A case of tests/cases/verify: one small policy, and in its head what is true of it.
//
//   // contract: numbers                          contracts/numbers.h; or a section "// ---- contract" at the end
//   // truth: unsafe                              safe: every claim holds; unsafe: those below do not, the others do
//   // expect: refuted output_range line 7        of a contract with many functions: "of on_head"; the line may be left out
//   // known: unknown no_undefined_behaviour      what the certifier cannot settle, as a person can; "everything": all claims
//   // bound: 100                                 of instructions
//   // try: x=3 y=-9                              an input that sampling would hardly find
//
// What is true is decided by a person, and confirmed by running it. It is never copied from what the certifier said.

#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/verify/screen_support.h"

namespace assay::verify {

struct CorpusCase {
  struct Expected {
    std::string property, function;  ///< function "": the only one
    int line = 0;                    ///< 0: any
  };
  std::filesystem::path path;
  std::string text;  ///< of the candidate, head included, so that lines count in the file
  std::string contract, contract_text, properties_text;
  bool is_safe = false, has_truth = false;
  std::vector<Expected> refuted;
  std::vector<std::string> unknown;
  std::vector<std::map<std::string, std::string>> tries;
  std::uint64_t bound = 4096;

  std::string name() const { return path.parent_path().filename().string() + "/" + path.stem().string(); }
  bool knows_unknown(const std::string& property) const {
    return std::ranges::any_of(unknown, [&](const std::string& each) { return each == property || each == "everything"; });
  }
  const Expected* expected(const std::string& function, const std::string& property) const {
    for (const Expected& each : refuted)
      if (each.property == property && (each.function.empty() || each.function == function)) return &each;
    return nullptr;
  }
};

/// "refuted output_range of on_head line 7", without its first word.
inline CorpusCase::Expected expected_of(std::istringstream& words) {
  CorpusCase::Expected out;
  words >> out.property;
  for (std::string word; words >> word;) {
    if (word == "of") words >> out.function;
    else if (word == "line") words >> out.line;
    else ADD_FAILURE() << "an expectation has the unknown word " << word;
  }
  return out;
}

inline void read_head_line(const std::string& line, CorpusCase& out) {
  std::istringstream words(line.substr(3));
  std::string key, value;
  words >> key;
  if (key == "contract:") words >> out.contract;
  if (key == "bound:") words >> out.bound;
  if (key == "truth:") {
    words >> value;
    EXPECT_TRUE(value == "safe" || value == "unsafe") << out.path;
    out.is_safe = value == "safe", out.has_truth = true;
  }
  if (key == "expect:") {
    words >> value;
    EXPECT_EQ(value, "refuted") << out.path;
    out.refuted.push_back(expected_of(words));
  }
  if (key == "known:") {
    words >> value;
    EXPECT_EQ(value, "unknown") << out.path;
    words >> value;
    out.unknown.push_back(value);
  }
  if (key == "try:") {
    auto& inputs = out.tries.emplace_back();
    while (words >> value) inputs[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1);
  }
}

inline CorpusCase read_case(const std::filesystem::path& path) {
  CorpusCase out;
  out.path = path;
  std::istringstream lines(text_of(path));
  std::string* section = &out.text;
  for (std::string line; std::getline(lines, line);) {
    if (line == "// ---- contract") section = &out.contract_text;
    else if (line == "// ---- properties") section = &out.properties_text;
    else {
      if (section == &out.text && line.starts_with("// ")) read_head_line(line, out);
      *section += line + "\n";
    }
  }
  EXPECT_TRUE(out.has_truth) << path << " does not say what is true of it";
  EXPECT_NE(out.contract.empty(), out.contract_text.empty()) << path << " needs a contract, and one only";
  EXPECT_NE(out.is_safe, !out.refuted.empty()) << path << ": an unsafe case says which claims do not hold, a safe one has none";
  return out;
}

inline std::filesystem::path corpus_folder() { return source_dir() / "tests/cases/verify"; }

inline std::vector<std::string> corpus_groups() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder()))
    if (entry.is_directory() && entry.path().filename() != "contracts") out.push_back(entry.path().filename());
  std::ranges::sort(out);
  return out;
}

inline std::vector<CorpusCase> cases_of(const std::string& group) {
  std::vector<CorpusCase> out;
  for (const auto& path : sources_in(corpus_folder() / group)) out.push_back(read_case(path));
  return out;
}

inline tasks::Contract contract_of_case(const CorpusCase& one) {
  if (!one.contract_text.empty()) return contract_from(one.contract_text);
  auto contract = tasks::read_contract(corpus_folder() / "contracts" / (one.contract + ".h"));
  EXPECT_TRUE(contract.has_value()) << one.path << (contract ? "" : contract.error().what);
  return contract.value_or(tasks::Contract{});
}

}  // namespace assay::verify
