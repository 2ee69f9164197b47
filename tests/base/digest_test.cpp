#include "base/digest.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Digest, MatchesThePublishedVectors) {  // FIPS 180-4, appendix B.1
  EXPECT_EQ(sha256("abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, ReadsBackWhatItWrites) { EXPECT_EQ(Digest::from_hex(sha256("x").hex()), sha256("x")); }

TEST(Digest, RefusesTextThatIsNoDigest) {
  std::string good = sha256("x").hex();
  EXPECT_FALSE(Digest::from_hex(""));
  EXPECT_FALSE(Digest::from_hex(good + "0"));
  EXPECT_FALSE(Digest::from_hex("g" + good.substr(1)));
  EXPECT_FALSE(Digest::from_hex("A" + good.substr(1))) << "one spelling only";
}

}  // namespace
}  // namespace assay
