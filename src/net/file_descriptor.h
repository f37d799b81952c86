// SPDX-License-Identifier: Apache-2.0
// Owner of one descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace lightcone::net {

class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int value) : value_(value) {}
    FileDescriptor(FileDescriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        if (this != &other) {
            reset();
            value_ = std::exchange(other.value_, -1);
        }
        return *this;
    }
    ~FileDescriptor() { reset(); }

    int get() const { return value_; }
    bool valid() const { return value_ >= 0; }
    void reset() {
        if (value_ >= 0) ::close(std::exchange(value_, -1));
    }

  private:
    int value_ = -1;
};

}  // namespace lightcone::net
