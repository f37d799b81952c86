// SPDX-License-Identifier: Apache-2.0
#include "database/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lightcone::database {

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::take(const std::string& path) {
    int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) return fail(ErrorCode::Io, "cannot open lock {}: {}", path, std::strerror(errno));
    std::unique_ptr<DirectoryLock> lock(new DirectoryLock(descriptor));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        char holder[64] = {};
        [[maybe_unused]] ssize_t count = ::pread(descriptor, holder, sizeof holder - 1, 0);
        return fail(ErrorCode::FailedPrecondition, "{} is locked by another process ({}); stop it first", path,
                    holder[0] != 0 ? holder : "pid unknown");
    }
    std::string text = fmt::format("pid={}\n", ::getpid());
    if (::ftruncate(descriptor, 0) != 0 ||
        ::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return fail(ErrorCode::Io, "cannot write lock {}: {}", path, std::strerror(errno));
    }
    return lock;
}

DirectoryLock::~DirectoryLock() {
    ::close(descriptor_);
}

}  // namespace lightcone::database
