// SPDX-License-Identifier: Apache-2.0
#include "auth/token.h"

#include <algorithm>
#include <array>

#include "auth/base64url.h"
#include "base/limits.h"
#include "sats/json_value.h"
#include "sats/json_writer.h"

namespace lightcone::auth {

namespace {

// {"typ":"JWT","alg":"ES256"}
constexpr std::string_view kHeader = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9";

template <typename... Args>
std::unexpected<Error> refuse(fmt::format_string<Args...> format, Args&&... args) {
    return fail(ErrorCode::Unauthenticated, format, std::forward<Args>(args)...);
}

struct Parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signed_text;  // header.payload
};

Result<Parts> split(std::string_view token) {
    if (token.size() > kTokenBytesMax) return refuse("Invalid token: longer than {} bytes", kTokenBytesMax);
    size_t first = token.find('.');
    size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
        return refuse("Invalid token: InvalidToken");
    }
    return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                 token.substr(0, second)};
}

Result<Bytes> decode_part(std::string_view part) {
    auto bytes = base64url_decode(part);
    if (!bytes) return refuse("Invalid token: Base64 error: {}", bytes.error().message);
    return std::move(*bytes);
}

// Counts brackets outside of strings; whether the text is JSON at all is the parser's business.
bool nests_too_deep(std::string_view text) {
    uint32_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\') i++;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kTokenJsonDepthMax) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}

// One object without repeated members: which of two equal claims counts must not depend on who reads them.
Result<sats::JsonValue> parse_object(std::string_view text) {
    if (nests_too_deep(text)) return refuse("Invalid token: JSON error: nested deeper than {}", kTokenJsonDepthMax);
    auto value = sats::JsonValue::parse(text);
    if (!value) return refuse("Invalid token: JSON error: {}", value.error().message);
    if (!value->is_object()) return refuse("Invalid token: JSON error: not an object");
    std::vector<std::string_view> names;
    for (const sats::JsonMember& member : value->members()) names.push_back(member.key);
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
        return refuse("Invalid token: JSON error: duplicate field");
    }
    return std::move(*value);
}

// The header only has to agree with the key; nothing in it chooses what the signature is checked with.
Result<void> check_header(const Parts& parts, const VerifyingKey* key) {
    Bytes bytes = TRY(decode_part(parts.header));
    sats::JsonValue header = TRY(parse_object(as_text(bytes)));
    const sats::JsonValue* algorithm = header.find("alg");
    if (algorithm == nullptr || !algorithm->is_string()) {
        return refuse("Invalid token: JSON error: missing field `alg`");
    }
    if (header.find("crit") != nullptr) return refuse("Invalid token: unsupported critical header");
    std::string_view name = algorithm->string();
    if (name != "ES256" && name != "RS256" && name != "HS256") return refuse("Invalid token: InvalidAlgorithm");
    if (key != nullptr && name != algorithm_name(key->algorithm())) return refuse("Invalid token: InvalidSignature");
    return {};
}

Result<std::string> required_text(const sats::JsonValue& payload, const char* name) {
    const sats::JsonValue* value = payload.find(name);
    if (value == nullptr) return refuse("Invalid token: JSON error: missing field `{}`", name);
    if (!value->is_string()) return refuse("Invalid token: JSON error: `{}` is not a string", name);
    return std::string(value->string());
}

// Absent and null are the same. Numbers with a fraction or an exponent are no integers here.
Result<std::optional<int64_t>> optional_seconds(const sats::JsonValue& payload, const char* name) {
    const sats::JsonValue* value = payload.find(name);
    if (value == nullptr || value->is_null()) return std::optional<int64_t>();
    auto seconds = value->as_i64();
    if (!value->is_number() || !seconds) return refuse("Invalid token: JSON error: `{}` is not an integer", name);
    return std::optional<int64_t>(*seconds);
}

Result<std::vector<std::string>> read_audience(const sats::JsonValue& payload) {
    std::vector<std::string> audience;
    const sats::JsonValue* value = payload.find("aud");
    if (value == nullptr || value->is_null()) return audience;
    if (value->is_string()) {
        audience.emplace_back(value->string());
        return audience;
    }
    bool good = value->is_array();
    for (const sats::JsonValue& item : value->items()) {
        good = good && item.is_string();
        audience.emplace_back(item.string());
    }
    if (!good) return refuse("Invalid token: JSON error: `aud` is neither a string nor an array of strings");
    return audience;
}

std::string shortened(std::string_view text, size_t bytes_max) {
    if (text.size() <= bytes_max) return std::string(text);
    size_t length = bytes_max;
    while (length > 0 && (static_cast<uint8_t>(text[length]) & 0xc0) == 0x80) length--;
    return std::string(text.substr(0, length)) + "…";
}

Result<void> check_names(const Claims& claims) {
    if (claims.issuer.empty()) return refuse("Issuer empty");
    if (claims.issuer.size() > kIssuerBytesMax) {
        return refuse("Issuer too long: \"{}\"", shortened(claims.issuer, kIssuerBytesMax));
    }
    if (claims.subject.empty()) return refuse("Subject empty");
    if (claims.subject.size() > kSubjectBytesMax) {
        return refuse("Subject too long: \"{}\"", shortened(claims.subject, kSubjectBytesMax));
    }
    return {};
}

Result<void> check_identity_claim(const sats::JsonValue& payload, const Claims& claims) {
    const sats::JsonValue* value = payload.find("hex_identity");
    if (value == nullptr || value->is_null()) return {};
    std::string_view text = value->string();
    // The plain form has no 0x, unlike what URLs accept.
    auto stated = text.starts_with("0x") ? fail(ErrorCode::InvalidArgument, "0x") : sats::Identity::from_hex_text(text);
    if (!value->is_string() || !stated) return refuse("Invalid token: JSON error: `hex_identity` is not an identity");
    if (*stated != claims.identity) {
        return refuse("Identity mismatch: the token says {}, issuer and subject give {}", stated->hex(),
                      claims.identity.hex());
    }
    return {};
}

void append_json(const sats::JsonValue& value, sats::JsonWriter& json) {
    switch (value.kind()) {
        case sats::JsonKind::Null: json.null(); break;
        case sats::JsonKind::Bool: json.boolean(value.boolean()); break;
        case sats::JsonKind::Number: json.raw(value.number_text()); break;
        case sats::JsonKind::String: json.string(value.string()); break;
        case sats::JsonKind::Array:
            json.begin_array();
            for (const sats::JsonValue& item : value.items()) append_json(item, json);
            json.end_array();
            break;
        case sats::JsonKind::Object:
            json.begin_object();
            for (const sats::JsonMember& member : value.members()) append_json(member.value, json.key(member.key));
            json.end_object();
            break;
    }
}

bool is_registered(std::string_view name) {
    constexpr std::string_view kNames[] = {"hex_identity", "sub", "iss", "aud", "iat", "exp"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Result<Claims> read_payload(std::string_view part, int64_t now_seconds) {
    Bytes bytes = TRY(decode_part(part));
    Claims claims;
    claims.payload_json = as_text(bytes);
    sats::JsonValue payload = TRY(parse_object(claims.payload_json));
    claims.issuer = TRY(required_text(payload, "iss"));
    claims.subject = TRY(required_text(payload, "sub"));
    claims.audience = TRY(read_audience(payload));
    std::optional<int64_t> issued_at = TRY(optional_seconds(payload, "iat"));
    if (!issued_at) return refuse("Invalid token: JSON error: missing field `iat`");
    claims.issued_at = *issued_at;
    claims.expires_at = TRY(optional_seconds(payload, "exp"));
    if (claims.expires_at && *claims.expires_at < now_seconds - kClockSkewSeconds) {
        return refuse("Invalid token: ExpiredSignature");
    }
    TRY_VOID(check_names(claims));
    claims.identity = sats::Identity::from_claims(claims.issuer, claims.subject);
    TRY_VOID(check_identity_claim(payload, claims));
    for (const sats::JsonMember& member : payload.members()) {
        if (is_registered(member.key)) continue;
        std::string text;
        sats::JsonWriter json(text);
        append_json(member.value, json);
        claims.extra.emplace_back(member.key, std::move(text));
    }
    return claims;
}

std::string payload_text(const Claims& claims) {
    std::string text;
    sats::JsonWriter json(text);
    json.begin_object();
    json.key("hex_identity").string(claims.identity.hex());
    json.key("sub").string(claims.subject);
    json.key("iss").string(claims.issuer);
    json.key("aud").begin_array();
    for (const std::string& audience : claims.audience) json.string(audience);
    json.end_array();
    json.key("iat").i64(claims.issued_at);
    json.key("exp");
    if (claims.expires_at) {
        json.i64(*claims.expires_at);
    } else {
        json.null();
    }
    for (const auto& [name, value] : claims.extra) json.key(name).raw(value);
    json.end_object();
    return text;
}

Result<IssuedToken> finish(Claims claims, const KeyPair& keys) {
    claims.identity = sats::Identity::from_claims(claims.issuer, claims.subject);
    claims.payload_json = payload_text(claims);
    std::string token = TRY(sign_token(claims, keys));
    return IssuedToken{std::move(token), std::move(claims)};
}

// Version 4, lower case with hyphens.
std::string random_uuid(Random& random) {
    std::array<uint8_t, 16> bytes;
    random.fill(bytes);
    bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
    std::string text = to_hex(bytes);
    for (size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
    return text;
}

int64_t now_seconds(const Clock& clock) {
    return clock.wall_micros() / 1'000'000;
}

}  // namespace

Result<Claims> read_claims_unverified(std::string_view token, int64_t now_seconds) {
    Parts parts = TRY(split(token));
    TRY_VOID(check_header(parts, nullptr));
    return read_payload(parts.payload, now_seconds);
}

Result<Claims> verify_token(std::string_view token, const VerifyingKey& key, int64_t now_seconds) {
    Parts parts = TRY(split(token));
    TRY_VOID(check_header(parts, &key));
    Bytes signature = TRY(decode_part(parts.signature));
    if (!key.verify(as_bytes(parts.signed_text), signature)) return refuse("Invalid token: InvalidSignature");
    return read_payload(parts.payload, now_seconds);
}

Result<std::string> sign_token(const Claims& claims, const KeyPair& keys) {
    std::string text(kHeader);
    text += '.';
    text += base64url_encode(as_bytes(payload_text(claims)));
    Bytes signature = TRY(keys.sign(as_bytes(text)));
    text += '.';
    text += base64url_encode(signature);
    if (text.size() > kTokenBytesMax) {
        return fail(ErrorCode::LimitExceeded, "the token would be {} bytes long; {} are allowed", text.size(),
                    kTokenBytesMax);
    }
    return text;
}

Result<IssuedToken> TokenAuthority::issue_anonymous() const {
    Claims claims;
    claims.issuer = kLocalIssuer;
    claims.subject = random_uuid(random_);
    claims.audience = {std::string(kLocalAudience)};
    claims.issued_at = now_seconds(clock_);
    return finish(std::move(claims), keys_);
}

Result<IssuedToken> TokenAuthority::issue_websocket_token(const Claims& claims) const {
    Claims brief = claims;
    brief.issued_at = now_seconds(clock_);
    brief.expires_at = brief.issued_at + kWebSocketTokenSeconds;
    return finish(std::move(brief), keys_);
}

Result<Claims> TokenAuthority::verify(std::string_view token) const {
    int64_t now = now_seconds(clock_);
    auto local = verify_token(token, keys_.verifying_key(), now);
    if (local) return local;
    Parts parts = TRY(split(token));
    TRY_VOID(check_header(parts, nullptr));
    Claims claims = TRY(read_payload(parts.payload, now));
    if (claims.issuer == kLocalIssuer) return local;
    return refuse("Error fetching public key for issuer {}", shortened(claims.issuer, kIssuerBytesMax));
}

Result<std::string_view> bearer_token(std::string_view authorization_header) {
    constexpr std::string_view kScheme = "bearer ";
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    bool named = authorization_header.size() > kScheme.size() &&
                 std::equal(kScheme.begin(), kScheme.end(), authorization_header.begin(),
                            [&](char want, char given) { return want == lower(given); });
    std::string_view token = named ? authorization_header.substr(kScheme.size()) : std::string_view();
    bool visible = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (token.empty() || !visible) {
        return fail(ErrorCode::InvalidArgument, "Authorization is invalid: malformed token");
    }
    return token;
}

}  // namespace lightcone::auth
