// SPDX-License-Identifier: Apache-2.0
// What a load run is asked to do, from --name=value arguments.
#pragma once

#include <cstdint>
#include <string>

namespace lightcone::bench {

struct Options {
    std::string workload = "transfer";  // transfer, redis-transfer, echo, fdatasync, wakeup
    std::string host = "127.0.0.1";
    uint16_t port = 3000;
    std::string database = "bench";
    std::string protocol = "v3";  // v3, v2
    bool confirmed = true;
    uint32_t connections = 64;
    uint32_t in_flight = 40;
    uint32_t accounts = 100'000;
    double zipf = 0;  // 0: uniform
    double warmup_seconds = 3;
    double seconds = 20;
    int server_pid = 0;              // whose CPU time to measure
    uint32_t request_bytes = 64;     // echo, fdatasync
    std::string directory = "/tmp";  // fdatasync
};

// Exits with a message on a bad argument.
Options parse_options(int argc, char** argv);

}  // namespace lightcone::bench
