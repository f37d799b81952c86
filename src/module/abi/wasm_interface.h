// SPDX-License-Identifier: Apache-2.0
// What a module's bytes say it imports and exports, read before anything is compiled. Only the sections that say so are
// decoded; whether the rest is valid is the engine's to judge, and the engine checks again what it links and calls.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "module/abi/function_type.h"

namespace lightcone::module::abi {

enum class ExternKind : uint8_t { Function = 0, Table = 1, Memory = 2, Global = 3, Tag = 4 };

const char* extern_kind_name(ExternKind kind);

// Names are views of the module's bytes.
struct Import {
    std::string_view module;
    std::string_view name;
    ExternKind kind = ExternKind::Function;
    FunctionType type;  // functions only
};

struct Export {
    std::string_view name;
    ExternKind kind = ExternKind::Function;
    uint32_t index = 0;
};

class WasmInterface {
  public:
    // `wasm` must outlive the result. Errors: InvalidArgument (not a core module, cut short, malformed), LimitExceeded
    // (kImportsMax, kExportsMax, kFunctionsMax, kTypesMax).
    static Result<WasmInterface> read(ByteView wasm);

    const std::vector<Import>& imports() const { return imports_; }
    const std::vector<Export>& exports() const { return exports_; }
    const Export* find_export(std::string_view name) const;
    // Pre-condition: an export of kind Function.
    Result<FunctionType> export_type(const Export& item) const;

  private:
    Result<void> read_types(ByteView section);
    Result<void> read_imports(ByteView section);
    Result<void> read_functions(ByteView section);
    Result<void> read_exports(ByteView section);
    Result<FunctionType> type_at(uint32_t index) const;

    std::vector<ByteView> types_;  // the bytes behind each function type's 0x60
    std::vector<Import> imports_;
    std::vector<uint32_t> function_types_;  // imported ones first
    std::vector<Export> exports_;
};

}  // namespace lightcone::module::abi
