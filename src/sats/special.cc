// SPDX-License-Identifier: Apache-2.0
#include "sats/special.h"

#include <fmt/format.h>

#include <algorithm>

namespace lightcone::sats {

namespace {

constexpr uint64_t kMicrosPerSecond = 1'000'000;

template <size_t N>
std::string reversed_hex(const std::array<uint8_t, N>& le) {
    std::array<uint8_t, N> be = le;
    std::reverse(be.begin(), be.end());
    return to_hex(be);
}

template <size_t N>
Result<std::array<uint8_t, N>> parse_reversed_hex(std::string_view text, const char* what) {
    std::string_view digits = text.starts_with("0x") ? text.substr(2) : text;
    if (digits.size() != N * 2) {
        return fail(ErrorCode::InvalidArgument, "{} must have {} hex digits, given {}", what, N * 2, digits.size());
    }
    auto be = from_hex(digits);
    if (!be) return fail(ErrorCode::InvalidArgument, "{}: {}", what, be.error().message);
    std::array<uint8_t, N> le;
    std::reverse_copy(be->begin(), be->end(), le.begin());
    return le;
}

struct CivilDate {
    int64_t year;
    unsigned month;
    unsigned day;
};

// Proleptic Gregorian date of a day number counted from 1970-01-01. Counts in 400-year eras of 146,097 days that start
// on 1 March, so that the leap day is the last day of a year.
CivilDate civil_date(int64_t days) {
    constexpr int64_t kDaysPerEra = 146'097;
    constexpr int64_t kDaysFromEraStartToEpoch = 719'468;
    int64_t shifted = days + kDaysFromEraStartToEpoch;
    int64_t era = (shifted >= 0 ? shifted : shifted - (kDaysPerEra - 1)) / kDaysPerEra;
    auto day_of_era = static_cast<unsigned>(shifted - era * kDaysPerEra);
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month_from_march = (5 * day_of_year + 2) / 153;
    unsigned day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = static_cast<int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, day};
}

// Magnitude without overflow at the smallest value.
uint64_t magnitude(int64_t value) {
    return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

}  // namespace

std::string Identity::hex() const {
    return reversed_hex(le);
}

Result<Identity> Identity::from_hex_text(std::string_view text) {
    return Identity{TRY(parse_reversed_hex<32>(text, "identity"))};
}

Identity Identity::from_claims(std::string_view issuer, std::string_view subject) {
    std::string claims = fmt::format("{}|{}", issuer, subject);
    Hash32 claims_hash = blake3(as_bytes(claims));

    // Big-endian text order: prefix c2 00, four bytes of checksum, 26 bytes of the claims' hash.
    constexpr size_t kIdBytes = 26;
    std::array<uint8_t, 2 + kIdBytes> checked = {0xc2, 0x00};
    std::copy_n(claims_hash.begin(), kIdBytes, checked.begin() + 2);
    Hash32 checksum = blake3(checked);

    std::array<uint8_t, 32> be = {0xc2, 0x00};
    std::copy_n(checksum.begin(), 4, be.begin() + 2);
    std::copy_n(claims_hash.begin(), kIdBytes, be.begin() + 6);
    Identity identity;
    std::reverse_copy(be.begin(), be.end(), identity.le.begin());
    return identity;
}

std::string ConnectionId::hex() const {
    return reversed_hex(le);
}

Result<ConnectionId> ConnectionId::from_hex_text(std::string_view text) {
    return ConnectionId{TRY(parse_reversed_hex<16>(text, "connection id"))};
}

Result<Identity> read_identity(ByteReader& in) {
    Identity identity;
    ByteView bytes = TRY(in.take(identity.le.size(), "u256"));
    std::copy(bytes.begin(), bytes.end(), identity.le.begin());
    return identity;
}

Result<ConnectionId> read_connection_id(ByteReader& in) {
    ConnectionId id;
    ByteView bytes = TRY(in.take(id.le.size(), "u128"));
    std::copy(bytes.begin(), bytes.end(), id.le.begin());
    return id;
}

std::string timestamp_text(int64_t micros) {
    constexpr int64_t kSecondsPerDay = 86'400;
    constexpr auto kPerSecond = static_cast<int64_t>(kMicrosPerSecond);
    int64_t seconds = micros / kPerSecond;
    int64_t fraction = micros % kPerSecond;
    if (fraction < 0) {
        fraction += kPerSecond;
        --seconds;
    }
    int64_t days = seconds / kSecondsPerDay;
    int64_t second_of_day = seconds % kSecondsPerDay;
    if (second_of_day < 0) {
        second_of_day += kSecondsPerDay;
        --days;
    }
    CivilDate date = civil_date(days);
    bool four_digits = date.year >= 0 && date.year <= 9999;
    std::string text = four_digits ? fmt::format("{:04}", date.year) : fmt::format("{:+05}", date.year);
    text += fmt::format("-{:02}-{:02}T{:02}:{:02}:{:02}", date.month, date.day, second_of_day / 3600,
                        second_of_day / 60 % 60, second_of_day % 60);
    if (fraction % 1000 != 0) {
        text += fmt::format(".{:06}", fraction);
    } else if (fraction != 0) {
        text += fmt::format(".{:03}", fraction / 1000);
    }
    return text + "+00:00";
}

std::string duration_text(int64_t micros) {
    uint64_t size = magnitude(micros);
    return fmt::format("{}{}.{:06}", micros < 0 ? '-' : '+', size / kMicrosPerSecond, size % kMicrosPerSecond);
}

std::string duration_iso_text(int64_t micros) {
    if (micros == 0) return "P0D";
    uint64_t size = magnitude(micros);
    std::string text = fmt::format("{}PT{}", micros < 0 ? "-" : "", size / kMicrosPerSecond);
    if (uint64_t fraction = size % kMicrosPerSecond; fraction != 0) {
        std::string digits = fmt::format("{:06}", fraction);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += "." + digits;
    }
    return text + "S";
}

std::string uuid_text(const std::array<uint8_t, 16>& le) {
    std::string hex = reversed_hex(le);
    for (size_t dash : {20, 16, 12, 8}) hex.insert(dash, 1, '-');
    return hex;
}

}  // namespace lightcone::sats
