// SPDX-License-Identifier: Apache-2.0
// Identity, ConnectionId, Timestamp as the server handles them. Stored as their BSATN bytes (little-endian); their hex
// text is most significant digit first.
#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"

namespace lightcone::sats {

struct Identity {
    std::array<uint8_t, 32> le{};

    auto operator<=>(const Identity&) const = default;
    bool is_zero() const { return *this == Identity{}; }
    // 64 lower-case hex digits.
    std::string hex() const;
    // Optional 0x, then exactly 64 hex digits. Errors: InvalidArgument.
    static Result<Identity> from_hex_text(std::string_view text);
    // BLAKE3 of "{issuer}|{subject}" with prefix c200 and checksum (spec: auth).
    static Identity from_claims(std::string_view issuer, std::string_view subject);
};

struct ConnectionId {
    std::array<uint8_t, 16> le{};

    auto operator<=>(const ConnectionId&) const = default;
    bool is_zero() const { return *this == ConnectionId{}; }
    std::string hex() const;
    static Result<ConnectionId> from_hex_text(std::string_view text);
};

Result<Identity> read_identity(ByteReader& in);
Result<ConnectionId> read_connection_id(ByteReader& in);

// Microseconds since the Unix epoch as RFC 3339 with offset +00:00 and 0, 3 or 6 fraction digits.
std::string timestamp_text(int64_t micros);
// {sign}{seconds}.{6 digits}
std::string duration_text(int64_t micros);
// ISO 8601: PT1.5S, -PT1S, P0D.
std::string duration_iso_text(int64_t micros);
// 8-4-4-4-12 hex digits, most significant first.
std::string uuid_text(const std::array<uint8_t, 16>& le);

}  // namespace lightcone::sats

template <>
struct std::hash<lightcone::sats::Identity> {
    size_t operator()(const lightcone::sats::Identity& id) const noexcept { return lightcone::hash_bytes(id.le); }
};
template <>
struct std::hash<lightcone::sats::ConnectionId> {
    size_t operator()(const lightcone::sats::ConnectionId& id) const noexcept { return lightcone::hash_bytes(id.le); }
};
