// SPDX-License-Identifier: Apache-2.0
// What a module must look like to be accepted, checked on its interface before it is compiled. The texts are those of
// the module ABI (spec §2, §8.1). First failure wins: version, imports, exports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "module/abi/wasm_interface.h"

namespace lightcone::module::abi {

inline constexpr uint16_t kAbiMajor = 10;
inline constexpr uint16_t kAbiMinor = 5;

// Exports that the host calls.
inline constexpr std::string_view kMemoryExport = "memory";
inline constexpr std::string_view kDescribeExport = "__describe_module__";
inline constexpr std::string_view kCallReducerExport = "__call_reducer__";
inline constexpr std::string_view kSetupExport = "__setup__";
inline constexpr std::string_view kPreinitPrefix = "__preinit__";
inline constexpr std::string_view kInitializeExport = "_initialize";

// Initialisers to call on a new instance, by name.
struct Initialisers {
    bool initialize = false;
    std::vector<std::string> preinit;  // ascending by bytes
    bool setup = false;
};

// Errors: InvalidArgument, Unsupported (a newer version).
Result<void> check_abi_version(const WasmInterface& module);
// Errors: InvalidArgument, naming the import.
Result<void> check_imports(const WasmInterface& module);
// Errors: InvalidArgument, naming the export.
Result<Initialisers> check_exports(const WasmInterface& module);

// All of the above.
Result<Initialisers> check_module(const WasmInterface& module);

}  // namespace lightcone::module::abi
