// SPDX-License-Identifier: Apache-2.0
#include "module/engine/export_types.h"

#include <map>
#include <string_view>

#include "module/abi/text.h"

namespace lightcone::module::engine {

namespace {

using Kinds = std::vector<wasm_valkind_t>;

struct CalledType {
    Kinds params;
    Kinds results;
};

bool same(const wasm_valtype_vec_t& types, const Kinds& kinds) {
    if (types.size != kinds.size()) return false;
    for (size_t i = 0; i < kinds.size(); ++i) {
        if (wasm_valtype_kind(types.data[i]) != kinds[i]) return false;
    }
    return true;
}

std::map<std::string_view, CalledType> called_functions(const abi::Initialisers& initialisers) {
    Kinds reducer{WASM_I32};
    reducer.insert(reducer.end(), 7, WASM_I64);
    reducer.insert(reducer.end(), 2, WASM_I32);
    std::map<std::string_view, CalledType> called{
        {abi::kDescribeExport, {{WASM_I32}, {}}},
        {abi::kCallReducerExport, {reducer, {WASM_I32}}},
    };
    if (initialisers.setup) called[abi::kSetupExport] = {{WASM_I32}, {WASM_I32}};
    if (initialisers.initialize) called[abi::kInitializeExport] = {};
    for (const std::string& name : initialisers.preinit) called[name] = {};
    return called;
}

}  // namespace

Result<void> verify_export_types(const wasmtime_module_t& module, const abi::Initialisers& initialisers) {
    auto called = called_functions(initialisers);
    wasm_exporttype_vec_t exports;
    wasmtime_module_exports(&module, &exports);
    for (size_t i = 0; i < exports.size; ++i) {
        const wasm_name_t* name = wasm_exporttype_name(exports.data[i]);
        auto expected = called.find(std::string_view(name->data, name->size));
        if (expected == called.end()) continue;
        const wasm_functype_t* type = wasm_externtype_as_functype_const(wasm_exporttype_type(exports.data[i]));
        bool right = type != nullptr && same(*wasm_functype_params(type), expected->second.params) &&
                     same(*wasm_functype_results(type), expected->second.results);
        if (right) called.erase(expected);
    }
    std::string wrong = called.empty() ? std::string() : abi::quoted(called.begin()->first);
    wasm_exporttype_vec_delete(&exports);
    if (wrong.empty()) return {};
    return fail(ErrorCode::InvalidArgument, "the engine reads export {} with a type the host does not call", wrong);
}

}  // namespace lightcone::module::engine
