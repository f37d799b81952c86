// SPDX-License-Identifier: Apache-2.0
#include "module/abi/wasm_interface.h"

#include <algorithm>

#include "module/abi/call_limits.h"
#include "module/abi/text.h"
#include "module/abi/wasm_reader.h"

namespace lightcone::module::abi {

namespace {

constexpr uint8_t kHeader[8] = {0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00};
constexpr uint8_t kComponentLayer[4] = {0x0d, 0x00, 0x01, 0x00};
constexpr uint8_t kFunctionForm = 0x60;

enum class Section : uint8_t { Type = 1, Import = 2, Function = 3, Export = 7 };

std::unexpected<Error> malformed(const char* what) {
    return fail(ErrorCode::InvalidArgument, "malformed WebAssembly module: {}", what);
}

Result<void> check_header(ByteView wasm) {
    if (wasm.size() >= 8 && bytes_equal(wasm.first(8), kHeader)) return {};
    if (wasm.size() >= 8 && bytes_equal(wasm.first(4), ByteView(kHeader).first(4))) {
        if (bytes_equal(wasm.subspan(4, 4), kComponentLayer)) {
            return fail(ErrorCode::Unsupported, "WebAssembly components are not supported: a core module is needed");
        }
        return fail(ErrorCode::Unsupported, "WebAssembly version {} is not supported",
                    load_le<uint32_t>(wasm.data() + 4));
    }
    return fail(ErrorCode::InvalidArgument, "not a WebAssembly module: the {} bytes do not start with \\0asm",
                wasm.size());
}

Result<ValueType> read_value_type(WasmReader& reader) {
    uint8_t byte = TRY(reader.byte());
    bool known = (byte >= 0x7b && byte <= 0x7f) || byte == 0x70 || byte == 0x6f;
    if (!known)
        return fail(ErrorCode::Unsupported, "module uses value type 0x{:02x}, which this server does not support",
                    byte);
    return static_cast<ValueType>(byte);
}

Result<std::vector<ValueType>> read_value_types(WasmReader& reader) {
    uint32_t count = TRY(reader.count("parameters or results in one function type", kFunctionParametersMax));
    std::vector<ValueType> types;
    types.reserve(count);
    for (uint32_t i = 0; i < count; ++i) types.push_back(TRY(read_value_type(reader)));
    return types;
}

// Limits of a table or memory: flags, minimum, maximum where the flags say so.
Result<void> skip_limits(WasmReader& reader) {
    uint8_t flags = TRY(reader.byte());
    TRY_VOID(reader.skip_u64());
    if ((flags & 1) != 0) TRY_VOID(reader.skip_u64());
    return {};
}

}  // namespace

const char* extern_kind_name(ExternKind kind) {
    static constexpr const char* kNames[] = {"function", "table", "memory", "global", "tag"};
    return kNames[static_cast<size_t>(kind)];
}

Result<WasmInterface> WasmInterface::read(ByteView wasm) {
    TRY_VOID(check_header(wasm));
    WasmInterface result;
    WasmReader reader(wasm.subspan(8));
    uint8_t seen = 0;
    while (!reader.at_end()) {
        uint8_t id = TRY(reader.byte());
        uint32_t length = TRY(reader.u32());
        ByteView section = TRY(reader.take(length));
        bool wanted = id == 1 || id == 2 || id == 3 || id == 7;
        if (!wanted) continue;
        if (id <= seen) return malformed("a section is repeated or out of order");
        seen = id;
        switch (static_cast<Section>(id)) {
            case Section::Type: TRY_VOID(result.read_types(section)); break;
            case Section::Import: TRY_VOID(result.read_imports(section)); break;
            case Section::Function: TRY_VOID(result.read_functions(section)); break;
            case Section::Export: TRY_VOID(result.read_exports(section)); break;
        }
    }
    return result;
}

Result<void> WasmInterface::read_types(ByteView section) {
    WasmReader reader(section);
    uint32_t count = TRY(reader.count("types", kTypesMax));
    types_.reserve(std::min<size_t>(count, section.size()));
    for (uint32_t i = 0; i < count; ++i) {
        uint8_t form = TRY(reader.byte());
        if (form != kFunctionForm) {
            return fail(ErrorCode::Unsupported,
                        "module uses the garbage collection proposal (type form 0x{:02x}): not supported", form);
        }
        ByteView start = reader.rest();
        TRY_VOID(read_value_types(reader));
        TRY_VOID(read_value_types(reader));
        types_.push_back(start.first(start.size() - reader.rest().size()));
    }
    return {};
}

Result<FunctionType> WasmInterface::type_at(uint32_t index) const {
    if (index >= types_.size()) return malformed("a function has a type that does not exist");
    WasmReader reader(types_[index]);
    FunctionType type;
    type.params = TRY(read_value_types(reader));
    type.results = TRY(read_value_types(reader));
    return type;
}

Result<void> WasmInterface::read_imports(ByteView section) {
    WasmReader reader(section);
    uint32_t count = TRY(reader.count("imports", kImportsMax));
    for (uint32_t i = 0; i < count; ++i) {
        Import item;
        item.module = TRY(reader.name());
        item.name = TRY(reader.name());
        uint8_t kind = TRY(reader.byte());
        if (kind > static_cast<uint8_t>(ExternKind::Tag)) return malformed("an import of unknown kind");
        item.kind = static_cast<ExternKind>(kind);
        switch (item.kind) {
            case ExternKind::Function: {
                uint32_t type = TRY(reader.u32());
                item.type = TRY(type_at(type));
                function_types_.push_back(type);
                break;
            }
            case ExternKind::Table:
                TRY_VOID(read_value_type(reader));
                TRY_VOID(skip_limits(reader));
                break;
            case ExternKind::Memory: TRY_VOID(skip_limits(reader)); break;
            case ExternKind::Global:
                TRY_VOID(read_value_type(reader));
                TRY_VOID(reader.byte());
                break;
            case ExternKind::Tag:
                TRY_VOID(reader.byte());
                TRY_VOID(reader.u32());
                break;
        }
        imports_.push_back(std::move(item));
    }
    return {};
}

Result<void> WasmInterface::read_functions(ByteView section) {
    WasmReader reader(section);
    uint32_t count = TRY(reader.count("functions", kFunctionsMax));
    function_types_.reserve(function_types_.size() + std::min<size_t>(count, section.size()));
    for (uint32_t i = 0; i < count; ++i) function_types_.push_back(TRY(reader.u32()));
    return {};
}

Result<void> WasmInterface::read_exports(ByteView section) {
    WasmReader reader(section);
    uint32_t count = TRY(reader.count("exports", kExportsMax));
    exports_.reserve(std::min<size_t>(count, section.size()));
    for (uint32_t i = 0; i < count; ++i) {
        Export item;
        item.name = TRY(reader.name());
        uint8_t kind = TRY(reader.byte());
        if (kind > static_cast<uint8_t>(ExternKind::Tag)) return malformed("an export of unknown kind");
        item.kind = static_cast<ExternKind>(kind);
        item.index = TRY(reader.u32());
        exports_.push_back(item);
    }
    return {};
}

const Export* WasmInterface::find_export(std::string_view name) const {
    auto found = std::find_if(exports_.begin(), exports_.end(), [&](const Export& item) { return item.name == name; });
    return found == exports_.end() ? nullptr : &*found;
}

Result<FunctionType> WasmInterface::export_type(const Export& item) const {
    if (item.index >= function_types_.size()) return malformed("an exported function does not exist");
    return type_at(function_types_[item.index]);
}

}  // namespace lightcone::module::abi
