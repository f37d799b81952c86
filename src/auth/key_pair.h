// SPDX-License-Identifier: Apache-2.0
// Signing and verifying keys. The algorithm belongs to the key, never to what a token's header says.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/file.h"

namespace lightcone::auth {

enum class Algorithm : uint8_t { Es256, Rs256 };

// "ES256"
std::string_view algorithm_name(Algorithm algorithm);

// A public key that can check signatures. Immutable; any thread; cheap to copy.
class VerifyingKey {
  public:
    // SubjectPublicKeyInfo PEM of an EC P-256 or an RSA (2048 to 8192 bits) key. Errors: InvalidArgument.
    static Result<VerifyingKey> from_pem(std::string_view pem);
    // JWK members, already base64url-decoded. Errors: InvalidArgument (not a point of P-256; RSA size).
    static Result<VerifyingKey> from_ec_point(ByteView x, ByteView y);
    static Result<VerifyingKey> from_rsa(ByteView modulus, ByteView exponent);

    Algorithm algorithm() const;
    // `signature` as JWS has it: r ‖ s, 64 bytes, for ES256; PKCS#1 v1.5 for RS256.
    bool verify(ByteView message, ByteView signature) const;

  private:
    friend class KeyPair;
    struct Key;
    explicit VerifyingKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
    std::shared_ptr<const Key> key_;
};

// The server's own EC P-256 pair. Immutable; any thread; cheap to copy.
class KeyPair {
  public:
    // Errors: Internal (the crypto library failed).
    static Result<KeyPair> generate();
    // PKCS#8 and SubjectPublicKeyInfo PEM. Errors: InvalidArgument (not such PEM, not P-256).
    static Result<KeyPair> from_pem(std::string_view private_pem, std::string_view public_pem);
    // Both files exist: loads them. Neither: generates a pair and writes both (mode 0600, directories made as needed).
    // Errors: FailedPrecondition if only one exists, InvalidArgument, Io.
    static Result<KeyPair> load_or_create(Disk& disk, const std::string& private_path, const std::string& public_path);

    const VerifyingKey& verifying_key() const { return verifying_; }
    // As GET /v1/identity/public-key gives it out.
    const std::string& public_pem() const { return *public_pem_; }
    Result<std::string> private_pem() const;
    // 64 bytes r ‖ s over SHA-256 of the message. Errors: Internal.
    Result<Bytes> sign(ByteView message) const;

  private:
    KeyPair(std::shared_ptr<const VerifyingKey::Key> key, VerifyingKey verifying, std::string public_pem)
        : key_(std::move(key)),
          verifying_(std::move(verifying)),
          public_pem_(std::make_shared<const std::string>(std::move(public_pem))) {}
    std::shared_ptr<const VerifyingKey::Key> key_;
    VerifyingKey verifying_;
    std::shared_ptr<const std::string> public_pem_;
};

}  // namespace lightcone::auth
