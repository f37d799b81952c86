// SPDX-License-Identifier: Apache-2.0
// For tests of this room: a module that imports everything and does what a script in its reducer's arguments says, so
// that a test can call any host function with any parameters and look at the guest's memory afterwards.
#pragma once

#include <algorithm>
#include <array>
#include <stdexcept>

#include "module/abi/function_type.h"
#include "module/abi/host_functions.h"
#include "module/engine/text_format.h"
#include "module/fake_datastore.h"

namespace lightcone::module {

inline Host::Options test_options() {
    return {.reducer_budget_ms = 10'000,
            .instance_memory_bytes = 64u << 20,
            .instances_max = 8,
            .code_cache_directory = {}};
}

struct HostFunctionInfo {
    std::string module;
    std::string name;
    abi::FunctionType type;
};

inline const std::vector<HostFunctionInfo>& host_functions() {
    static const std::vector<HostFunctionInfo> all = [] {
        std::vector<HostFunctionInfo> list;
        abi::for_each_host_function([&]<auto function>(std::string_view module, std::string_view name) {
            list.push_back({std::string(module), std::string(name), abi::HostSignature<decltype(function)>::type()});
        });
        return list;
    }();
    return all;
}

inline uint32_t host_function_number(std::string_view name) {
    for (uint32_t i = 0; i < host_functions().size(); ++i) {
        if (host_functions()[i].name == name) return i;
    }
    throw std::runtime_error(fmt::format("no host function {}", name));
}

// One page of script and data at kImage, copied there from the arguments and out again through an insert.
//   kImage:        u32 number of commands
//   + 16 + 96 i:   u32 host function, u32 result, nine parameters of 8 bytes
inline constexpr uint32_t kImage = 65'536;
inline constexpr uint32_t kImageBytes = 16'384;
inline constexpr uint32_t kDataOffset = 8192;
inline constexpr uint32_t kData = kImage + kDataOffset;
inline constexpr uint32_t kMemoryBytes = 3 * 65'536;
inline constexpr uint32_t kCommandBytes = 96;

inline std::string script_module_text() {
    std::string text = "(module $script\n";
    std::string dispatch;
    for (uint32_t i = 0; i < host_functions().size(); ++i) {
        const HostFunctionInfo& info = host_functions()[i];
        text += fmt::format("(import \"{}\" \"{}\" {})\n", info.module, info.name,
                            info.type.text().replace(1, 4, fmt::format("func $f{}", i)));
        std::string call = fmt::format("(call $f{}", i);
        for (size_t p = 0; p < info.type.params.size(); ++p) {
            const char* load = info.type.params[p] == abi::ValueType::I64 ? "i64.load" : "i32.load";
            call += fmt::format(" ({} offset={} (local.get $at))", load, 8 + 8 * p);
        }
        call += ")";
        if (info.type.results.empty()) {
            call += " (i32.const 0)";
        } else if (info.type.results[0] == abi::ValueType::I64) {
            call = "(i32.wrap_i64 " + call + ")";
        }
        dispatch +=
            fmt::format("(if (i32.eq (i32.load (local.get $at)) (i32.const {})) (then {} (return)))\n", i, call);
    }
    text += fmt::format(R"(
(memory (export "memory") 3)
(func $run (param $at i32) (result i32) {} (i32.const -77))
(func (export "__describe_module__") (param i32))
(func (export "__call_reducer__") (param $id i32) (param i64 i64 i64 i64 i64 i64 i64) (param $args i32) (param $sink i32) (result i32)
  (local $left i32) (local $at i32)
  (i32.store (i32.const 64) (i32.const {}))
  (drop (call $f{} (local.get $args) (i32.const {}) (i32.const 64)))
  (local.set $left (i32.load (i32.const {})))
  (local.set $at (i32.const {}))
  (block $done (loop $next
    (br_if $done (i32.eqz (local.get $left)))
    (i32.store offset=4 (local.get $at) (call $run (local.get $at)))
    (local.set $at (i32.add (local.get $at) (i32.const {})))
    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
    (br $next)))
  (i32.store (i32.const 64) (i32.const {}))
  (drop (call $f{} (i32.const {}) (i32.const {}) (i32.const 64)))
  (i32.const 0))))",
                        dispatch, kImageBytes, host_function_number("bytes_source_read"), kImage, kImage, kImage + 16,
                        kCommandBytes, kImageBytes, host_function_number("datastore_insert_bsatn"),
                        FakeTransaction::kCaptureTable.value, kImage);
    return text;
}

struct RecordedLine {
    LogLine::Level level;
    std::string target;
    std::string filename;
    std::optional<uint32_t> line_number;
    std::string function;
    std::string message;
    std::vector<std::string> trace;
};

struct RecordingLog final : LogSink {
    std::vector<RecordedLine> lines;
    void write(const LogLine& line) override {
        lines.push_back({line.level,
                         std::string(line.target),
                         std::string(line.filename),
                         line.line_number,
                         std::string(line.function),
                         std::string(line.message),
                         {line.trace.begin(), line.trace.end()}});
    }
};

// A host, a program made from text, and a way to make instances of it.
struct Guest {
    explicit Guest(std::string_view text, const Host::Options& options = test_options()) {
        auto created = Host::create(options);
        if (!created) throw std::runtime_error(created.error().message);
        host = std::move(*created);
        auto wasm = engine::wat_to_wasm(text);
        if (!wasm) throw std::runtime_error(wasm.error().message);
        auto compiled = host->compile(*wasm);
        if (!compiled) throw std::runtime_error(compiled.error().message);
        program = std::move(*compiled);
        for (size_t i = 0; i < environment.database_identity.le.size(); ++i) {
            environment.database_identity.le[i] = static_cast<uint8_t>(0xA0 + i);
        }
        environment.datastore = &store;
        environment.log = &log;
        environment.clock = &clock;
    }
    void renew() {
        instance.reset();
        auto made = program->instantiate(environment);
        if (!made) throw std::runtime_error(made.error().message);
        instance = std::move(*made);
    }
    CallOutcome call(uint32_t reducer, ByteView args = {}) {
        if (!instance || !instance->alive()) renew();
        ReducerCall made{
            .id = ReducerId{reducer}, .name = "reducer_name", .caller = {}, .connection = {}, .args = args};
        return instance->call_reducer(store.transaction, made);
    }

    std::unique_ptr<Host> host;
    std::shared_ptr<const Program> program;
    FakeDatastore store;
    RecordingLog log;
    ManualClock clock;
    Environment environment;
    std::unique_ptr<Instance> instance;
};

// Builds a script and reads what became of it.
struct Script {
    Bytes image = Bytes(kImageBytes);

    // Returns the command's number.
    uint32_t add(std::string_view function, std::initializer_list<uint64_t> params) {
        return add(host_function_number(function), std::span(params.begin(), params.size()));
    }
    uint32_t add(uint32_t function, std::span<const uint64_t> params) {
        uint32_t number = load_le<uint32_t>(image.data());
        store_le(image.data(), number + 1);
        uint8_t* at = image.data() + 16 + kCommandBytes * number;
        store_le(at, function);
        for (size_t i = 0; i < params.size(); ++i) store_le(at + 8 + 8 * i, params[i]);
        return number;
    }
    // Puts bytes into the data part; returns their guest address.
    uint32_t put(uint32_t offset, ByteView bytes) {
        std::copy(bytes.begin(), bytes.end(), image.begin() + kDataOffset + offset);
        return kData + offset;
    }
    uint32_t put_u32(uint32_t offset, uint32_t value) {
        std::array<uint8_t, 4> bytes;
        store_le(bytes.data(), value);
        return put(offset, bytes);
    }
    CallOutcome run(Guest& guest) {
        guest.store.transaction.captured.clear();
        CallOutcome outcome = guest.call(0, image);
        if (outcome.status == CallStatus::Ok) image = guest.store.transaction.captured;
        return outcome;
    }
    int32_t result(uint32_t command) const { return load_le<int32_t>(image.data() + 16 + kCommandBytes * command + 4); }
    uint32_t u32(uint32_t offset) const { return load_le<uint32_t>(image.data() + kDataOffset + offset); }
    uint64_t u64(uint32_t offset) const { return load_le<uint64_t>(image.data() + kDataOffset + offset); }
    Bytes bytes(uint32_t offset, uint32_t count) const {
        auto from = image.begin() + kDataOffset + offset;
        return {from, from + count};
    }
};

}  // namespace lightcone::module
