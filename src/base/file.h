// SPDX-License-Identifier: Apache-2.0
// Disk enters through this seam: a directory of named files that can be appended, read, synced and renamed. SystemDisk
// is the operating system; a simulated disk (tests) keeps synced and unsynced bytes apart and injects faults. Errors
// everywhere: Io with path, operation and the system's text; NotFound when a path does not exist.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace lightcone {

// One open file. One thread at a time, except that sync() may run beside pwrite() of another thread.
class File {
  public:
    virtual ~File() = default;
    // Writes all bytes at `offset`, retrying short writes.
    virtual Result<void> pwrite(ByteView bytes, uint64_t offset) = 0;
    // Reads up to out.size() bytes at `offset`; fewer only at the end of the file.
    virtual Result<size_t> pread(std::span<uint8_t> out, uint64_t offset) = 0;
    // Returns when data written before is on the device (fdatasync). A failure is final: never retry (see docs).
    virtual Result<void> sync() = 0;
    virtual Result<uint64_t> size() = 0;
    virtual Result<void> truncate(uint64_t size) = 0;
    // Reserves space so that later writes inside it neither fail for space nor change the file's size metadata.
    virtual Result<void> preallocate(uint64_t size) = 0;
};

enum class OpenMode : uint8_t { ReadOnly, ReadWrite, CreateNew, CreateOrOpen };

// Any thread.
class Disk {
  public:
    virtual ~Disk() = default;
    // `permissions` as for open(2), used when the file is created.
    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permissions = 0644) = 0;
    virtual Result<void> create_directories(const std::string& path) = 0;
    // Names (not paths) in ascending byte order.
    virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
    virtual Result<bool> exists(const std::string& path) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    virtual Result<void> remove_tree(const std::string& path) = 0;
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    // Makes created, renamed and removed names of a directory durable.
    virtual Result<void> sync_directory(const std::string& path) = 0;

    Result<Bytes> read_file(const std::string& path);
    // Writes beside the target, syncs, renames over it and syncs the directory: all or nothing.
    Result<void> write_file_atomically(const std::string& path, ByteView bytes, uint32_t permissions = 0644);
};

class SystemDisk final : public Disk {
  public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permissions) override;
    Result<void> create_directories(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<bool> exists(const std::string& path) override;
    Result<void> remove(const std::string& path) override;
    Result<void> remove_tree(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> sync_directory(const std::string& path) override;
};

// Directory part of a path ("." if none).
std::string parent_directory(const std::string& path);

}  // namespace lightcone
