// SPDX-License-Identifier: Apache-2.0
// Tokens: JSON Web Tokens in compact form (RFC 7519, checked as RFC 8725 asks), and the identities they stand for.
//
//   auth::TokenAuthority authority(keys, random, clock);
//   auth::IssuedToken fresh = TRY(authority.issue_anonymous());
//   auth::Claims claims = TRY(authority.verify(fresh.token));       // claims.identity == fresh.claims.identity
//   auth::IssuedToken brief = TRY(authority.issue_websocket_token(claims));
//
// Errors of verify(): Unauthenticated with the text that the protocol fixes ("Invalid token: ExpiredSignature", …). No
// error text holds more of the token than its issuer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/key_pair.h"
#include "base/clock.h"
#include "base/random.h"
#include "sats/special.h"

namespace lightcone::auth {

inline constexpr std::string_view kLocalIssuer = "localhost";
inline constexpr std::string_view kLocalAudience = "spacetimedb";
inline constexpr size_t kIssuerBytesMax = 128;
inline constexpr size_t kSubjectBytesMax = 128;
inline constexpr uint32_t kTokenJsonDepthMax = 16;
inline constexpr int64_t kClockSkewSeconds = 60;
inline constexpr int64_t kWebSocketTokenSeconds = 60;

// What a good token says.
struct Claims {
    std::string issuer;
    std::string subject;
    std::vector<std::string> audience;
    sats::Identity identity;  // derived from issuer and subject
    int64_t issued_at = 0;    // seconds
    std::optional<int64_t> expires_at;
    // Every other claim as (name, JSON text), in order.
    std::vector<std::pair<std::string, std::string>> extra;
    // The decoded payload part, byte for byte: what modules see.
    std::string payload_json;
};

struct IssuedToken {
    std::string token;
    Claims claims;
};

// The claims of a token whose signature is not checked (the CLI's `login show`; discovery). Form, limits and expiry
// are.
Result<Claims> read_claims_unverified(std::string_view token, int64_t now_seconds);
// Checks signature (with the key's own algorithm), form, limits and expiry.
Result<Claims> verify_token(std::string_view token, const VerifyingKey& key, int64_t now_seconds);
// Signs `claims` as they are: hex_identity, sub, iss, aud, iat, exp, extra claims.
Result<std::string> sign_token(const Claims& claims, const KeyPair& keys);

// Issues and checks this server's tokens. Any thread; `random` must be callable from any thread (SystemRandom is).
class TokenAuthority {
  public:
    TokenAuthority(KeyPair keys, Random& random, const Clock& clock)
        : keys_(std::move(keys)), random_(random), clock_(clock) {}

    // A new identity (issuer localhost, random subject) that never expires.
    Result<IssuedToken> issue_anonymous() const;
    // The same identity, audience and extra claims, valid for kWebSocketTokenSeconds, signed with the local key.
    Result<IssuedToken> issue_websocket_token(const Claims& claims) const;
    // Steps 1 to 3 of the validation order; tokens of other issuers that the local key did not sign are refused with
    // "Error fetching public key for issuer …" (discovery is not built in).
    Result<Claims> verify(std::string_view token) const;
    const std::string& public_key_pem() const { return keys_.public_pem(); }

  private:
    KeyPair keys_;
    Random& random_;
    const Clock& clock_;
};

// "Authorization: Bearer <token>": the token. Errors: InvalidArgument "Authorization is invalid: malformed token".
Result<std::string_view> bearer_token(std::string_view authorization_header);

}  // namespace lightcone::auth
