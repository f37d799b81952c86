// SPDX-License-Identifier: Apache-2.0
// A connected TCP socket with time limits, for the blocking clients. Any call may block up to its limit.
#pragma once

#include <string>

#include "base/bytes.h"
#include "net/file_descriptor.h"

namespace lightcone::net {

// One thread.
class ClientSocket {
  public:
    // Resolves the name and tries its addresses in order. Errors: Unavailable, Timeout.
    static Result<ClientSocket> connect(const std::string& host, uint16_t port, uint32_t timeout_ms);

    // Errors: Io, Timeout (nothing could be written for `timeout_ms`; 0: waits for ever).
    Result<void> write_all(ByteView bytes, uint32_t timeout_ms);
    // At least one byte, or 0 at the end of the stream. Errors: Io, Timeout.
    Result<size_t> read_some(std::span<uint8_t> out, uint32_t timeout_ms);
    int descriptor() const { return socket_.get(); }

  private:
    explicit ClientSocket(FileDescriptor socket) : socket_(std::move(socket)) {}
    FileDescriptor socket_;
};

// Adds what arrives to a buffer until some text is found in it. Used for heads and lines.
class ClientReader {
  public:
    explicit ClientReader(ClientSocket& socket) : socket_(socket) {}
    // Bytes read and not consumed.
    ByteView buffered() const { return ByteView(buffer_).subspan(at_); }
    void consume(size_t count);
    // Reads more; 0 at the end of the stream.
    Result<size_t> fill(uint32_t timeout_ms);
    // Consumes up to and including `mark` and returns what came before it.
    // Errors: Corruption (end of stream, more than bytes_max), Io, Timeout.
    Result<std::string> read_until(std::string_view mark, size_t bytes_max, uint32_t timeout_ms);
    Bytes& buffer() { return buffer_; }
    size_t position() const { return at_; }

  private:
    ClientSocket& socket_;
    Bytes buffer_;
    size_t at_ = 0;
};

}  // namespace lightcone::net
