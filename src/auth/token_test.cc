// SPDX-License-Identifier: Apache-2.0
#include "auth/token.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <set>

#include "auth/base64url.h"
#include "base/limits.h"

namespace lightcone::auth {
namespace {

constexpr int64_t kNow = 1'737'665'769;
constexpr std::string_view kGoodHeader = R"({"typ":"JWT","alg":"ES256"})";

const KeyPair& keys() {
    static const KeyPair pair = *KeyPair::generate();
    return pair;
}

std::string part(std::string_view text) {
    return base64url_encode(as_bytes(text));
}

std::string token_of(std::string_view header, std::string_view payload, const KeyPair& with = keys()) {
    std::string text = part(header) + "." + part(payload);
    return text + "." + base64url_encode(*with.sign(as_bytes(text)));
}

// A payload with `more` members behind the three that must be there.
std::string payload_with(std::string_view more) {
    return R"({"iss":"localhost","sub":"alice","iat":1737665769)" + std::string(more.empty() ? "" : ",") +
           std::string(more) + "}";
}

std::string verdict(std::string_view token) {
    auto claims = verify_token(token, keys().verifying_key(), kNow);
    if (claims) return "ok";
    EXPECT_EQ(claims.error().code, ErrorCode::Unauthenticated);
    return claims.error().message;
}

std::string nested(size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

struct Case {
    const char* name;
    std::string token;
    std::string verdict;  // beginning of the error text, or "ok"
};

TEST(Token, claims) {
    std::string hex = sats::Identity::from_claims("localhost", "alice").hex();
    std::string json = "Invalid token: JSON error";
    auto claim = [](std::string_view more) { return token_of(kGoodHeader, payload_with(more)); };
    auto whole = [](std::string_view payload) { return token_of(kGoodHeader, payload); };
    std::string text128(128, 'i');
    std::vector<Case> cases = {
        {"least", claim(""), "ok"},
        {"extra claims", claim(R"("email":"a@b","n":{"a":[1,2.5,null]})"), "ok"},
        {"nbf in the future", claim(R"("nbf":99999999999)"), "ok"},
        {"iat in the future", whole(R"({"iss":"a","sub":"b","iat":99999999999})"), "ok"},
        {"iat zero", whole(R"({"iss":"a","sub":"b","iat":0})"), "ok"},
        {"exp null", claim(R"("exp":null)"), "ok"},
        {"exp now", claim(R"("exp":1737665769)"), "ok"},
        {"exp 30 s ago", claim(R"("exp":1737665739)"), "ok"},
        {"exp 60 s ago", claim(R"("exp":1737665709)"), "ok"},
        {"exp 61 s ago", claim(R"("exp":1737665708)"), "Invalid token: ExpiredSignature"},
        {"exp 0", claim(R"("exp":0)"), "Invalid token: ExpiredSignature"},
        {"exp negative", claim(R"("exp":-1)"), "Invalid token: ExpiredSignature"},
        {"exp least", claim(R"("exp":-9223372036854775808)"), "Invalid token: ExpiredSignature"},
        {"exp largest", claim(R"("exp":9223372036854775807)"), "ok"},
        {"exp too large", claim(R"("exp":9223372036854775808)"), json},
        {"exp float", claim(R"("exp":1837665769.5)"), json},
        {"exp exponent", claim(R"("exp":1e12)"), json},
        {"exp text", claim(R"("exp":"1837665769")"), json},
        {"exp true", claim(R"("exp":true)"), json},
        {"no iat", whole(R"({"iss":"a","sub":"b"})"), json},
        {"iat null", whole(R"({"iss":"a","sub":"b","iat":null})"), json},
        {"iat float", whole(R"({"iss":"a","sub":"b","iat":1.0})"), json},
        {"iat text", whole(R"({"iss":"a","sub":"b","iat":"1"})"), json},
        {"no iss", whole(R"({"sub":"b","iat":1})"), json},
        {"iss null", whole(R"({"iss":null,"sub":"b","iat":1})"), json},
        {"iss number", whole(R"({"iss":5,"sub":"b","iat":1})"), json},
        {"iss array", whole(R"({"iss":["a"],"sub":"b","iat":1})"), json},
        {"no sub", whole(R"({"iss":"a","iat":1})"), json},
        {"sub number", whole(R"({"iss":"a","sub":1,"iat":1})"), json},
        {"iss empty", whole(R"({"iss":"","sub":"b","iat":1})"), "Issuer empty"},
        {"sub empty", whole(R"({"iss":"a","sub":"","iat":1})"), "Subject empty"},
        {"iss 128", whole(R"({"iss":")" + text128 + R"(","sub":"b","iat":1})"), "ok"},
        {"iss 129", whole(R"({"iss":")" + text128 + R"(i","sub":"b","iat":1})"), "Issuer too long: \"iii"},
        {"sub 128", whole(R"({"iss":"a","sub":")" + text128 + R"(","iat":1})"), "ok"},
        {"sub 129", whole(R"({"iss":"a","sub":")" + text128 + R"(i","iat":1})"), "Subject too long: \"iii"},
        {"aud text", claim(R"("aud":"x")"), "ok"},
        {"aud array", claim(R"("aud":["x","y"])"), "ok"},
        {"aud empty", claim(R"("aud":[])"), "ok"},
        {"aud null", claim(R"("aud":null)"), "ok"},
        {"aud number", claim(R"("aud":5)"), json},
        {"aud array of numbers", claim(R"("aud":["a",5])"), json},
        {"aud object", claim(R"("aud":{})"), json},
        {"identity right", claim(R"("hex_identity":")" + hex + "\""), "ok"},
        {"identity null", claim(R"("hex_identity":null)"), "ok"},
        {"identity of another", claim(R"("hex_identity":")" + std::string(64, '0') + "\""), "Identity mismatch: "},
        {"identity with 0x", claim(R"("hex_identity":"0x)" + hex + "\""), json},
        {"identity short", claim(R"("hex_identity":")" + hex.substr(2) + "\""), json},
        {"identity long", claim(R"("hex_identity":")" + hex + "00\""), json},
        {"identity not hex", claim(R"("hex_identity":")" + std::string(64, 'g') + "\""), json},
        {"identity empty", claim(R"("hex_identity":"")"), json},
        {"identity number", claim(R"("hex_identity":5)"), json},
        {"duplicate sub", whole(R"({"iss":"a","sub":"b","sub":"c","iat":1})"), json},
        {"duplicate iss", whole(R"({"iss":"a","iss":"a","sub":"c","iat":1})"), json},
        {"duplicate by escape", whole(R"({"iss":"a","sub":"b","s\u0075b":"c","iat":1})"), json},
        {"duplicate extra", claim(R"("x":1,"x":2)"), json},
        {"not an object", whole("[]"), json},
        {"text", whole("\"a\""), json},
        {"empty payload", whole(""), json},
        {"two objects", whole(payload_with("") + payload_with("")), json},
        {"comment", whole("{/**/}"), json},
        {"trailing comma", whole(R"({"iss":"a","sub":"b","iat":1,})"), json},
        {"NaN", claim(R"("x":NaN)"), json},
        {"bad utf-8", claim("\"x\":\"\xff\""), json},
        {"lone surrogate", claim(R"("x":"\ud800")"), json},
        {"depth 16", claim("\"x\":" + nested(15)), "ok"},
        {"depth 17", claim("\"x\":" + nested(16)), json},
        {"depth 4000", claim("\"x\":" + nested(2500)), json},
        {"brackets in text do not nest", claim(R"("x":"[[[[[[[[[[[[[[[[[[[[\"[[[[[[")"), "ok"},
        {"spaces around", whole(" {\"iss\":\"a\", \"sub\":\"b\",\n\"iat\":1} "), "ok"},
    };
    for (const Case& test : cases) {
        std::string got = verdict(test.token);
        EXPECT_TRUE(got.starts_with(test.verdict)) << test.name << ": " << got;
    }
}

std::string with_signature(const Bytes& signature, std::string_view header = kGoodHeader) {
    return part(header) + "." + part(payload_with("")) + "." + base64url_encode(signature);
}

std::string hs256_token(std::string_view secret) {
    std::string text = part(R"({"alg":"HS256","typ":"JWT"})") + "." + part(payload_with(""));
    unsigned char mac[32];
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    return text + "." + base64url_encode(ByteView(mac, size));
}

std::string der_of_public_pem() {
    std::string pem = keys().public_pem();
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr);
    unsigned char* der = nullptr;
    int size = i2d_PUBKEY(key, &der);
    std::string text(reinterpret_cast<char*>(der), static_cast<size_t>(size));
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return text;
}

TEST(Token, form_algorithm_and_signature) {
    std::string good = token_of(kGoodHeader, payload_with(""));
    std::string json = "Invalid token: JSON error";
    std::string base64 = "Invalid token: Base64 error";
    std::string invalid = "Invalid token: InvalidSignature";
    auto header = [](std::string_view text) { return token_of(text, payload_with("")); };
    size_t dot = good.rfind('.');
    std::string unsigned_part = good.substr(0, dot);
    Bytes raw = *base64url_decode(good.substr(dot + 1));
    Bytes order = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    auto changed = [&](size_t at, const Bytes& value) {
        Bytes bytes = raw;
        std::copy(value.begin(), value.end(), bytes.begin() + static_cast<ptrdiff_t>(at));
        return with_signature(bytes);
    };
    Bytes longer = raw;
    longer.push_back(0);
    std::string other_last = good;
    // The last symbol of 64 bytes carries two bits that mean nothing.
    other_last.back() = good.back() == 'A' ? 'B' : static_cast<char>(good.back() + 1);
    std::vector<Case> cases = {
        {"good", good, "ok"},
        {"good with extra header fields",
         header(R"({"alg":"ES256","kid":"x","jku":"https://evil/","x5u":"https://evil/"})"), "ok"},
        {"key in the header", header(R"({"alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}})"), "ok"},
        {"kid as a path", header(R"({"alg":"ES256","kid":"../../etc/passwd"})"), "ok"},
        // Parts.
        {"empty", "", "Invalid token: InvalidToken"},
        {"one part", "abc", "Invalid token: InvalidToken"},
        {"two parts", unsigned_part, "Invalid token: InvalidToken"},
        {"four parts", good + ".x", "Invalid token: InvalidToken"},
        {"five parts (encrypted)", "a.b.c.d.e", "Invalid token: InvalidToken"},
        {"dots only", "..", json},
        {"empty header", "." + good.substr(good.find('.') + 1), json},
        {"no signature", unsigned_part + ".", invalid},
        {"too long", good.substr(0, dot) + "." + std::string(kTokenBytesMax, 'A'), "Invalid token: longer than 8192"},
        // base64url.
        {"padding", good + "==", base64},
        {"space behind", good + " ", base64},
        {"newline behind", good + "\n", base64},
        {"space in front", " " + good, base64},
        {"plus", unsigned_part + "." + std::string(86, '+'), base64},
        {"slash", unsigned_part + "." + std::string(86, '/'), base64},
        {"last symbol with stray bits", other_last, base64},
        {"impossible length", unsigned_part + "." + std::string(85, 'A'), base64},
        {"NUL", std::string(good).replace(3, 1, 1, '\0'), base64},
        // Algorithm.
        {"none, unsigned", part(R"({"alg":"none"})") + "." + part(payload_with("")) + ".",
         "Invalid token: InvalidAlgorithm"},
        {"none, signed", header(R"({"alg":"none"})"), "Invalid token: InvalidAlgorithm"},
        {"None", header(R"({"alg":"None"})"), "Invalid token: InvalidAlgorithm"},
        {"empty algorithm", header(R"({"alg":""})"), "Invalid token: InvalidAlgorithm"},
        {"lower case", header(R"({"alg":"es256"})"), "Invalid token: InvalidAlgorithm"},
        {"ES384", header(R"({"alg":"ES384"})"), "Invalid token: InvalidAlgorithm"},
        {"ES512", header(R"({"alg":"ES512"})"), "Invalid token: InvalidAlgorithm"},
        {"PS256", header(R"({"alg":"PS256"})"), "Invalid token: InvalidAlgorithm"},
        {"EdDSA", header(R"({"alg":"EdDSA"})"), "Invalid token: InvalidAlgorithm"},
        {"HS384", header(R"({"alg":"HS384"})"), "Invalid token: InvalidAlgorithm"},
        {"RS256 over an EC signature", header(R"({"alg":"RS256"})"), invalid},
        {"HS256 over an EC signature", header(R"({"alg":"HS256"})"), invalid},
        {"HS256 with the PEM as secret", hs256_token(keys().public_pem()), invalid},
        {"HS256 with the key bytes as secret", hs256_token(der_of_public_pem()), invalid},
        {"HS256 with no secret", hs256_token(""), invalid},
        {"algorithm missing", header(R"({"typ":"JWT"})"), json},
        {"algorithm null", header(R"({"alg":null})"), json},
        {"algorithm number", header(R"({"alg":256})"), json},
        {"algorithm array", header(R"({"alg":["ES256"]})"), json},
        {"algorithm twice", header(R"({"alg":"ES256","alg":"none"})"), json},
        {"algorithm twice by escape", header(R"({"alg":"ES256","\u0061lg":"none"})"), json},
        {"critical", header(R"({"alg":"ES256","crit":["exp"]})"), "Invalid token: unsupported critical header"},
        {"critical, empty", header(R"({"alg":"ES256","crit":[]})"), "Invalid token: unsupported critical header"},
        {"unencoded payload", header(R"({"alg":"ES256","b64":false,"crit":["b64"]})"),
         "Invalid token: unsupported critical header"},
        {"header not an object", header("[\"ES256\"]"), json},
        {"header not json", header("ES256"), json},
        {"header too deep", header(R"({"alg":"ES256","x":)" + nested(16) + "}"), json},
        // Signature.
        {"other key", token_of(kGoodHeader, payload_with(""), *KeyPair::generate()), invalid},
        {"r zero", changed(0, Bytes(32, 0)), invalid},
        {"s zero", changed(32, Bytes(32, 0)), invalid},
        {"r and s zero", with_signature(Bytes(64, 0)), invalid},
        {"r is the order", changed(0, order), invalid},
        {"s is the order", changed(32, order), invalid},
        {"63 bytes", with_signature(Bytes(raw.begin(), raw.end() - 1)), invalid},
        {"65 bytes", with_signature(longer), invalid},
        {"payload of another token", part(kGoodHeader) + "." + part(payload_with("\"x\":1")) + good.substr(dot),
         invalid},
        {"header of another token", part(R"({"alg":"ES256"})") + good.substr(good.find('.')), invalid},
    };
    for (const Case& test : cases) {
        std::string got = verdict(test.token);
        EXPECT_TRUE(got.starts_with(test.verdict)) << test.name << ": " << got;
    }
    for (size_t bit = 0; bit < raw.size() * 8; bit += 7) {
        Bytes flipped = raw;
        flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
        EXPECT_EQ(verdict(with_signature(flipped)), invalid) << bit;
    }
}

TEST(Token, length_limit_is_exact) {
    auto sized = [](size_t total) {
        for (size_t pad = total * 3 / 4 - 300;; pad++) {
            std::string token = token_of(kGoodHeader, payload_with("\"x\":\"" + std::string(pad, 'p') + "\""));
            if (token.size() >= total) return token;
        }
    };
    EXPECT_EQ(sized(kTokenBytesMax - 1).size(), kTokenBytesMax - 1);
    EXPECT_EQ(verdict(sized(kTokenBytesMax - 1)), "ok");
    std::string largest = sized(kTokenBytesMax);
    EXPECT_EQ(verdict(largest), largest.size() <= kTokenBytesMax ? "ok" : "Invalid token: longer than 8192 bytes");
    EXPECT_EQ(verdict(sized(kTokenBytesMax + 1)), "Invalid token: longer than 8192 bytes");
}

TEST(Token, rs256_only_with_an_rsa_key) {
    EVP_PKEY* rsa = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048});
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, rsa);
    char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    VerifyingKey key = *VerifyingKey::from_pem(std::string_view(data, static_cast<size_t>(size)));
    auto sign = [&](std::string_view header) {
        std::string text = part(header) + "." + part(payload_with(""));
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        Bytes signature(256);
        size_t length = signature.size();
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, rsa);
        EVP_DigestSign(context, signature.data(), &length, reinterpret_cast<const unsigned char*>(text.data()),
                       text.size());
        EVP_MD_CTX_free(context);
        return text + "." + base64url_encode(signature);
    };
    EXPECT_TRUE(verify_token(sign(R"({"alg":"RS256"})"), key, kNow));
    EXPECT_FALSE(verify_token(sign(R"({"alg":"ES256"})"), key, kNow));
    EXPECT_FALSE(verify_token(sign(R"({"alg":"HS256"})"), key, kNow));
    EXPECT_FALSE(verify_token(token_of(kGoodHeader, payload_with("")), key, kNow));
    EXPECT_FALSE(verify_token(sign(R"({"alg":"RS256"})"), keys().verifying_key(), kNow));
    BIO_free(bio);
    EVP_PKEY_free(rsa);
}

class AuthorityTest : public testing::Test {
  protected:
    AuthorityTest() { clock_.set_wall_micros(kNow * 1'000'000 + 999'999); }
    SeededRandom random_{5};
    ManualClock clock_;
    TokenAuthority authority_{keys(), random_, clock_};
};

TEST_F(AuthorityTest, anonymous_token) {
    IssuedToken issued = *authority_.issue_anonymous();
    EXPECT_TRUE(issued.token.starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9."));
    Claims claims = *authority_.verify(issued.token);
    EXPECT_EQ(claims.issuer, "localhost");
    EXPECT_EQ(claims.audience, std::vector<std::string>{"spacetimedb"});
    EXPECT_EQ(claims.issued_at, kNow);
    EXPECT_FALSE(claims.expires_at);
    EXPECT_EQ(claims.identity, issued.claims.identity);
    EXPECT_EQ(claims.payload_json, issued.claims.payload_json);
    EXPECT_EQ(
        claims.payload_json,
        fmt::format(R"({{"hex_identity":"{}","sub":"{}","iss":"localhost","aud":["spacetimedb"],"iat":{},"exp":null}})",
                    claims.identity.hex(), claims.subject, kNow));
    // 8-4-4-4-12, version 4, variant 8 to b.
    ASSERT_EQ(claims.subject.size(), 36u);
    EXPECT_EQ(claims.subject[14], '4');
    EXPECT_NE(std::string("89ab").find(claims.subject[19]), std::string::npos);
    std::set<std::string> subjects;
    for (int i = 0; i < 100; i++) subjects.insert(authority_.issue_anonymous()->claims.subject);
    EXPECT_EQ(subjects.size(), 100u);
    clock_.set_wall_micros((kNow + 10'000'000'000) * 1'000'000 / 10);
    EXPECT_TRUE(authority_.verify(issued.token));
}

TEST_F(AuthorityTest, known_identity) {
    std::string payload =
        R"({"hex_identity":"c200483152d642c7d402de06cacc36dcb0c2a1f2bbeb8e7d5a673f2435cca975",)"
        R"("sub":"6d4b5430-00cf-4a99-932c-ad2d07bab841","iss":"localhost","aud":["spacetimedb"],"iat":1737665769,"exp":null})";
    Claims claims = *authority_.verify(token_of(kGoodHeader, payload));
    EXPECT_EQ(claims.identity.hex(), "c200483152d642c7d402de06cacc36dcb0c2a1f2bbeb8e7d5a673f2435cca975");
    EXPECT_EQ(claims.payload_json, payload);
    EXPECT_TRUE(claims.extra.empty());
}

TEST_F(AuthorityTest, websocket_token_of_a_foreign_user) {
    // What discovery will have accepted: another issuer, with claims of its own.
    std::string payload = R"({"iss":"https://id.example","sub":"u1","aud":"app","iat":5,"exp":99999999999,)"
                          R"("email":"a\"b@c","roles":["x",{"y":1.50}],"ok":true,"none":null})";
    Claims original = *read_claims_unverified(token_of(kGoodHeader, payload), kNow);
    ASSERT_EQ(original.extra.size(), 4u);
    EXPECT_EQ(original.extra[1].second, R"(["x",{"y":1.50}])");
    IssuedToken brief = *authority_.issue_websocket_token(original);
    Claims claims = *authority_.verify(brief.token);
    EXPECT_EQ(claims.identity, original.identity);
    EXPECT_EQ(claims.issuer, "https://id.example");
    EXPECT_EQ(claims.audience, std::vector<std::string>{"app"});
    EXPECT_EQ(claims.extra, original.extra);
    EXPECT_EQ(claims.issued_at, kNow);
    EXPECT_EQ(claims.expires_at, kNow + 60);
    clock_.set_wall_micros((kNow + 120) * 1'000'000);
    EXPECT_TRUE(authority_.verify(brief.token));
    clock_.set_wall_micros((kNow + 121) * 1'000'000);
    EXPECT_EQ(authority_.verify(brief.token).error().message, "Invalid token: ExpiredSignature");
}

TEST_F(AuthorityTest, tokens_that_others_signed) {
    KeyPair other = *KeyPair::generate();
    EXPECT_EQ(authority_.verify(token_of(kGoodHeader, payload_with(""), other)).error().message,
              "Invalid token: InvalidSignature");
    std::string foreign = R"({"iss":"https://id.example","sub":"b","iat":1)";
    EXPECT_EQ(authority_.verify(token_of(kGoodHeader, foreign + "}", other)).error().message,
              "Error fetching public key for issuer https://id.example");
    EXPECT_EQ(authority_.verify(token_of(kGoodHeader, foreign + R"(,"exp":1})", other)).error().message,
              "Invalid token: ExpiredSignature");
    EXPECT_EQ(authority_.verify("x.y").error().message, "Invalid token: InvalidToken");
}

TEST_F(AuthorityTest, a_token_that_would_be_too_long_is_not_issued) {
    Claims claims = authority_.issue_anonymous()->claims;
    claims.extra.emplace_back("x", "\"" + std::string(kTokenBytesMax, 'x') + "\"");
    auto issued = authority_.issue_websocket_token(claims);
    ASSERT_FALSE(issued);
    EXPECT_EQ(issued.error().code, ErrorCode::LimitExceeded);
}

TEST(BearerToken, forms) {
    EXPECT_EQ(*bearer_token("Bearer a.b.c"), "a.b.c");
    EXPECT_EQ(*bearer_token("bearer x"), "x");
    EXPECT_EQ(*bearer_token("BEARER x"), "x");
    for (const char* bad : {"", "Bearer", "Bearer ", "Basic eDp5", "Bearerx", "Bearer\tx", "Bearer  x", "Bearer x y",
                            "x", " Bearer x", "Bearer x\n", "Token x"}) {
        auto token = bearer_token(bad);
        ASSERT_FALSE(token) << bad;
        EXPECT_EQ(token.error().code, ErrorCode::InvalidArgument);
        EXPECT_EQ(token.error().message, "Authorization is invalid: malformed token");
    }
}

}  // namespace
}  // namespace lightcone::auth
