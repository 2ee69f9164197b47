// Signed bundles: what is signed is found again, and any other folder is refused.

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "verify/attest/dsse.h"
#include "verify/attest/statement.h"

namespace assay::verify::attest {
namespace {

namespace fs = std::filesystem;

class Attest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("assay-attest-" + std::to_string(getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "obligations");
    put("certificate.json", R"({"verdict": "proved"})");
    put("source.cpp", "i64 f() { return 1; }\n");
    put("obligations/0001.smt2", "(check-sat)\n");
    ASSERT_TRUE(sign_bundle(folder_, key_).has_value());
  }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) { ASSERT_TRUE(write_file(folder_ / name, text).has_value()); }
  Result<Attested> check() { return check_signed_bundle(folder_, {key_.public_key()}); }
  std::string refusal() {
    auto checked = check();
    return checked ? "" : checked.error().what;
  }

  fs::path folder_;
  SigningKey key_ = *SigningKey::generate();
};

TEST_F(Attest, ASignedFolderIsWhatItSays) {
  auto checked = check();
  ASSERT_TRUE(checked.has_value()) << checked.error().what;
  EXPECT_EQ(checked->statement.subjects.size(), 3u);
  EXPECT_EQ(checked->signers, std::vector<std::string>{key_.public_key().id()});
}

TEST_F(Attest, AChangedMissingOrAddedFileIsNamed) {
  put("source.cpp", "i64 f() { return 2; }\n");
  EXPECT_NE(refusal().find("source.cpp was changed"), std::string::npos) << refusal();
  fs::remove(folder_ / "source.cpp");
  EXPECT_NE(refusal().find("source.cpp is missing"), std::string::npos) << refusal();
  put("source.cpp", "i64 f() { return 1; }\n");
  put("obligations/0002.smt2", "");
  EXPECT_NE(refusal().find("0002.smt2 was added"), std::string::npos) << refusal();
}

TEST_F(Attest, ALinkInTheFolderIsRefused) {
  fs::create_symlink("/etc/passwd", folder_ / "more");
  EXPECT_NE(refusal().find("more is a link"), std::string::npos) << refusal();
}

TEST_F(Attest, AnotherKeySignsInVain) {
  auto other = SigningKey::generate();
  EXPECT_FALSE(check_signed_bundle(folder_, {other->public_key()}).has_value());
  EXPECT_FALSE(check_signed_bundle(folder_, {}).has_value());
}

TEST_F(Attest, EveryByteOfTheEnvelopeMatters) {
  const std::string right = *read_file(folder_ / kAttestationFile);
  auto envelope = *parse_json(right, "envelope");
  const std::string payload = *from_base64(envelope["payload"].get<std::string>(), "payload");
  for (std::size_t i = 0; i < payload.size(); i += 7) {
    std::string forged = payload;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    Json changed = envelope;
    changed["payload"] = base64(forged);
    put(std::string(kAttestationFile), changed.dump());
    EXPECT_FALSE(check().has_value()) << "byte " << i;
  }
  std::string signature = *from_base64(envelope["signatures"][0]["sig"].get<std::string>(), "sig");
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string forged = signature;
    forged[i] = static_cast<char>(forged[i] ^ 4);
    Json changed = envelope;
    changed["signatures"][0]["sig"] = base64(forged);
    put(std::string(kAttestationFile), changed.dump());
    EXPECT_FALSE(check().has_value()) << "byte " << i;
  }
}

TEST_F(Attest, TheTypeOfThePayloadIsSignedToo) {
  auto envelope = seal("text/plain", "hello", key_);
  EXPECT_TRUE(open(envelope, "text/plain", {key_.public_key()}, "e").has_value());
  envelope["payloadType"] = kPayloadType;
  EXPECT_FALSE(open(envelope, kPayloadType, {key_.public_key()}, "e").has_value());
}

TEST_F(Attest, MalformedEnvelopesAreErrors) {
  for (const char* text : {"", "{}", "[]", R"({"payload": 1})", R"({"payloadType": "application/vnd.in-toto+json", "payload": "*", "signatures": []})",
                           R"({"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [{}]})"}) {
    put(std::string(kAttestationFile), text);
    EXPECT_FALSE(check().has_value()) << text;
  }
}

TEST_F(Attest, TheChainToThePreviousCertificateIsPartOfTheStatement) {
  const Digest before = check()->digest;
  ASSERT_TRUE(sign_bundle(folder_, key_, before).has_value());
  EXPECT_EQ(check()->statement.previous, before);
}

TEST_F(Attest, SigningTwiceGivesTheSameBytes) {
  const std::string first = *read_file(folder_ / kAttestationFile);
  ASSERT_TRUE(sign_bundle(folder_, key_).has_value());
  EXPECT_EQ(*read_file(folder_ / kAttestationFile), first);
}

TEST_F(Attest, KeysGoThroughTheirFilesAndOneThatOthersCanReadIsRefused) {
  const fs::path file = folder_ / "key";
  ASSERT_TRUE(key_.save(file).has_value());
  EXPECT_FALSE(key_.save(file).has_value()) << "an existing key is never written over";
  auto again = SigningKey::load(file);
  ASSERT_TRUE(again.has_value()) << again.error().what;
  EXPECT_EQ(again->public_key(), key_.public_key());
  auto pem = read_public_key(key_.public_key().pem(), "pem");
  ASSERT_TRUE(pem.has_value());
  EXPECT_EQ(*pem, key_.public_key());
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read);
  auto open_to_all = SigningKey::load(file);
  ASSERT_FALSE(open_to_all.has_value());
  EXPECT_NE(open_to_all.error().what.find("chmod 600"), std::string::npos);
}

TEST(Dsse, TheEncodingIsTheOneOfTheSpecification) {
  EXPECT_EQ(pre_authentication_encoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(Base64, HasOneSpelling) {
  EXPECT_EQ(from_base64("aGVsbG8=", "x").value_or("?"), "hello");
  for (const char* wrong : {"aGVsbG8", "aGVsbG9=", "aGVs bG8=", "aGVsb\xb9\xc9V", "aGVs\xc3\xa9Vs"}) EXPECT_FALSE(from_base64(wrong, "x")) << wrong;
}

}  // namespace
}  // namespace assay::verify::attest
