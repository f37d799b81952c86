// SPDX-License-Identifier: Apache-2.0
// TCP sockets: listening, accepting, and the ByteStream over one.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/byte_stream.h"
#include "net/file_descriptor.h"

namespace lightcone::net {

// Non-blocking, SO_REUSEADDR, backlog 4096. `address` is an IPv4 or IPv6 literal.
// Errors: InvalidArgument (address), Io (in use, no permission).
Result<FileDescriptor> listen_tcp(const std::string& address, uint16_t port);
// The port a listening socket got.
uint16_t local_port(int descriptor);

struct AcceptedSocket {
    FileDescriptor descriptor;  // non-blocking, TCP_NODELAY
    std::string peer;           // "127.0.0.1:50312", "[::1]:50312"
};
enum class AcceptStatus : uint8_t { Accepted, NothingWaiting, NoDescriptors, Failed };
AcceptStatus accept_tcp(int listener, AcceptedSocket& accepted);

std::unique_ptr<ByteStream> make_tcp_stream(FileDescriptor descriptor);

}  // namespace lightcone::net
