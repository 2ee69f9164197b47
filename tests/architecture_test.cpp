// The layers of docs/architecture.md, section 2, held against every include in the tree.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = ASSAY_SOURCE_DIR;

/// An include may point to its own folder or to a lower layer; siblings on one layer do not include each other.
const std::map<std::string, int> kLayers = {{"base", 0},  {"policies", 0},   {"tasks", 1},  {"sandbox", 1}, {"kernels", 1},
                                            {"evaluators", 2}, {"verify", 2}, {"evolve", 3}, {"cli", 4},     {"web", 4}};

struct SourceFile {
  std::string path;  ///< relative to the root
  std::string folder;
  bool header = false;
  std::vector<std::string> includes;  ///< of the "project" form, in order
  std::set<std::string> standard;     ///< of the <system> form
  std::set<std::string> names;        ///< of std that it speaks of, outside of comments
  bool pragma_once = false;
};

SourceFile read_source(const fs::path& path) {
  static const std::regex kInclude(R"rx(^\s*#\s*include\s*"([^"]+)")rx"), kStandard(R"rx(^\s*#\s*include\s*<([^>]+)>)rx"), kName(R"rx(\bstd::(\w+))rx");
  SourceFile file;
  file.path = fs::relative(path, kRoot).string();
  file.folder = file.path.substr(0, file.path.find('/'));
  file.header = path.extension() == ".h" || path.extension() == ".cuh";
  std::ifstream stream(path);
  std::smatch match;
  for (std::string line; std::getline(stream, line);) {
    if (std::regex_search(line, match, kInclude)) file.includes.push_back(match[1]);
    if (std::regex_search(line, match, kStandard)) file.standard.insert(match[1]);
    if (file.header && line.find("std::") != line.npos) {
      line.resize(std::min(line.find("//"), line.size()));
      for (std::sregex_iterator name(line.begin(), line.end(), kName), end; name != end; ++name) file.names.insert((*name)[1]);
    }
    file.pragma_once |= line == "#pragma once";
  }
  return file;
}

bool is_source(const fs::path& path) {
  static const std::vector<std::string> kExtensions = {".h", ".cpp", ".cu", ".cuh"};
  return std::ranges::find(kExtensions, path.extension().string()) != kExtensions.end();
}

/// Task baselines and certified policies are candidates' text: the screen judges what they include. A task's properties are
/// compiled with a policy and its contract in front of them.
bool is_candidate(const std::string& path) {
  return path.find("/baselines/") != std::string::npos || (path.starts_with("tasks/") && path.ends_with("/properties.cpp")) || path.starts_with("policies/certified/");
}

std::vector<SourceFile> sources() {
  std::vector<SourceFile> files;
  for (const auto& [folder, layer] : kLayers) {
    if (!fs::exists(kRoot / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder))
      if (entry.is_regular_file() && is_source(entry.path()) && !is_candidate(fs::relative(entry.path(), kRoot).string()))
        files.push_back(read_source(entry.path()));
  }
  return files;
}

std::string folder_of(const std::string& include) { return include.substr(0, include.find('/')); }

/// Why `file` may not include `include`; nothing when it may.
std::optional<std::string> objection(const std::string& folder, const std::string& include) {
  std::string other = folder_of(include);
  auto mine = kLayers.find(folder), theirs = kLayers.find(other);
  if (theirs == kLayers.end()) return "names no folder of the project; write the path from the root";
  if (other == folder || theirs->second < mine->second) return std::nullopt;
  return theirs->second == mine->second ? "goes sideways to " + other : "goes up to " + other;
}

TEST(Architecture, TheRulesThemselvesRefuseAnEdgeUpOrSideways) {
  EXPECT_FALSE(objection("verify", "base/result.h"));
  EXPECT_FALSE(objection("verify", "verify/ast.h"));
  EXPECT_TRUE(objection("verify", "evolve/archive.h"));
  EXPECT_TRUE(objection("verify", "evaluators/domain.h"));
  EXPECT_TRUE(objection("verify", "ast.h"));
}

TEST(Architecture, NoIncludeGoesUpOrSideways) {
  auto files = sources();
  ASSERT_GT(files.size(), 20u) << "the sources were not found under " << kRoot;
  for (const auto& file : files)
    for (const auto& include : file.includes) {
      auto why = objection(file.folder, include);
      EXPECT_FALSE(why) << file.path << " includes \"" << include << "\", which " << *why;
    }
}

TEST(Architecture, EveryProjectIncludeExists) {
  for (const auto& file : sources())
    for (const auto& include : file.includes)
      EXPECT_TRUE(fs::exists(kRoot / include)) << file.path << " includes \"" << include << "\"";
}

TEST(Architecture, EveryHeaderHasPragmaOnce) {
  for (const auto& file : sources()) {
    if (file.header) {
      EXPECT_TRUE(file.pragma_once) << file.path;
    }
  }
}

/// Where a name of the standard library lives. The build compiles headers alone with JSON's header in front of them, which would
/// hide that one of these is missing.
const std::map<std::string, std::string> kHomes = {
    {"vector", "vector"}, {"string", "string"}, {"string_view", "string_view"}, {"map", "map"}, {"multimap", "map"}, {"set", "set"}, {"unordered_map", "unordered_map"},
    {"unordered_set", "unordered_set"}, {"deque", "deque"}, {"list", "list"}, {"array", "array"}, {"span", "span"}, {"optional", "optional"}, {"variant", "variant"},
    {"expected", "expected"}, {"unexpected", "expected"}, {"unique_ptr", "memory"}, {"shared_ptr", "memory"}, {"function", "functional"}, {"mutex", "mutex"},
    {"lock_guard", "mutex"}, {"unique_lock", "mutex"}, {"condition_variable", "condition_variable"}, {"atomic", "atomic"}, {"thread", "thread"}, {"jthread", "thread"},
    {"stop_token", "stop_token"}, {"chrono", "chrono"}, {"filesystem", "filesystem"}, {"ostringstream", "sstream"}, {"int64_t", "cstdint"}, {"uint64_t", "cstdint"},
    {"uint32_t", "cstdint"}, {"uint8_t", "cstdint"}, {"mt19937_64", "random"}, {"future", "future"}, {"regex", "regex"}};

/// What a file and everything of the project that it includes read of the standard library.
void collect(const std::string& path, const std::map<std::string, SourceFile>& files, std::set<std::string>& seen, std::set<std::string>& standard) {
  auto file = files.find(path);
  if (file == files.end() || !seen.insert(path).second) return;
  standard.insert(file->second.standard.begin(), file->second.standard.end());
  for (const auto& include : file->second.includes) collect(include, files, seen, standard);
}

TEST(Architecture, AHeaderIncludesWhatItNamesOfTheStandardLibrary) {
  std::map<std::string, SourceFile> files;
  for (auto& file : sources()) files.emplace(file.path, file);
  std::size_t looked_at = 0;
  for (const auto& [path, file] : files) {
    std::set<std::string> seen, standard;
    collect(path, files, seen, standard);
    for (const auto& name : file.names) {
      auto home = kHomes.find(name);
      if (home == kHomes.end()) continue;
      ++looked_at;
      EXPECT_TRUE(standard.contains(home->second)) << path << " names std::" << name << " and includes <" << home->second << "> nowhere";
    }
  }
  EXPECT_GT(looked_at, 300u);
}

/// Together with the headers that the build compiles alone (tests/CMakeLists.txt), this shows each header self-contained.
TEST(Architecture, ASourceIncludesItsOwnHeaderFirst) {
  for (const auto& file : sources()) {
    fs::path own = fs::path(file.path).replace_extension(".h");
    if (file.header || !fs::exists(kRoot / own)) continue;
    ASSERT_FALSE(file.includes.empty()) << file.path;
    EXPECT_EQ(file.includes[0], own.string()) << file.path;
  }
}

}  // namespace
