// SPDX-License-Identifier: Apache-2.0
#include "module/code_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/log.h"
#include "module/engine/wasm_engine.h"
#include "module/guest_script.h"

namespace lightcone::module {
namespace {

class CodeCacheTest : public testing::Test {
  protected:
    CodeCacheTest() {
        std::string made = testing::TempDir() + "/code_cache_XXXXXX";
        directory = mkdtemp(made.data());
        set_log_level(LogLevel::Error);
    }
    ~CodeCacheTest() override {
        set_log_level(LogLevel::Info);
        std::filesystem::remove_all(directory);
    }

    std::unique_ptr<CodeCache> open(const std::string& version = "v1") {
        auto opened = CodeCache::open(disk, directory, version);
        if (!opened) throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }
    std::string code_path(const Hash32& of) { return directory + "/" + to_hex(of) + ".code"; }

    SystemDisk disk;
    std::string directory;
    Hash32 hash = keccak256(as_bytes("module"));
    Bytes code = Bytes(1000, 0x42);
};

TEST_F(CodeCacheTest, keeps_code_over_restarts) {
    EXPECT_EQ(open()->load(hash), std::nullopt);
    open()->store(hash, code);
    EXPECT_EQ(open()->load(hash), code);
    struct stat info{};
    ASSERT_EQ(stat((directory + "/key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(CodeCacheTest, every_changed_byte_is_noticed) {
    open()->store(hash, code);
    Bytes file = *disk.read_file(code_path(hash));
    for (size_t at = 0; at < file.size(); at += 61) {
        Bytes changed = file;
        changed[at] ^= 1;
        ASSERT_TRUE(disk.write_file_atomically(code_path(hash), changed));
        EXPECT_EQ(open()->load(hash), std::nullopt) << at;
    }
    for (size_t size : {size_t{0}, size_t{39}, size_t{40}, file.size() - 1}) {
        ASSERT_TRUE(disk.write_file_atomically(code_path(hash), ByteView(file).first(size)));
        EXPECT_EQ(open()->load(hash), std::nullopt) << size;
    }
}

TEST_F(CodeCacheTest, code_of_another_module_version_or_key_is_not_used) {
    open()->store(hash, code);
    Bytes file = *disk.read_file(code_path(hash));
    Hash32 other = keccak256(as_bytes("other"));
    ASSERT_TRUE(disk.write_file_atomically(code_path(other), file));
    EXPECT_EQ(open()->load(other), std::nullopt);
    EXPECT_EQ(open("v2")->load(hash), std::nullopt);
    ASSERT_TRUE(disk.remove(directory + "/key"));
    EXPECT_EQ(open()->load(hash), std::nullopt);
    ASSERT_TRUE(disk.write_file_atomically(directory + "/key", Bytes(31)));
    auto broken = CodeCache::open(disk, directory, "v1");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::Corruption);
}

TEST_F(CodeCacheTest, the_number_of_files_is_bounded) {
    auto cache = open();
    for (size_t i = 0; i < CodeCache::kFilesMax + 3; ++i) cache->store(keccak256(as_bytes(std::to_string(i))), code);
    EXPECT_LE(disk.list(directory)->size(), CodeCache::kFilesMax + 1);
}

TEST_F(CodeCacheTest, a_host_uses_it_and_survives_damage) {
    Host::Options options = test_options();
    options.code_cache_directory = directory;
    Hash32 module_hash{};
    for (int round = 0; round < 3; ++round) {
        Guest guest{script_module_text(), options};
        module_hash = guest.program->hash();
        Script script;
        EXPECT_EQ(script.run(guest).status, CallStatus::Ok) << round;
        ASSERT_TRUE(*disk.exists(code_path(module_hash)));
        if (round == 0) continue;
        ASSERT_TRUE(disk.write_file_atomically(code_path(module_hash), Bytes(5000, 1)));
    }
    // Authentic, but not code.
    auto engine_version = [&] { return engine::WasmEngine::create(options).value()->version(); };
    open(engine_version())->store(module_hash, code);
    Guest guest{script_module_text(), options};
    Script script;
    EXPECT_EQ(script.run(guest).status, CallStatus::Ok);
    EXPECT_NE(open(engine_version())->load(module_hash), code);
}

}  // namespace
}  // namespace lightcone::module
