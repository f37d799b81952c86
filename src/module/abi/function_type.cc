// SPDX-License-Identifier: Apache-2.0
#include "module/abi/function_type.h"

namespace lightcone::module::abi {

namespace {

const char* value_type_name(ValueType type) {
    switch (type) {
        case ValueType::I32: return "i32";
        case ValueType::I64: return "i64";
        case ValueType::F32: return "f32";
        case ValueType::F64: return "f64";
        case ValueType::V128: return "v128";
        case ValueType::FuncRef: return "funcref";
        case ValueType::ExternRef: return "externref";
    }
    return "unknown";
}

void append_list(std::string& out, const char* word, const std::vector<ValueType>& types) {
    if (types.empty()) return;
    out += " (";
    out += word;
    for (ValueType type : types) {
        out += ' ';
        out += value_type_name(type);
    }
    out += ')';
}

}  // namespace

std::string FunctionType::text() const {
    std::string out = "(func";
    append_list(out, "param", params);
    append_list(out, "result", results);
    return out + ")";
}

}  // namespace lightcone::module::abi
