// SPDX-License-Identifier: Apache-2.0
#include "auth/key_pair.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

namespace lightcone::auth {

namespace {

constexpr size_t kCoordinateBytes = 32;
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr size_t kPemBytesMax = 64u << 10;
constexpr std::string_view kPrivateHeader = "-----BEGIN PRIVATE KEY-----";
constexpr std::string_view kPublicHeader = "-----BEGIN PUBLIC KEY-----";

template <typename T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const { Free(object); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG, ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BIGNUM, BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM, OSSL_PARAM_free>>;
struct BioFreer {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioFreer>;

// The library keeps its errors per thread; ours are in the Result.
std::unexpected<Error> crypto_failure(const char* what) {
    ERR_clear_error();
    return fail(ErrorCode::Internal, "{} failed in the crypto library", what);
}

// Without this the library would ask for a pass phrase on the terminal.
int no_pass_phrase(char*, int, int, void*) {
    return -1;
}

bool is_p256(EVP_PKEY* key) {
    char group[64];
    size_t length = 0;
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length) == 1 &&
           std::string_view(group, length) == "prime256v1";
}

// What of a key file is PEM: the header must be the expected one, so that other formats are refused as documented.
Result<Bio> open_pem(std::string_view pem, std::string_view header, const char* what) {
    if (pem.size() > kPemBytesMax || pem.find(header) == std::string_view::npos) {
        return fail(ErrorCode::InvalidArgument, "the {} key is not PEM that begins with {}", what, header);
    }
    Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return crypto_failure("reading a key");
    return bio;
}

Result<std::string> write_pem(EVP_PKEY* key, bool with_private) {
    Bio bio(BIO_new(BIO_s_mem()));
    int written = !bio           ? 0
                  : with_private ? PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                                 : PEM_write_bio_PUBKEY(bio.get(), key);
    if (written != 1) return crypto_failure("writing a key");
    char* data = nullptr;
    long size = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<size_t>(size));
}

Result<KeyHandle> key_from_params(const char* type, OSSL_PARAM_BLD* builder) {
    Params params(OSSL_PARAM_BLD_to_param(builder));
    KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        ERR_clear_error();
        return fail(ErrorCode::InvalidArgument, "not a valid {} public key", type);
    }
    return KeyHandle(key);
}

// r ‖ s to the DER form that the library wants; empty if it has the wrong size.
Bytes der_signature(ByteView raw) {
    if (raw.size() != 2 * kCoordinateBytes) return {};
    Signature signature(ECDSA_SIG_new());
    Number r(BN_bin2bn(raw.data(), kCoordinateBytes, nullptr));
    Number s(BN_bin2bn(raw.data() + kCoordinateBytes, kCoordinateBytes, nullptr));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
    (void)r.release();
    (void)s.release();
    unsigned char* der = nullptr;
    int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) return {};
    Bytes out(der, der + size);
    OPENSSL_free(der);
    return out;
}

}  // namespace

struct VerifyingKey::Key {
    KeyHandle handle;
    Algorithm algorithm;
};

std::string_view algorithm_name(Algorithm algorithm) {
    return algorithm == Algorithm::Es256 ? "ES256" : "RS256";
}

Result<VerifyingKey> VerifyingKey::from_pem(std::string_view pem) {
    Bio bio = TRY(open_pem(pem, kPublicHeader, "public"));
    KeyHandle handle(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_pass_phrase, nullptr));
    ERR_clear_error();
    if (!handle) return fail(ErrorCode::InvalidArgument, "the public key's PEM is damaged");
    if (is_p256(handle.get())) return VerifyingKey(std::make_shared<const Key>(std::move(handle), Algorithm::Es256));
    int bits = EVP_PKEY_is_a(handle.get(), "RSA") == 1 ? EVP_PKEY_get_bits(handle.get()) : 0;
    if (bits >= kRsaBitsMin && bits <= kRsaBitsMax) {
        return VerifyingKey(std::make_shared<const Key>(std::move(handle), Algorithm::Rs256));
    }
    return fail(ErrorCode::InvalidArgument, "the public key is neither EC P-256 nor RSA of {} to {} bits", kRsaBitsMin,
                kRsaBitsMax);
}

Result<VerifyingKey> VerifyingKey::from_ec_point(ByteView x, ByteView y) {
    if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) {
        return fail(ErrorCode::InvalidArgument, "P-256 coordinates have 32 bytes, given {} and {}", x.size(), y.size());
    }
    Bytes point = {POINT_CONVERSION_UNCOMPRESSED};
    point.insert(point.end(), x.begin(), x.end());
    point.insert(point.end(), y.begin(), y.end());
    ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        return crypto_failure("building a key");
    }
    KeyHandle handle = TRY(key_from_params("EC", builder.get()));
    KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, handle.get(), nullptr));
    bool on_curve = context && EVP_PKEY_public_check(context.get()) == 1;
    ERR_clear_error();
    if (!on_curve) return fail(ErrorCode::InvalidArgument, "the point is not on P-256");
    return VerifyingKey(std::make_shared<const Key>(std::move(handle), Algorithm::Es256));
}

Result<VerifyingKey> VerifyingKey::from_rsa(ByteView modulus, ByteView exponent) {
    Number n(BN_bin2bn(modulus.data(), static_cast<int>(std::min<size_t>(modulus.size(), kPemBytesMax)), nullptr));
    Number e(BN_bin2bn(exponent.data(), static_cast<int>(std::min<size_t>(exponent.size(), kPemBytesMax)), nullptr));
    if (!n || !e) return crypto_failure("building a key");
    int bits = BN_num_bits(n.get());
    if (bits < kRsaBitsMin || bits > kRsaBitsMax || BN_is_odd(n.get()) == 0) {
        return fail(ErrorCode::InvalidArgument, "RSA key of {} bits; {} to {} are accepted", bits, kRsaBitsMin,
                    kRsaBitsMax);
    }
    // A huge exponent is only good for making verification slow.
    if (BN_num_bits(e.get()) < 2 || BN_num_bits(e.get()) > 64 || BN_is_odd(e.get()) == 0) {
        return fail(ErrorCode::InvalidArgument, "RSA exponent must be odd, at least 3 and at most 64 bits long");
    }
    ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return crypto_failure("building a key");
    }
    KeyHandle handle = TRY(key_from_params("RSA", builder.get()));
    return VerifyingKey(std::make_shared<const Key>(std::move(handle), Algorithm::Rs256));
}

Algorithm VerifyingKey::algorithm() const {
    return key_->algorithm;
}

bool VerifyingKey::verify(ByteView message, ByteView signature) const {
    Bytes der;
    if (key_->algorithm == Algorithm::Es256) {
        der = der_signature(signature);
        if (der.empty()) return false;
        signature = der;
    }
    DigestContext context(EVP_MD_CTX_new());
    // The default padding of an RSA key is PKCS#1 v1.5, as RS256 wants it.
    bool good =
        context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->handle.get()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    ERR_clear_error();
    return good;
}

Result<KeyPair> KeyPair::generate() {
    KeyHandle handle(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    if (!handle) return crypto_failure("generating a key");
    std::string public_pem = TRY(write_pem(handle.get(), false));
    VerifyingKey verifying = TRY(VerifyingKey::from_pem(public_pem));
    return KeyPair(std::make_shared<const VerifyingKey::Key>(std::move(handle), Algorithm::Es256), std::move(verifying),
                   std::move(public_pem));
}

Result<KeyPair> KeyPair::from_pem(std::string_view private_pem, std::string_view public_pem) {
    Bio bio = TRY(open_pem(private_pem, kPrivateHeader, "private"));
    KeyHandle handle(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
    ERR_clear_error();
    if (!handle) return fail(ErrorCode::InvalidArgument, "the private key's PEM is damaged");
    if (!is_p256(handle.get())) return fail(ErrorCode::InvalidArgument, "the private key is not EC P-256");
    VerifyingKey verifying = TRY(VerifyingKey::from_pem(public_pem));
    if (verifying.algorithm() != Algorithm::Es256) {
        return fail(ErrorCode::InvalidArgument, "the public key is not EC P-256");
    }
    return KeyPair(std::make_shared<const VerifyingKey::Key>(std::move(handle), Algorithm::Es256), std::move(verifying),
                   std::string(public_pem));
}

Result<KeyPair> KeyPair::load_or_create(Disk& disk, const std::string& private_path, const std::string& public_path) {
    constexpr uint32_t kOwnerOnly = 0600;
    bool has_private = TRY(disk.exists(private_path));
    bool has_public = TRY(disk.exists(public_path));
    if (has_private && !has_public) {
        return fail(ErrorCode::FailedPrecondition,
                    "Unable to read public key for JWT token verification: {} is missing", public_path);
    }
    if (!has_private && has_public) {
        return fail(ErrorCode::FailedPrecondition, "Unable to read private key for JWT token signing: {} is missing",
                    private_path);
    }
    if (has_private) {
        Bytes private_pem = TRY(disk.read_file(private_path));
        Bytes public_pem = TRY(disk.read_file(public_path));
        auto pair = from_pem(as_text(private_pem), as_text(public_pem));
        if (!pair) {
            return fail(pair.error().code, "cannot use the key files {} and {}: {}", private_path, public_path,
                        pair.error().message);
        }
        return pair;
    }
    KeyPair pair = TRY(generate());
    std::string private_pem = TRY(pair.private_pem());
    TRY_VOID(disk.create_directories(parent_directory(private_path)));
    TRY_VOID(disk.create_directories(parent_directory(public_path)));
    TRY_VOID(disk.write_file_atomically(private_path, as_bytes(private_pem), kOwnerOnly));
    TRY_VOID(disk.write_file_atomically(public_path, as_bytes(pair.public_pem()), kOwnerOnly));
    return pair;
}

Result<std::string> KeyPair::private_pem() const {
    return write_pem(key_->handle.get(), true);
}

Result<Bytes> KeyPair::sign(ByteView message) const {
    DigestContext context(EVP_MD_CTX_new());
    size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->handle.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) != 1) {
        return crypto_failure("signing");
    }
    Bytes der(size);
    if (EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) != 1) {
        return crypto_failure("signing");
    }
    const unsigned char* at = der.data();
    Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
    Bytes raw(2 * kCoordinateBytes);
    if (!signature ||
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), kCoordinateBytes) != kCoordinateBytes ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + kCoordinateBytes, kCoordinateBytes) !=
            kCoordinateBytes) {
        return crypto_failure("signing");
    }
    return raw;
}

}  // namespace lightcone::auth
