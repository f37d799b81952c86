// SPDX-License-Identifier: Apache-2.0
#include "module/engine/host_linker.h"

#include <wasmtime/linker.h>

#include <utility>

#include "module/abi/host_functions.h"
#include "module/abi/module_checks.h"
#include "module/engine/store_data.h"

namespace lightcone::module::engine {

namespace {

template <typename Integer>
Integer argument(const wasmtime_val_raw_t& value) {
    if constexpr (sizeof(Integer) == 8) {
        return static_cast<Integer>(value.i64);
    } else {
        return static_cast<Integer>(value.i32);
    }
}

void put_result(wasmtime_val_raw_t& value, int32_t result) {
    value.i32 = result;
}
void put_result(wasmtime_val_raw_t& value, int64_t result) {
    value.i64 = result;
}

[[gnu::cold, gnu::noinline]] abi::GuestMemory memory_during_start(wasmtime_caller_t* caller, StoreData& data) {
    wasmtime_extern_t item;
    if (!wasmtime_caller_export_get(caller, abi::kMemoryExport.data(), abi::kMemoryExport.size(), &item)) return {};
    if (item.kind != WASMTIME_EXTERN_MEMORY) return wasmtime_extern_delete(&item), abi::GuestMemory{};
    data.memory = item.of.memory;
    wasmtime_context_t* context = wasmtime_caller_context(caller);
    return {wasmtime_memory_data(context, &data.memory), wasmtime_memory_data_size(context, &data.memory)};
}

template <typename Return, typename... Params, size_t... index>
[[gnu::always_inline]] inline void call(Return (*function)(abi::GuestContext&, Params...), abi::GuestContext& guest,
                                        wasmtime_val_raw_t* values, std::index_sequence<index...>) {
    if constexpr (std::is_void_v<Return>) {
        function(guest, argument<Params>(values[index])...);
    } else {
        put_result(values[0], function(guest, argument<Params>(values[index])...));
    }
}

template <typename Return, typename... Params>
[[gnu::always_inline]] inline void call(Return (*function)(abi::GuestContext&, Params...), abi::GuestContext& guest,
                                        wasmtime_val_raw_t* values) {
    call(function, guest, values, std::index_sequence_for<Params...>{});
}

template <auto function>
wasm_trap_t* host_callback(void*, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) noexcept {
    wasmtime_context_t* context = wasmtime_caller_context(caller);
    StoreData& data = *static_cast<StoreData*>(wasmtime_context_get_data(context));
    abi::GuestContext& guest = data.guest;
    if (data.memory_known) [[likely]] {
        guest.memory = {wasmtime_memory_data(context, &data.memory), wasmtime_memory_data_size(context, &data.memory)};
    } else {
        guest.memory = memory_during_start(caller, data);
    }
    call(function, guest, values);
    if (guest.trapped()) [[unlikely]]
        return wasmtime_trap_new(guest.trap_text().data(), guest.trap_text().size());
    return nullptr;
}

wasm_valtype_vec_t value_types(const std::vector<abi::ValueType>& types) {
    wasm_valtype_vec_t out;
    wasm_valtype_vec_new_uninitialized(&out, types.size());
    for (size_t i = 0; i < types.size(); ++i) {
        out.data[i] = types[i] == abi::ValueType::I64 ? wasm_valtype_new_i64() : wasm_valtype_new_i32();
    }
    return out;
}

FunctionTypeHandle function_type(const abi::FunctionType& type) {
    wasm_valtype_vec_t params = value_types(type.params);
    wasm_valtype_vec_t results = value_types(type.results);
    return FunctionTypeHandle(wasm_functype_new(&params, &results));
}

}  // namespace

Result<LinkerHandle> create_host_linker(wasm_engine_t& engine) {
    LinkerHandle linker(wasmtime_linker_new(&engine));
    ErrorHandle failure;
    abi::for_each_host_function([&]<auto function>(std::string_view module, std::string_view name) {
        FunctionTypeHandle type = function_type(abi::HostSignature<decltype(function)>::type());
        ErrorHandle error(wasmtime_linker_define_func_unchecked(linker.get(), module.data(), module.size(), name.data(),
                                                                name.size(), type.get(), host_callback<function>,
                                                                nullptr, nullptr));
        if (error) failure = std::move(error);
    });
    if (failure) return fail(ErrorCode::Internal, "cannot define a host function: {}", error_text(*failure));
    return linker;
}

}  // namespace lightcone::module::engine
