// SPDX-License-Identifier: Apache-2.0
// Codecs of the types that the database knows by their shape: a product with one field of a reserved name, and
// ScheduleAt.
#pragma once

#include <string_view>

#include "codec.h"

namespace lightcone::detail {

// T has one member, `Inner value`, and travels as the product {name: Inner}.
template <class T, class Inner, auto Member>
struct SpecialCodec {
    static constexpr std::size_t kBytes = Codec<Inner>::kBytes;
    static constexpr std::size_t size(const T&) { return kBytes; }
    static char* write(char* at, const T& value) { return Codec<Inner>::write(at, value.*Member); }
    template <class Source>
    static T read(Source& source) {
        return T{Codec<Inner>::read(source)};
    }
    static void describe_as(std::string_view name, Typespace& types, ByteString& out) {
        out.u8(static_cast<std::uint8_t>(TypeTag::Product));
        out.u32(1);
        out.some_text(name);
        Codec<Inner>::describe(types, out);
    }
};

template <>
struct Codec<Identity> : SpecialCodec<Identity, u256, &Identity::value> {
    static void describe(Typespace& types, ByteString& out) { describe_as("__identity__", types, out); }
};

template <>
struct Codec<ConnectionId> : SpecialCodec<ConnectionId, u128, &ConnectionId::value> {
    static void describe(Typespace& types, ByteString& out) { describe_as("__connection_id__", types, out); }
};

template <>
struct Codec<Uuid> : SpecialCodec<Uuid, u128, &Uuid::value> {
    static void describe(Typespace& types, ByteString& out) { describe_as("__uuid__", types, out); }
};

template <>
struct Codec<Timestamp> : SpecialCodec<Timestamp, std::int64_t, &Timestamp::micros> {
    static void describe(Typespace& types, ByteString& out) {
        describe_as("__timestamp_micros_since_unix_epoch__", types, out);
    }
};

template <>
struct Codec<TimeDuration> : SpecialCodec<TimeDuration, std::int64_t, &TimeDuration::micros> {
    static void describe(Typespace& types, ByteString& out) { describe_as("__time_duration_micros__", types, out); }
};

template <>
struct Codec<ScheduleAt> {
    static constexpr std::size_t kBytes = 9;
    static constexpr std::size_t size(const ScheduleAt&) { return kBytes; }
    static char* write(char* at, const ScheduleAt& value) {
        *at = static_cast<char>(value.kind);
        return Codec<std::int64_t>::write(at + 1, value.micros);
    }
    template <class Source>
    static ScheduleAt read(Source& source) {
        const auto kind = static_cast<ScheduleAt::Kind>(*source.take(1));
        return {kind, Codec<std::int64_t>::read(source)};
    }
    static void describe(Typespace& types, ByteString& out) {
        out.u8(static_cast<std::uint8_t>(TypeTag::Sum));
        out.u32(2);
        out.some_text("Interval");
        Codec<TimeDuration>::describe(types, out);
        out.some_text("Time");
        Codec<Timestamp>::describe(types, out);
    }
};

}  // namespace lightcone::detail
