// SPDX-License-Identifier: Apache-2.0
// One client connection of the load generator: non-blocking socket, output buffer, requests in flight with their start
// times. What a request looks like and where an answer ends is the Dialect's matter.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "load/options.h"

namespace lightcone::bench {

using Buffer = std::vector<uint8_t>;

// How requests are written and answers are counted.
class Dialect {
  public:
    virtual ~Dialect() = default;
    // Blocking: whatever must be said before requests (handshake). Exits on failure.
    virtual void open(int socket) = 0;
    // Appends `count` requests.
    virtual void write_requests(Buffer& out, uint32_t count) = 0;
    // Consumes complete answers at the front of `in` (from `begin`); returns how many, and adds failed ones to
    // `failures`.
    virtual uint32_t read_answers(const Buffer& in, size_t& begin, uint64_t& failures) = 0;
};

std::unique_ptr<Dialect> make_transfer_dialect(const Options& options);
std::unique_ptr<Dialect> make_redis_dialect(const Options& options);
std::unique_ptr<Dialect> make_echo_dialect(const Options& options);

// Blocking connect; TCP_NODELAY. Exits on failure.
int connect_to(const Options& options);
void send_all(int socket, const void* data, size_t size);
[[noreturn]] void give_up(const std::string& why);

uint64_t now_nanos();

// Account numbers, uniform or Zipf.
class AccountPicker {
  public:
    explicit AccountPicker(const Options& options);
    uint32_t next();

  private:
    uint64_t random();
    uint32_t count_;
    std::vector<double> cumulative_;
    uint64_t state_;
};

}  // namespace lightcone::bench
