// SPDX-License-Identifier: Apache-2.0
// Keeps two processes out of one data directory: an exclusive flock(2) on a file that names its holder's pid.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace lightcone::database {

class DirectoryLock {
  public:
    // Errors: FailedPrecondition naming the pid that holds it, Io.
    static Result<std::unique_ptr<DirectoryLock>> take(const std::string& path);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;

  private:
    explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace lightcone::database
