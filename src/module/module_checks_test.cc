// SPDX-License-Identifier: Apache-2.0
// What is refused before it is compiled, with the name of what is wrong.
#include "module/abi/module_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "module/guest_script.h"

namespace lightcone::module {
namespace {

using testing::HasSubstr;

constexpr std::string_view kImport = "(import \"spacetime_10.0\" \"identity\" (func (param i32)))";
constexpr std::string_view kMemory = "(memory (export \"memory\") 1)";
constexpr std::string_view kDescribe = "(func (export \"__describe_module__\") (param i32))";
constexpr std::string_view kReducer =
    "(func (export \"__call_reducer__\") (param i32 i64 i64 i64 i64 i64 i64 i64 i32 i32) (result i32) (i32.const 0))";

Host& host() {
    static std::unique_ptr<Host> shared = std::move(*Host::create(test_options()));
    return *shared;
}

Error compile_error(ByteView wasm) {
    auto compiled = host().compile(wasm);
    return compiled ? Error{ErrorCode::Internal, "compiled"} : compiled.error();
}

template <typename... Parts>
std::string refusal(Parts... parts) {
    std::string text = "(module ";
    ((text += std::string_view(parts), text += '\n'), ...);
    auto wasm = engine::wat_to_wasm(text + ")");
    if (!wasm) return "test module: " + wasm.error().message;
    return compile_error(*wasm).message;
}

template <typename... Imports>
std::string version_refusal(Imports... modules) {
    std::string text = "(module ";
    ((text += fmt::format("(import \"{}\" \"identity\" (func (param i32)))\n", modules)), ...);
    text += std::string(kMemory) + std::string(kDescribe) + std::string(kReducer) + ")";
    auto wasm = engine::wat_to_wasm(text);
    return compile_error(*wasm).message;
}

TEST(ModuleChecks, the_smallest_module_compiles) {
    EXPECT_EQ(refusal(kImport, kMemory, kDescribe, kReducer), "compiled");
}

TEST(ModuleChecks, versions) {
    EXPECT_EQ(refusal(kMemory, kDescribe, kReducer),
              "unable to determine ABI of module (may be on an spacetime version < 0.8)");
    EXPECT_EQ(version_refusal("env"), "unable to determine ABI of module (may be on an spacetime version < 0.8)");
    for (std::string_view bad : {"spacetime_10", "spacetime_x.0", "spacetime_10.", "spacetime_.1", "spacetime_10.65536",
                                 "spacetime_10.0.1", "spacetime_-1.0", "spacetime_10.+1", "spacetime_"}) {
        EXPECT_EQ(version_refusal(bad), fmt::format("import module \"{}\" has malformed version string", bad));
    }
    EXPECT_EQ(version_refusal("spacetime_10.0", "spacetime_9.0"),
              "module cannot depend on both major version 10 and major version 9");
    EXPECT_EQ(version_refusal("spacetime_10.6"), "abi version 10.6 is not supported (host implements 10.5)");
    EXPECT_EQ(version_refusal("spacetime_10.0", "spacetime_10.7"),
              "abi version 10.7 is not supported (host implements 10.5)");
    EXPECT_EQ(version_refusal("spacetime_9.0"), "abi version 9.0 is not supported (host implements 10.5)");
    EXPECT_EQ(version_refusal("spacetime_11.0"), "abi version 11.0 is not supported (host implements 10.5)");
}

TEST(ModuleChecks, unknown_imports_are_named) {
    auto with = [](std::string_view import) { return refusal(kImport, import, kMemory, kDescribe, kReducer); };
    EXPECT_EQ(with("(import \"env\" \"abort\" (func))"), "unknown import: `env::abort` has not been defined");
    EXPECT_EQ(with("(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32 i32 i32) (result i32)))"),
              "unknown import: `wasi_snapshot_preview1::fd_write` has not been defined");
    EXPECT_EQ(with("(import \"spacetime_10.0\" \"datastore_clear\" (func (param i32 i32) (result i32)))"),
              "unknown import: `spacetime_10.0::datastore_clear` has not been defined");
    EXPECT_EQ(
        with("(import \"spacetime_10.0\" \"memory\" (memory 1))"),
        "unknown import: `spacetime_10.0::memory` has not been defined (a memory; only functions can be imported)");
    EXPECT_EQ(with("(import \"env\" \"g\" (global i64))"),
              "unknown import: `env::g` has not been defined (a global; only functions can be imported)");
    EXPECT_EQ(with("(import \"env\" \"t\" (table 1 funcref))"),
              "unknown import: `env::t` has not been defined (a table; only functions can be imported)");
    EXPECT_EQ(
        with("(import \"spacetime_10.0\" \"identity\" (func (param i64) (result f32)))"),
        "incompatible import type for `spacetime_10.0::identity`: the host has (func (param i32)), the module wants "
        "(func (param i64) (result f32))");
}

TEST(ModuleChecks, every_import_links) {
    auto wasm = engine::wat_to_wasm(script_module_text());
    ASSERT_TRUE(wasm);
    EXPECT_EQ(compile_error(*wasm).message, "compiled");
    EXPECT_EQ(host_functions().size(), 30u);
}

TEST(ModuleChecks, exports) {
    EXPECT_EQ(refusal(kImport, kDescribe, kReducer),
              "there should be a memory export called \"memory\" but it does not exist");
    EXPECT_EQ(refusal(kImport, "(func (export \"memory\"))", kDescribe, kReducer),
              "there should be a memory export called \"memory\" but it does not exist");
    EXPECT_EQ(refusal(kImport, kMemory, kReducer),
              "there should be a function called \"__describe_module__\" but it does not exist");
    EXPECT_EQ(refusal(kImport, kMemory, kDescribe),
              "there should be a function called \"__call_reducer__\" but it does not exist");
    EXPECT_EQ(refusal(kImport, kMemory, "(func (export \"__describe_module__\"))", kReducer),
              "bad describe_module signature for \"__describe_module__\"; expected (func (param i32)) got (func)");
    EXPECT_EQ(refusal(kImport, kMemory, kDescribe,
                      "(func (export \"__call_reducer__\") (param i32 i64) (result i32) (i32.const 0))"),
              "bad call_reducer signature for \"__call_reducer__\"; expected (func (param i32 i64 i64 i64 i64 i64 i64 "
              "i64 i32 i32) "
              "(result i32)) got (func (param i32 i64) (result i32))");
    EXPECT_EQ(refusal(kImport, kMemory, kDescribe, "(global (export \"__call_reducer__\") i32 (i32.const 0))"),
              "expected \"__call_reducer__\" export to be a call_reducer with signature (func (param i32 i64 i64 i64 "
              "i64 i64 i64 "
              "i64 i32 i32) (result i32)), but it wasn't a function at all");
    auto with = [](std::string_view part) { return refusal(kImport, kMemory, kDescribe, kReducer, part); };
    EXPECT_EQ(with("(func (export \"__setup__\") (param i32))"),
              "bad setup signature for \"__setup__\"; expected (func (param i32) (result i32)) got (func (param i32))");
    EXPECT_EQ(with("(func (export \"__preinit__9\") (param i32))"),
              "bad preinit signature for \"__preinit__9\"; expected (func) got (func (param i32))");
    EXPECT_EQ(
        with("(global (export \"__preinit__9\") i32 (i32.const 0))"),
        "expected \"__preinit__9\" export to be a preinit with signature (func), but it wasn't a function at all");
    EXPECT_EQ(with("(func (export \"_initialize\") (result i32) (i32.const 0))"), "compiled");
    EXPECT_EQ(with("(func (export \"__call_procedure__\"))"),
              "bad call_procedure signature for \"__call_procedure__\"; expected (func (param i32 i64 i64 i64 i64 i64 "
              "i64 i64 i32 "
              "i32) (result i32)) got (func)");
}

TEST(ModuleChecks, http_handlers_with_a_sender_are_refused_by_signature) {
    auto with = [](std::string_view params) {
        return refusal(
            kImport, kMemory, kDescribe, kReducer,
            fmt::format("(func (export \"__call_http_handler__\") (param {}) (result i32) (i32.const 0))", params));
    };
    EXPECT_EQ(with("i32 i64 i32 i32 i32 i32"), "compiled");
    EXPECT_EQ(
        with("i32 i64 i64 i64 i64 i64 i32 i32 i32 i32 i32"),
        "bad call_http_handler signature for \"__call_http_handler__\"; expected (func (param i32 i64 i32 i32 i32 i32) "
        "(result i32)) got (func (param i32 i64 i64 i64 i64 i64 i32 i32 i32 i32 i32) (result i32))");
}

TEST(ModuleChecks, views_of_both_kinds_may_be_exported) {
    EXPECT_EQ(
        refusal(kImport, kMemory, kDescribe, kReducer,
                "(func (export \"__call_view__\") (param i32 i64 i64 i64 i64 i32 i32) (result i32) (i32.const 0))",
                "(func (export \"__call_view_anon__\") (param i32 i32 i32) (result i32) (i32.const 0))"),
        "compiled");
}

TEST(ModuleChecks, bytes_that_are_no_module) {
    EXPECT_THAT(compile_error({}).message, HasSubstr("not a WebAssembly module"));
    EXPECT_THAT(compile_error(as_bytes("function(){}")).message, HasSubstr("not a WebAssembly module"));
    EXPECT_THAT(compile_error(as_bytes(std::string_view("\0asm\1\0\0", 7))).message,
                HasSubstr("not a WebAssembly module"));
    EXPECT_THAT(compile_error(as_bytes(std::string_view("\0asm\2\0\0\0", 8))).message, HasSubstr("version 2"));
    EXPECT_THAT(compile_error(as_bytes(std::string_view("\0asm\x0d\0\1\0", 8))).message,
                HasSubstr("components are not supported"));
}

TEST(ModuleChecks, a_module_cut_anywhere_is_refused) {
    auto wasm = engine::wat_to_wasm(script_module_text());
    ASSERT_TRUE(wasm);
    for (size_t size = 0; size < wasm->size(); size += 7) {
        EXPECT_NE(compile_error(ByteView(*wasm).first(size)).message, "compiled") << size;
    }
}

TEST(ModuleChecks, size_limit) {
    Bytes large(kModuleBytesMax, 0);
    Error at_limit = compile_error(large);
    EXPECT_EQ(at_limit.code, ErrorCode::InvalidArgument);
    large.push_back(0);
    Error above = compile_error(large);
    EXPECT_EQ(above.code, ErrorCode::LimitExceeded);
    EXPECT_EQ(above.message, "module has 67108865 bytes (limit 67108864)");
}

TEST(ModuleChecks, huge_lists_are_refused_before_they_are_read) {
    std::string imports;
    for (uint32_t i = 0; i < abi::kImportsMax - 1; ++i) imports += kImport;
    EXPECT_EQ(refusal(kImport, imports, kMemory, kDescribe, kReducer), "compiled");
    EXPECT_EQ(refusal(kImport, kImport, imports, kMemory, kDescribe, kReducer), "module has 1001 imports (limit 1000)");
    std::string exports = "(func $f)";
    for (uint32_t i = 0; i < abi::kExportsMax - 3; ++i) exports += fmt::format("(export \"e{}\" (func $f))", i);
    EXPECT_EQ(refusal(kImport, kMemory, kDescribe, kReducer, exports), "compiled");
    EXPECT_EQ(refusal(kImport, kMemory, kDescribe, kReducer, exports, "(export \"one\" (func $f))"),
              "module has 100001 exports (limit 100000)");
}

TEST(ModuleChecks, proposals_that_are_off) {
    auto with = [](std::string_view part) { return refusal(kImport, kMemory, kDescribe, kReducer, part); };
    EXPECT_THAT(with("(memory 1)"), HasSubstr("multiple memories"));
    EXPECT_THAT(with("(type (struct (field i32)))"), HasSubstr("garbage collection"));
    EXPECT_THAT(with("(tag $t (param i32)) (func (throw $t (i32.const 1)))"), HasSubstr("exceptions"));
    EXPECT_THAT(refusal(kImport, "(memory (export \"memory\") i64 1)", kDescribe, kReducer), HasSubstr("memory64"));
    EXPECT_THAT(refusal(kImport, "(memory (export \"memory\") 1 1 shared)", kDescribe, kReducer), HasSubstr("threads"));
}

TEST(ModuleChecks, proposals_that_official_builds_use) {
    EXPECT_EQ(
        refusal(
            kImport, kMemory, kDescribe, kReducer, "(table $t 2 funcref) (elem declare func $pair)",
            "(func $pair (result i32 i32) (i32.const 1) (i32.extend8_s (i32.const 2)))",
            "(func (drop (i32.trunc_sat_f32_s (f32.const 1))) (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))",
            "(drop (i32x4.splat (i32.const 1))) (table.set $t (i32.const 0) (ref.func $pair)) (return_call $f))",
            "(func $f) (global (mut i32) (i32.add (i32.const 1) (i32.const 2)))"),
        "compiled");
}

TEST(ModuleChecks, the_same_bytes_are_one_program) {
    auto wasm = engine::wat_to_wasm(script_module_text());
    auto first = host().compile(*wasm);
    auto second = host().compile(*wasm);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->get(), second->get());
    EXPECT_EQ((*first)->hash(), keccak256(*wasm));
}

TEST(ModuleChecks, options_that_cannot_work) {
    Host::Options options = test_options();
    options.instances_max = 40'000'000;
    auto created = Host::create(options);
    ASSERT_FALSE(created);
    EXPECT_THAT(created.error().message, HasSubstr("address space"));
    options.instances_max = 0;
    EXPECT_FALSE(Host::create(options));
}

}  // namespace
}  // namespace lightcone::module
