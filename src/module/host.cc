// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <mutex>

#include "base/limits.h"
#include "base/log.h"
#include "module/abi/module_checks.h"
#include "module/code_cache.h"
#include "module/engine/wasm_engine.h"
#include "module/program.h"

namespace lightcone::module {

namespace {

class WasmHost final : public Host {
  public:
    explicit WasmHost(std::unique_ptr<engine::WasmEngine> engine) : engine_(std::move(engine)) {}

    Result<void> open_code_cache(const std::string& directory) {
        code_cache_ = TRY(CodeCache::open(disk_, directory, engine_->version()));
        return {};
    }

    Result<std::shared_ptr<const Program>> compile(ByteView wasm) override {
        if (wasm.size() > kModuleBytesMax) {
            return fail(ErrorCode::LimitExceeded, "module has {} bytes (limit {})", wasm.size(), kModuleBytesMax);
        }
        auto interface = TRY(abi::WasmInterface::read(wasm));
        abi::Initialisers initialisers = TRY(abi::check_module(interface));
        Hash32 hash = keccak256(wasm);
        if (auto known = find(hash)) return known;
        auto program = TRY(load_or_compile(wasm, hash, initialisers));
        std::lock_guard lock(mutex_);
        programs_[hash] = program;
        return program;
    }

  private:
    // The program of the same bytes that some database already runs.
    std::shared_ptr<const Program> find(const Hash32& hash) {
        std::lock_guard lock(mutex_);
        std::erase_if(programs_, [](const auto& entry) { return entry.second.expired(); });
        auto found = programs_.find(hash);
        return found == programs_.end() ? nullptr : found->second.lock();
    }

    Result<std::shared_ptr<const Program>> load_or_compile(ByteView wasm, const Hash32& hash,
                                                           const abi::Initialisers& initialisers) {
        if (!code_cache_) return engine_->compile(wasm, hash, initialisers);
        std::lock_guard lock(code_cache_mutex_);
        if (auto code = code_cache_->load(hash)) {
            auto program = engine_->deserialize(*code, hash, initialisers);
            if (program) return program;
            log_info("compiling again: {}", program.error().message);
        }
        auto program = TRY(engine_->compile(wasm, hash, initialisers));
        if (auto code = engine_->serialize(*program)) code_cache_->store(hash, *code);
        return program;
    }

    std::unique_ptr<engine::WasmEngine> engine_;
    SystemDisk disk_;
    std::mutex code_cache_mutex_;
    std::unique_ptr<CodeCache> code_cache_;
    std::mutex mutex_;
    std::map<Hash32, std::weak_ptr<const Program>> programs_;
};

}  // namespace

Result<std::unique_ptr<Host>> Host::create(const Options& options) {
    auto host = std::make_unique<WasmHost>(TRY(engine::WasmEngine::create(options)));
    if (!options.code_cache_directory.empty()) TRY_VOID(host->open_code_cache(options.code_cache_directory));
    return host;
}

}  // namespace lightcone::module
