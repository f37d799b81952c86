// SPDX-License-Identifier: Apache-2.0
#include "module/abi/module_checks.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "module/abi/host_functions.h"
#include "module/abi/text.h"

namespace lightcone::module::abi {

namespace {

constexpr std::string_view kAbiPrefix = "spacetime_";
constexpr ValueType kI32 = ValueType::I32;
constexpr ValueType kI64 = ValueType::I64;

std::optional<uint16_t> parse_u16(std::string_view text) {
    uint16_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

using Signatures = std::map<std::pair<std::string_view, std::string_view>, FunctionType>;

Signatures host_signatures() {
    Signatures all;
    for_each_host_function([&]<auto function>(std::string_view module, std::string_view name) {
        all.emplace(std::pair(module, name), HostSignature<decltype(function)>::type());
    });
    return all;
}

// Checks one export, if it is there, against the only type it may have.
Result<bool> check_function(const WasmInterface& module, std::string_view name, const char* kind,
                            const FunctionType& expected) {
    const Export* item = module.find_export(name);
    if (item == nullptr) return false;
    if (item->kind != ExternKind::Function) {
        return fail(ErrorCode::InvalidArgument,
                    "expected {} export to be a {} with signature {}, but it wasn't a function at all", quoted(name),
                    kind, expected.text());
    }
    FunctionType actual = TRY(module.export_type(*item));
    if (actual != expected) {
        return fail(ErrorCode::InvalidArgument, "bad {} signature for {}; expected {} got {}", kind, quoted(name),
                    expected.text(), actual.text());
    }
    return true;
}

Result<void> check_required(const WasmInterface& module, std::string_view name, const char* kind,
                            const FunctionType& expected) {
    if (TRY(check_function(module, name, kind, expected))) return {};
    return fail(ErrorCode::InvalidArgument, "there should be a function called {} but it does not exist", quoted(name));
}

FunctionType call_type(uint32_t sender_and_connection_words, std::vector<ValueType> tail) {
    FunctionType type{{kI32}, {kI32}};
    type.params.insert(type.params.end(), sender_and_connection_words, kI64);
    type.params.insert(type.params.end(), tail.begin(), tail.end());
    return type;
}

}  // namespace

Result<void> check_abi_version(const WasmInterface& module) {
    std::optional<uint16_t> major;
    uint16_t minor = 0;
    for (const Import& item : module.imports()) {
        if (item.kind != ExternKind::Function || !item.module.starts_with(kAbiPrefix)) continue;
        std::string_view version = item.module.substr(kAbiPrefix.size());
        size_t dot = version.find('.');
        auto this_major = parse_u16(version.substr(0, dot));
        auto this_minor = dot == version.npos ? std::nullopt : parse_u16(version.substr(dot + 1));
        if (!this_major || !this_minor) {
            return fail(ErrorCode::InvalidArgument, "import module {} has malformed version string",
                        quoted(item.module));
        }
        if (major && *major != *this_major) {
            return fail(ErrorCode::InvalidArgument,
                        "module cannot depend on both major version {} and major version {}", *major, *this_major);
        }
        major = this_major;
        minor = std::max(minor, *this_minor);
    }
    if (!major) {
        return fail(ErrorCode::InvalidArgument,
                    "unable to determine ABI of module (may be on an spacetime version < 0.8)");
    }
    if (*major != kAbiMajor || minor > kAbiMinor) {
        return fail(ErrorCode::Unsupported, "abi version {}.{} is not supported (host implements {}.{})", *major, minor,
                    kAbiMajor, kAbiMinor);
    }
    return {};
}

Result<void> check_imports(const WasmInterface& module) {
    const Signatures known = host_signatures();
    for (const Import& item : module.imports()) {
        auto found = known.find({item.module, item.name});
        if (item.kind != ExternKind::Function || found == known.end()) {
            return fail(ErrorCode::InvalidArgument, "unknown import: `{}::{}` has not been defined{}", item.module,
                        item.name,
                        item.kind == ExternKind::Function
                            ? std::string()
                            : fmt::format(" (a {}; only functions can be imported)", extern_kind_name(item.kind)));
        }
        if (item.type != found->second) {
            return fail(ErrorCode::InvalidArgument,
                        "incompatible import type for `{}::{}`: the host has {}, the module wants {}", item.module,
                        item.name, found->second.text(), item.type.text());
        }
    }
    return {};
}

Result<Initialisers> check_exports(const WasmInterface& module) {
    const Export* memory = module.find_export(kMemoryExport);
    if (memory == nullptr || memory->kind != ExternKind::Memory) {
        return fail(ErrorCode::InvalidArgument,
                    "there should be a memory export called \"memory\" but it does not exist");
    }
    const FunctionType reducer = call_type(7, {kI32, kI32});
    const FunctionType nullary{};
    TRY_VOID(check_required(module, kDescribeExport, "describe_module", {{kI32}, {}}));
    TRY_VOID(check_required(module, kCallReducerExport, "call_reducer", reducer));
    TRY_VOID(check_function(module, "__call_view__", "call_view", call_type(4, {kI32, kI32})));
    TRY_VOID(check_function(module, "__call_view_anon__", "call_view_anon", call_type(0, {kI32, kI32})));
    TRY_VOID(check_function(module, "__call_procedure__", "call_procedure", reducer));
    TRY_VOID(
        check_function(module, "__call_http_handler__", "call_http_handler", call_type(1, {kI32, kI32, kI32, kI32})));

    Initialisers found;
    found.setup = TRY(check_function(module, kSetupExport, "setup", {{kI32}, {kI32}}));
    for (const Export& item : module.exports()) {
        if (item.name == kInitializeExport && item.kind == ExternKind::Function) {
            found.initialize = TRY(module.export_type(item)) == nullary;
        }
        if (!item.name.starts_with(kPreinitPrefix)) continue;
        if (item.kind != ExternKind::Function) TRY_VOID(check_function(module, item.name, "preinit", nullary));
        FunctionType actual = TRY(module.export_type(item));
        if (actual != nullary) TRY_VOID(check_function(module, item.name, "preinit", nullary));
        found.preinit.emplace_back(item.name);
    }
    std::sort(found.preinit.begin(), found.preinit.end());
    return found;
}

Result<Initialisers> check_module(const WasmInterface& module) {
    TRY_VOID(check_abi_version(module));
    TRY_VOID(check_imports(module));
    return check_exports(module);
}

}  // namespace lightcone::module::abi
