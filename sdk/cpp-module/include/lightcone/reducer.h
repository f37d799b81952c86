// SPDX-License-Identifier: Apache-2.0
// Reducers: ordinary functions, made callable by one line after them.
//     void rename(lightcone::ReducerContext& ctx, uint32_t id, std::string name) { … }
//     LIGHTCONE_REDUCER(rename, id, name);
// The line repeats the parameter names, which clients use; their number is checked. A reducer returns nothing or an
// Outcome. Reducers called by the database itself:
//     LIGHTCONE_INIT(f)                 once, when the database is created
//     LIGHTCONE_CLIENT_CONNECTED(f)     an error refuses the connection
//     LIGHTCONE_CLIENT_DISCONNECTED(f)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "codec_named.h"
#include "context.h"
#include "reflect.h"
#include "result.h"

namespace lightcone::detail {

enum class Lifecycle : std::uint8_t { Init = 0, Connected = 1, Disconnected = 2, None = 0xFF };

// A reducer without its types; all reducers of the module form a list, in which the position is the id.
class ReducerBase {
  public:
    // Runs the reducer on its encoded arguments. False: refused, with the message in `error`.
    using Call = bool (*)(ReducerContext& ctx, Reader& arguments, std::string& error);
    // Writes the parameters as a product type.
    using Describe = void (*)(std::string_view parameter_names, Typespace& types, ByteString& out);

    [[gnu::noinline]] ReducerBase(std::string_view name, std::string_view parameters, Lifecycle lifecycle,
                                  Call function, Describe description)
        : name_(name), parameters_(parameters), lifecycle_(lifecycle), call_(function), describe_(description) {
        *last_ = this;
        last_ = &next_;
        ++count_;
    }
    ReducerBase(const ReducerBase&) = delete;
    ReducerBase& operator=(const ReducerBase&) = delete;

    std::string_view name() const { return name_; }
    Lifecycle lifecycle() const { return lifecycle_; }
    Call call() const { return call_; }
    void describe_parameters(Typespace& types, ByteString& out) const { describe_(parameters_, types, out); }

    static const ReducerBase* first() { return first_; }
    static std::uint32_t count() { return count_; }
    const ReducerBase* next() const { return next_; }

  private:
    static inline constinit ReducerBase* first_ = nullptr;
    static inline constinit ReducerBase** last_ = &first_;
    static inline constinit std::uint32_t count_ = 0;

    std::string_view name_;
    std::string_view parameters_;
    Lifecycle lifecycle_;
    Call call_;
    Describe describe_;
    ReducerBase* next_ = nullptr;
};

constexpr bool is_separator(char c) {
    return c == ' ' || c == ',';
}

// Cuts the first name off "id, name".
constexpr std::string_view take_name(std::string_view& list) {
    while (!list.empty() && is_separator(list.front())) list.remove_prefix(1);
    std::size_t length = 0;
    while (length < list.size() && !is_separator(list[length])) ++length;
    const std::string_view name = list.substr(0, length);
    list.remove_prefix(length);
    return name;
}

constexpr std::size_t count_names(std::string_view list) {
    std::size_t count = 0;
    while (!take_name(list).empty()) ++count;
    return count;
}

template <class Function>
struct ReducerShape;

template <class Returned, class... Parameters>
struct ReducerShape<Returned (*)(ReducerContext&, Parameters...)> {
    static_assert(std::is_void_v<Returned> || std::is_same_v<Returned, Outcome>,
                  "a reducer returns void or lightcone::Outcome");
    static constexpr std::size_t kParameters = sizeof...(Parameters);
    using Arguments = std::tuple<std::remove_cvref_t<Parameters>...>;

    template <auto Function>
    static bool call(ReducerContext& ctx, Reader& reader, std::string& error) {
        // Braces: the arguments are decoded from left to right.
        Arguments arguments{decode<std::remove_cvref_t<Parameters>>(reader)...};
        return std::apply(
            [&](auto&... values) {
                if constexpr (std::is_void_v<Returned>) {
                    Function(ctx, static_cast<Parameters&&>(values)...);
                    return true;
                } else {
                    Outcome outcome = Function(ctx, static_cast<Parameters&&>(values)...);
                    if (outcome) [[likely]]
                        return true;
                    error = std::move(outcome.error().message);
                    return false;
                }
            },
            arguments);
    }

    static void describe(std::string_view names, Typespace& types, ByteString& out) {
        out.u32(kParameters);
        ((out.some_text(take_name(names)), Codec<std::remove_cvref_t<Parameters>>::describe(types, out)), ...);
    }
};

template <auto Function>
struct Reducer : ReducerBase {
    using Shape = ReducerShape<decltype(Function)>;

    consteval static bool names_fit(std::string_view names) { return count_names(names) == Shape::kParameters; }

    Reducer(std::string_view name, std::string_view parameters, Lifecycle lifecycle = Lifecycle::None)
        : ReducerBase(name, parameters, lifecycle, &Shape::template call<Function>, &Shape::describe) {}
};

}  // namespace lightcone::detail

#define LIGHTCONE_REDUCER(function, ...)                                                                           \
    static_assert(::lightcone::detail::Reducer<&function>::names_fit(#__VA_ARGS__),                                \
                  "name every parameter of " #function " after the context: LIGHTCONE_REDUCER(" #function ", …)"); \
    static ::lightcone::detail::Reducer<&function> lightcone_reducer_##function(#function, #__VA_ARGS__)

#define LIGHTCONE_LIFECYCLE(function, kind)                                                                     \
    static_assert(::lightcone::detail::Reducer<&function>::names_fit(""), #function " takes the context only"); \
    static ::lightcone::detail::Reducer<&function> lightcone_reducer_##function(#function, "",                  \
                                                                                ::lightcone::detail::Lifecycle::kind)

#define LIGHTCONE_INIT(function) LIGHTCONE_LIFECYCLE(function, Init)
#define LIGHTCONE_CLIENT_CONNECTED(function) LIGHTCONE_LIFECYCLE(function, Connected)
#define LIGHTCONE_CLIENT_DISCONNECTED(function) LIGHTCONE_LIFECYCLE(function, Disconnected)
