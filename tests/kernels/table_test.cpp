#include "kernels/table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "kernels/sha256.h"

namespace assay::kernels {
namespace {

const Json kShape{{"heads_q", 32}, {"heads_kv", 8}, {"head_dim", 128}, {"sequences", 1}, {"length", 300}, {"raggedness", "even"}, {"seed", 0}};

DeviceFacts device() { return {"cpu", "a CPU of no make", 2, 1u << 22, 20, 0.1, 0, "none", "none", 2300}; }

Table table() {
  Table made;
  made.header = {Task::decode_split, device(), std::string(64, 'a'), "2026-11-28", 7, 4, 0.01, kShape, "a test"};
  return made;
}

TableRow row(const std::string& action) {
  return {kShape, action, "", {1000, 900, 1100, 950}, {0, 0, 0, 0}, floor_us(Task::decode_split, kShape, device()), 0.002};
}

/// What parse_table says of the table with one row, after `change` was made to the row's JSON.
template <class Change>
std::string refusal(Change change) {
  Table made = table();
  EXPECT_EQ(made.add(row("2")), "");
  std::string text = made.text();
  const std::size_t second = text.find('\n') + 1;
  Json json = Json::parse(text.substr(second));
  change(json);
  const auto parsed = parse_table(text.substr(0, second) + json.dump() + "\n", "t.jsonl");
  return parsed ? "" : parsed.error();
}

TEST(Sha256, IsThatOfTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  const std::uint32_t codes[] = {0x64636261};
  EXPECT_EQ(order_digest(codes), sha256_hex("abcd"));
}

TEST(Table, ComesBackAsItWasWritten) {
  Table made = table();
  ASSERT_EQ(made.add(row("1")), "");
  ASSERT_EQ(made.add(row("5")), "");
  const auto path = std::filesystem::temp_directory_path() / ("assay-table-" + std::to_string(getpid()) + ".jsonl");
  ASSERT_TRUE(write_table(path, made));
  const auto read = read_table(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->sha256, sha256_hex(made.text()));
  EXPECT_EQ(read->table.text(), made.text());
  EXPECT_EQ(read->table.header.device, device());
  ASSERT_EQ(read->table.rows().size(), 2u);
  EXPECT_DOUBLE_EQ(read->table.rows()[0].median_us(), 975);
  EXPECT_EQ(read->table.shapes().size(), 1u);
  EXPECT_EQ(read->table.of(kShape).size(), 2u);
}

TEST(Table, FindsAnActionByAnyNumberThatIsTheSameLaunch) {
  Table made = table();  // 300 tokens are 5 blocks
  for (const char* action : {"1", "2", "3", "5"}) ASSERT_EQ(made.add(row(action)), "");
  ASSERT_NE(made.find(kShape, 4u), nullptr);
  EXPECT_EQ(made.find(kShape, 4u)->action, "3") << "four parts of two blocks each are three parts";
  EXPECT_EQ(made.find(kShape, 128u)->action, "5");
  EXPECT_EQ(made.find(Json{{"length", 300}}, 1u), made.find(kShape, 1u)) << "a key that is missing has its default";
  EXPECT_EQ(made.find(Json{{"length", 301}}, 1u), nullptr);
  EXPECT_EQ(made.find(kShape, 129u), nullptr);
  EXPECT_EQ(made.find(Json{{"lenght", 300}}, 1u), nullptr);
}

TEST(Table, RemovesAShapeAndTakesItAgain) {
  Table made = table();
  TableRow other = row("1");
  other.shape["length"] = 320;
  other.floor_us = floor_us(Task::decode_split, other.shape, device());
  for (const TableRow& each : {row("1"), other, row("2")}) ASSERT_EQ(made.add(each), "");
  made.remove(kShape);
  ASSERT_EQ(made.rows().size(), 1u);
  EXPECT_EQ(made.find(kShape, 1u), nullptr);
  ASSERT_NE(made.find(other.shape, 1u), nullptr);
  EXPECT_EQ(made.find(other.shape, 1u)->shape, other.shape);
  EXPECT_EQ(made.add(row("1")), "");
  EXPECT_NE(made.add(row("1")), "");
}

TEST(Table, RefusesWhatIsNoMeasurement) {
  EXPECT_EQ(refusal([](Json&) {}), "");
  const auto with = [](const char* key, const Json& value) { return refusal([&](Json& json) { json[key] = value; }); };
  EXPECT_NE(with("us", {1000, -1, 1, 1}).find("t.jsonl:2: a sample is no time"), std::string::npos);
  EXPECT_NE(with("us", {1000, 1e-9, 1000, 1000}).find("under the floor"), std::string::npos);
  EXPECT_NE(with("us", {1000, nullptr, 1000, 1000}).find("\"us\""), std::string::npos) << "JSON writes NaN as null";
  EXPECT_NE(with("us", Json::array()).find("no samples"), std::string::npos);
  EXPECT_NE(with("us", {1000, 1000, 1000, 1000, 1000}).find("a clock for each"), std::string::npos);
  EXPECT_NE(refusal([](Json& json) { json["us"] = {1000, 900, 1100}, json["clock_mhz"] = {0, 0, 0}; }).find("too few"), std::string::npos);
  EXPECT_NE(with("action", 0).find("out of range"), std::string::npos);
  EXPECT_NE(with("action", 4).find("the same launch as 3"), std::string::npos);
  EXPECT_NE(with("action", "4").find("\"action\""), std::string::npos);
  EXPECT_NE(with("action", 2.5).find("\"action\""), std::string::npos);
  EXPECT_NE(with("floor_us", 0.1).find("floor_us"), std::string::npos);
  EXPECT_NE(with("relative_error", 0.5).find("wrong"), std::string::npos);
  EXPECT_NE(with("writes_once", false).find("once"), std::string::npos);
  EXPECT_NE(with("name", "snake").find("unknown key"), std::string::npos);
  EXPECT_NE(with("better_than_measured", true).find("unknown key"), std::string::npos);
  EXPECT_NE(refusal([](Json& json) { json.erase("clock_mhz"); }).find("clock_mhz"), std::string::npos);
  EXPECT_NE(refusal([](Json& json) { json["shape"].erase("seed"); }).find("lacks keys"), std::string::npos);
  EXPECT_NE(refusal([](Json& json) { json["shape"]["heads_kv"] = 5; }).find("limits"), std::string::npos);
}

TEST(Table, RefusesTheSameLineTwiceAndAFileThatIsCutOff) {
  Table made = table();
  ASSERT_EQ(made.add(row("2")), "");
  EXPECT_NE(made.add(row("2")), "");
  const std::string text = made.text(), line = text.substr(text.find('\n') + 1);
  EXPECT_NE(parse_table(text + line, "t.jsonl").error().find("t.jsonl:3"), std::string::npos);
  for (std::size_t length = 0; length < text.size(); ++length) {
    if (length > 0 && text[length - 1] == '\n') continue;  // whole lines are a table
    EXPECT_FALSE(parse_table(text.substr(0, length), "t.jsonl")) << length;
  }
}

TEST(Table, RefusesHeadersThatDoNotSayWhatMeasured) {
  const std::string text = table().text();
  ASSERT_TRUE(parse_table(text, "t"));
  const auto without = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return !parse_table(changed.replace(at, from.size(), to), "t");
  };
  EXPECT_TRUE(without("\"table\":1", "\"table\":2"));
  EXPECT_TRUE(without("\"task\":\"decode_split\"", "\"task\":\"decode\""));
  EXPECT_TRUE(without("\"kind\":\"cpu\"", "\"kind\":\"tpu\""));
  EXPECT_TRUE(without("\"bandwidth_gb_s\":20.0", "\"bandwidth_gb_s\":0"));
  EXPECT_TRUE(without("aaaa", "AAAA"));
  EXPECT_TRUE(without("2026-11-28", "2026-13-28"));
  EXPECT_TRUE(without("\"rounds\":4", "\"rounds\":0"));
  EXPECT_TRUE(without("\"seed\":7", "\"seed\":7,\"seed\":8")) << "a key twice";
  EXPECT_TRUE(without("\"seed\":7", "\"seed\":-7"));
  EXPECT_TRUE(without("\"log_ratio_p95\":0.01", "\"log_ratio_p95\":-0.01"));
  EXPECT_TRUE(without("\"by\":\"a test\",", ""));
  EXPECT_TRUE(without("{", "["));
  EXPECT_FALSE(parse_table(std::string(100000, '['), "t"));
}

TEST(Table, OrdersAreNamedByTheirDigest) {
  const Json gemm{{"kernel", "gemm"}, {"m", 256}, {"n", 256}, {"k", 64}};
  Table made;
  made.header = {Task::tile_order, device(), std::string(64, 'a'), "2026-11-28", 7, 4, 0.01, gemm, "a test"};
  const std::uint32_t codes[] = {0, 1, 2, 3};
  TableRow order{gemm, order_digest(codes), "row_major", {1000, 1000, 1000, 1000}, {0, 0, 0, 0}, floor_us(Task::tile_order, gemm, device()), 0.002};
  ASSERT_EQ(made.add(order), "");
  EXPECT_NE(made.find(gemm, order_digest(codes)), nullptr);
  order.action = "1";
  EXPECT_NE(made.add(order), "");
  order.action = std::string(64, '0');
  order.name.clear();
  EXPECT_NE(made.add(order), "");
  const auto read = parse_table(made.text(), "t");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->rows()[0].name, "row_major");
}

}  // namespace
}  // namespace assay::kernels
