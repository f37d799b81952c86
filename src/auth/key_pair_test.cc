// SPDX-License-Identifier: Apache-2.0
#include "auth/key_pair.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lightcone::auth {
namespace {

class KeyFiles : public testing::Test {
  protected:
    void SetUp() override {
        char text[] = "/tmp/lightcone-keys-XXXXXX";
        directory_ = ::mkdtemp(text);
    }
    void TearDown() override { (void)disk_.remove_tree(directory_); }
    std::string path(const char* name) { return directory_ + "/deep/er/" + name; }

    SystemDisk disk_;
    std::string directory_;
};

std::string pem_of(EVP_PKEY* key, bool private_part) {
    BIO* bio = BIO_new(BIO_s_mem());
    if (private_part) {
        PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    } else {
        PEM_write_bio_PUBKEY(bio, key);
    }
    char* data = nullptr;
    long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<size_t>(size));
    BIO_free(bio);
    EVP_PKEY_free(key);
    return text;
}

TEST(KeyPair, signs_what_it_verifies) {
    KeyPair keys = *KeyPair::generate();
    EXPECT_EQ(keys.verifying_key().algorithm(), Algorithm::Es256);
    Bytes signature = *keys.sign(as_bytes("message"));
    ASSERT_EQ(signature.size(), 64u);
    EXPECT_TRUE(keys.verifying_key().verify(as_bytes("message"), signature));
    EXPECT_FALSE(keys.verifying_key().verify(as_bytes("messagf"), signature));
    for (size_t bit = 0; bit < 64 * 8; bit += 5) {
        Bytes flipped = signature;
        flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
        EXPECT_FALSE(keys.verifying_key().verify(as_bytes("message"), flipped)) << bit;
    }
    EXPECT_FALSE(KeyPair::generate()->verifying_key().verify(as_bytes("message"), signature));
}

TEST(KeyPair, signatures_out_of_range_or_form) {
    KeyPair keys = *KeyPair::generate();
    const VerifyingKey& key = keys.verifying_key();
    Bytes good = *keys.sign(as_bytes("m"));
    Bytes order = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    auto part = [&](bool r, const Bytes& value) {
        Bytes changed = good;
        std::copy(value.begin(), value.end(), changed.begin() + (r ? 0 : 32));
        return changed;
    };
    for (bool r : {true, false}) {
        EXPECT_FALSE(key.verify(as_bytes("m"), part(r, Bytes(32, 0))));
        EXPECT_FALSE(key.verify(as_bytes("m"), part(r, order)));
        EXPECT_FALSE(key.verify(as_bytes("m"), part(r, Bytes(32, 0xff))));
    }
    EXPECT_FALSE(key.verify(as_bytes("m"), Bytes(64, 0)));
    EXPECT_FALSE(key.verify(as_bytes("m"), {}));
    EXPECT_FALSE(key.verify(as_bytes("m"), ByteView(good).first(63)));
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_FALSE(key.verify(as_bytes("m"), longer));
    // The same signature in DER.
    Bytes der = {0x30, 0x44, 0x02, 0x20};
    der.insert(der.end(), good.begin(), good.begin() + 32);
    der.insert(der.end(), {0x02, 0x20});
    der.insert(der.end(), good.begin() + 32, good.end());
    EXPECT_FALSE(key.verify(as_bytes("m"), der));
}

TEST(KeyPair, pem_round_trip_and_wrong_kinds) {
    KeyPair keys = *KeyPair::generate();
    std::string private_pem = *keys.private_pem();
    EXPECT_TRUE(private_pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_TRUE(keys.public_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    KeyPair again = *KeyPair::from_pem(private_pem, keys.public_pem());
    EXPECT_TRUE(keys.verifying_key().verify(as_bytes("x"), *again.sign(as_bytes("x"))));

    EXPECT_FALSE(KeyPair::from_pem("", ""));
    EXPECT_FALSE(KeyPair::from_pem(keys.public_pem(), private_pem));
    EXPECT_FALSE(KeyPair::from_pem(private_pem.substr(0, 60), keys.public_pem()));
    std::string p384 = pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"), true);
    EXPECT_FALSE(KeyPair::from_pem(p384, keys.public_pem()));
    EXPECT_FALSE(VerifyingKey::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1"), false)));
    EXPECT_FALSE(VerifyingKey::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), false)));
    EXPECT_FALSE(VerifyingKey::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{1024}), false)));
    std::string rsa = pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", size_t{2048}), false);
    EXPECT_EQ(VerifyingKey::from_pem(rsa)->algorithm(), Algorithm::Rs256);
    EXPECT_FALSE(KeyPair::from_pem(private_pem, rsa));
    std::string encrypted = private_pem;
    encrypted.replace(encrypted.find("PRIVATE"), 7, "ENCRYPTED PRIVATE");
    EXPECT_FALSE(KeyPair::from_pem(encrypted, keys.public_pem()));
}

TEST(VerifyingKey, jwk_members) {
    // RFC 7515 appendix A.3.
    Bytes x = *from_hex("7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445");
    Bytes y = *from_hex("c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad");
    auto key = VerifyingKey::from_ec_point(x, y);
    ASSERT_TRUE(key) << key.error().message;
    std::string signed_text =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ";
    Bytes signature = *from_hex(
        "0ed1215379636c483c2f7f155807d402a3b228033af97c7e17819ac3169ea665"
        "c50a07d38c3c70e5d8f12daf084a5480a66590c5f293509a8f3f7f8a83a354d5");
    EXPECT_TRUE(key->verify(as_bytes(signed_text), signature));
    signature[5] ^= 1;
    EXPECT_FALSE(key->verify(as_bytes(signed_text), signature));
    y[31] ^= 1;
    EXPECT_FALSE(VerifyingKey::from_ec_point(x, y));
    EXPECT_FALSE(VerifyingKey::from_ec_point(ByteView(x).first(31), y));
    EXPECT_FALSE(VerifyingKey::from_ec_point(Bytes(32, 0), Bytes(32, 0)));
    EXPECT_FALSE(VerifyingKey::from_ec_point(Bytes(32, 0xff), Bytes(32, 0xff)));
}

TEST_F(KeyFiles, created_once_with_mode_0600) {
    std::string private_path = path("id_ecdsa");
    std::string public_path = path("id_ecdsa.pub");
    KeyPair first = *KeyPair::load_or_create(disk_, private_path, public_path);
    for (const std::string& file : {private_path, public_path}) {
        struct stat status{};
        ASSERT_EQ(::stat(file.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600u) << file;
    }
    KeyPair second = *KeyPair::load_or_create(disk_, private_path, public_path);
    EXPECT_EQ(first.public_pem(), second.public_pem());
    EXPECT_TRUE(first.verifying_key().verify(as_bytes("x"), *second.sign(as_bytes("x"))));

    ASSERT_TRUE(disk_.remove(public_path));
    auto only_private = KeyPair::load_or_create(disk_, private_path, public_path);
    ASSERT_FALSE(only_private);
    EXPECT_TRUE(only_private.error().message.starts_with("Unable to read public key for JWT token verification"));
    ASSERT_TRUE(disk_.remove(private_path));
    ASSERT_TRUE(disk_.write_file_atomically(public_path, as_bytes(first.public_pem())));
    auto only_public = KeyPair::load_or_create(disk_, private_path, public_path);
    ASSERT_FALSE(only_public);
    EXPECT_TRUE(only_public.error().message.starts_with("Unable to read private key for JWT token signing"));
    ASSERT_TRUE(disk_.write_file_atomically(private_path, as_bytes("garbage")));
    auto damaged = KeyPair::load_or_create(disk_, private_path, public_path);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::InvalidArgument);
    EXPECT_NE(damaged.error().message.find(private_path), std::string::npos);
}

}  // namespace
}  // namespace lightcone::auth
