// SPDX-License-Identifier: Apache-2.0
// ReducerContext: who calls, when, and the database the reducer works on.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>

#include "handle.h"
#include "host.h"
#include "log.h"
#include "types.h"

namespace lightcone {

// Random numbers for games and identifiers, not for secrets: the sequence follows from the seed (xoshiro256**).
// Meets std::uniform_random_bit_generator, so std::uniform_int_distribution and std::shuffle work with it.
class Rng {
  public:
    using result_type = std::uint64_t;

    explicit Rng(std::uint64_t seed) {
        for (auto& word : state_) {
            seed += 0x9E3779B97F4A7C15u;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
            word = mixed ^ (mixed >> 31);
        }
    }

    static constexpr std::uint64_t min() { return 0; }
    static constexpr std::uint64_t max() { return std::numeric_limits<std::uint64_t>::max(); }

    std::uint64_t operator()() {
        const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate(state_[3], 45);
        return result;
    }

    // Evenly from 0 to bound - 1. bound must not be 0.
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t unfair = (0 - bound) % bound;
        for (;;) {
            const std::uint64_t value = (*this)();
            if (value >= unfair) return value % bound;
        }
    }

    // Evenly from low to high, both included.
    template <class T>
        requires std::is_integral_v<T>
    T between(T low, T high) {
        const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
        const std::uint64_t offset = span == max() ? (*this)() : below(span + 1);
        return static_cast<T>(static_cast<std::uint64_t>(low) + offset);
    }

    // Evenly from 0 up to, but not including, 1.
    double fraction() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

  private:
    static std::uint64_t rotate(std::uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

    std::uint64_t state_[4];
};

// Given to every reducer. Valid during the call only.
class ReducerContext {
  public:
    ReducerContext(const Identity& caller, const std::optional<ConnectionId>& connection, Timestamp now)
        : sender(caller), connection_id(connection), timestamp(now) {}
    ReducerContext(const ReducerContext&) = delete;
    ReducerContext& operator=(const ReducerContext&) = delete;

    // The client that calls; for scheduled reducers the database itself.
    const Identity sender;
    // Its connection; nothing when the call does not come from a connection.
    const std::optional<ConnectionId> connection_id;
    // When the call started. The only clock a reducer has.
    const Timestamp timestamp;
    [[no_unique_address]] Database db;
    [[no_unique_address]] Log log;

    // The identity of this database.
    Identity identity() const {
        Identity own;
        host::identity(own.value.limbs);
        return own;
    }

    // Seeded from the timestamp: the same call gives the same numbers.
    Rng& rng() {
        if (!rng_) rng_.emplace(static_cast<std::uint64_t>(timestamp.micros));
        return *rng_;
    }

    Uuid new_uuid_v4() {
        const u128 random = (static_cast<u128>(rng()()) << 64) | rng()();
        return {(random & ~kVersionAndVariant) | (u128{4} << 76) | (u128{2} << 62)};
    }

    // Ascending with the timestamp and, within a call, with a counter.
    Uuid new_uuid_v7() {
        const std::uint32_t counter = uuid_counter_++ & 0x7FFFFFFF;
        u128 value = static_cast<u128>(static_cast<std::uint64_t>(timestamp.micros / 1000) & 0xFFFFFFFFFFFF) << 80;
        value |= u128{7} << 76;
        value |= static_cast<u128>(counter >> 23) << 64;
        value |= u128{2} << 62;
        value |= static_cast<u128>((counter & 0x7FFFFF) << 1) << 32;
        value |= rng()() & 0x7FFFFFFF;
        return {value};
    }

    // The claims of the caller's token as JSON text; nothing without a connection or a token.
    std::optional<std::string> jwt() const {
        if (!connection_id) return std::nullopt;
        std::uint32_t source = 0;
        if (host::get_jwt(&connection_id->value, &source) != host::kOk || source == 0) return std::nullopt;
        std::uint32_t length = 0;
        if (host::bytes_source_remaining_length(source, &length) != host::kOk) return std::nullopt;
        std::string claims(length, '\0');
        host::bytes_source_read(source, claims.data(), &length);
        return claims;
    }

  private:
    static constexpr u128 kVersionAndVariant = (u128{0xF} << 76) | (u128{3} << 62);

    std::optional<Rng> rng_;
    std::uint32_t uuid_counter_ = 0;
};

}  // namespace lightcone
