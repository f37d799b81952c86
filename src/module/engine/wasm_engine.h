// SPDX-License-Identifier: Apache-2.0
// The WebAssembly engine behind one seam: checked module bytes go in, programs come out. This folder is the only place
// that knows wasmtime; this header is the only one that others include (with text_format.h, for tests).
#pragma once

#include <memory>

#include "module/abi/module_checks.h"
#include "module/program.h"

namespace lightcone::module::engine {

// Any thread. Outlives its programs and their instances. Owns one thread, the epoch ticker.
class WasmEngine {
  public:
    // Reserves address space for all instances at once. Errors: LimitExceeded (the system does not grant it).
    static Result<std::unique_ptr<WasmEngine>> create(const Host::Options& options);
    virtual ~WasmEngine() = default;

    // `initialisers` and everything else that abi::check_module checks must hold for `wasm`; it is checked once more on
    // what the engine read. Errors: InvalidArgument with the engine's text.
    virtual Result<std::shared_ptr<const Program>> compile(ByteView wasm, const Hash32& hash,
                                                           abi::Initialisers initialisers) = 0;
    // Code of one version does not run under another. CPU features and settings are checked by deserialize() itself.
    virtual std::string version() const = 0;
    // Compiled code as bytes, and back. The bytes are trusted blindly: whoever stores them must authenticate them.
    virtual Result<Bytes> serialize(const Program& program) = 0;
    // Errors: FailedPrecondition (made with other settings or for another processor).
    virtual Result<std::shared_ptr<const Program>> deserialize(ByteView code, const Hash32& hash,
                                                               abi::Initialisers initialisers) = 0;
};

}  // namespace lightcone::module::engine
