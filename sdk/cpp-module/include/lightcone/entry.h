// SPDX-License-Identifier: Apache-2.0
// The functions that the database calls: __describe_module__ and __call_reducer__.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "context.h"
#include "definition.h"
#include "host.h"
#include "reducer.h"

#if defined(__wasm__)
#define LIGHTCONE_EXPORT(name) extern "C" [[gnu::weak, gnu::used]] __attribute__((export_name(#name)))
#else
#define LIGHTCONE_EXPORT(name) extern "C" inline
#endif

namespace lightcone::detail {

enum class CallResult : std::int32_t { Ok = 0, Refused = 1, UnknownReducer = -1 };

inline void write_sink(std::uint32_t sink, std::string_view bytes) {
    auto length = static_cast<std::uint32_t>(bytes.size());
    if (length == 0) return;
    const auto error = host::bytes_sink_write(sink, bytes.data(), &length);
    if (error != host::kOk) stop_on_host_error("writing to", "a result", error);
}

// The reducers by id, made once per instance.
inline const ReducerBase* const* reducers_by_id() {
    static constinit const ReducerBase** list = nullptr;
    if (list == nullptr) {
        list = reinterpret_cast<const ReducerBase**>(Buffer<0>::allocate((ReducerBase::count() + 1) * sizeof(void*)));
        std::uint32_t id = 0;
        for (const ReducerBase* reducer = ReducerBase::first(); reducer != nullptr; reducer = reducer->next())
            list[id++] = reducer;
    }
    return list;
}

inline constexpr std::size_t kArgumentStackBytes = 512;

// Calls `use(bytes, length)` with everything in a source. Short arguments need one call to the host and no heap.
template <class Use>
auto with_source(std::uint32_t source, Use use) {
    char stack[kArgumentStackBytes];
    if (source == 0) return use(stack, std::size_t{0});
    std::uint32_t length = sizeof stack;
    std::int32_t result = host::bytes_source_read(source, stack, &length);
    if (result == host::kExhausted) [[likely]]
        return use(stack, length);
    if (result != host::kOk) stop_on_host_error("reading", "arguments", result);

    std::uint32_t remaining = 0;
    result = host::bytes_source_remaining_length(source, &remaining);
    if (result != host::kOk) stop_on_host_error("reading", "arguments", result);
    Buffer<0> all(length + remaining);
    std::memcpy(all.data(), stack, length);
    std::uint32_t filled = length;
    while (remaining > 0 && result == host::kOk) {
        std::uint32_t piece = remaining;
        result = host::bytes_source_read(source, all.data() + filled, &piece);
        filled += piece;
        remaining -= piece;
    }
    if (result > host::kOk) stop_on_host_error("reading", "arguments", result);
    return use(all.data(), filled);
}

[[gnu::noinline]] inline std::int32_t call_reducer(std::uint32_t id, ReducerContext& ctx, std::uint32_t arguments,
                                                   std::uint32_t error_sink) {
    if (id >= ReducerBase::count()) return static_cast<std::int32_t>(CallResult::UnknownReducer);
    const ReducerBase& reducer = *reducers_by_id()[id];
    return with_source(arguments, [&](const char* bytes, std::size_t length) {
        Reader reader(bytes, length);
        std::string error;
        if (reducer.call()(ctx, reader, error)) [[likely]]
            return static_cast<std::int32_t>(CallResult::Ok);
        write_sink(error_sink, error);
        return static_cast<std::int32_t>(CallResult::Refused);
    });
}

}  // namespace lightcone::detail

LIGHTCONE_EXPORT(__describe_module__)
void __describe_module__(std::uint32_t sink) {
    lightcone::detail::write_sink(sink, lightcone::detail::module_definition());
}

LIGHTCONE_EXPORT(__call_reducer__)
std::int32_t __call_reducer__(std::uint32_t id, std::uint64_t sender_0, std::uint64_t sender_1, std::uint64_t sender_2,
                              std::uint64_t sender_3, std::uint64_t connection_0, std::uint64_t connection_1,
                              std::int64_t timestamp, std::uint32_t arguments, std::uint32_t error_sink) {
    const lightcone::u128 connection = (static_cast<lightcone::u128>(connection_1) << 64) | connection_0;
    std::optional<lightcone::ConnectionId> connection_id;
    if (connection != 0) connection_id = lightcone::ConnectionId{connection};
    lightcone::ReducerContext ctx(lightcone::Identity{{sender_0, sender_1, sender_2, sender_3}}, connection_id,
                                  lightcone::Timestamp{timestamp});
    return lightcone::detail::call_reducer(id, ctx, arguments, error_sink);
}

#undef LIGHTCONE_EXPORT
