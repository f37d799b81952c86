// SPDX-License-Identifier: Apache-2.0
// Types of WebAssembly functions, as far as the module ABI uses them, and their text in messages.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lightcone::module::abi {

// Numbers of the binary format.
enum class ValueType : uint8_t {
    I32 = 0x7f,
    I64 = 0x7e,
    F32 = 0x7d,
    F64 = 0x7c,
    V128 = 0x7b,
    FuncRef = 0x70,
    ExternRef = 0x6f
};

struct FunctionType {
    std::vector<ValueType> params;
    std::vector<ValueType> results;

    bool operator==(const FunctionType&) const = default;
    // (func (param i32 i64) (result i32))
    std::string text() const;
};

// The type a host function has in a module, from its C++ type. The first parameter is the calling instance's context.
template <typename Function>
struct HostSignature;

template <typename Integer>
constexpr ValueType value_type_of() {
    static_assert(std::is_integral_v<Integer> && (sizeof(Integer) == 4 || sizeof(Integer) == 8));
    return sizeof(Integer) == 8 ? ValueType::I64 : ValueType::I32;
}

template <typename Return, typename Context, typename... Params>
struct HostSignature<Return (*)(Context&, Params...)> {
    static FunctionType type() {
        FunctionType result{{value_type_of<Params>()...}, {}};
        if constexpr (!std::is_void_v<Return>) result.results.push_back(value_type_of<Return>());
        return result;
    }
};

}  // namespace lightcone::module::abi
