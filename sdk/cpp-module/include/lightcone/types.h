// SPDX-License-Identifier: Apache-2.0
// The scalar types that C++ lacks: 128 and 256 bit integers, identities, times, UUIDs. All are plain values, compared
// and ordered as numbers. How they are written as text is in text.h.
#pragma once

#include <compare>
#include <cstdint>

namespace lightcone {

using i128 = __int128;
using u128 = unsigned __int128;

// 256 bits as four 64-bit limbs, least significant first.
struct u256 {
    std::uint64_t limbs[4] = {};

    constexpr u256() = default;
    constexpr u256(std::uint64_t value) : limbs{value, 0, 0, 0} {}
    constexpr u256(std::uint64_t l0, std::uint64_t l1, std::uint64_t l2, std::uint64_t l3) : limbs{l0, l1, l2, l3} {}

    friend constexpr bool operator==(const u256&, const u256&) = default;
    friend constexpr std::strong_ordering operator<=>(const u256& a, const u256& b) {
        for (int i = 3; i > 0; --i) {
            if (a.limbs[i] != b.limbs[i]) return a.limbs[i] <=> b.limbs[i];
        }
        return a.limbs[0] <=> b.limbs[0];
    }
};

// Two's complement, four 64-bit limbs, least significant first.
struct i256 {
    std::uint64_t limbs[4] = {};

    constexpr i256() = default;
    constexpr i256(std::int64_t value)
        : limbs{static_cast<std::uint64_t>(value), sign_of(value), sign_of(value), sign_of(value)} {}
    constexpr i256(std::uint64_t l0, std::uint64_t l1, std::uint64_t l2, std::uint64_t l3) : limbs{l0, l1, l2, l3} {}

    friend constexpr bool operator==(const i256&, const i256&) = default;
    friend constexpr std::strong_ordering operator<=>(const i256& a, const i256& b) {
        if (a.limbs[3] != b.limbs[3]) {
            return static_cast<std::int64_t>(a.limbs[3]) <=> static_cast<std::int64_t>(b.limbs[3]);
        }
        for (int i = 2; i > 0; --i) {
            if (a.limbs[i] != b.limbs[i]) return a.limbs[i] <=> b.limbs[i];
        }
        return a.limbs[0] <=> b.limbs[0];
    }

  private:
    static constexpr std::uint64_t sign_of(std::int64_t value) { return value < 0 ? ~std::uint64_t{0} : 0; }
};

// Who somebody is: stable for one account or one database, over all connections.
struct Identity {
    u256 value;
    friend constexpr bool operator==(const Identity&, const Identity&) = default;
    friend constexpr std::strong_ordering operator<=>(const Identity&, const Identity&) = default;
};

// One connection of a client.
struct ConnectionId {
    u128 value = 0;
    friend constexpr bool operator==(const ConnectionId&, const ConnectionId&) = default;
    friend constexpr std::strong_ordering operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

// A signed span of time in microseconds.
struct TimeDuration {
    std::int64_t micros = 0;

    static constexpr TimeDuration from_micros(std::int64_t count) { return {count}; }
    static constexpr TimeDuration from_millis(std::int64_t count) { return {count * 1000}; }
    static constexpr TimeDuration from_seconds(std::int64_t count) { return {count * 1000000}; }

    friend constexpr bool operator==(const TimeDuration&, const TimeDuration&) = default;
    friend constexpr auto operator<=>(const TimeDuration&, const TimeDuration&) = default;
    friend constexpr TimeDuration operator+(TimeDuration a, TimeDuration b) { return {a.micros + b.micros}; }
    friend constexpr TimeDuration operator-(TimeDuration a, TimeDuration b) { return {a.micros - b.micros}; }
    friend constexpr TimeDuration operator*(TimeDuration a, std::int64_t factor) { return {a.micros * factor}; }
};

// A moment, in microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
    std::int64_t micros = 0;

    friend constexpr bool operator==(const Timestamp&, const Timestamp&) = default;
    friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;
    friend constexpr Timestamp operator+(Timestamp t, TimeDuration d) { return {t.micros + d.micros}; }
    friend constexpr Timestamp operator-(Timestamp t, TimeDuration d) { return {t.micros - d.micros}; }
    friend constexpr TimeDuration operator-(Timestamp a, Timestamp b) { return {a.micros - b.micros}; }
};

// The most significant byte of the value is the first byte of the UUID. Made by ReducerContext::new_uuid_v4 and _v7.
struct Uuid {
    u128 value = 0;
    friend constexpr bool operator==(const Uuid&, const Uuid&) = default;
    friend constexpr std::strong_ordering operator<=>(const Uuid&, const Uuid&) = default;
};

// When a row of a scheduled table is due: every so often, or once.
struct ScheduleAt {
    enum class Kind : std::uint8_t { Interval = 0, Time = 1 };
    Kind kind = Kind::Interval;
    std::int64_t micros = 0;

    static constexpr ScheduleAt every(TimeDuration interval) { return {Kind::Interval, interval.micros}; }
    static constexpr ScheduleAt at(Timestamp moment) { return {Kind::Time, moment.micros}; }

    friend constexpr bool operator==(const ScheduleAt&, const ScheduleAt&) = default;
    friend constexpr auto operator<=>(const ScheduleAt&, const ScheduleAt&) = default;
};

}  // namespace lightcone
