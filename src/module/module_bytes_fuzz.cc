// SPDX-License-Identifier: Apache-2.0
// Uploaded bytes: what is read of them before anything is compiled. Small inputs that pass are compiled, too, so that
// the two readers are seen to agree: the engine must never find an export of another type than the checks did.
#include "base/assert.h"
#include "module/abi/module_checks.h"
#include "module/program.h"

namespace {

// Compiling is bounded here, because its time grows faster than its input.
constexpr size_t kCompiledBytesMax = 4096;

lightcone::module::Host& host() {
    static auto shared = lightcone::module::Host::create(
        {.reducer_budget_ms = 50, .instance_memory_bytes = 1 << 20, .instances_max = 2, .code_cache_directory = {}});
    ASSERT(shared.has_value(), "{}", shared.error().message);
    return **shared;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace lightcone;
    ByteView wasm(data, size);
    auto interface = module::abi::WasmInterface::read(wasm);
    if (!interface) return 0;
    for (const module::abi::Export& item : interface->exports()) {
        if (item.kind == module::abi::ExternKind::Function) (void)interface->export_type(item);
    }
    if (!module::abi::check_module(*interface) || size > kCompiledBytesMax) return 0;
    auto program = host().compile(wasm);
    if (!program) {
        ASSERT(program.error().message.find("the engine reads export") == std::string::npos, "{}",
               program.error().message);
        return 0;
    }
    (void)(*program)->instantiate({});
    return 0;
}
