// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace lightcone {

namespace {

std::unexpected<Error> system_error(const char* operation, const std::string& path, int code) {
    ErrorCode kind = code == ENOENT ? ErrorCode::NotFound : code == EEXIST ? ErrorCode::AlreadyExists : ErrorCode::Io;
    return fail(kind, "cannot {} {}: {}", operation, path, std::strerror(code));
}

class SystemFile final : public File {
  public:
    SystemFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
    SystemFile(const SystemFile&) = delete;
    SystemFile& operator=(const SystemFile&) = delete;
    ~SystemFile() override { ::close(descriptor_); }

    Result<void> pwrite(ByteView bytes, uint64_t offset) override {
        while (!bytes.empty()) {
            ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return system_error("write", path_, errno);
            if (count == 0) return system_error("write", path_, ENOSPC);
            bytes = bytes.subspan(static_cast<size_t>(count));
            offset += static_cast<uint64_t>(count);
        }
        return {};
    }

    Result<size_t> pread(std::span<uint8_t> out, uint64_t offset) override {
        size_t total = 0;
        while (total < out.size()) {
            ssize_t count =
                ::pread(descriptor_, out.data() + total, out.size() - total, static_cast<off_t>(offset + total));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return system_error("read", path_, errno);
            if (count == 0) break;
            total += static_cast<size_t>(count);
        }
        return total;
    }

    Result<void> sync() override {
        if (::fdatasync(descriptor_) != 0) return system_error("sync", path_, errno);
        return {};
    }

    Result<uint64_t> size() override {
        struct stat status{};
        if (::fstat(descriptor_, &status) != 0) return system_error("stat", path_, errno);
        return static_cast<uint64_t>(status.st_size);
    }

    Result<void> truncate(uint64_t size) override {
        if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return system_error("truncate", path_, errno);
        return {};
    }

    Result<void> preallocate(uint64_t size) override {
        int code = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
        if (code != 0) return system_error("reserve space in", path_, code);
        return {};
    }

  private:
    int descriptor_;
    std::string path_;
};

int open_flags(OpenMode mode) {
    switch (mode) {
        case OpenMode::ReadOnly: return O_RDONLY;
        case OpenMode::ReadWrite: return O_RDWR;
        case OpenMode::CreateNew: return O_RDWR | O_CREAT | O_EXCL;
        case OpenMode::CreateOrOpen: return O_RDWR | O_CREAT;
    }
    return O_RDONLY;
}

}  // namespace

std::string parent_directory(const std::string& path) {
    std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

Result<Bytes> Disk::read_file(const std::string& path) {
    std::unique_ptr<File> file = TRY(open(path, OpenMode::ReadOnly));
    Bytes bytes(TRY(file->size()));
    bytes.resize(TRY(file->pread(bytes, 0)));
    return bytes;
}

Result<void> Disk::write_file_atomically(const std::string& path, ByteView bytes, uint32_t permissions) {
    std::string beside = path + ".new";
    if (TRY(exists(beside))) TRY_VOID(remove(beside));
    {
        std::unique_ptr<File> file = TRY(open(beside, OpenMode::CreateNew, permissions));
        TRY_VOID(file->pwrite(bytes, 0));
        TRY_VOID(file->sync());
    }
    TRY_VOID(rename(beside, path));
    return sync_directory(parent_directory(path));
}

Result<std::unique_ptr<File>> SystemDisk::open(const std::string& path, OpenMode mode, uint32_t permissions) {
    int descriptor = ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, static_cast<mode_t>(permissions));
    if (descriptor < 0) return system_error("open", path, errno);
    return std::make_unique<SystemFile>(descriptor, path);
}

Result<void> SystemDisk::create_directories(const std::string& path) {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code) return system_error("create directory", path, code.value());
    return {};
}

Result<std::vector<std::string>> SystemDisk::list(const std::string& directory) {
    std::vector<std::string> names;
    DIR* stream = ::opendir(directory.c_str());
    if (stream == nullptr) return system_error("list", directory, errno);
    while (const dirent* entry = ::readdir(stream)) {
        std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    ::closedir(stream);
    std::sort(names.begin(), names.end());
    return names;
}

Result<bool> SystemDisk::exists(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return system_error("stat", path, errno);
}

Result<void> SystemDisk::remove(const std::string& path) {
    if (::unlink(path.c_str()) != 0) return system_error("remove", path, errno);
    return {};
}

Result<void> SystemDisk::remove_tree(const std::string& path) {
    std::error_code code;
    std::filesystem::remove_all(path, code);
    if (code) return system_error("remove", path, code.value());
    return {};
}

Result<void> SystemDisk::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error("rename", from, errno);
    return {};
}

Result<void> SystemDisk::sync_directory(const std::string& path) {
    int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return system_error("open", path, errno);
    int failed = ::fsync(descriptor) != 0 ? errno : 0;
    ::close(descriptor);
    if (failed != 0) return system_error("sync", path, failed);
    return {};
}

}  // namespace lightcone
