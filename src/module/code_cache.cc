// SPDX-License-Identifier: Apache-2.0
#include "module/code_cache.h"

#include "base/log.h"
#include "base/random.h"

namespace lightcone::module {

namespace {

constexpr std::string_view kMagic = "LCCODE1\n";
constexpr std::string_view kSuffix = ".code";
constexpr size_t kKeyBytes = 32;
constexpr size_t kHeaderBytes = kMagic.size() + sizeof(Hash32);
constexpr uint32_t kOwnerOnly = 0600;

Result<Bytes> read_or_create_key(Disk& disk, const std::string& path) {
    if (TRY(disk.exists(path))) {
        Bytes key = TRY(disk.read_file(path));
        if (key.size() == kKeyBytes) return key;
        return fail(ErrorCode::Corruption, "the key of the code cache, {}, has {} bytes instead of {}: delete it", path,
                    key.size(), kKeyBytes);
    }
    Bytes key(kKeyBytes);
    SystemRandom().fill(key);
    TRY_VOID(disk.write_file_atomically(path, key, kOwnerOnly));
    return key;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
    uint8_t difference = 0;
    for (size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
    return difference == 0;
}

}  // namespace

CodeCache::CodeCache(Disk& disk, std::string directory, std::string engine_version, Bytes key)
    : disk_(disk), directory_(std::move(directory)), engine_version_(std::move(engine_version)), key_(std::move(key)) {}

Result<std::unique_ptr<CodeCache>> CodeCache::open(Disk& disk, std::string directory, std::string engine_version) {
    TRY_VOID(disk.create_directories(directory));
    Bytes key = TRY(read_or_create_key(disk, directory + "/key"));
    return std::unique_ptr<CodeCache>(
        new CodeCache(disk, std::move(directory), std::move(engine_version), std::move(key)));
}

std::string CodeCache::path_of(const Hash32& module_hash) const {
    return fmt::format("{}/{}{}", directory_, to_hex(module_hash), kSuffix);
}

Hash32 CodeCache::mac(const Hash32& module_hash, ByteView code) const {
    Bytes covered;
    covered.reserve(key_.size() + engine_version_.size() + module_hash.size() + code.size() + sizeof(uint32_t));
    ByteWriter writer(covered);
    writer.raw(key_);
    writer.length_prefixed(engine_version_);
    writer.raw(module_hash);
    writer.raw(code);
    return blake3(covered);
}

std::optional<Bytes> CodeCache::load(const Hash32& module_hash) {
    auto exists = disk_.exists(path_of(module_hash));
    if (!exists || !*exists) return std::nullopt;
    auto file = disk_.read_file(path_of(module_hash));
    if (!file || file->size() < kHeaderBytes) return std::nullopt;
    ByteView bytes(*file);
    if (as_text(bytes.first(kMagic.size())) != kMagic) return std::nullopt;
    ByteView code = bytes.subspan(kHeaderBytes);
    if (!equal_in_constant_time(bytes.subspan(kMagic.size(), sizeof(Hash32)), mac(module_hash, code))) {
        log_warn("cached code {} is not authentic or of another engine version: compiling again", path_of(module_hash));
        return std::nullopt;
    }
    return Bytes(code.begin(), code.end());
}

Result<void> CodeCache::make_room() {
    std::vector<std::string> names = TRY(disk_.list(directory_));
    if (names.size() <= kFilesMax) return {};
    for (const std::string& name : names) {
        if (name.ends_with(kSuffix)) TRY_VOID(disk_.remove(directory_ + "/" + name));
    }
    return {};
}

void CodeCache::store(const Hash32& module_hash, ByteView code) {
    Bytes file(kMagic.begin(), kMagic.end());
    Hash32 tag = mac(module_hash, code);
    file.insert(file.end(), tag.begin(), tag.end());
    file.insert(file.end(), code.begin(), code.end());
    auto written = make_room();
    if (written) written = disk_.write_file_atomically(path_of(module_hash), file, kOwnerOnly);
    if (!written) log_warn("compiled code is not cached: {}", written.error().message);
}

}  // namespace lightcone::module
