#include "tasks/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "base/file.h"

namespace assay::tasks {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kRoot = ASSAY_SOURCE_DIR;

Contract contract_of(const std::string& task) {
  auto contract = read_contract(kRoot / "tasks" / task / "policy.h");
  EXPECT_TRUE(contract.has_value()) << contract.error().what;
  return contract.value_or(Contract{});
}

Contract contract_from(const std::string& body) {
  auto contract = read_contract_text("#include \"policies/abi/assay.h\"\n" + body, "policy.h");
  EXPECT_TRUE(contract.has_value()) << contract.error().what;
  return contract.value_or(Contract{});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

template <class T>
std::vector<std::string> names(const std::vector<T>& items) {
  std::vector<std::string> found;
  for (const T& item : items) found.push_back(item.name);
  return found;
}

// -- the shipped contracts --

TEST(ShippedContract, OfWebCacheHasItsRecordsFieldsAndOneFunction) {
  const Contract contract = contract_of("web_cache");
  EXPECT_THAT(names(contract.records), ElementsAre("Object", "Spread", "Ghost", "Cache"));
  EXPECT_THAT(names(contract.record("Object")->fields),
              ElementsAre("size", "hits", "age", "lifetime", "last_access", "inserted"));
  EXPECT_THAT(names(contract.record("Ghost")->fields), ElementsAre("known", "hits", "age", "residency"));
  ASSERT_THAT(names(contract.functions), ElementsAre("priority"));
  const Function& priority = contract.functions.front();
  EXPECT_EQ(priority.return_type, "i64");
  EXPECT_EQ(priority.unit, "priority");
  EXPECT_EQ(priority.min, -(1LL << 62));
  EXPECT_EQ(priority.max, 1LL << 62);
  EXPECT_THAT(names(priority.parameters), ElementsAre("object", "cache", "ghost"));
  for (const Parameter& parameter : priority.parameters) EXPECT_TRUE(parameter.is_reference && !parameter.is_state);
}

TEST(ShippedContract, OfWebCacheQueuesHasStateByReference) {
  const Contract contract = contract_of("web_cache_queues");
  EXPECT_THAT(names(contract.functions), ElementsAre("on_insert", "on_hit", "pick_queue", "on_head"));
  const Function& on_insert = *contract.function("on_insert");
  EXPECT_THAT(names(on_insert.parameters), ElementsAre("object", "ghost", "queues", "mark", "memory"));
  EXPECT_TRUE(on_insert.parameters[3].is_state && on_insert.parameters[4].is_state);
  EXPECT_FALSE(on_insert.parameters[2].is_state);
  EXPECT_EQ(contract.function("on_head")->max, 5);
  EXPECT_THAT(names(contract.constants), Contains("kQueues"));
}

TEST(ShippedContract, LaysRecordsOutAsTheCompilerDoes) {
  const Contract contract = contract_of("web_cache");
  const Record& cache = *contract.record("Cache");
  EXPECT_EQ(cache.field("hits")->type, "Spread");
  EXPECT_EQ(cache.field("hits")->offset_bytes, 48u);
  EXPECT_EQ(cache.field("hits")->size_bytes, 40u);
  EXPECT_EQ(cache.size_bytes, 168u);
}

// -- reading --

TEST(Contract, KeepsUnitsRangesDocsAndLines) {
  const Contract contract = contract_from(
      "/// A thing.\nstruct Object {\n  i64 size ASSAY_FIELD(\"bytes\", -3, 1LL << 40);  ///< on disk\n"
      "  /// Two\n  /// lines.\n  bool hot;\n};\n/// Larger stays.\ni64 f(const Object& object) ASSAY_RETURNS(\"p\", 0, 7);\n");
  const Record& object = *contract.record("Object");
  EXPECT_EQ(object.doc, "A thing.");
  EXPECT_EQ(object.line, 3);
  const Field& size = *object.field("size");
  EXPECT_EQ(std::tie(size.unit, size.min, size.max, size.doc, size.line),
            std::make_tuple("bytes", -3, 1LL << 40, "on disk", 4));
  const Field& hot = *object.field("hot");
  EXPECT_EQ(std::tie(hot.type, hot.min, hot.max, hot.doc, hot.size_bytes), std::make_tuple("bool", 0, 1, "Two lines.", 1u));
  EXPECT_EQ(contract.function("f")->doc, "Larger stays.");
}

TEST(Contract, ReadsArraysOfScalarsAndOfRecords) {
  const Contract contract = contract_from(
      "struct Pair {\n  bool known;\n  i64 x ASSAY_FIELD(\"\", 0, 1);\n};\nstruct All {\n"
      "  Array<bool, 3> flags;\n  Array<i64, 5> counts ASSAY_FIELD(\"n\", 0, 9);\n  Array<Pair, 2> pairs;\n};\n"
      "bool f(const All& all);\nvoid g(All& all, i64 x, bool y);\n");
  const Record& all = *contract.record("All");
  EXPECT_EQ(all.field("flags")->array_length, 3u);
  EXPECT_EQ(all.field("flags")->size_bytes, 3u);
  EXPECT_EQ(all.field("counts")->offset_bytes, 8u);
  EXPECT_EQ(all.field("counts")->max, 9);
  EXPECT_EQ(all.field("pairs")->type, "Pair");
  EXPECT_EQ(all.field("pairs")->size_bytes, 32u);
  EXPECT_EQ(contract.function("f")->return_type, "bool");
  EXPECT_EQ(contract.function("f")->max, 1);
  EXPECT_EQ(contract.function("g")->return_type, "void");
}

TEST(Contract, TakesTheWholeOfI64AsARange) {
  const Contract contract = contract_from(
      "struct Object {\n  i64 x ASSAY_FIELD(\"\", -9223372036854775807LL - 1, 9223372036854775807LL);\n};\n"
      "i64 f(const Object& object) ASSAY_RETURNS(\"\", 0, 0);\n");
  EXPECT_EQ(contract.record("Object")->field("x")->min, INT64_MIN);
  EXPECT_EQ(contract.record("Object")->field("x")->max, INT64_MAX);
}

TEST(Contract, HasADigestOfItsTextAlone) {
  const std::string text = "#include \"policies/abi/assay.h\"\nbool f(i64 x);\n";
  auto here = read_contract_text(text, "a/policy.h"), there = read_contract_text(text, "b/policy.h");
  auto other = read_contract_text(text + "\n", "a/policy.h");
  ASSERT_TRUE(here && there && other);
  EXPECT_EQ(here->digest, there->digest);
  EXPECT_NE(here->digest, other->digest);
}

TEST(Contract, ThatIsMissingIsNamed) {
  auto contract = read_contract(kRoot / "tasks/no_such_task/policy.h");
  ASSERT_FALSE(contract);
  EXPECT_THAT(contract.error().what, HasSubstr("no_such_task/policy.h"));
}

TEST(Contract, SurvivesBytesThatAreNoText) {
  for (const std::string& text : {std::string(), std::string("\0\0\xff", 3), std::string(100'000, '('),
                                  std::string("#include \"policy.h\"\n"), std::string("/* never closed")}) {
    auto contract = read_contract_text(text, "policy.h");
    ASSERT_FALSE(contract);
    EXPECT_THAT(contract.error().what, HasSubstr("policy.h:"));
  }
}

TEST(Contract, ThatIsWrongGetsExactlyTheExpectedMessages) {
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "tests/tasks/cases")) {
    SCOPED_TRACE(entry.path().filename().string());
    const std::string text = read_file(entry.path()).value();
    auto contract = read_contract_text(text, "policy.h");
    if (contract) {
      ADD_FAILURE() << "was accepted";
      continue;
    }
    const auto messages = lines_of(contract.error().what);
    std::size_t expected = 0;
    for (const std::string& line : lines_of(text)) {
      if (!line.starts_with("// expect: ")) break;
      EXPECT_THAT(expected < messages.size() ? messages[expected] : "nothing", HasSubstr(line.substr(11)));
      ++expected;
    }
    EXPECT_EQ(messages.size(), expected) << contract.error().what;
    EXPECT_GE(expected, 1u);
    ++cases;
  }
  EXPECT_GE(cases, 50);
}

// -- what else comes from the reading --

TEST(AbiFunctions, AreTheTotalMathsWithTheirDocs) {
  EXPECT_THAT(names(abi_functions()), ElementsAre("min", "max", "clamp", "abs", "sat_add", "sat_sub", "sat_mul",
                                                  "safe_div", "safe_mod", "log2_floor", "is_nan", "fmin", "fmax", "fclamp", "fabs",
                                                  "to_i64", "tunable", "ftunable"));
  for (const AbiFunction& function : abi_functions()) {
    EXPECT_THAT(function.parameter_types, ::testing::Each(is_of_doubles(function) ? "f64" : "i64"));
    EXPECT_FALSE(function.doc.empty()) << function.name;
  }
}

TEST(AbiHeaders, AreTheFilesOfTheTree) {
  for (const AbiHeader& header : abi_headers()) EXPECT_TRUE(header.text == read_file(kRoot / header.path).value()) << header.path;
}

TEST(Describe, ShowsEveryNameRangeAndDoc) {
  const Contract contract = contract_of("web_cache_queues");
  const std::string text = describe(contract);
  for (const Record& record : contract.records) {
    EXPECT_THAT(text, HasSubstr("struct " + record.name + " {"));
    for (const Field& field : record.fields) EXPECT_THAT(text, HasSubstr(" " + field.name + ";"));
  }
  EXPECT_THAT(text, HasSubstr("i64 size;  // bytes, 1 .. 2^40; 1 in a run that counts objects"));
  EXPECT_THAT(text, HasSubstr("Array<i64, 4> length;  // each: objects, 0 .. 2^40; of each queue"));
  EXPECT_THAT(text, HasSubstr("constexpr i64 kForget = 5;"));
  EXPECT_THAT(text, HasSubstr("// Must return: queue, 0 .. 3.\ni64 pick_queue(const Queues& queues, Memory& memory);"));
  EXPECT_THAT(text, HasSubstr("May write `memory`"));
  EXPECT_THAT(text, HasSubstr("i64 safe_div(i64, i64);"));
  EXPECT_THAT(text, Not(HasSubstr("ASSAY_")));
}

}  // namespace
}  // namespace assay::tasks
